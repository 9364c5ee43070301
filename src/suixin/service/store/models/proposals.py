"""Proposals: what one person wants done, as it stands until another agrees or not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from suixin.service.store import columns
from suixin.service.store.models.institutions import of_institution, tracked

STANDINGS = ("waiting", "confirmed", "rejected")


@tracked("Proposal")
class Proposal(models.Model):
    """An act that takes two people: `content` in canonical JSON and its SHA-256, who and why.

    It changes once, when it ends: confirmed by somebody else, or rejected.
    """

    id = columns.number()
    institution = of_institution()
    proposal = columns.code()
    act = columns.code()
    subject = columns.code()
    content = columns.text()
    digest = columns.code()
    proposed_by = columns.code()
    proposed_at = columns.moment_given()
    proposed_why = columns.words()
    standing = columns.code(default="waiting", db_default="waiting")
    ended_by = columns.code_or_empty()
    ended_at = columns.moment_or_none()
    ended_why = columns.words()

    class Meta:
        db_table = "proposal"
        constraints = (
            models.UniqueConstraint(fields=("proposal", "institution"), name="proposal_proposal"),
            models.CheckConstraint(condition=Q(standing__in=STANDINGS), name="proposal_standing"),
            models.CheckConstraint(
                condition=Q(standing="waiting", ended_by="", ended_at=None)
                | (~Q(standing="waiting") & ~Q(ended_by="") & Q(ended_at__isnull=False)),
                name="proposal_ended",
            ),
            models.CheckConstraint(
                condition=~Q(standing="confirmed") | ~Q(ended_by=models.F("proposed_by")),
                name="proposal_two_people",
            ),
        )
        indexes = (
            models.Index(
                fields=("act", "institution"),
                condition=Q(standing="waiting"),
                name="proposal_waiting",
            ),
            models.Index(fields=("subject", "institution"), name="proposal_subject"),
        )

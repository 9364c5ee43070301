"""Who stands behind a loan: guarantees as signed, and who was called."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from suixin.service.store import columns


class Guarantee(models.Model):
    """What one party signed to bear for another's loan: at most how much, until when.

    `read_fen` and `read_until` are what he said when he was asked to say it back.
    """

    pk = models.CompositePrimaryKey("institution_id", "guarantee")
    institution_id = columns.whole()
    guarantee = columns.code()
    kind = columns.code()
    application = columns.code()
    group = columns.code_or_empty(db_column="of_group")
    guarantor = columns.code()
    debtor = columns.code()
    cap_fen = columns.fen()
    until = columns.day()
    joint = columns.flag()
    read_fen = columns.fen()
    read_until = columns.day()
    signed_on = columns.day()
    signed_at = columns.moment_given()
    signed_by = columns.code()

    class Meta:
        db_table = "guarantee"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("member", "streamer", "guarantor")), name="guarantee_kind"
            ),
            models.CheckConstraint(
                condition=Q(cap_fen__gt=0, read_fen=F("cap_fen"), read_until=F("until")),
                name="guarantee_read_back",
            ),
            models.UniqueConstraint(
                fields=("application", "guarantor", "institution_id"), name="guarantee_once"
            ),
        )
        indexes = (models.Index(fields=("guarantor", "institution_id"), name="guarantee_by"),)


class GuaranteeCall(models.Model):
    """What a guarantor was asked for by two people, and by when."""

    pk = models.CompositePrimaryKey("institution_id", "agreement", "number", "guarantor")
    institution_id = columns.whole()
    agreement = columns.code()
    number = columns.whole()
    guarantor = columns.code()
    asked_fen = columns.fen()
    cap_left_fen = columns.fen()
    on = columns.day(db_column="on_day")
    due_on = columns.day()
    proposal = columns.code()

    class Meta:
        db_table = "guarantee_call"

"""Parties and what they allow. What is personal is sealed under a key of the person's own.

No history is kept of the sealed tables: it would outlive an erasure.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from suixin.service.store import columns
from suixin.service.store.models.institutions import of_institution, tracked

PARTY_KINDS = ("person", "household", "business", "co-operative", "station", "office")


@tracked("Party")
class Party(models.Model):
    """A person, household, business, co-operative, station or office, and nothing personal."""

    id = columns.number()
    institution = of_institution()
    party_id = columns.code()
    kind = columns.code()
    village_code = columns.code_or_empty()
    household_id = columns.code_or_empty()

    class Meta:
        db_table = "party"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=PARTY_KINDS), name="party_kind"),
            models.UniqueConstraint(fields=("party_id", "institution"), name="party_party_id"),
        )
        indexes = (
            models.Index(
                fields=("village_code", "institution"),
                condition=~Q(village_code=""),
                name="party_village",
            ),
        )


class PersonKey(models.Model):
    """A person's key, wrapped by the institution's key of that name; deleting it erases him."""

    pk = models.CompositePrimaryKey("institution_id", "party_id")
    institution_id = columns.whole()
    party_id = columns.code()
    wrapped_by = columns.code()
    wrapped = columns.raw()

    class Meta:
        db_table = "person_key"


class PersonalField(models.Model):
    """One sealed field of a person; `lookup` is its keyed hash, where it may be searched by."""

    pk = models.CompositePrimaryKey("institution_id", "party_id", "name")
    institution_id = columns.whole()
    party_id = columns.code()
    name = columns.code()
    sealed = columns.raw()
    lookup = columns.raw(null=True)

    class Meta:
        db_table = "personal_field"
        indexes = (
            models.Index(
                fields=("lookup", "institution_id", "name"),
                condition=Q(lookup__isnull=False),
                name="personal_field_lookup",
            ),
        )


class Erasure(models.Model):
    """That a person was erased, and when; who it was, nothing here tells."""

    pk = models.CompositePrimaryKey("institution_id", "party_id")
    institution_id = columns.whole()
    party_id = columns.code()
    erased_at = columns.moment()

    class Meta:
        db_table = "erasure"


@tracked("Consent")
class Consent(models.Model):
    """A grant by a party: which feeds, for what, to whom, from when until when.

    It changes once, when it is withdrawn.
    """

    id = columns.number()
    institution = of_institution()
    consent = columns.code()
    party_id = columns.code()
    purpose = columns.code()
    receiver = columns.code()
    kinds = columns.codes()
    since = columns.day()
    until = columns.day()
    revoked_at = columns.moment_or_none()

    class Meta:
        db_table = "consent"
        constraints = (
            models.UniqueConstraint(fields=("consent", "institution"), name="consent_consent"),
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="consent_until"),
        )
        indexes = (models.Index(fields=("party_id", "institution"), name="consent_party"),)

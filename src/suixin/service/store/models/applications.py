"""Applications and what is done about them, up to an agreement and the money that is paid out."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from suixin.service.store import columns
from suixin.service.store.models.institutions import of_institution, tracked


@tracked("Application")
class Application(models.Model):
    """Who asks for what. `standing` moves by the table of states, each move with its own step.

    `backers` are (party, cap in fen) of those who shall stand for it; `about` is what its product
    alone needs. `agreement` is there once it is signed; `of` names the application it asks anew.
    """

    id = columns.number()
    institution = of_institution()
    application = columns.code()
    party_id = columns.code()
    product = columns.code()
    amount_fen = columns.fen()
    times = columns.whole()
    repays = columns.code()
    purpose = columns.code()
    group = columns.code_or_empty()
    backers = columns.content(default=list, db_default=[])
    about = columns.content(default=dict, db_default={})
    of = columns.code_or_empty()
    wants_person = columns.flag()
    applied_on = columns.day()
    applied_at = columns.moment_given()
    applied_by = columns.code()
    standing = columns.code(default="applied", db_default="applied")
    agreement = columns.code_or_empty()

    class Meta:
        db_table = "application"
        constraints = (
            models.UniqueConstraint(
                fields=("application", "institution"), name="application_application"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="application_amount"),
        )
        indexes = (
            models.Index(fields=("party_id", "institution"), name="application_party"),
            models.Index(fields=("standing", "institution", "id"), name="application_standing"),
            models.Index(
                fields=("agreement", "institution"),
                condition=~Q(agreement=""),
                name="application_agreement",
            ),
        )


class ApplicationStep(models.Model):
    """One thing done about an application: who, when, why, by which rules; it stays.

    `happening` is of `lending.states`, `standing` where it led; `content` has what it was made of.
    """

    pk = models.CompositePrimaryKey("institution_id", "application", "number")
    institution_id = columns.whole()
    application = columns.code()
    number = columns.whole()
    happening = columns.code()
    standing = columns.code()
    on = columns.day(db_column="on_day")
    at = columns.moment_given()
    by = columns.code(db_column="by_whom")
    why = columns.words()
    proposal = columns.code_or_empty()
    content = columns.content(default=dict, db_default={})

    class Meta:
        db_table = "application_step"


class Disbursement(models.Model):
    """Money that two people agreed to pay out, as it was handed to the bank's rails."""

    pk = models.CompositePrimaryKey("institution_id", "disbursement")
    institution_id = columns.whole()
    disbursement = columns.code()
    agreement = columns.code()
    fen = columns.fen()
    payee = columns.code()
    to = columns.code(db_column="to_whom")
    account = columns.code_or_empty()
    order = columns.code_or_empty(db_column="of_order")
    on = columns.day(db_column="on_day")
    at = columns.moment_given()
    proposal = columns.code()

    class Meta:
        db_table = "disbursement"
        constraints = (
            models.CheckConstraint(condition=Q(fen__gt=0), name="disbursement_amount"),
            models.CheckConstraint(
                condition=Q(to__in=("household", "supplier")), name="disbursement_to"
            ),
        )
        indexes = (
            models.Index(fields=("agreement", "institution_id"), name="disbursement_agreement"),
        )


@tracked("Hold")
class Hold(models.Model):
    """A stop on new money; `scope` is of one party, product or agreement, or all. It ends once."""

    id = columns.number()
    institution = of_institution()
    hold = columns.code()
    kind = columns.code()
    scope = columns.code()
    since = columns.day()
    until = columns.day_or_none()
    reason = columns.words()
    rule = columns.code_or_empty()
    held_by = columns.code()
    released_by = columns.code_or_empty()

    class Meta:
        db_table = "hold"
        constraints = (
            models.UniqueConstraint(fields=("hold", "institution"), name="hold_hold"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="hold_days"
            ),
        )
        indexes = (models.Index(fields=("scope", "institution"), name="hold_scope"),)


class LimitChange(models.Model):
    """A move of a household's limit under a product; what moved it, and by which flags."""

    pk = models.CompositePrimaryKey("institution_id", "party_id", "product", "on")
    institution_id = columns.whole()
    party_id = columns.code()
    product = columns.code()
    on = columns.day(db_column="on_day")
    from_fen = columns.fen()
    to_fen = columns.fen()
    move = columns.code()
    target_fen = columns.fen()
    drawn_fen = columns.fen()
    flags = columns.codes()
    by = columns.code(db_column="by_whom")

    class Meta:
        db_table = "limit_change"

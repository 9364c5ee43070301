"""Money to come, what of it came, and what nobody can say yet."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from suixin.service.rails.register import CaseReason
from suixin.service.store import columns


class ReceiptDue(models.Model):
    """A receipt to come (`rails.register.Expected`), and how much of it has come.

    With `order_id` it is a settlement of that order's sales, of which the agreement's terms take
    their share.
    """

    pk = models.CompositePrimaryKey("institution_id", "reference")
    institution_id = columns.whole()
    reference = columns.code()
    agreement = columns.code_or_empty()
    party_id = columns.code_or_empty()
    sheet = columns.code_or_empty()
    mode = columns.code_or_empty()
    tier = columns.code_or_empty()
    order_id = columns.code_or_empty()
    fen = columns.fen()
    on_day = columns.day()
    sealed_payer = columns.raw(null=True)
    received_fen = columns.fen()
    entered_at = columns.moment()

    class Meta:
        db_table = "receipt_due"
        constraints = (
            models.CheckConstraint(
                condition=Q(fen__gt=0, received_fen__gte=0, received_fen__lte=F("fen")),
                name="receipt_due_fen",
            ),
        )
        indexes = (
            models.Index(fields=("agreement", "institution_id"), name="receipt_due_agreement"),
            models.Index(
                fields=("order_id", "institution_id"),
                condition=~Q(order_id=""),
                name="receipt_due_order",
            ),
            models.Index(
                fields=("on_day", "institution_id"),
                condition=Q(received_fen__lt=F("fen")),
                name="receipt_due_open",
            ),
        )


class ReceiptPart(models.Model):
    """Money that came for a receipt: one line, or a part of one."""

    pk = models.CompositePrimaryKey("institution_id", "key")
    institution_id = columns.whole()
    key = columns.code()
    reference = columns.code()
    fen = columns.fen()
    value_on = columns.day()
    booked_on = columns.day()

    class Meta:
        db_table = "receipt_part"
        indexes = (models.Index(fields=("reference", "institution_id"), name="receipt_part_of"),)


class SuspenseCase(models.Model):
    """What a person must decide (`rails.register.Case`); it changes once, when it is closed.

    `fen` is what it holds in suspense, `sealed` what the bank told of payer and text.
    """

    pk = models.CompositePrimaryKey("institution_id", "key")
    institution_id = columns.whole()
    key = columns.code()
    why = columns.code()
    fen = columns.fen()
    value_on = columns.day()
    opened_on = columns.day()
    payment = columns.code_or_empty()
    expected = columns.code_or_empty()
    candidate = columns.code_or_empty()
    note = columns.words()
    sealed = columns.raw(null=True)
    closed_on = columns.day_or_none()
    closed_by = columns.codes()
    how = columns.words()

    class Meta:
        db_table = "suspense_case"
        constraints = (
            models.CheckConstraint(
                condition=Q(why__in=[one.value for one in CaseReason]), name="suspense_case_why"
            ),
        )
        indexes = (
            models.Index(
                fields=("opened_on", "institution_id"),
                condition=Q(closed_on__isnull=True),
                name="suspense_case_open",
            ),
        )

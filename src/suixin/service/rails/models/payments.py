"""Who may be paid, and what is to be paid: each row of a payment moves as the table of states says.

Names and account numbers are sealed under the payee's own key; no history is kept of them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from suixin.service.rails.payment import PaymentState
from suixin.service.store import columns


class Payee(models.Model):
    """One who may be paid, listed by two people under a number of ours; what is sealed stays so.

    `blocked_by` is the line that brought a payment back; two people lift it.
    """

    pk = models.CompositePrimaryKey("institution_id", "listed")
    institution_id = columns.whole()
    listed = columns.code()
    party_id = columns.code()
    person = columns.flag()
    bank_number = columns.code()
    sealed = columns.raw()
    listed_on = columns.day()
    agreed_by = columns.codes()
    blocked_by = columns.code_or_empty()

    class Meta:
        db_table = "payee"
        indexes = (models.Index(fields=("party_id", "institution_id"), name="payee_party"),)


class Payment(models.Model):
    """Money to go out (`rails.payment.Payment`), and what became of it (`rails.register.Tracked`).

    `key` is the caller's own for it; `what` is which attempt at which part of which agreement, the
    number without its day. `text` is what the payee reads.
    """

    pk = models.CompositePrimaryKey("institution_id", "id")
    institution_id = columns.whole()
    id = columns.code()
    key = columns.code()
    what = columns.code()
    agreement = columns.code()
    party_id = columns.code_or_empty()
    sheet = columns.code_or_empty()
    mode = columns.code_or_empty()
    tier = columns.code_or_empty()
    instalment = columns.code()
    fen = columns.fen()
    payee = columns.code()
    purpose = columns.code()
    on_day = columns.day()
    agreed_by = columns.codes()
    attempt = columns.whole()
    replaces = columns.code_or_empty()
    from_account = columns.code()
    through = columns.code()
    revolving = columns.flag()
    text = columns.words()
    state = columns.code()
    file = columns.code_or_empty()
    sent_on = columns.day_or_none()
    pay_on = columns.day_or_none()
    told_on = columns.day_or_none()
    value_on = columns.day_or_none()
    line = columns.code_or_empty()
    returned_by = columns.code_or_empty()
    reason = columns.code_or_empty()
    known = columns.flag()
    cancel = columns.code_or_empty()
    redated = columns.flag()
    missed = columns.whole(default=0, db_default=0)
    replaced_by = columns.code_or_empty()
    entered_at = columns.moment()

    class Meta:
        db_table = "payment"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in PaymentState]), name="payment_state"
            ),
            models.CheckConstraint(condition=Q(fen__gt=0), name="payment_fen"),
            models.CheckConstraint(
                condition=Q(state="pending") | Q(state="rejected") | ~Q(file=""),
                name="payment_file",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["settled", "returned"]) | Q(value_on__isnull=False),
                name="payment_value_day",
            ),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="payment_replaces"),
            models.UniqueConstraint(fields=("key", "institution_id"), name="payment_key"),
            models.UniqueConstraint(fields=("what", "institution_id"), name="payment_once"),
        )
        indexes = (
            models.Index(fields=("agreement", "institution_id"), name="payment_agreement"),
            models.Index(
                fields=("state", "institution_id"),
                condition=Q(state__in=["pending", "sent", "accepted"])
                | Q(state="settled", line=""),
                name="payment_open",
            ),
        )


class PaymentMove(models.Model):
    """That a payment went from one state to another, by whom and why; the database writes it."""

    pk = models.CompositePrimaryKey("institution_id", "payment", "number")
    institution_id = columns.whole()
    payment = columns.code()
    number = columns.whole()
    was = columns.code_or_empty()
    became = columns.code()
    by = columns.code_or_empty()
    why = columns.words()
    at = columns.moment()

    class Meta:
        db_table = "payment_move"

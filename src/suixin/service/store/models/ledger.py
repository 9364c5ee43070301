"""The ledger's rows: what is posted stays as it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from suixin.service.store import columns
from suixin.service.store.models.institutions import of_institution, tracked

KEY_LENGTH_MAX = 300


@tracked("Account")
class Account(models.Model):
    """An account of an institution's chart; see `suixin.lending.accounts`."""

    id = columns.number()
    institution = of_institution()
    code = columns.code()
    books = columns.code()
    side = columns.code()
    zh = columns.words()
    en = columns.words()

    class Meta:
        db_table = "account"
        constraints = (
            models.UniqueConstraint(fields=("code", "institution"), name="account_code"),
        )


class Transaction(models.Model):
    """A step of a transaction: entered (0: posted or pending), or ended (1: posted or voided).

    Both steps of one have its key, so what was pending moves on once. `held` are the postings of
    a pending one, which has none in the books; `lines` is how many it has.
    """

    pk = models.CompositePrimaryKey("institution_id", "id")
    institution_id = columns.whole()
    id = columns.big()
    key = columns.code()
    step = columns.small(db_default=0)
    standing = columns.code()
    value_on = columns.day()
    booked_on = columns.day()
    text = columns.words()
    reverses = columns.code_or_empty()
    corrects = columns.code_or_empty()
    pair = columns.code_or_empty()
    lines = columns.small()
    held = columns.content(null=True)
    entered_at = columns.moment()

    class Meta:
        db_table = "transaction"
        constraints = (
            models.UniqueConstraint(
                fields=("key", "institution_id", "step"), name="transaction_key"
            ),
            models.UniqueConstraint(
                fields=("reverses", "institution_id"),
                condition=Q(standing="posted") & ~Q(reverses=""),
                name="transaction_reversed_once",
            ),
            models.CheckConstraint(
                condition=(Q(step=0) & Q(standing__in=("posted", "pending")))
                | (Q(step=1) & Q(standing__in=("posted", "voided"))),
                name="transaction_standing",
            ),
            models.CheckConstraint(
                condition=Q(standing="pending", held__isnull=False)
                | (~Q(standing="pending") & Q(held__isnull=True)),
                name="transaction_held",
            ),
            models.CheckConstraint(
                condition=~Q(key="")
                & Q(LessThanOrEqual(Length("key"), KEY_LENGTH_MAX))
                & Q(lines__gte=1),
                name="transaction_key_length",
            ),
        )
        indexes = (
            models.Index(
                fields=("pair", "institution_id"), condition=~Q(pair=""), name="transaction_pair"
            ),
        )


class Posting(models.Model):
    """So many minor units to an account, with all that it is about and both its days."""

    pk = models.CompositePrimaryKey("institution_id", "transaction_id", "line")
    institution_id = columns.whole()
    transaction_id = columns.big()
    line = columns.small()
    account = columns.code()
    fen = columns.big()
    currency = columns.code()
    agreement = columns.code()
    party = columns.code()
    sheet = columns.code()
    mode = columns.code()
    tier = columns.code()
    value_on = columns.day()
    booked_on = columns.day()

    class Meta:
        db_table = "posting"
        indexes = (
            models.Index(
                fields=("agreement", "institution_id", "transaction_id"),
                condition=~Q(agreement=""),
                name="posting_agreement",
            ),
            models.Index(fields=("account", "institution_id", "value_on"), name="posting_account"),
        )

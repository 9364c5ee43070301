"""The day's end: where each agreement stands, and the days that were ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from suixin.service.store import columns


class AgreementState(models.Model):
    """Where an agreement stands at the end of `worked_through`: all of it follows from its history.

    `state` and `past` (its orders, receipts, draws) are the whole of it, empty where its history
    was not worked yet. Of the columns beside them interest of later days and the checks are made.
    The row is written when something happens; on `wake_on` something does by itself.
    `interest_fen` and `penalty_fen` are in the books as receivable, `suspended_fen` only noted.
    """

    pk = models.CompositePrimaryKey("institution_id", "agreement")
    institution_id = columns.whole()
    agreement = columns.code()
    sheet = columns.code()
    mode = columns.code()
    day_count = columns.code()
    rounding = columns.code()
    penalty_bps = columns.whole()
    worked_through = columns.day()
    wake_on = columns.day_or_none()
    accrues = columns.flag()
    non_accrual = columns.flag()
    rate_bps = columns.whole(default=0, db_default=0)
    anchor_on = columns.day()
    accrued_num = columns.exact()
    interest_booked_fen = columns.fen()
    penalty_num = columns.exact()
    penalty_booked_fen = columns.fen()
    not_due_fen = columns.fen()
    overdue_fen = columns.fen()
    principal_fen = columns.fen()
    interest_fen = columns.fen()
    penalty_fen = columns.fen()
    fee_fen = columns.fen()
    suspended_fen = columns.fen()
    state = columns.words()
    past = columns.words()

    class Meta:
        db_table = "agreement_state"
        indexes = (
            models.Index(
                fields=("wake_on", "institution_id"),
                condition=Q(wake_on__isnull=False),
                name="agreement_state_wake",
            ),
        )


class DayEnd(models.Model):
    """A day that is being ended: no event is booked on it any more. Closed: all of it is done.

    `balances` are of all accounts at its end; `refused` are events that were refused on it.
    """

    pk = models.CompositePrimaryKey("institution_id", "day")
    institution_id = columns.whole()
    day = columns.day()
    begun_at = columns.moment()
    closed_at = columns.moment_or_none()
    worked = columns.big(default=0, db_default=0)
    refused = columns.content(default=list, db_default=[])
    contributions = columns.big(default=0, db_default=0)
    contributions_digest = columns.code_or_empty()
    balances = columns.content(null=True)
    digest = columns.code_or_empty()

    class Meta:
        db_table = "day_end"


class DayContribution(models.Model):
    """What a batch of worked agreements adds to the day's accrual; gone when it is posted.

    Five lists of one length: the agreements, the days from which it counts, both accounts, fen.
    """

    pk = models.CompositePrimaryKey("institution_id", "day", "first")
    institution_id = columns.whole()
    day = columns.day()
    first = columns.code()
    agreements = columns.codes()
    value_ons = columns.days()
    debits = columns.codes()
    credits = columns.codes()
    fens = columns.fens()
    refused = columns.content(default=list, db_default=[])

    class Meta:
        db_table = "day_contribution"

"""The day's end: where each agreement stands, and the days that were ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from suixin.service.store import columns


class AgreementState(models.Model):
    """Where an agreement stands at the end of `worked_through`: all of it follows from its history.

    `life` is empty where its history was not worked yet. The row is written when something
    happens; on `wake_on` something does by itself. `interest_fen` and `penalty_fen` are in the
    books as receivable, `suspended_fen` (of which `suspended_penalty_fen`) only noted. The four
    lists of dues are of one length, empty ones absent. `rows_gone` rows of its schedule fell due;
    `other` has what most agreements never have, as a text, and is absent for those.
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
    life = columns.code_or_empty()
    grade = columns.small(default=1, db_default=1)
    on_plan = columns.flag()
    ended = columns.flag()
    rows_gone = columns.small(default=0, db_default=0)
    accrued_fen = columns.fen()
    ahead_fen = columns.fen()
    period_net_fen = columns.fen()
    period_swept_fen = columns.fen()
    suspended_penalty_fen = columns.fen()
    penalty_since = columns.day_or_none()
    due_ons = columns.days_or_none()
    due_principals = columns.fens_or_none()
    due_interests = columns.fens_or_none()
    due_fees = columns.fens_or_none()
    other = columns.text_or_none()

    class Meta:
        db_table = "agreement_state"
        indexes = (
            models.Index(
                fields=("wake_on", "institution_id"),
                condition=Q(wake_on__isnull=False),
                name="agreement_state_wake",
            ),
        )


class AgreementPast(models.Model):
    """Orders swept, receipts and draws of an agreement, which only some of its events need.

    Line 0 of a day is all to that day, and whatever stood before is gone; others add to it.
    """

    pk = models.CompositePrimaryKey("institution_id", "agreement", "day", "line")
    institution_id = columns.whole()
    agreement = columns.code()
    day = columns.day()
    line = columns.small()
    told = columns.content()

    class Meta:
        db_table = "agreement_past"


class DebtFact(models.Model):
    """What is known of a debt beside its payments, which its grade depends on; it stays.

    `kind` is a name of `suixin.service.day_end.grading.FACTS`, `found` what it is now found to be.
    """

    pk = models.CompositePrimaryKey("institution_id", "agreement", "key")
    institution_id = columns.whole()
    agreement = columns.code()
    key = columns.code()
    kind = columns.code()
    since = columns.day()
    booked_on = columns.day()
    found = columns.content()
    entered_at = columns.moment()

    class Meta:
        db_table = "debt_fact"
        indexes = (models.Index(fields=("booked_on", "institution_id"), name="debt_fact_booked"),)


class DayItem(models.Model):
    """What the end of a day found is to be done: a notice to send, or work for a person.

    `kind` is a name of `suixin.service.day_end.items.Kind`; done when `done_at` is set.
    """

    pk = models.CompositePrimaryKey("institution_id", "day", "agreement", "kind")
    institution_id = columns.whole()
    day = columns.day()
    agreement = columns.code()
    kind = columns.code()
    content = columns.content()
    done_at = columns.moment_or_none()
    done_by = columns.code_or_empty()

    class Meta:
        db_table = "day_item"
        indexes = (
            models.Index(
                fields=("kind", "institution_id", "day"),
                condition=Q(done_at__isnull=True),
                name="day_item_open",
            ),
            models.Index(fields=("agreement", "institution_id"), name="day_item_agreement"),
        )


class Clearing(models.Model):
    """What stands on an account that money only passes, by whose it is and since which day.

    A row that comes to nothing goes; the sum of an account's rows is its balance.
    """

    pk = models.CompositePrimaryKey("institution_id", "account", "agreement", "party")
    institution_id = columns.whole()
    account = columns.code()
    agreement = columns.code()
    party = columns.code()
    fen = columns.fen()
    since = columns.day()

    class Meta:
        db_table = "clearing"


class SubsidyGrant(models.Model):
    """That public money pays a part of an agreement's interest, from when to before when."""

    pk = models.CompositePrimaryKey("institution_id", "agreement", "since")
    institution_id = columns.whole()
    agreement = columns.code()
    since = columns.day()
    until = columns.day()
    granted_by = columns.code()
    granted_at = columns.moment()

    class Meta:
        db_table = "subsidy_grant"


class DayEnd(models.Model):
    """A day that is being ended: no event is booked on it any more. Closed: all of it is done.

    `balances` are of all accounts at its end; `refused` are events that were refused on it;
    `counts` tell what was found (agreements by grade, items by kind, suspense by age).
    """

    pk = models.CompositePrimaryKey("institution_id", "day")
    institution_id = columns.whole()
    day = columns.day()
    begun_at = columns.moment()
    closed_at = columns.moment_or_none()
    step = columns.code_or_empty()
    to_work = columns.big(default=0, db_default=0)
    worked = columns.big(default=0, db_default=0)
    refused = columns.content(default=list, db_default=[])
    contributions = columns.big(default=0, db_default=0)
    contributions_digest = columns.code_or_empty()
    balances = columns.content(null=True)
    counts = columns.content(default=dict, db_default={})
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

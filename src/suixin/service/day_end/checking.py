"""What must hold before a day is closed; a difference leaves it open and names the agreements."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.lending.classification import Grade
from suixin.lending.replay import replay
from suixin.service.day_end import items, past
from suixin.service.day_end.batch import rules_on, wake_on
from suixin.service.day_end.debt_facts import facts_known
from suixin.service.day_end.grading import grade_of
from suixin.service.day_end.items import Item, Kind
from suixin.service.day_end.loading import histories_of, terms_of_all
from suixin.service.day_end.quiet import after_quiet
from suixin.service.day_end.state_rows import NAMES, row_of, state_of
from suixin.service.store.session import Actor, query

# How many agreements are replayed from their beginning each day, to see that their states hold.
PROVED: Final = 20
# How many are named where something differs.
_NAMED: Final = 20
# Cash in transit, settlement suspense, supplier payable: money passes, none should stay.
CLEARING: Final = ("1002", "2001", "2002")

_STANDING: Final = """
    select count(*), count(*) filter (where worked_through = %s),
           coalesce(sum(principal_fen), 0)::bigint,
           coalesce(sum(interest_fen), 0)::bigint, coalesce(sum(penalty_fen), 0)::bigint,
           coalesce(sum(fee_fen), 0)::bigint, coalesce(sum(suspended_fen), 0)::bigint
      from agreement_state where institution_id = %s
"""
_SINCE: Final = """
    select coalesce(sum(interest_since) filter (where not non_accrual), 0)::bigint,
           coalesce(sum(penalty_since) filter (where not non_accrual), 0)::bigint,
           coalesce(sum(interest_since + penalty_since) filter (where non_accrual), 0)::bigint
      from day_grown
"""
_BEFORE: Final = """
    select day, balances::text from day_end
     where institution_id = %s and day < %s order by day desc limit 1
"""
_BOOKED: Final = """
    select account, sum(fen)::bigint from posting
     where institution_id = %s and booked_on > %s and booked_on <= %s group by account
"""
# Principal and fees are posted by agreement; all else of a state must add up in itself.
_DIFFERING: Final = """
    with said as (
        select agreement, sum(fen) filter (where account = '1101') as principal,
               sum(fen) filter (where account = '1104') as fee
          from posting
         where institution_id = %(institution)s and account in ('1101', '1104')
           and booked_on <= %(day)s
         group by agreement)
    select coalesce(nullif(coalesce(s.agreement, l.agreement), ''), 'no agreement') as name
      from said as l
      full join (select * from agreement_state where institution_id = %(institution)s) as s
        on s.agreement = l.agreement
     where coalesce(l.principal, 0) <> coalesce(s.principal_fen, 0)
        or coalesce(l.fee, 0) <> coalesce(s.fee_fen, 0)
        or s.principal_fen <> s.not_due_fen
           + coalesce((select sum(one) from unnest(s.due_principals) as one), 0)
        or s.interest_fen + s.suspended_fen - s.suspended_penalty_fen <> s.accrued_fen
           + coalesce((select sum(one) from unnest(s.due_interests) as one), 0)
        or s.fee_fen <> coalesce((select sum(one) from unnest(s.due_fees) as one), 0)
     order by 1 limit %(named)s
"""
_SAMPLE: Final = f"""
    select agreement, {NAMES}
      from agreement_state tablesample bernoulli (%s) repeatable (%s)
     where institution_id = %s and life <> '' order by agreement limit %s
"""
_PAIRS: Final = "select * from single_pairs(%s, %s, %s)"
_CLEARED: Final = """
    insert into clearing as c (institution_id, account, agreement, party, fen, since)
    select %(institution)s, account, agreement, party, sum(fen)::bigint, max(booked_on)
      from posting
     where institution_id = %(institution)s and booked_on > %(since)s and booked_on <= %(day)s
       and account = any (%(accounts)s::text[])
     group by account, agreement, party having sum(fen) <> 0
    on conflict (institution_id, account, agreement, party) do update
       set fen = c.fen + excluded.fen,
           since = case when sign(c.fen + excluded.fen) = sign(c.fen) then c.since
                        else excluded.since end
"""
_GONE: Final = "delete from clearing where institution_id = %s and fen = 0"
_WAITING: Final = """
    select account, count(*), sum(fen)::bigint, count(*) filter (where since < %(old)s),
           coalesce(sum(fen) filter (where since < %(old)s), 0)::bigint
      from clearing where institution_id = %(institution)s group by account order by account
"""
_RAISED: Final = """
    select account, agreement, party, fen, since from clearing
     where institution_id = %s and since = %s order by account, agreement, party
"""
_GRADES: Final = """
    select grade, count(*), sum(principal_fen)::bigint from agreement_state
     where institution_id = %s and accrues group by grade order by grade
"""


@dataclass(frozen=True, slots=True)
class Checked:
    """What held: balances by account, how many agreements there are and were worked, and counts."""

    balances: Mapping[str, int]
    agreements: int
    worked: int
    counts: Mapping[str, Any]


def check(actor: Actor, day: date) -> Checked:
    """Hold the books of a day whose interest is posted against the agreements and themselves.

    Raises `InputError` DIFFERS, PAIRS, STATE.
    """
    before = query(_BEFORE, [actor.institution, day])
    since, told = before[0] if before else (date.min, "{}")
    balances: dict[str, int] = json.loads(told)
    for account, fen in query(_BOOKED, [actor.institution, since, day]):
        balances[account] = balances.get(account, 0) + fen
    count, worked = _hold_balances(actor, day, balances)
    _hold_pairs(actor, day, since)
    waiting = _hold_clearing(actor, day, since, balances)
    _prove(actor, day, count)
    grades = query(_GRADES, [actor.institution])
    counts = {
        "clearing": waiting,
        "grades": {
            Grade(grade).name.lower(): {"agreements": number, "principal_fen": fen}
            for grade, number, fen in grades
        },
    }
    return Checked(balances, count, worked, counts)


def _hold_balances(actor: Actor, day: date, balances: Mapping[str, int]) -> tuple[int, int]:
    """Hold the books against the agreements; how many there are, and were worked on the day."""
    ((count, worked, *standing),) = query(_STANDING, [day, actor.institution])
    ((interest, penalty, suspended),) = query(_SINCE)
    grown = (0, interest, penalty, 0, suspended)
    wrong = [
        f"{account} is {balances.get(account, 0)}, the agreements say {stands + since}"
        for account, stands, since in zip(
            ("1101", "1102", "1103", "1104", "9003"), standing, grown, strict=True
        )
        if balances.get(account, 0) != stands + since
    ]
    if sum(balances.values()):
        wrong.append(f"the trial balance is off by {sum(balances.values())}")
    if wrong:
        given = {"institution": actor.institution, "day": day, "named": _NAMED}
        names = [name for (name,) in query(_DIFFERING, given)]
        raise InputError(
            "DIFFERS",
            f"The books are not what the agreements say: {'; '.join(wrong)} (fen). "
            f"Agreements that differ: {', '.join(names) or 'none by itself'}.",
            "Take back what was posted by another way; rebuild what a state has wrong "
            "(suixin day-end --rebuild AGREEMENT).",
        )
    return count, worked


def _hold_pairs(actor: Actor, day: date, since: date) -> None:
    """A movement between two institutions' books stands in both."""
    single = [pair for (pair,) in query(_PAIRS, [actor.institution, since, day])]
    if single:
        more = f" and {len(single) - _NAMED} more" if len(single) > _NAMED else ""
        raise InputError(
            "PAIRS",
            f"No other institution has posted its half of {', '.join(single[:_NAMED])}{more}.",
            "Have it posted there; the day stays open meanwhile.",
        )


def _hold_clearing(
    actor: Actor, day: date, since: date, balances: Mapping[str, int]
) -> dict[str, dict[str, int]]:
    """What waits on accounts that money only passes, by account; what grew old is raised."""
    given = {
        "institution": actor.institution,
        "day": day,
        "since": since,
        "accounts": list(CLEARING),
    }
    query(_CLEARED, given)
    query(_GONE, [actor.institution])
    most = load_policy("servicing").on(day)["clearing.days"]
    old = date.fromordinal(day.toordinal() - most)
    found = {
        account: {"rows": number, "fen": fen, "old_rows": old_number, "old_fen": old_fen}
        for account, number, fen, old_number, old_fen in query(_WAITING, {**given, "old": old})
    }
    for account in CLEARING:
        listed = found.get(account, {"fen": 0})["fen"]
        if balances.get(account, 0) != listed:
            wrong = f"{account} is {balances.get(account, 0)}, what is listed of it {listed} (fen)."
            raise InputError("DIFFERS", wrong, "Look for who wrote to it by another way.")
    raised = query(_RAISED, [actor.institution, date.fromordinal(old.toordinal() - 1)])
    items.put(
        actor,
        day,
        [
            Item(
                day,
                f"{account}/{agreement or party}",
                Kind.SUSPENSE,
                {"account": account, "agreement": agreement, "party": party, "fen": fen},
            )
            for account, agreement, party, fen, _ in raised
        ],
    )
    return found


def _prove(actor: Actor, day: date, count: int) -> None:
    """Replay some agreements, others each day, from their beginning: their states must come out."""
    share = min(100.0, 200.0 * PROVED / max(count, 1))
    sample = query(_SAMPLE, [share, day.toordinal(), actor.institution, PROVED])
    names = [name for name, *_ in sample]
    pasts, facts = past.read(actor, names), facts_known(actor, day, names)
    signed, known = terms_of_all(actor, names), histories_of(actor, names)
    wrong = []
    for name, *row in sample:
        terms = signed[name]
        rules = rules_on(terms.start)
        made = replay(terms, known[name], on=day, known_on=day, rules=rules)
        state = state_of(terms, row, pasts.get(name, ()))
        grade = grade_of(made.state, facts.get(name, {}), day)
        # When it is looked at next was told on the day of its state, by the rules of that day.
        stands = row_of(terms, state, wake_on=wake_on(state, rules, state.on), grade=grade)
        if after_quiet(terms, state, day) != made.state or stands != tuple(row):
            wrong.append(name)
    if wrong:
        told = f"The states of {', '.join(wrong)} are not what their histories say."
        hint = "Look at how they came to be so, then suixin day-end --rebuild AGREEMENT."
        raise InputError("STATE", told, hint)

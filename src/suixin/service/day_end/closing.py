"""What closes a day: interest of all agreements, the checks, the balances; one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from suixin.data.errors import InputError
from suixin.lending.replay import replay
from suixin.lending.transaction import Dimensions, Transaction, pair_of
from suixin.service.day_end import contributions, past
from suixin.service.day_end.batch import rules_on, wake_on
from suixin.service.day_end.debt_facts import facts_known
from suixin.service.day_end.grading import grade_of
from suixin.service.day_end.quiet import after_quiet
from suixin.service.day_end.spans import WEIGHTS, spans
from suixin.service.day_end.state_rows import NAMES, row_of, state_of
from suixin.service.store.agreements import history_of, terms_of
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import Actor, acting, query

# How many agreements are replayed from their beginning each day, to see that their states hold.
PROVED: Final = 20

# Below it a sum can be doubled and rounded within 64 bits, which takes a third of the time.
_SMALL: Final = 2**61
# Interest and penalty from where a state stands: to the day before (`was`) and to the day (`is`).
_GROWN: Final = """
    create temporary table day_grown on commit drop as
    select agreement, sheet, mode, non_accrual,
           (interest_is - interest_was)::bigint as interest,
           (penalty_is - penalty_was)::bigint as penalty,
           (interest_is - interest_booked_fen)::bigint as interest_since,
           (penalty_is - penalty_booked_fen)::bigint as penalty_since
      from (
        select s.agreement, s.sheet, s.mode, s.non_accrual, s.interest_booked_fen,
               s.penalty_booked_fen,
               round_by(s.rounding, s.accrued_num::{whole} + s.not_due_fen::{whole} * s.rate_bps
                        * w.was, w.unit) as interest_was,
               round_by(s.rounding, s.accrued_num::{whole} + s.not_due_fen::{whole} * s.rate_bps
                        * w.now, w.unit) as interest_is,
               case when s.overdue_fen = 0 then s.penalty_booked_fen else
               round_by(s.rounding, (s.penalty_num + s.overdue_fen::numeric * s.rate_bps
                        * (%(day)s::date - 1 - s.worked_through)) * s.penalty_bps, w.year)
               end as penalty_was,
               case when s.overdue_fen = 0 then s.penalty_booked_fen else
               round_by(s.rounding, (s.penalty_num + s.overdue_fen::numeric * s.rate_bps
                        * (%(day)s::date - s.worked_through)) * s.penalty_bps, w.year)
               end as penalty_is
          from agreement_state as s
          join {weights}
            on (w.day_count, w.anchor_on, w.worked_through)
             = (s.day_count, s.anchor_on, s.worked_through)
         where s.institution_id = %(institution)s and s.accrues and s.worked_through < %(day)s
           and (s.not_due_fen > 0 or s.overdue_fen > 0)) as grown
"""
_SUMS: Final = """
    select value_on, sheet, mode, debit, credit, sum(fen)::bigint
      from (
        select %(day)s::date as value_on, sheet, mode,
               case when non_accrual then '9003' else '1102' end as debit,
               case when non_accrual then '9000' else '4001' end as credit, interest as fen
          from day_grown
        union all
        select %(day)s::date, sheet, mode, case when non_accrual then '9003' else '1103' end,
               case when non_accrual then '9000' else '4002' end, penalty
          from day_grown where penalty <> 0
        union all
        select u.value_on, s.sheet, s.mode, u.debit, u.credit, u.fen
          from day_contribution as c,
               unnest(c.agreements, c.value_ons, c.debits, c.credits, c.fens)
               as u(agreement, value_on, debit, credit, fen)
          join agreement_state as s on s.agreement = u.agreement
         where s.institution_id = %(institution)s and c.institution_id = %(institution)s
           and c.day = %(day)s) as parts
     group by 1, 2, 3, 4, 5 having sum(fen) <> 0 order by 1, 2, 3, 4, 5
"""
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
_BALANCES_BEFORE: Final = """
    select day, balances::text from day_end
     where institution_id = %s and day < %s order by day desc limit 1
"""
_BOOKED: Final = """
    select account, sum(fen)::bigint from posting
     where institution_id = %s and booked_on > %s and booked_on <= %s group by account
"""
_SAMPLE: Final = f"""
    select agreement, {NAMES}
      from agreement_state tablesample bernoulli (%s) repeatable (%s)
     where institution_id = %s and life <> '' order by agreement limit %s
"""
_ALONE: Final = "select pg_advisory_xact_lock(hashtext('suixin.day'), %s)"
_CLOSE: Final = """
    update day_end set closed_at = now(), worked = %s, refused = %s::jsonb, contributions = %s,
           contributions_digest = %s, balances = %s::jsonb, digest = %s
     where institution_id = %s and day = %s
"""
_CLOSED_THROUGH: Final = "update institution set closed_through = %s where id = %s"
_CLEAR: Final = """
    delete from day_contribution where institution_id = %s and day = %s
    returning refused::text
"""


def close(actor: Actor, day: date, lake: Path) -> None:
    """Post the day's interest, check, and close the day; all of it or nothing.

    Every agreement on which something happens must be worked. Raises `InputError` DIFFERS or
    STATE where the books are not what the agreements say.
    """
    with acting(actor):
        _grow(actor, day)
        books = StoredBooks(actor)
        books.post_all(_accruals(actor, day))
        found = contributions.write(actor, day, lake)
        query(_ALONE, [actor.institution])
        balances = _balances(actor, day)
        count, worked = _check(actor, day, balances)
        _prove(actor, day, count)
        cleared = query(_CLEAR, [actor.institution, day])
        refused = sorted(one for (rows,) in cleared for one in json.loads(rows))
        told = {"day": day.isoformat(), "balances": balances, "contributions": found.digest}
        digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
        values = [worked, json.dumps(refused), found.count, found.digest, json.dumps(balances)]
        query(_CLOSE, [*values, digest, actor.institution, day])
        query(_CLOSED_THROUGH, [day, actor.institution])


def _grow(actor: Actor, day: date) -> None:
    """What each agreement that was not worked accrued on the day; days by the core's own count."""
    found = spans(actor, day)
    given = {"institution": actor.institution, "day": day, **found.values}
    whole = "bigint" if found.most < _SMALL else "numeric"
    query(_GROWN.format(weights=WEIGHTS, whole=whole), given)


def _accruals(actor: Actor, day: date) -> list[Transaction]:
    """A transaction a sheet, mode and value day; one of a day before corrects that day's."""
    found: dict[tuple[date, str, str], list[tuple[str, str, int]]] = {}
    for value_on, sheet, mode, *pair in query(
        _SUMS, {"institution": actor.institution, "day": day}
    ):
        found.setdefault((value_on, sheet, mode), []).append(tuple(pair))
    made = []
    for (value_on, sheet, mode), pairs in found.items():
        about = Dimensions(sheet=sheet, mode=mode)
        postings = [one for given in pairs for one in pair_of(*given, about)]
        first = f"day:{value_on}:accrue/{sheet}/{mode}"
        late = value_on < day
        made.append(
            Transaction(
                key=f"day:{day}:accrue/{sheet}/{mode}" + (f"/{value_on}" if late else ""),
                value_on=value_on,
                booked_on=day,
                postings=tuple(postings),
                text="interest and penalty of the day",
                corrects=first if late else "",
            )
        )
    return made


def _balances(actor: Actor, day: date) -> dict[str, int]:
    """The balance of each account at the end of the day: yesterday's and what was booked since."""
    before = query(_BALANCES_BEFORE, [actor.institution, day])
    since, told = before[0] if before else (date.min, "{}")
    found: dict[str, int] = json.loads(told)
    for account, fen in query(_BOOKED, [actor.institution, since, day]):
        found[account] = found.get(account, 0) + fen
    return found


def _check(actor: Actor, day: date, balances: Mapping[str, int]) -> tuple[int, int]:
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
        raise InputError(
            "DIFFERS",
            f"The books are not what the agreements say: {'; '.join(wrong)} (fen).",
            "Look for what was posted to these accounts by another way, and take it back.",
        )
    return count, worked


def _prove(actor: Actor, day: date, count: int) -> None:
    """Replay some agreements, others each day, from their beginning: their states must come out."""
    share = min(100.0, 200.0 * PROVED / max(count, 1))
    sample = query(_SAMPLE, [share, day.toordinal(), actor.institution, PROVED])
    names = [name for name, *_ in sample]
    pasts, facts = past.read(actor, names), facts_known(actor, day, names)
    wrong = []
    for name, *row in sample:
        terms = terms_of(actor, name)
        rules, known = rules_on(terms.start), history_of(actor, name)
        made = replay(terms, known, on=day, known_on=day, rules=rules)
        state = state_of(terms, row, pasts.get(name, ()))
        grade = grade_of(made.state, facts.get(name, {}), day)
        # When it is looked at next was told on the day of its state, by the rules of that day.
        stands = row_of(terms, state, wake_on=wake_on(state, rules, state.on), grade=grade)
        if after_quiet(terms, state, day) != made.state or stands != tuple(row):
            wrong.append(name)
    if wrong:
        told = f"The states of {', '.join(wrong)} are not what their histories say."
        hint = "Hold them against a replay of their events; the day stays open meanwhile."
        raise InputError("STATE", told, hint)

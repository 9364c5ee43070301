"""What closes a day: interest of all agreements, the checks, the balances; one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from suixin.lending.transaction import Dimensions, Transaction, pair_of
from suixin.service.day_end import contributions
from suixin.service.day_end.checking import check
from suixin.service.day_end.spans import WEIGHTS, spans
from suixin.service.day_end.subsidies import subsidise
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import Actor, acting, query

# Whole sorts and lists in memory.
_ROOM: Final = "select set_config('work_mem', '64MB', true)"
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
_ALONE: Final = "select pg_advisory_xact_lock(hashtext('suixin.day'), %s)"
_CLOSE: Final = """
    update day_end set closed_at = now(), step = 'closed', worked = %s, refused = %s::jsonb,
           contributions = %s, contributions_digest = %s, balances = %s::jsonb, counts = %s::jsonb,
           digest = %s
     where institution_id = %s and day = %s
"""
_CLOSED_THROUGH: Final = "update institution set closed_through = %s where id = %s"
_CLEAR: Final = """
    delete from day_contribution where institution_id = %s and day = %s
    returning refused::text
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """A day that is closed.

    `worked` are agreements to which something happened, `refused` (agreement, event) what they
    did not take; `digest` covers all balances and the contributions. `counts` tell how the
    agreements are graded and what waits on clearing accounts.
    """

    day: date
    worked: int
    contributions: int
    contributions_digest: str
    digest: str
    refused: tuple[tuple[str, str], ...]
    counts: Mapping[str, Any]


def close(actor: Actor, day: date, lake: Path, told: Callable[[Ended], None]) -> Ended:
    """Post the day's interest, check, and close the day; all of it or nothing.

    Every agreement on which something happens must be worked. What `told` does with the closed
    day, such as telling it to a log, is a part of closing it. Raises `InputError` DIFFERS, PAIRS,
    STATE where the books are not what the agreements, or other books, say.
    """
    with acting(actor):
        query(_ROOM)
        _grow(actor, day)
        StoredBooks(actor).post_all(_accruals(actor, day))
        found = contributions.write(actor, day, lake)
        query(_ALONE, [actor.institution])
        held = check(actor, day)
        subsidise(actor, day)
        cleared = query(_CLEAR, [actor.institution, day])
        refused = sorted(one for (rows,) in cleared for one in json.loads(rows))
        said = {"day": day.isoformat(), "balances": held.balances, "contributions": found.digest}
        digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
        values = [
            *(held.worked, json.dumps(refused), found.count, found.digest),
            *(json.dumps(held.balances), json.dumps(held.counts), digest),
        ]
        query(_CLOSE, [*values, actor.institution, day])
        query(_CLOSED_THROUGH, [day, actor.institution])
        made = Ended(
            day,
            held.worked,
            found.count,
            found.digest,
            digest,
            tuple((name, key) for name, key in refused),
            held.counts,
        )
        told(made)
        return made


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

"""Days between where states stand and a day, counted by the core once for all that share them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from suixin.lending.accrual import basis_of, weight
from suixin.lending.day_count import DayCount
from suixin.lending.running import ONE_DAY
from suixin.service.store.session import Actor, query

_RATE: Final = 10_000
# `a_day` is what a day adds to `accrued_num` at most.
_SPANS: Final = """
    select day_count, anchor_on, worked_through, max(accrued_num) as most,
           max(not_due_fen::numeric * rate_bps) as a_day
      from agreement_state
     where institution_id = %(institution)s and accrues and worked_through < %(day)s {among}
     group by day_count, anchor_on, worked_through
"""
_AMONG: Final = "and agreement = any (%(names)s::text[])"
# A table of spans, from the values of `Spans`.
WEIGHTS: Final = """
    unnest(%(conventions)s::text[], %(anchors)s::date[], %(froms)s::date[], %(was)s::bigint[],
           %(now)s::bigint[], %(units)s::bigint[], %(years)s::bigint[])
    as w(day_count, anchor_on, worked_through, was, now, unit, year)
"""


@dataclass(frozen=True, slots=True)
class Spans:
    """Weights from where states stand to the day before (`was`) and to the day (`now`).

    `values` are the columns of `WEIGHTS`; `most` bounds every sum of interest to the day.
    """

    values: dict[str, list[Any]]
    most: int


def spans(actor: Actor, day: date, names: Sequence[str] | None = None) -> Spans:
    """The spans of all agreements that accrue and were not worked on the day, or of some."""
    among = "" if names is None else _AMONG
    given = {"institution": actor.institution, "day": day, "names": names}
    if names is None:
        del given["names"]
    found = query(_SPANS.format(among=among), given)
    was, now, units, years, most = [], [], [], [], 0
    for name, anchor, through, sum_most, a_day in found:
        convention = DayCount(name)
        before = weight(convention, anchor, through)
        was.append(weight(convention, anchor, day - ONE_DAY) - before)
        now.append(weight(convention, anchor, day) - before)
        units.append(_RATE * basis_of(convention))
        years.append(_RATE * _RATE * (360 if convention is DayCount.ACT_360 else 365))
        most = max(most, int(sum_most) + int(a_day) * now[-1])
    return Spans(
        {
            "conventions": [name for name, *_ in found],
            "anchors": [anchor for _, anchor, *_ in found],
            "froms": [through for _, _, through, *_ in found],
            "was": was,
            "now": now,
            "units": units,
            "years": years,
        },
        most,
    )

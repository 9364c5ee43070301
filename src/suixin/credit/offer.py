"""Offers: limit and price for every subject, from what scoring found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from suixin.credit.file import Status, Terms
from suixin.credit.grade import Standing
from suixin.credit.household import Household
from suixin.credit.limit import LimitInput, limit
from suixin.credit.sales_ahead import Sales
from suixin.credit.summary import MONTHS, Totals
from suixin.credit.terms_rules import TermsRules
from suixin.kernel.day import date_of, epoch_day


@dataclass(frozen=True, slots=True)
class Asked:
    """What an offer is made from; sequences have one item a subject.

    `seasons` give the calendar months in which the subject's category sells (empty: all year);
    `standing_limits` the limit of 30 days ago by subject id, absent for a first limit.
    """

    product: str
    ids: tuple[str, ...]
    statuses: Sequence[Status]
    standings: Sequence[Standing | None]
    seasons: Sequence[frozenset[int]]
    flags: Sequence[tuple[str, ...]]
    standing_limits: Mapping[str, int]


def offers(
    asked: Asked, summary: Totals, household: Household, rules: TermsRules
) -> tuple[Terms, ...]:
    """The terms of every subject under one product."""
    day = date_of(summary.day)
    months, first = _months_lived(summary)
    return tuple(
        limit(
            LimitInput(
                product=asked.product,
                status=asked.statuses[row],
                grade=None if standing is None else standing.grade,
                sales=Sales(day, tuple(months[row][first[row] :]), asked.seasons[row]),
                this_month_fen=int(summary.months[row, -1]),
                other_income_fen_month=int(household.other_income_month[row]),
                living_cost_fen_month=_known(household.living_cost_month[row]),
                debt_service_fen_month=int(household.debt_service_month[row]),
                debt_elsewhere_fen=int(household.debt_elsewhere[row]),
                limit_30d_ago_fen=asked.standing_limits.get(asked.ids[row]),
                flags=frozenset(asked.flags[row]),
                store_rating=_known(household.store_rating[row]),
            ),
            rules,
        )
        for row, standing in enumerate(asked.standings)
    )


def _months_lived(summary: Totals) -> tuple[list[list[int]], list[int]]:
    """Clean sales of the 24 complete months, and where each subject's first sale stands in them."""
    complete = summary.months[:, : MONTHS - 1]
    sold = complete > 0
    first = np.where(sold.any(axis=1), sold.argmax(axis=1), MONTHS - 1)
    year, month = divmod(summary.this_month - (MONTHS - 1), 12)
    # Who sold before the window lived through its empty first months.
    older = summary.first_sale < epoch_day(date(year, month + 1, 1))
    return complete.tolist(), np.where(older, 0, first).tolist()


def _known(value: float) -> int | None:
    return None if np.isnan(value) else int(value)

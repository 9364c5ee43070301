"""Score one subject from its summary, in milliseconds, with the numbers of the batch.

No feed is read and no table scanned: the sums of `subject_summary` go through the same functions
as those of all subjects at once. What is sold moves the score at once; what others say moves it
with the night's batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from suixin.credit import stability
from suixin.credit.book import Shortfall, index_lines
from suixin.credit.composite import Composite, composites
from suixin.credit.engine import Columns
from suixin.credit.file import IndexLine, Reason, Status, Terms
from suixin.credit.grade import Calibrated, GradeRules, Standing, standing
from suixin.credit.index import Floats, Index, Ints, PartRule, index, part_rules
from suixin.credit.offer import Asked, offers
from suixin.credit.reasons import ReasonRules, raises, status_reason, thin_raise, top_reasons
from suixin.credit.score import seasons_of, shortfall, statuses_of
from suixin.credit.season import Calendar, since_in_season
from suixin.credit.sheets import policy_on
from suixin.credit.subject_summary import CLOSED, PROMISED, SALES, Market, SubjectSummary, Sums
from suixin.credit.summary import MONTHS, WEEKS, Totals, last_complete_week, month_number, week_of
from suixin.credit.terms_rules import TermsRules
from suixin.credit.trade import Sold, days_idle, weeks_of
from suixin.credit.weights import Weighing
from suixin.kernel.day import epoch_day
from suixin.kernel.policy import PolicyOn

_INDICES = ("engagement", "stability", "reputation")
_ORDERS, _CLEAN_ORDERS, _GROSS, _REFUND, _Q = range(len(SALES))


@dataclass(frozen=True, slots=True)
class OnlineRules:
    """The policy of one day, read once: what every score of that day goes by.

    `calibration` is the adopted one of composites; without it there is no probability.
    """

    policy: PolicyOn
    terms: TermsRules
    grades: GradeRules
    parts: Mapping[str, tuple[PartRule, ...]]
    reasons: ReasonRules
    calibration: Calibrated | None = None

    @classmethod
    def on(
        cls, day: date, policies: Path | None = None, *, calibration: Calibrated | None = None
    ) -> OnlineRules:
        """The rules in force on a day, an institution's folder overriding the packaged ones.

        >>> OnlineRules.on(date(2026, 6, 30)).parts["stability"][0].part
        'level'
        """
        policy = policy_on(day, policies)
        return cls(
            policy=policy,
            terms=TermsRules.from_policy(policy, policy),
            grades=GradeRules.from_policy(policy),
            parts={name: part_rules(policy[f"{name}.parts"]) for name in _INDICES},
            reasons=ReasonRules.from_policy(policy),
            calibration=calibration,
        )


@dataclass(frozen=True, slots=True)
class OnlineScore:
    """What one subject is worth on a day; None is unknown, as in a credit file.

    `contributions` are composite points by (index, part): with social and crop they sum to
    composite less the reference.
    """

    subject: str
    as_of: date
    status: Status
    indices: Mapping[str, float | None]
    composite: float | None
    contributions: Mapping[tuple[str, str], float]
    standing: Standing | None
    terms: Terms


@dataclass(frozen=True, slots=True)
class Explained:
    """An online score with what a credit file says beside it: parts, reasons, what would raise it.

    `sold` are its sales to the day, `offered` its terms under every product.
    """

    score: OnlineScore
    lines: tuple[IndexLine, ...]
    reasons: tuple[Reason, ...]
    raise_: Reason | None
    sold: Totals
    offered: Mapping[str, Terms]


@dataclass(frozen=True, slots=True)
class _Stood:
    """What an offer asks of one who was judged."""

    sold: Sold
    status: Status
    held: Standing | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """One subject judged; arrays have one row."""

    sold: Sold
    indices: tuple[Index, ...]
    whole: Composite
    short: Shortfall
    score: OnlineScore


def score_one(
    one: SubjectSummary, market: Market, rules: OnlineRules, *, product: str | None = None,
    standing_limit: int | None = None,
) -> OnlineScore:  # fmt: skip
    """Index, composite, grade, limit and price of one subject on the rules' day.

    `product` is a sheet of `products` (the first by default); `standing_limit` the limit of 30
    days ago in fen. Raises KeyError on a product without a sheet.
    """
    return _judged(one, market, rules, product, standing_limit).score


def explain_one(
    one: SubjectSummary, market: Market, rules: OnlineRules, *, product: str | None = None,
    standing_limits: Mapping[str, int] | None = None,
) -> Explained:  # fmt: skip
    """The same with its parts and reasons, as the batch's file has them, and every product's terms.

    `standing_limits` are the limits of 30 days ago in fen, by product.
    """
    limits = standing_limits or {}
    first = next(iter(rules.terms.products)) if product is None else product
    found = _judged(one, market, rules, first, limits.get(first))
    stood = _Stood(found.sold, found.score.status, found.score.standing)
    offered = {
        name: _terms(one, stood, rules, name, limits.get(name)) for name in rules.terms.products
    }
    told, weights, short = rules.reasons, one.heard.weights, found.short
    raise_ = (
        raises(found.indices, found.whole, weights, told).of(0)
        if found.score.status == "scored"
        else thin_raise(told, orders_short=int(short.orders[0]), weeks_short=int(short.weeks[0]))
    )
    lines = index_lines(found.indices, found.whole, weights, 0)
    reasons = _reasons(found, told)
    return Explained(found.score, lines, reasons, raise_, found.sold.summary, offered)


def advise_one(
    one: SubjectSummary, market: Market, rules: OnlineRules, *, product: str,
    standing_limit: int | None = None,
) -> tuple[OnlineScore, tuple[Reason, ...]]:  # fmt: skip
    """The score under a product and its reasons: what an answer needs that must not wait."""
    found = _judged(one, market, rules, product, standing_limit)
    return found.score, _reasons(found, rules.reasons)


def _reasons(found: _Judged, told: ReasonRules) -> tuple[Reason, ...]:
    reasons, status = top_reasons(found.whole, told).of(0), found.score.status
    if status == "scored":
        return reasons
    why = status_reason(status, told)
    return (why,) if status == "no_facts" else (why, *reasons)[:4]


def _judged(
    one: SubjectSummary,
    market: Market,
    rules: OnlineRules,
    product: str | None,
    standing_limit: int | None,
) -> _Judged:
    policy, heard = rules.policy, one.heard
    sold = _sold(one, market, policy)
    measures = (
        heard.engagement,
        stability.measured(sold, _shares(one, market, policy), policy, connected=market.connected),
        heard.reputation,
    )
    indices = tuple(index(found, rules.parts[found.name]) for found in measures)
    whole = composites(
        indices,
        Weighing.everywhere(heard.weights, 1),
        social=np.array([heard.social]),
        crop=np.array([heard.crop]),
        reference=float(policy["composite.reference"]),
    )
    short = shortfall(sold, policy)
    [status] = statuses_of(sold, short, heard=np.array([heard.anything]))
    value = float(whole.value[0])
    held = standing(value, rules.grades, rules.calibration) if status == "scored" else None
    first = next(iter(rules.terms.products)) if product is None else product
    score = OnlineScore(
        subject=one.subject,
        as_of=policy.day,
        status=status,
        indices={found.name: _value(found) for found in indices},
        composite=None if status == "no_facts" else value,
        contributions=dict(zip(whole.lines, whole.contributions[0].tolist(), strict=True)),
        standing=held,
        terms=_terms(one, _Stood(sold, status, held), rules, first, standing_limit),
    )
    return _Judged(sold, indices, whole, short, score)


def _terms(
    one: SubjectSummary,
    stood: _Stood,
    rules: OnlineRules,
    product: str,
    standing_limit: int | None,
) -> Terms:
    """The terms under a product of one who was judged."""
    asked = Asked(
        product=product,
        ids=(one.subject,),
        statuses=(stood.status,),
        standings=(stood.held,),
        seasons=seasons_of(stood.sold),
        flags=(one.heard.flags,),
        standing_limits={} if standing_limit is None else {one.subject: standing_limit},
    )
    [terms] = offers(asked, stood.sold.summary, one.heard.household, rules.terms)
    return terms


def totals_of(one: SubjectSummary, on: date) -> Totals:
    """Sales of one subject to a day, merged from its days: one row."""
    day = epoch_day(on)
    days, found = one.sales.key[:, 0], one.sales.value
    until = int(np.searchsorted(days, day, side="right"))
    days, found = days[:until], found[:until]
    last_week, this_month = last_complete_week(day), month_number(on)
    month_at = _months(days) - (this_month - MONTHS + 1)
    week_at = week_of(days) - (last_week - WEEKS + 1)
    in_months = month_at >= 0
    in_weeks = (week_at >= 0) & (week_at < WEEKS)

    def by_month(column: int) -> Ints:
        return _added(month_at[in_months], found[in_months, column], MONTHS)

    whole = found.sum(axis=0, dtype=np.int64)
    sold = days[found[:, _Q] > 0]
    return Totals(
        day=day,
        last_week=last_week,
        this_month=this_month,
        weeks=_added(week_at[in_weeks], found[in_weeks, _Q], WEEKS),
        months=by_month(_Q),
        month_orders=by_month(_ORDERS),
        month_gross=by_month(_GROSS),
        month_refund=by_month(_REFUND),
        orders=whole[[_ORDERS]],
        clean_orders=whole[[_CLEAN_ORDERS]],
        gross=whole[[_GROSS]],
        refund=whole[[_REFUND]],
        clean=whole[[_Q]],
        first_sale=_end(sold, 0),
        last_sale=_end(sold, -1),
        first_order=_end(days, 0),
        last_order=_end(days, -1),
        category=np.array([one.category], dtype=object),
        categories=(one.categories,),
    )


def _sold(one: SubjectSummary, market: Market, policy: PolicyOn) -> Sold:
    totals = totals_of(one, policy.day)
    return Sold(
        summary=totals,
        calendars=market.calendars,
        weeks=weeks_of(
            totals, market.years, market.calendars, weeks=policy["stability.windows"]["weeks"]
        ),
        idle_days=days_idle(totals, market.calendars),
    )


def _shares(one: SubjectSummary, market: Market, policy: PolicyOn) -> stability.Shares:
    """The shares of the windows of stability, each window in season where the category has one."""
    windows, day = policy["stability.windows"], epoch_day(policy.day)
    calendar = market.calendars.get(one.category or "")

    def window(sums: Sums, days: int) -> Sums:
        since = day - days if calendar is None else _since(calendar, day, days)
        return sums.after(since, to=day)

    promised = _summed(window(one.promised, windows["fulfilment_days"]), PROMISED)
    closed = _summed(window(one.closed, windows["returns_days"]), CLOSED)
    bought = window(one.bought, windows["concentration_days"])
    _, buyer = np.unique(bought.key[:, 1], return_inverse=True)
    # Fen below 2^53 add up exactly in floats too.
    by_buyer = np.bincount(buyer, weights=bought.value[:, 0], minlength=1)
    buyers = {"buyers": len(by_buyer), "largest": by_buyer.max(), "all": by_buyer.sum()}
    return stability.Shares(
        late=stability.share_of(promised, "late", "orders", "orders", 1),
        returned=stability.share_of(closed, "refund", "gross", "orders", 1),
        largest=stability.share_of(_one_row(buyers), "largest", "all", "buyers", 1),
    )


@lru_cache(maxsize=4_096)
def _since(calendar: Calendar, day: int, days: int) -> int:
    """Remembered, for all sellers of a category ask for the same day."""
    return since_in_season(calendar, day, days)


def _summed(sums: Sums, names: tuple[str, ...]) -> Columns:
    found = sums.value.sum(axis=0, dtype=np.int64).tolist()
    return _one_row(dict(zip(names, found, strict=True)))


def _one_row(found: Mapping[str, float]) -> Columns:
    return {"row": np.zeros(1, np.int64), **{k: np.array([v]) for k, v in found.items()}}


def _months(days: Ints) -> Ints:
    """Year × 12 + month − 1 of days since 1970-01-01."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 12 * 1970


def _added(at: Ints, values: Ints, size: int) -> Ints:
    spread = np.zeros((1, size), dtype=np.int64)
    np.add.at(spread[0], at, values)
    return spread


def _end(days: Ints, at: int) -> Floats:
    return np.array([float(days[at]) if len(days) else np.nan])


def _value(found: Index) -> float | None:
    value = float(found.value[0])
    return None if np.isnan(value) else value

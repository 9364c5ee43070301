"""What a case of the other system calls its terms, in our words: fractions, cycles, methods."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from suixin.lending.cycle import Cycle
from suixin.lending.day_count import DayCount, year_fraction
from suixin.lending.progressive.terms import Ahead, Extra, Orders, ProgressiveTerms

AHEAD = {
    "NEXT_INSTALLMENT": Ahead.NEXT,
    "LAST_INSTALLMENT": Ahead.LAST,
    "NEXT_LAST_INSTALLMENT": Ahead.NEXT_LAST,
    "REAMORTIZATION": Ahead.ALL_ALIKE,
}
EXTRA = {
    "REDUCE_NUMBER_OF_INSTALLMENTS": Extra.SHORTER,
    "REDUCE_EMI_AMOUNT": Extra.LOWER,
    "RESCHEDULE_NEXT_REPAYMENTS": Extra.NEXT,
}
BUCKET_NAMES = {"PENALT": "penalty", "FEE": "fee", "INTEREST": "interest", "PRINCIPAL": "principal"}
REFUNDS = frozenset({"payout_refund", "merchant_issued_refund"})

UNITS = {"DAYS": "D", "WEEKS": "W", "MONTHS": "M", "YEARS": "Y"}


class Refused(Exception):
    """A case asks for a step that we do not know."""


@dataclass(frozen=True, slots=True)
class Counting:
    """Days in a year (360, 365, ACTUAL) and in a month (30, ACTUAL).

    `feb_29_only`: a leap year has 366 days only for the period with its 29 February.
    `split`: which of the two years the 31st of December is in where a period holds it.
    `by_period`: a month is a twelfth of the year and a week a 52nd, whatever their days.
    """

    year: str
    month: str
    feb_29_only: bool
    by_period: bool = False
    split: DayCount = DayCount.ACT_ACT_YEAR_END

    def part(self, start: date, end: date, within: tuple[date, date], cycle: Cycle) -> Fraction:
        """The part of a year from start to end, both inside one period of the cycle."""
        days, whole = (end - start).days, (within[1] - within[0]).days
        if self.by_period and cycle.unit in "MW":
            a_year = 12 if cycle.unit == "M" else 52
            return Fraction(cycle.times, a_year) * Fraction(days, whole or 1)
        feb_29 = _holds_feb_29(*within)
        if self.year == "ACTUAL" and start.year < end.year and (feb_29 or not self.feb_29_only):
            return year_fraction(self.split, start, end)
        year = self._days_in_year(start, feb_29=feb_29)
        if self.month == "DAYS30" and cycle.months:
            return Fraction(30 * cycle.months, year) * Fraction(days, whole or 1)
        return Fraction(days, year)

    def _days_in_year(self, day: date, *, feb_29: bool) -> int:
        if self.year != "ACTUAL":
            return int(self.year.removeprefix("DAYS"))
        leap = isleap(day.year) and (feb_29 or not self.feb_29_only)
        return 366 if leap else 365


def counting(year: str, month: str, custom: str | None) -> Counting:
    """Read the names of both conventions, with or without their type's name before them."""
    return Counting(
        year.rpartition(".")[2], month.rpartition(".")[2], (custom or "").startswith("FEB_29")
    )


def cycle_of(every: str, frequency: str) -> Cycle:
    """Every so many DAYS, WEEKS, MONTHS or YEARS."""
    return Cycle(int(every), UNITS[frequency])


def day_of(text: str) -> date:
    """A day as its cases write it: 01 January 2024, or 23 Jun 2024."""
    for form in ("%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(f"{text!r} is no day such as 01 January 2024.")


def fen_of(text: Any) -> int:
    """An amount with at most two decimals, in minor units; nothing is 0."""
    exact = Fraction(str(text or "0")) * 100
    if exact.denominator != 1:
        raise ValueError(f"{text!r} is finer than two decimals.")
    return exact.numerator


def rate_of(percent: str) -> Fraction:
    """A yearly rate, exactly, from its percent."""
    return Fraction(percent) / 100


def _holds_feb_29(start: date, end: date) -> bool:
    leap = (date(year, 2, 29) for year in range(start.year, end.year + 1) if isleap(year))
    return any(start < day <= end for day in leap)


def terms_of(product: Mapping[str, Any]) -> Counting:
    """The counting of a product."""
    found = counting(
        product["daysInYearType"],
        product["daysInMonthType"],
        product.get("daysInYearCustomStrategy"),
    )
    on_the_day = str(product.get("interestRecognitionOnDisbursementDate")).lower() == "true"
    return replace(found, split=DayCount.ACT_ACT) if on_the_day else found


def progressive_terms(product: Mapping[str, Any], asked: Mapping[str, str]) -> ProgressiveTerms:
    """A product and what was asked of it, as our terms."""
    cycle = cycle_of(asked["repaymentEvery"], asked["repaymentFrequencyType"])
    by_period = asked["interest calculation period"] == "SAME_AS_REPAYMENT_PERIOD"
    counts = replace(terms_of(product), by_period=by_period)
    for grace in ("graceOnPrincipalPayment", "graceOnInterestPayment", "interest free period"):
        if asked.get(grace) not in (None, "", "0"):
            raise Refused(grace)
    if "INTEREST" in str(product.get("interestRecalculationCompoundingMethod")):
        raise Refused("interest upon interest")
    down = re.search(r"\d+", str(product.get("disbursedAmountPercentageForDownPayment") or "0"))
    takes_down = product.get("enableDownPayment") == "true"
    extra = str(product.get("rescheduleStrategyMethod")).rpartition(".")[2]
    base = ProgressiveTerms(
        times=int(asked["numberOfRepayments"]),
        cycle=cycle,
        rate=rate_of(asked["ANNUAL interest rate %"]),
        part=lambda start, end, within: counts.part(start, end, within, cycle),
        flat=asked["interest type"] == "FLAT",
        cumulative=product.get("loanScheduleType") != '"PROGRESSIVE"',
        recalculates=product["isInterestRecalculationEnabled"] == "true",
        whole_periods=by_period and product.get("allowPartialPeriodInterestCalcualtion") == "false",
        to_period_end=str(product.get("preClosureInterestCalculationStrategy")) == "2",
        multiple_fen=fen_of(product.get("installmentAmountInMultiplesOf")) or 1,
        orders=orders_of(product, asked["Payment strategy"]),
        extra=EXTRA.get(extra, Extra.SHORTER),
        refunds_interest=REFUNDS if product.get("supportedInterestRefundTypes") else frozenset(),
    )
    if not takes_down:
        return base
    return replace(
        base,
        down_payment_bps=100 * int(down[0]) if down else 0,
        down_payment_taken=product.get("enableAutoRepaymentForDownPayment") == "true",
    )


def allocation_rules(product: Mapping[str, Any]) -> dict[str, Ahead]:
    """What each kind of payment does ahead of its time."""
    text = str(product.get("paymentAllocation"))
    pairs = re.findall(r'createPaymentAllocation\w*\("(\w+)",\s*"(\w+)"', text)
    return {kind: AHEAD[rule] for kind, rule in pairs if rule in AHEAD}


def orders_of(product: Mapping[str, Any], strategy: str) -> Orders:
    """The order of buckets by the name of a strategy, or as the product spells it out."""
    text = str(product.get("paymentAllocation"))
    spelled = re.search(
        r'\("DEFAULT",\s*"\w+"((?:,\s*[\w.]*(?:PAST_DUE|DUE|IN_ADVANCE)_\w+)+)\)', text
    )
    if spelled:
        names = re.findall(
            r"(PAST_DUE|IN_ADVANCE|DUE)_(PENALTY|FEE|PRINCIPAL|INTEREST)", spelled[1]
        )
        by = {time: tuple(b.lower() for t, b in names if t == time) for time, _ in names}
        return Orders(by["PAST_DUE"], by["DUE"], by["IN_ADVANCE"])
    if strategy == "ADVANCED_PAYMENT_ALLOCATION":
        if "PenFeeIntPrincipal" in text:
            same = ("penalty", "fee", "interest", "principal")
            return Orders(same, same, same)
        return Orders()
    due, _, ahead = strategy.partition("IN_ADVANCE")
    first = _buckets(due)
    return Orders(first, first, _buckets(ahead) if ahead else first)


def _buckets(text: str) -> tuple[str, ...]:
    return tuple(BUCKET_NAMES[found] for found in re.findall("|".join(BUCKET_NAMES), text))

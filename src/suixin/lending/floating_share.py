"""The fund's share floats with the bad-loan rate of the lender it covers.

The rate is gross and over agreements old enough to have failed, so that neither renewing bad loans
nor a burst of new ones lowers it. It is compared by cross-multiplying, never by dividing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE

MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Covered:
    """An agreement under the fund, as its own history tells it.

    `bad_on` is the first day it was more than 90 days past due, written off, claimed or
    restructured in distress: it stays, whatever is recovered later. `days_past_due_at_close` is
    how late it was on the day it was repaid.
    """

    agreement: str
    household: str
    disbursed_fen: int
    disbursed_on: date
    first_due_on: date
    bad_on: date | None = None
    closed_on: date | None = None
    days_past_due_at_close: int = 0


@dataclass(frozen=True, slots=True)
class BadRate:
    """The gross bad-loan rate as two amounts: bad ever, and disbursed, over mature agreements."""

    on: date
    bad_fen: int
    disbursed_fen: int
    evergreened: tuple[str, ...] = ()

    def below(self, bps: int) -> bool:
        """Whether the rate is under a bound; where nothing was disbursed it is 0.

        >>> day = date(2026, 3, 31)
        >>> BadRate(day, 103_679_999, 8_640_000_000).below(120)
        True
        >>> BadRate(day, 103_680_000, 8_640_000_000).below(120)
        False
        """
        return not self.disbursed_fen or self.bad_fen * BPS_PER_WHOLE < bps * self.disbursed_fen

    def at_most(self, bps: int) -> bool:
        """Whether the rate is a bound or under it."""
        return self.bad_fen * BPS_PER_WHOLE <= bps * self.disbursed_fen


def quarter_end(day: date) -> date:
    """The last day of the last whole quarter before a day.

    >>> quarter_end(date(2026, 6, 30)), quarter_end(date(2026, 7, 1))
    (datetime.date(2026, 3, 31), datetime.date(2026, 6, 30))
    """
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return first - timedelta(days=1)


def bad_rate(agreements: Sequence[Covered], *, on: date, policy: PolicyOn) -> BadRate:
    """The gross bad-loan rate on a day, evergreened agreements among the bad.

    Source: formulas §13 (H07).

    >>> from suixin.kernel.policy import load_policy
    >>> rules, day = load_policy("fund").on(date(2026, 6, 30)), date(2026, 3, 31)
    >>> bullet = Covered("a-1", "h-1", 100, date(2025, 12, 1), date(2026, 3, 1))
    >>> failed = Covered("a-2", "h-2", 50, date(2025, 1, 1), date(2025, 2, 1), date(2025, 5, 3))
    >>> bad_rate([bullet, failed], on=day, policy=rules)
    BadRate(on=datetime.date(2026, 3, 31), bad_fen=50, disbursed_fen=50, evergreened=())
    """
    renewed = _evergreened(agreements, on, policy["fund.evergreen"])
    mature = [
        one
        for one in agreements
        if (on - one.first_due_on).days >= policy["fund.maturity_days"] and one.disbursed_on <= on
    ]
    bad = [
        one
        for one in mature
        if (one.bad_on is not None and one.bad_on <= on) or one.agreement in renewed
    ]
    return BadRate(
        on=on,
        bad_fen=sum(one.disbursed_fen for one in bad),
        disbursed_fen=sum(one.disbursed_fen for one in mature),
        evergreened=tuple(one.agreement for one in mature if one.agreement in renewed),
    )


def _evergreened(
    agreements: Sequence[Covered], on: date, rule: Mapping[str, int]
) -> frozenset[str]:
    """Agreements repaid late by a new loan to the same household, for as long as that counts."""
    lent: dict[str, list[tuple[date, str]]] = {}
    for one in agreements:
        lent.setdefault(one.household, []).append((one.disbursed_on, one.agreement))
    found: set[str] = set()
    for one in agreements:
        closed = one.closed_on
        if closed is None or closed > on or one.days_past_due_at_close <= rule["past_due"]:
            continue
        if on >= _months_after(closed, rule["months"]):
            continue
        found.update(
            one.agreement
            for day, other in lent[one.household]
            if other != one.agreement and day <= on and abs((day - closed).days) <= rule["within"]
        )
    return frozenset(found)


def _months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = divmod(day.year * MONTHS_OF_YEAR + day.month - 1 + months, MONTHS_OF_YEAR)
    after = date(year + (month + 1) // MONTHS_OF_YEAR, (month + 1) % MONTHS_OF_YEAR + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), after - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rate brings: the weights of fund and lender, and whether new loans may be made."""

    weights: Mapping[str, int]
    lend: bool


def floating_share(rate: BadRate, policy: PolicyOn) -> Standing:
    """The step of the table that a rate stands on, spare fen going to the first named.

    Source: formulas §13.

    >>> from suixin.kernel.policy import load_policy
    >>> rules, day = load_policy("fund").on(date(2026, 6, 30)), date(2026, 3, 31)
    >>> [dict(floating_share(BadRate(day, bad, 8_640_000_000), rules).weights)["fund"]
    ...  for bad in (103_679_999, 103_680_000, 432_000_000)]
    [80, 70, 50]
    >>> floating_share(BadRate(day, 432_000_001, 8_640_000_000), rules).lend
    False
    """
    for step in policy["fund.shares"]:
        below, to = step["below"], step["to"]
        if (
            (below is not None and rate.below(below))
            or (to is not None and rate.at_most(to))
            or (below is None and to is None)
        ):
            weights = {"lender": step["lender"], "fund": step["fund"]}
            return Standing(MappingProxyType(weights), step["lend"])
    raise AssertionError("fund.shares should end with a row that has no bound")


def brake_fen(
    rates: Sequence[BadRate], lent_fen: Mapping[tuple[int, int], int], policy: PolicyOn
) -> int | None:
    """Most that may be lent in a month while the brake is on; None while it is off.

    `rates` are those of the quarters' ends so far, oldest first; `lent_fen` is what was lent by
    (year, month). The mean is of the months before the quarter's end that began the brake and
    stays as it was: one renewed each month would spiral down. Source: formulas §13.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("fund").on(date(2026, 6, 30))
    >>> calm, high = BadRate(date(2025, 12, 31), 1, 100), BadRate(date(2026, 3, 31), 3, 100)
    >>> lent = {(2025, m): 1200 for m in range(4, 13)} | {(2026, m): 600 for m in (1, 2, 3)}
    >>> brake_fen([calm], lent, rules), brake_fen([calm, high], lent, rules)
    (None, 525)
    """
    rule = policy["fund.brake"]
    begun: date | None = None
    for rate in rates:
        begun = None if rate.below(rule["from"]) else begun or rate.on
    if begun is None:
        return None
    last = begun.year * MONTHS_OF_YEAR + begun.month - 1
    months = [divmod(last - back, MONTHS_OF_YEAR) for back in range(rule["months"])]
    lent = sum(lent_fen.get((year, month + 1), 0) for year, month in months)
    share, length = int(rule["share"]), int(rule["months"])
    return lent * share // (length * BPS_PER_WHOLE)

"""Caps on what a loan may cost: which hold for it that day, and what it is refused by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from suixin.kernel.policy import PolicyOn
from suixin.lending.refused import Refused

_BPS_PER_PERCENT: Final = 100
LENDER: Final = "lender"  # The key of a scope that tells which kind of lender it is for.


class CostRefusal(StrEnum):
    """Why a loan may not be made at its cost, in the order of the checks."""

    ABOVE_CAP = "above_cap"
    BELOW_BAND = "below_band"
    ABOVE_BAND = "above_band"


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap in force: the figure it bounds (`all_in` or `band`), from which to which percent.

    `scope` has the values of each key for which it holds.
    """

    rule: str
    figure: str
    least: Decimal
    most: Decimal
    scope: Mapping[str, tuple[str, ...]]
    since: date
    reference: str
    confidence: str

    def outranks(self, other: Cap) -> bool:
        """Whether it decides before another: narrower within its scope, or the same and later."""
        if not _within(self.scope, other.scope):
            return False
        return not _within(other.scope, self.scope) or self.since > other.since

    def holds_for(self, loan: Mapping[str, str]) -> bool:
        """Whether a loan is in its scope."""
        return all(loan.get(key) in values for key, values in self.scope.items())


@dataclass(frozen=True, slots=True)
class CapTest:
    """A figure in percent held against the cap that decides, and the caps that it outranks."""

    cap: Cap
    found: Decimal
    outranked: tuple[Cap, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the figure is within; at the limit it is."""
        return self.cap.least <= self.found <= self.cap.most

    @property
    def rule(self) -> str:
        """The rule that decides, with those it outranks."""
        return self.cap.rule + "".join(f" over {cap.rule}" for cap in self.outranked)

    @property
    def reference(self) -> str:
        """The texts that set them."""
        return "; ".join(cap.reference for cap in (self.cap, *self.outranked))

    @property
    def refusal(self) -> Refused | None:
        """The refusal, naming the rule that decides and those it outranks; None when within."""
        if self.passed:
            return None
        allowed = f"to {self.cap.most:.2f} % a year"
        why = CostRefusal.ABOVE_CAP
        if self.cap.figure == "band":
            allowed = f"{self.cap.least:.2f} to {self.cap.most:.2f} % a year"
            below = self.found < self.cap.least
            why = CostRefusal.BELOW_BAND if below else CostRefusal.ABOVE_BAND
        return Refused(why, f"{self.found:.4f} %", allowed, self.rule, self.reference)


def caps_on(cost: PolicyOn, law: PolicyOn) -> tuple[Cap, ...]:
    """Every cap whose value is in force on the day of the policies, with its confidence.

    >>> from suixin.kernel.policy import load_policy
    >>> day = date(2026, 6, 30)
    >>> caps = caps_on(load_policy("cost").on(day), load_policy("law").on(day))
    >>> [(cap.rule, str(cap.most)) for cap in caps][:3]
    [('R-AL2', '24'), ('R-MC', '24'), ('R-LPR4', '12')]
    """
    return tuple(
        _cap(row, cost if row["cap"] in cost else law, law)
        for row in cost["cost.caps"]
        if (row["cap"] in cost or row["cap"] in law)
        and (row["times"] is None or row["times"] in law)
    )


def cap_tests(
    caps: Iterable[Cap], loan: Mapping[str, str], found: Mapping[str, Decimal]
) -> tuple[CapTest, ...]:
    """Each figure (`all_in`, `band`, in percent) of a loan against the cap that decides for it.

    Where one cap's scope lies within another's the narrower decides, of equal scopes the later;
    what it stands before is named. Caps whose scopes only overlap hold side by side.
    Source: register of rules, precedence.
    """
    held = sorted((cap for cap in caps if cap.holds_for(loan)), key=lambda cap: cap.figure)
    tests = []
    for figure, bounding in groupby(held, key=lambda cap: cap.figure):
        together = list(bounding)
        for cap in together:
            if not any(other.outranks(cap) for other in together):
                below = tuple(other for other in together if cap.outranks(other))
                tests.append(CapTest(cap, found[figure], below))
    return tuple(tests)


def cap_flags(
    caps: Iterable[Cap], loan: Mapping[str, str], found: Mapping[str, Decimal]
) -> tuple[Cap, ...]:
    """Caps that do not bind this lender but would refuse the loan were another kind to make it.

    Nothing is refused by them; they are told, so that nobody learns of them late.
    """
    return tuple(
        cap
        for cap in caps
        if not cap.holds_for(loan)
        and cap.holds_for({**loan, LENDER: cap.scope.get(LENDER, ("",))[0]})
        and found[cap.figure] > cap.most
    )


def _within(scope: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether every loan of a scope is of the other too."""
    return all(key in scope and set(scope[key]) <= set(values) for key, values in other.items())


def _cap(row: Mapping[str, Any], home: PolicyOn, law: PolicyOn) -> Cap:
    setting = home.setting(row["cap"])
    value, since, reference = setting.value, setting.since, setting.reference
    if isinstance(value, Mapping):
        least, most = value["min"], value["max"]
    elif row["times"] is None:
        least, most = 0, value
    else:
        multiplied = law.setting(row["times"])
        least, most = 0, value * multiplied.value
        since = max(since, multiplied.since)
        reference = f"{reference}; {multiplied.reference}"
    return Cap(
        rule=row["rule"],
        figure=row["figure"],
        least=Decimal(least) / _BPS_PER_PERCENT,
        most=Decimal(most) / _BPS_PER_PERCENT,
        scope=row["scope"],
        since=since,
        reference=reference,
        confidence=setting.confidence,
    )

"""Holds: what stops new money from above, handed down as a value; and the caps of a trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.money import Money
from suixin.kernel.refusal import Wording
from suixin.lending.refused import Refused

ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hold:
    """A stop on offers, acceptances and draws; receipts and accrual go on, nothing is due sooner.

    `kind` is draw_stopped, disputed, sandbox_paused or brake_slowed; `scope` names what it stops:
    an agreement, a project, a fund.
    """

    kind: str
    scope: str
    since: date
    reason: str
    rule: str
    until: date | None = None

    def stands(self, on: date) -> bool:
        """Whether it is in force on a day, its last day included.

        >>> day = date(2026, 6, 1)
        >>> Hold("sandbox_paused", "p-1", day, "breach", "K04").stands(day)
        True
        """
        return self.since <= on and (self.until is None or on <= self.until)


class SandboxRefusal(StrEnum):
    """Why a trial lets no more money out, in the order of the checks."""

    NOT_TESTING = "sandbox_not_testing"
    LAST_DAY = "sandbox_last_day"
    PEOPLE = "sandbox_people"
    ONE = "sandbox_one"
    AMOUNT = "sandbox_amount"


SANDBOX_WORDING: Final[Mapping[SandboxRefusal, Wording]] = MappingProxyType(
    {
        SandboxRefusal.NOT_TESTING: Wording(
            "试点当前不在测试期。", "The trial is not in its testing state."
        ),
        SandboxRefusal.LAST_DAY: Wording("试点期限已过。", "The trial's last day is past."),
        SandboxRefusal.PEOPLE: Wording(
            "参与户数已达试点上限。", "The trial has as many households as it may."
        ),
        SandboxRefusal.ONE: Wording(
            "单户金额超过试点上限。", "One household would owe more than the trial allows."
        ),
        SandboxRefusal.AMOUNT: Wording(
            "总金额超过试点上限。", "All together would owe more than the trial allows."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class SandboxCaps:
    """What two offices signed for a trial: its days and its caps (fen)."""

    project: str
    starts_on: date
    days: int
    households: int
    one_fen: int
    amount_fen: int

    @property
    def last_day(self) -> date:
        """The last day on which it may lend.

        >>> SandboxCaps("p-1", date(2026, 3, 2), 180, 200, 5_000_000, 500_000_000).last_day
        datetime.date(2026, 8, 28)
        """
        return self.starts_on + (self.days - 1) * ONE_DAY


@dataclass(frozen=True, slots=True)
class SandboxUse:
    """What a trial has out: households ever paid or pending, and principal owed and pending (fen).

    A household that repaid still counts: repaying frees no place.
    """

    state: str
    households: frozenset[str]
    owed_fen: Mapping[str, int]

    @property
    def amount_fen(self) -> int:
        """All that is owed and pending."""
        return sum(self.owed_fen.values())


def sandbox_refusal(
    caps: SandboxCaps, use: SandboxUse, *, household: str, amount_fen: int, on: date
) -> Refused | None:
    """Why a trial lets this disbursement not go out, or None. Source: governance plan §1 (K04).

    >>> caps = SandboxCaps("p-1", date(2026, 3, 2), 180, 200, 5_000_000, 500_000_000)
    >>> use = SandboxUse("testing", frozenset(), {"h-9": 498_000_000})
    >>> facts = {"household": "h-1", "on": date(2026, 8, 28)}
    >>> sandbox_refusal(caps, use, amount_fen=2_000_000, **facts)
    >>> sandbox_refusal(caps, use, amount_fen=2_000_001, **facts).why.value
    'sandbox_amount'
    """
    if amount_fen <= 0:
        raise ValueError(f"A disbursement is fen above 0, got {amount_fen}.")
    people = len(use.households | {household})
    one = use.owed_fen.get(household, 0) + amount_fen
    whole = use.amount_fen + amount_fen
    begun = caps.starts_on <= on
    checks = (
        (use.state != "testing" or not begun, SandboxRefusal.NOT_TESTING, use.state, "testing"),
        (on > caps.last_day, SandboxRefusal.LAST_DAY, on, f"to {caps.last_day}"),
        (people > caps.households, SandboxRefusal.PEOPLE, people, caps.households),
        (one > caps.one_fen, SandboxRefusal.ONE, Money(one), Money(caps.one_fen)),
        (whole > caps.amount_fen, SandboxRefusal.AMOUNT, Money(whole), Money(caps.amount_fen)),
    )
    for holds, why, found, allowed in checks:
        if holds:
            return Refused(why, str(found), str(allowed), f"sandbox {caps.project}", "R-SBX, K04")
    return None

"""Who decides: nobody but the lender, and automation only inside what the lender's people set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from suixin.kernel.money import Money
from suixin.kernel.policy import PolicyOn


@dataclass(frozen=True, slots=True)
class Route:
    """How a case is decided, and why a person has to (empty where none has to)."""

    by: Literal["automatic", "officer"]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What a decision turns on: the amount (fen), the file's grade, flags and signs.

    `asked_for_a_person` is the borrower's right to refuse automation alone (PIPL Art. 24).
    """

    amount_fen: int
    grade: str | None
    flags: Sequence[str] = ()
    signs: Sequence[str] = ()
    asked_for_a_person: bool = False
    related_party: bool = False


def approval_route(case: Case, policy: PolicyOn) -> Route:
    """Whether a case may be decided automatically; every reason against is told (B07, R-IL7).

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("origination").on(date(2026, 6, 30))
    >>> approval_route(Case(3_000_000, "BBB"), rules)
    Route(by='automatic', why=())
    >>> approval_route(Case(3_000_001, "BB", flags=("BUYER_MASKED",)), rules).why
    ('amount above 30,000.00 CNY', 'grade BB', 'flag BUYER_MASKED')
    """
    rule = policy["approval.automatic"]
    flags = [f"flag {flag}" for flag in case.flags if flag in rule["officer_flags"]]
    signs = [f"sign {sign}" for sign in case.signs if sign in rule["officer_signs"]]
    against = [
        *([f"amount above {Money(rule['amount_max'])}"] * (case.amount_fen > rule["amount_max"])),
        *([f"grade {case.grade or 'none'}"] * (case.grade not in rule["grades"])),
        *flags,
        *signs,
        *(["a related party"] * case.related_party),
        *(["the borrower asked for a person"] * case.asked_for_a_person),
    ]
    return Route("officer" if against else "automatic", tuple(against))


def may_decide(institution: str, lender: str) -> bool:
    """Whether an institution may approve: the lender decides itself, a platform only advises.

    >>> may_decide("bank-1", "bank-1"), may_decide("platform-1", "bank-1")
    (True, False)
    """
    return institution == lender

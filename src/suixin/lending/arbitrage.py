"""The same loan by an easier way: what a person then judges, within days.

A finding accuses nobody. It says that the case passes elsewhere, was cut in pieces, came back by
another door, or carries public money to where it was not meant to go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.policy import PolicyOn
from suixin.kernel.refusal import Wording
from suixin.lending.regulation import LawCase, findings


class Arbitrage(StrEnum):
    """What was found, in the order it is looked for."""

    WRONG_SET = "wrong_set"
    SPLIT = "split"
    REROUTED = "rerouted"
    CARRY = "carry"


ARBITRAGE_WORDING: Final[Mapping[Arbitrage, Wording]] = MappingProxyType(
    {
        Arbitrage.WRONG_SET: Wording(
            "适用了较宽的规则，而较严的规则才适用。",
            "An easier set of rules was used than applies.",
        ),
        Arbitrage.SPLIT: Wording(
            "同一户的贷款被拆分，合计超过上限。",
            "One household's loans were cut to stay under a cap.",
        ),
        Arbitrage.REROUTED: Wording(
            "被拒的申请以同样的事实在别处获批。",
            "Refused here, it was granted elsewhere on the same facts.",
        ),
        Arbitrage.CARRY: Wording(
            "贴息资金被用于还旧债或转借。", "Subsidised money repaid another loan or was lent on."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Route:
    """The same case under one mode: the rules it would break there; none where it passes."""

    mode: str
    broken: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether the case breaks nothing there."""
        return not self.broken


def routes(
    case: LawCase, modes: Mapping[str, Mapping[str, str]], policy: PolicyOn
) -> tuple[Route, ...]:
    """A case under every mode, each with the attributes it would have there (F06).

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("regulation").on(date(2026, 6, 30))
    >>> case = LawCase({"credit_fen": 30_000_001}, {"borrower": "household", "channel": "internet"})
    >>> modes = {"platform": {"purpose": "consumption"}, "government": {"purpose": "inputs"}}
    >>> [(route.mode, route.passes) for route in routes(case, modes, rules)]
    [('platform', False), ('government', True)]
    """
    found = []
    for mode, attributes in modes.items():
        moved = LawCase(case.figures, {**case.attributes, **attributes})
        found.append(Route(mode, tuple(one.rule.id for one in findings(moved, policy))))
    return tuple(found)


def wrong_set(case: LawCase, facts: Mapping[str, str], policy: PolicyOn) -> tuple[str, ...]:
    """Rules that a case breaks by the facts, but not by the attributes it was decided under.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("regulation").on(date(2026, 6, 30))
    >>> case = LawCase({"self_paid_fen": 40_000_000}, {"purpose": "business"})
    >>> wrong_set(case, {"purpose": "consumption"}, rules)
    ('R-PL.self_paid_consumption',)
    """
    decided = {one.rule.id for one in findings(case, policy)}
    truly = LawCase(case.figures, {**case.attributes, **facts})
    return tuple(one.rule.id for one in findings(truly, policy) if one.rule.id not in decided)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it is compared: who, where, when, how much (fen), on which facts."""

    application: str
    household: str
    lender: str
    on: date
    amount_fen: int
    granted: bool
    facts_digest: str


def split(decisions: Sequence[Decided], *, cap_fen: int, policy: PolicyOn) -> tuple[str, ...]:
    """Households whose loans of 90 days pass a cap that each of them is under.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("regulation").on(date(2026, 6, 30))
    >>> two = [Decided(f"a-{k}", "h-1", "b", date(2026, 6, k), 60, True, "d") for k in (1, 2)]
    >>> split(two, cap_fen=100, policy=rules), split(two, cap_fen=120, policy=rules)
    (('h-1',), ())
    """
    days = policy["arbitrage.windows"]["split"]
    by_household: dict[str, list[Decided]] = {}
    for one in sorted(decisions, key=lambda decided: decided.on):
        if one.granted and one.amount_fen <= cap_fen:
            by_household.setdefault(one.household, []).append(one)
    return tuple(
        household
        for household, loans in sorted(by_household.items())
        if any(
            sum(o.amount_fen for o in loans if 0 <= (o.on - first.on).days < days) > cap_fen
            for first in loans
        )
    )


def rerouted(decisions: Sequence[Decided], policy: PolicyOn) -> tuple[tuple[str, str], ...]:
    """Pairs of an application refused and one that another lender granted in 30 days on its facts.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("regulation").on(date(2026, 6, 30))
    >>> no = Decided("a-1", "h-1", "bank-1", date(2026, 6, 1), 60, False, "d")
    >>> yes = Decided("a-2", "h-1", "bank-2", date(2026, 7, 1), 60, True, "d")
    >>> rerouted([no, yes], rules)
    (('a-1', 'a-2'),)
    """
    days = policy["arbitrage.windows"]["rerouted"]
    return tuple(
        (no.application, yes.application)
        for no in decisions
        if not no.granted
        for yes in decisions
        if yes.granted
        and (yes.household, yes.facts_digest) == (no.household, no.facts_digest)
        and yes.lender != no.lender
        and 0 <= (yes.on - no.on).days <= days
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """Money of a household that moved: `repays` another loan, or was `lent_on` (fen)."""

    household: str
    on: date
    amount_fen: int
    repays: bool = False
    lent_on: bool = False


def carry(
    disbursed: Sequence[Moved], moved: Sequence[Moved], policy: PolicyOn
) -> tuple[tuple[str, int], ...]:
    """Households whose subsidised money repaid or was lent on within 5 days, and how much of it.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("regulation").on(date(2026, 6, 30))
    >>> got = [Moved("h-1", date(2026, 6, 1), 100)]
    >>> carry(got, [Moved("h-1", date(2026, 6, 6), 70, repays=True)], rules)
    (('h-1', 70),)
    """
    days = policy["arbitrage.windows"]["carry"]
    found: dict[str, int] = {}
    for money in disbursed:
        away = sum(
            one.amount_fen
            for one in moved
            if one.household == money.household
            and (one.repays or one.lent_on)
            and 0 <= (one.on - money.on).days <= days
        )
        if away:
            carried = min(money.amount_fen, away)
            found[money.household] = found.get(money.household, 0) + carried
    return tuple(sorted(found.items()))

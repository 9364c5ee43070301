"""Which of the three modes suits a county: by its land, its trades and its co-operatives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE


@dataclass(frozen=True, slots=True)
class CountyFacts:
    """Facts of a county, shares in basis points."""

    large_holdings_bps: int  # Land in holdings of 50 mu or more.
    top_category_bps: int  # Sales of the largest category.
    category_businesses: int  # Businesses in it.
    cooperative_bps: int  # Households in a co-operative.
    origin_mark: bool


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """The modes that suit, best first (two where they are close, none where nothing is clear).

    `strength` is each mode's figure: the best needs 1, one that is close to it does not.
    """

    modes: tuple[str, ...]
    strength: Mapping[str, Fraction]


def mode_choice(county: CountyFacts, policy: PolicyOn) -> ModeChoice:
    """Which mode suits a county. Source: governance plan §5 (E13).

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("modes").on(date(2026, 6, 30))
    >>> mode_choice(CountyFacts(6200, 1500, 12, 500, False), rules).modes
    ('platform',)
    >>> mode_choice(CountyFacts(900, 1500, 12, 500, False), rules).modes
    ()
    """
    rule = policy["choice.thresholds"]
    clustered = county.category_businesses >= rule["businesses"]
    figures = {
        "platform": (county.large_holdings_bps, rule["large_holdings"]),
        "government": (county.top_category_bps if clustered else 0, rule["top_category"]),
        "community": (county.cooperative_bps if county.origin_mark else 0, rule["cooperative"]),
    }
    strength = {mode: Fraction(share, needed) for mode, (share, needed) in figures.items()}
    best = max(strength.values())
    near = best * (BPS_PER_WHOLE - rule["near"]) / BPS_PER_WHOLE
    close = [mode for mode in strength if best >= 1 and strength[mode] >= near]
    ordered = sorted(close, key=lambda mode: -strength[mode])
    return ModeChoice(tuple(ordered), MappingProxyType(strength))

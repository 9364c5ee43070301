"""The paper's targets beside what the books of the lenders say, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final

from suixin.service.app.county_figures import LenderFigures
from suixin.service.app.funds import Floating, FundPage

_Z: Final = 1.959964
# Governance section 5: below these nothing is said of a rate.
FEWEST_HOUSEHOLDS: Final = 200
BAD_TARGET: Final = 0.012
"""The paper's first outcome: less than 1.2 % bad."""


class Told(StrEnum):
    """What can be said of a target."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    TOO_FEW = "too_few"
    NO_CONTROL = "no_control"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A measure between 0 and 1 with its 95 % interval (None: it cannot be told), of how many."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    of: int
    told: Told


def indicators(page: FundPage, figures: Sequence[LenderFigures]) -> tuple[Indicator, ...]:
    """Every target of the paper that is the county's to look at, in the order of the paper."""
    known = sum(one.reached.known for one in figures)
    filed = sum(one.reached.filed for one in figures)
    applied = sum(one.reached.applied for one in figures)
    lent = sum(one.reached.lent for one in figures)
    return (
        _bad(page.lenders),
        _access(lent, applied),
        Indicator("loan", None, None, None, applied, Told.NO_CONTROL),
        _covered(filed, known),
        _reconciles(page),
    )


def wilson(found: int, of: int) -> tuple[float, float]:
    """The Wilson interval of a share, 95 %.

    >>> [round(100 * one, 2) for one in wilson(24, 2400)]
    [0.67, 1.48]
    """
    if not 0 <= found <= of or not of:
        raise ValueError(f"{found} of {of} is no share.")
    share, z = found / of, _Z * _Z / of
    middle = (share + z / 2) / (1 + z)
    half = _Z * sqrt(share * (1 - share) / of + z / (4 * of)) / (1 + z)
    return max(0.0, middle - half), min(1.0, middle + half)


def _bad(lenders: Sequence[Floating]) -> Indicator:
    """By the fen of what is old enough to have failed; its interval as of so many agreements."""
    bad, mature = sum(one.bad_fen for one in lenders), sum(one.mature_fen for one in lenders)
    agreements = sum(one.agreements for one in lenders)
    if not mature or agreements < FEWEST_HOUSEHOLDS:
        return Indicator(
            "bad", bad / mature if mature else None, None, None, agreements, Told.TOO_FEW
        )
    share = bad / mature
    low, high = wilson(round(share * agreements), agreements)
    told = Told.MET if high < BAD_TARGET else Told.MISSED if low > BAD_TARGET else Told.OPEN
    return Indicator("bad", share, low, high, agreements, told)


def _access(lent: int, applied: int) -> Indicator:
    """Households first lent to of all that applied. The paper's +40 points want a control."""
    if applied < FEWEST_HOUSEHOLDS or lent > applied:
        return Indicator(
            "access", lent / applied if applied else None, None, None, applied, Told.TOO_FEW
        )
    return Indicator("access", lent / applied, *wilson(lent, applied), applied, Told.NO_CONTROL)


def _covered(filed: int, known: int) -> Indicator:
    """Households with a credit file of all that lenders know (K05); no target is named."""
    if known < FEWEST_HOUSEHOLDS:
        return Indicator(
            "covered", filed / known if known else None, None, None, known, Told.TOO_FEW
        )
    return Indicator("covered", filed / known, *wilson(filed, known), known, Told.OPEN)


def _reconciles(page: FundPage) -> Indicator:
    """What claims say was paid and came back is what the fund's books say, to the fen (K07)."""
    booked = sum(one.paid_fen for one in page.tiers), sum(one.returned_fen for one in page.tiers)
    same = booked == (page.paid_fen, page.recovered_fen)
    told = Told.MET if same else Told.MISSED
    return Indicator("reconciles", float(same), None, None, len(page.claims), told)

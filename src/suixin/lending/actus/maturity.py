"""When principal is repaid, and when a contract ends that does not say so itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Final

from suixin.data.errors import InputError
from suixin.lending.actus.observed import Happening
from suixin.lending.actus.terms import ContractType, Segment, Terms
from suixin.lending.actus.times import calendar_day, schedule, step, turning
from suixin.lending.day_count import counted

MOST_TURNS: Final = 100_000
"""A schedule longer than this is a fault of the terms: 270 years of days."""


def first_redemption(terms: Terms) -> datetime:
    """The first time principal is due; raises `InputError` ACTUS_TERM where no term says it."""
    start = terms.redemption.start(terms.exchanged, terms.end_of_month)
    if start is None:
        wrong = f"{terms.type} repays principal in a cycle, and none is given."
        raise InputError("ACTUS_TERM", wrong, "Give cycleOfPrincipalRedemption.")
    return start


def redemption_times(terms: Terms, matures: datetime) -> tuple[datetime, ...]:
    """Times of redemption before maturity, which takes the rest.

    >>> from suixin.lending.actus.terms import read_terms
    >>> given = {"contractType": "LAM", "contractRole": "RPA", "notionalPrincipal": 3,
    ...     "statusDate": "2025-12-31", "initialExchangeDate": "2026-01-01",
    ...     "cycleOfPrincipalRedemption": "P1ML0"}
    >>> len(redemption_times(read_terms(given), datetime(2026, 4, 1)))
    2
    """
    found = schedule(first_redemption(terms), terms.redemption.every, matures, terms.end_of_month)
    return tuple(when for when in found if when < matures)


def segment_times(
    segments: Sequence[Segment], end_of_month: bool, matures: datetime
) -> Iterator[tuple[datetime, Segment]]:
    """Times before maturity of an array schedule, each with the part it belongs to."""
    ends = [*(part.anchor for part in segments[1:]), matures]
    for part, end in zip(segments, ends, strict=False):
        last = min(end, matures)
        for when in schedule(part.anchor, part.every, last, end_of_month):
            if when < last:
                yield when, part


def maturity(terms: Terms, happenings: Sequence[Happening], until: datetime | None) -> datetime:
    """When the contract ends: as its terms say, or as its redemptions or its call make it."""
    if terms.type in (ContractType.CLM, ContractType.UMP):
        return _open_end(terms, happenings, until)
    if terms.type is ContractType.CSH:
        return terms.status
    stated = terms.matures or terms.amortizes
    if stated is not None:
        if terms.exchanged is not None and stated <= terms.exchanged:
            wrong = f"The contract ends on {stated:%Y-%m-%d}, before it begins."
            raise InputError("ACTUS_TERM", wrong, "Put maturityDate after initialExchangeDate.")
        return stated
    if terms.type is ContractType.PAM:
        raise InputError("ACTUS_TERM", "maturityDate is missing.", "Add it to the terms.")
    return _last_segment(terms) if terms.type is ContractType.LAX else _redeemed(terms)


def _open_end(terms: Terms, happenings: Sequence[Happening], until: datetime | None) -> datetime:
    """A notice period after the call; the stated maturity; or the end of what is asked for."""
    calls = [one.when for one in happenings if one.kind == "XD"]
    if calls:
        called = min(calls)
        return step(called, terms.notice.cycle, 1, False) if terms.notice else called
    moved = [one.when for one in happenings if one.kind in ("PR", "PI")]
    end = terms.matures or until or max(moved, default=None)
    if end is None:
        wrong = f"{terms.type} has no end of its own."
        raise InputError("ACTUS_HORIZON", wrong, "Say until when its events are wanted.")
    return end


def _redeemed(terms: Terms) -> datetime:
    """The redemption at which nothing is left at the first rate; the next ones start after t0."""
    every, payment = terms.redemption.every, terms.next_redemption
    if every is None or payment is None:
        wrong = f"{terms.type} has neither a maturity nor a redemption to find it by."
        hint = "Give maturityDate, or nextPrincipalRedemptionPayment and its cycle."
        raise InputError("ACTUS_TERM", wrong, hint)
    start, back = first_redemption(terms), 0
    while step(start, every.cycle, back, terms.end_of_month) <= terms.status:
        back += 1
    first = step(start, every.cycle, back, terms.end_of_month)
    if terms.type is not ContractType.LAM:
        following = step(start, every.cycle, back + 1, terms.end_of_month)
        days, basis = counted(terms.day_count, calendar_day(first), calendar_day(following))
        payment -= terms.notional * (terms.rate or 0) * days / basis
    if payment <= 0 or terms.notional > payment * MOST_TURNS:
        wrong = "The redemption payment never repays the principal."
        raise InputError("ACTUS_TERM", wrong, "Give a larger one, or a maturityDate.")
    times = int((terms.notional / payment).to_integral_value(ROUND_CEILING))
    return step(start, every.cycle, back + times - 1, terms.end_of_month)


def _last_segment(terms: Terms) -> datetime:
    """The time in an array schedule at which increases and redemptions leave nothing."""
    left = terms.notional
    segments = terms.redemption_segments
    ends = [*(part.anchor for part in segments[1:]), None]
    for part, end in zip(segments, ends, strict=True):
        times = (
            turning(part.anchor, part.every.cycle, terms.end_of_month)
            if part.every is not None
            else iter((part.anchor,))
        )
        for place, when in enumerate(times):
            if (end is not None and when >= end) or place > MOST_TURNS:
                break
            left += part.value if part.kind == "INC" else -part.value
            if left <= Decimal(0):
                return when
            if end is None and (part.kind == "INC" or part.value <= 0):
                break
    wrong = "The array of redemptions never repays the principal."
    raise InputError("ACTUS_TERM", wrong, "Give a maturityDate, or redemptions that repay it.")

"""What is observed outside a contract: market values by day, and events nobody scheduled."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from suixin.data.errors import InputError, shown


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that was not scheduled, its kind as ACTUS writes it, with its amount if any."""

    when: datetime
    kind: str
    value: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Observed:
    """Market objects by code, each as times and values in order of time, and what happened.

    >>> at = (datetime(2013, 4, 1), Decimal("0.01"))
    >>> Observed({"USD.SWP": (at,)}).value("USD.SWP", datetime(2013, 4, 2))
    Decimal('0.01')
    """

    markets: Mapping[str, Sequence[tuple[datetime, Decimal]]] = field(default_factory=dict)
    happenings: tuple[Happening, ...] = ()

    def value(self, code: str, when: datetime) -> Decimal:
        """The last value at or before a time; raises `InputError` ACTUS_OBSERVED where none is."""
        known = self.markets.get(code, ())
        place = bisect_right(known, when, key=lambda one: one[0])
        if place == 0:
            wrong = f"The market object {shown(code) or '(none)'} has no value on {when:%Y-%m-%d}."
            raise InputError("ACTUS_OBSERVED", wrong, "Give its value of that day or before.")
        return known[place - 1][1]

"""Values of ACTUS terms as files carry them, text and numbers mixed, read into exact ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar

from suixin.data.errors import InputError, shown
from suixin.lending.actus.times import Every, calendar_day

Value = TypeVar("Value")

MOST_DIGITS: Final = 24
"""A number with more digits before its point is a fault of the file, not a sum of money."""

_WRITE: Final = {
    "number": "Write a plain number, such as 0.08.",
    "time": "Write it as 2026-03-10T00:00:00.",
    "word": "Write one word.",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """The terms of one contract by name; what is wrong with one is said with its name.

    >>> Reader({"notionalPrincipal": " 5000"}).number("notionalPrincipal")
    Decimal('5000')
    """

    given: Mapping[str, object]

    def has(self, name: str) -> bool:
        """Whether a term is there and not empty."""
        return self.given.get(name) not in (None, "", [], "NULL")

    def number(self, name: str, default: Decimal | None = None) -> Decimal | None:
        """An exact number, or the default where the term is absent; raises `InputError`."""
        return self._one(name, number, default)

    def time(self, name: str) -> datetime | None:
        """A point in time, or None."""
        return self._one(name, time, None)

    def word(self, name: str, default: str = "") -> str:
        """A code in capitals, or the default."""
        return self._one(name, _word, default)

    def cycle(self, name: str) -> Every | None:
        """A cycle such as P1ML0, or None."""
        return self._one(name, Every.parse, None)

    def numbers(self, name: str) -> tuple[Decimal, ...]:
        """A list of numbers; one number alone is a list of one."""
        return self._all(name, number)

    def times(self, name: str) -> tuple[datetime, ...]:
        """A list of points in time; one alone is a list of one."""
        return self._all(name, time)

    def words(self, name: str) -> tuple[str, ...]:
        """A list of codes; one alone is a list of one."""
        return self._all(name, _word)

    def cycles(self, name: str) -> tuple[Every, ...]:
        """A list of cycles; one alone is a list of one."""
        return self._all(name, Every.parse)

    def _one(self, name: str, read: Callable[[str], Value], default: Value) -> Value:
        return self._value(name, self.given[name], read) if self.has(name) else default

    def _all(self, name: str, read: Callable[[str], Value]) -> tuple[Value, ...]:
        if not self.has(name):
            return ()
        found = self.given[name]
        listed = found if isinstance(found, list | tuple) else [found]
        return tuple(self._value(name, value, read) for value in listed)

    def _value(self, name: str, value: object, read: Callable[[str], Value]) -> Value:
        try:
            return read(str(value).strip())
        except InputError as fault:
            raise InputError(fault.code, f"{name}: {fault.message}", fault.hint) from None


def number(text: str) -> Decimal:
    """A finite number of a plausible size; raises `InputError` ACTUS_TERM.

    >>> number("0.08")
    Decimal('0.08')
    """
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found.adjusted() > MOST_DIGITS:
        raise InputError("ACTUS_TERM", f"{shown(text)!r} is no number.", _WRITE["number"])
    return found


def time(text: str) -> datetime:
    """A point in time without a zone; 24:00 is the next day's midnight. Raises ACTUS_TERM.

    >>> time("2013-07-01T23:59:59").hour
    23
    """
    day, midnight = text.removesuffix(":00").removesuffix("T24:00"), "T24:00" in text
    try:
        found = datetime.fromisoformat(day if midnight else text)
        found += timedelta(days=midnight)
        calendar_day(found)
    except (ValueError, OverflowError):
        raise InputError("ACTUS_TERM", f"{shown(text)!r} is no time.", _WRITE["time"]) from None
    if found.tzinfo is not None:
        raise InputError("ACTUS_TERM", f"{shown(text)!r} names a zone.", _WRITE["time"])
    return found


def _word(text: str) -> str:
    if not text.isascii() or len(text) > 80:
        raise InputError("ACTUS_TERM", f"{shown(text)!r} is no code.", _WRITE["word"])
    return text

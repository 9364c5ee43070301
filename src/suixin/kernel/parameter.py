"""Policy values that change by date, each with the text that set it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, Final, NoReturn


@dataclass(frozen=True, slots=True)
class Setting:
    """A value from a day on, the text that set it and how sure of that text we are.

    `value` is a number, text, flag, tuple or `Table`, all read-only. `confidence`: S source read,
    S2 secondary source, M to be checked by counsel, paper, house.
    """

    since: date
    value: Any
    reference: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value over time; before its first day it has none and says so.

    >>> cap = Parameter("term", "Longest term", "days", (
    ...     Setting(date(2026, 1, 1), 180, "Pilot rules", "house"),
    ...     Setting(date(2027, 3, 1), 365, "County notice", "S"),
    ... ))
    >>> cap.on(date(2027, 2, 28)).value, cap.on(date(2027, 3, 1)).value
    (180, 365)
    >>> cap.on(date(2025, 12, 31))
    Traceback (most recent call last):
    ...
    suixin.kernel.parameter.NotInForce: term has no value on 2025-12-31; it starts on 2026-01-01.
    """

    name: str
    description: str
    unit: str
    settings: tuple[Setting, ...]  # Oldest first.

    def __post_init__(self) -> None:
        days = [setting.since for setting in self.settings]
        if not days or any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError(f"{self.name} needs settings, oldest first, each on its own day.")

    def on(self, day: date) -> Setting:
        """The setting in force on a day; raises `NotInForce` before the first."""
        index = bisect_right(self.settings, day, key=lambda setting: setting.since)
        if index == 0:
            raise NotInForce(self.name, day, self.settings[0].since)
        return self.settings[index - 1]


class NotInForce(LookupError):
    """A parameter was asked for a day before its first value."""

    def __init__(self, name: str, day: date, first: date) -> None:
        super().__init__(name, day, first)
        self.name, self.day, self.first = name, day, first

    def __str__(self) -> str:
        return f"{self.name} has no value on {self.day}; it starts on {self.first}."


class Table(dict[Any, Any]):
    """A read-only mapping inside a policy value: values are shared by all who load the policy.

    >>> Table(AAA=0, AA=50)["AA"]
    50
    >>> Table(AAA=0).update(AAA=1)
    Traceback (most recent call last):
    ...
    TypeError: A policy value is read-only; change the policy file instead.
    """

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("A policy value is read-only; change the policy file instead.")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[Table], tuple[dict[Any, Any]]]:
        return Table, (dict(self),)  # The default would fill it item by item, which is refused.


def mismatch(value: Any, examples: list[Any], where: str) -> str | None:
    """How a value differs in shape from the examples of it, or None when it fits.

    A whole number may stand for a number, never the other way: fen and bps stay whole.

    >>> mismatch((0.3, 0.1), [(0.3, 0.1, 0.0)], "anchors")
    'anchors: expected 3 numbers, got 2'
    >>> mismatch(Table(AAA=1, AAB=2), [Table(AAA=1, AA=2)], "grades")
    'grades: lacks AA'
    """
    kinds = {_kind(example) for example in examples}
    kind = _kind(value)
    if not examples or (kind == "a whole number" and "a number" in kinds):
        return None
    if kind not in kinds:
        return f"{where}: expected {' or '.join(sorted(kinds))}, got {kind}"
    alike = [example for example in examples if _kind(example) == kind]
    if kind == "a list":
        return _list_mismatch(value, alike, where)
    if kind == "a table":
        return _table_mismatch(value, alike, where)
    return None


def nearest(name: str, known: Iterable[str], *, suffix: str = "") -> str:
    """The end of a message that suggests the nearest known name, or nothing when none is near.

    >>> "unknown column amont" + nearest("amont", ["amount", "item"])
    'unknown column amont; did you mean amount?'
    """
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}{suffix}?" if near else ""


def _list_mismatch(value: tuple[Any, ...], examples: list[Any], where: str) -> str | None:
    """Anchors keep their number; lists of words or of tables may be longer or shorter."""
    items = [item for example in examples for item in example]
    lengths = {len(example) for example in examples}
    numeric = {_kind(item) for item in items} <= {"a whole number", "a number"}
    if items and numeric and len(value) not in lengths:
        return f"{where}: expected {min(lengths)} numbers, got {len(value)}"
    faults = (mismatch(item, items, f"{where}[{index}]") for index, item in enumerate(value))
    return next((fault for fault in faults if fault), None)


def _table_mismatch(value: Table, examples: list[Any], where: str) -> str | None:
    """All common keys must be there; a new one only where the entries are all of one kind."""
    known = list(dict.fromkeys(key for example in examples for key in example))
    missing = [key for key in known if all(key in e for e in examples) and key not in value]
    if missing:
        return f"{where}: lacks {', '.join(map(str, missing))}"
    entries = [entry for example in examples for entry in example.values()]
    of_one_kind = len({_kind(entry) for entry in entries}) == 1
    for key, item in value.items():
        same = [example[key] for example in examples if key in example]
        if not same and entries and not of_one_kind:
            return f"{where}: unknown {key}{nearest(str(key), map(str, known))}"
        fault = mismatch(item, same or entries, f"{where}.{key}")
        if fault:
            return fault
    return None


_KINDS: Final = {
    type(None): "nothing",
    bool: "yes or no",
    int: "a whole number",
    float: "a number",
    str: "text",
    date: "a date",
    tuple: "a list",
    Table: "a table",
}


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), type(value).__name__)

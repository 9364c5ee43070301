"""Rules that differ by place: overlays of a zone, a county or a trial, with their dates and texts.

The narrowest place wins (sandbox, zone, county, province, nation), then the overlay with more keys
(lender, product, mode), then the latest. Two that would tie are a fault of the file, found when it
is read. A law clamps whatever was chosen, unless the overlay itself cites a law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, TypeVar

import yaml

from suixin.kernel.policy import PolicyError

PLACES: Final = ("sandbox", "zone", "county", "province", "nation")
KEYS: Final = ("lender", "product", "mode")
Bound = Literal["at_most", "at_least"]


class NoRuleHere(LookupError):
    """No overlay of a parameter holds on a day in a scope: nothing is guessed."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """One value of a parameter: where, for whom and from when it holds, and the text that set it.

    `until` is the first day it no longer holds. `cites_law` tells that its text is itself a law.
    """

    parameter: str
    value: int
    since: date
    until: date | None
    place: tuple[str, str]
    keys: Mapping[str, str]
    reference: str
    cites_law: bool = False

    def matches(self, day: date, scope: Mapping[str, str]) -> bool:
        """Whether it holds on a day for a scope (place kinds and keys by name)."""
        kind, name = self.place
        inside = self.since <= day and (self.until is None or day < self.until)
        keyed = all(scope.get(key) == wanted for key, wanted in self.keys.items())
        return inside and scope.get(kind) == name and keyed

    @property
    def rank(self) -> tuple[int, int, date]:
        """What wins: the narrower place, then more keys, then the later day."""
        return (-PLACES.index(self.place[0]), len(self.keys), self.since)


@dataclass(frozen=True, slots=True)
class Law:
    """A bound that no overlay passes unless it cites a law itself."""

    parameter: str
    bound: Bound
    value: int
    since: date
    until: date | None
    reference: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The value in force, the overlay that won, the widest under it, and the law that clamped.

    `clamped_by` is None where the chosen value was within every law.
    """

    value: int
    chosen: Overlay
    base: Overlay
    clamped_by: Law | None


@dataclass(frozen=True, slots=True)
class Zones:
    """All overlays and laws of an institution; asked by parameter, day and scope.

    >>> nation, zone = ("nation", "cn"), ("zone", "z-1")
    >>> at, later = date(2026, 1, 1), date(2026, 7, 1)
    >>> none = {}
    >>> zones = Zones(
    ...     (Overlay("fund.share", 80, at, None, nation, none, "national rule"),
    ...      Overlay("fund.share", 85, later, None, zone, none, "zone notice")),
    ...     (Law("fund.share", "at_most", 80, at, None, "a law"),),
    ... )
    >>> found = zones.on("fund.share", date(2026, 7, 1), {"nation": "cn", "zone": "z-1"})
    >>> found.value, found.chosen.value, found.clamped_by.reference
    (80, 85, 'a law')
    """

    overlays: tuple[Overlay, ...]
    laws: tuple[Law, ...] = ()

    def on(self, parameter: str, day: date, scope: Mapping[str, str]) -> Answer:
        """What holds on a day in a scope; raises `NoRuleHere` where nothing does."""
        known = [
            one for one in self.overlays if one.parameter == parameter and one.matches(day, scope)
        ]
        if not known:
            places = ", ".join(f"{kind} {name}" for kind, name in scope.items())
            raise NoRuleHere(f"{parameter} has no value on {day} for {places or 'no place'}.")
        ordered = sorted(known, key=lambda one: one.rank)
        chosen = ordered[-1]
        value, law = chosen.value, None
        if not chosen.cites_law:
            for one in self.laws:
                held = one.since <= day and (one.until is None or day < one.until)
                if one.parameter == parameter and held and _passes(value, one):
                    value, law = one.value, one
        return Answer(value, chosen, ordered[0], law)


def _passes(value: int, law: Law) -> bool:
    return value > law.value if law.bound == "at_most" else value < law.value


def read_zones(path: Path) -> Zones:
    """Read a file of overlays and laws; raises `PolicyError` with file and line of the first fault.

    Each overlay: parameter, value, since, place (one kind and name) and reference; until, keys and
    cites_law where wanted. Each law: parameter, at_most or at_least, since, reference; until.
    """
    text = path.read_text("utf-8")
    try:
        record, lines = yaml.safe_load(text), _lines(yaml.compose(text))
    except yaml.YAMLError as fault:
        line = getattr(getattr(fault, "problem_mark", None), "line", 0) + 1
        raise PolicyError(path.name, line, f"no YAML: {fault}") from fault
    if not isinstance(record, dict) or not set(record) <= {"overlays", "laws"}:
        raise PolicyError(path.name, 1, "expected a mapping of overlays and laws")
    overlays = _each(record.get("overlays"), _overlay, path.name, lines.get("overlays", []))
    laws = _each(record.get("laws"), _law, path.name, lines.get("laws", []))
    tie = _tie(overlays)
    if tie is not None:
        first, second = (lines["overlays"][k] for k in tie)
        told = f"AMBIGUOUS_RULE: the overlay of line {first} may hold for the same case as this one"
        raise PolicyError(path.name, second, told)
    return Zones(overlays, laws)


T = TypeVar("T")


def _each(
    rows: list[Any] | None, make: Callable[[Any], T], file: str, lines: Sequence[int]
) -> tuple[T, ...]:
    """Every row made, or the first fault with its line."""
    found = []
    for row, line in zip(rows or [], lines, strict=True):
        try:
            found.append(make(row))
        except (KeyError, TypeError, ValueError) as fault:
            told = f"{fault.args[0]} is missing" if isinstance(fault, KeyError) else str(fault)
            raise PolicyError(file, line, told) from fault
    return tuple(found)


def _overlay(row: Mapping[str, Any]) -> Overlay:
    known = {"parameter", "value", "since", "until", "place", "keys", "reference", "cites_law"}
    _refuse_unknown(row, known)
    place, keys = row["place"], row.get("keys") or {}
    if not isinstance(place, dict) or len(place) != 1 or next(iter(place)) not in PLACES:
        raise ValueError(f"place should be one of {', '.join(PLACES)} with its name, got {place}")
    if set(keys) - set(KEYS):
        raise ValueError(f"keys should be of {', '.join(KEYS)}, got {', '.join(keys)}")
    [(kind, name)] = place.items()
    return Overlay(
        parameter=str(row["parameter"]),
        value=_whole(row["value"]),
        since=_day(row["since"]),
        until=None if row.get("until") is None else _day(row["until"]),
        place=(kind, str(name)),
        keys=MappingProxyType({key: str(value) for key, value in keys.items()}),
        reference=_text(row["reference"]),
        cites_law=_flag(row.get("cites_law", False)),
    )


def _law(row: Mapping[str, Any]) -> Law:
    _refuse_unknown(row, {"parameter", "at_most", "at_least", "since", "until", "reference"})
    if ("at_most" in row) == ("at_least" in row):
        raise ValueError("a law has at_most or at_least")
    bound: Bound = "at_most" if "at_most" in row else "at_least"
    return Law(
        parameter=str(row["parameter"]),
        bound=bound,
        value=_whole(row[bound]),
        since=_day(row["since"]),
        until=None if row.get("until") is None else _day(row["until"]),
        reference=_text(row["reference"]),
    )


def _refuse_unknown(row: Mapping[str, Any], known: set[str]) -> None:
    if not isinstance(row, dict):
        raise TypeError(f"expected a mapping, got {row!r}")
    if set(row) - known:
        raise ValueError(f"unknown field {sorted(set(row) - known)[0]}")


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ValueError(f"value should be a whole number, got {value!r}")
    return value


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise ValueError(f"cites_law should be true or false, got {value!r}")
    return value


def _day(value: object) -> date:
    if type(value) is not date:
        raise ValueError(f"expected a day as YYYY-MM-DD, got {value!r}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("reference should name the text that set the value")
    return value


def _lines(node: Any) -> dict[str, list[int]]:
    """The line of each entry of each list of the file."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {
        key.value: [entry.start_mark.line + 1 for entry in value.value]
        for key, value in node.value
        if isinstance(value, yaml.SequenceNode)
    }


def _tie(overlays: Sequence[Overlay]) -> tuple[int, int] | None:
    """The first two overlays of equal rank that one case could meet."""
    for (k, one), (n, other) in _pairs(overlays):
        same = (one.parameter, one.place, one.rank) == (other.parameter, other.place, other.rank)
        shared = one.keys.keys() & other.keys.keys()
        if same and all(one.keys[key] == other.keys[key] for key in shared):
            return k, n
    return None


def _pairs(
    overlays: Sequence[Overlay],
) -> Iterator[tuple[tuple[int, Overlay], tuple[int, Overlay]]]:
    return combinations(enumerate(overlays), 2)

"""From pairs to subjects: likeliest first, and never against a number or a person's decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from suixin.data.resolve.decisions import Decision, Verdict
from suixin.data.resolve.model import Pair

_CLOSE = frozenset({"near_sound", "one_character", "pet_name"})
_SEEN = frozenset({"exact", "masked"})


class Why(StrEnum):
    """Why two records are not merged though the model finds them likely one."""

    BELOW = "BELOW_MERGE"  # less likely than what is merged unasked
    NAMES = "NAMES_DIFFER"  # a household shares a telephone and an address
    NUMBERS = "NUMBERS_DIFFER"  # somewhere among what would be merged, two identity numbers differ
    TWICE = "LISTED_TWICE"  # a source would list one subject twice, and no number says that it does
    DECIDED = "DECIDED_NOT_SAME"


@dataclass(frozen=True, slots=True)
class Link:
    """Two records of one subject; `bps` of the weakest step between them, 10,000 by decision."""

    one: str
    other: str
    bps: int
    pair: Pair | None
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Held:
    """A pair that waits for a person."""

    pair: Pair
    why: Why


@dataclass(slots=True)
class _Groups:
    """Which records stand together, and between which groups nothing may be merged."""

    group: dict[str, int]
    members: dict[int, list[str]] = field(default_factory=dict)

    def join(self, one: str, other: str) -> list[tuple[str, str]]:
        """Put two groups together; returns the pairs that are now of one group."""
        a, b = self.group[one], self.group[other]
        new = [(x, y) for x in self.members[a] for y in self.members[b]]
        for key in self.members.pop(b):
            self.group[key] = a
            self.members[a].append(key)
        return new


def agrees(pair: Pair) -> bool:
    """Whether names, or failing them an identity number, carry a merge.

    Father and son share a telephone and an address, and brothers also part of a name: none of it
    makes them one.
    """
    name, identity = pair.levels.get("name"), pair.levels.get("identity")
    if identity == "differs":
        return False
    if name in {"exact", "spelt", "sound"} or identity == "exact":
        return True
    home, called = pair.levels.get("house") == "exact", pair.levels.get("phone") in _SEEN
    age, village = pair.levels.get("birth_year"), pair.levels.get("village") == "exact"
    if name in _CLOSE:
        if identity in {"masked", "one_digit"} or (called and age == "exact"):
            return True
        # Of a household two may not be told apart by the rest, but seldom sound alike.
        if name == "near_sound" and village and age == "exact":
            return True
        return name != "one_character" and called and home and age != "differs"
    if name in {"differs", "pet_surname"}:
        # A slip in a name of two characters: a household shares the rest, but no number's end.
        return identity == "masked" and village and (called or home or name == "pet_surname")
    return name is None and (identity == "masked" or pair.levels.get("account") == "exact")


def clustered(
    keys: Sequence[str],
    pairs: Iterable[Pair],
    decisions: Mapping[tuple[str, str], Decision],
    *,
    contradict: Callable[[str, str], bool],
    source: Callable[[str], str | None],
    merge: int,
) -> tuple[tuple[Link, ...], tuple[Held, ...]]:
    """The links of all subjects, every two records of one linked, and what waits for a person.

    `contradict` tells of two keys that they cannot be one, `source` who keeps a record (None: not
    known); `merge` is the least probability, bps.
    """
    groups = _Groups(
        {key: k for k, key in enumerate(keys)}, {k: [key] for k, key in enumerate(keys)}
    )
    known = set(groups.group)
    bound = {p: d for p, d in decisions.items() if known.issuperset(p)}
    apart = {p for p, d in bound.items() if d.verdict is Verdict.NOT_SAME}
    scored = {(pair.one, pair.other): pair for pair in pairs}
    links: dict[tuple[str, str], int] = {}
    for one, other in (p for p, d in bound.items() if d.verdict is Verdict.SAME):
        _join(groups, (one, other), 10_000, links)
    held = []
    for pair in sorted(scored.values(), key=lambda p: (-p.probability, p.one, p.other)):
        if groups.group[pair.one] == groups.group[pair.other]:
            continue
        bps = min(9_999, int(pair.probability * 10_000))
        why = _refused(groups, pair, apart, contradict)
        if why is None and not _numbered(pair) and _twice(groups, pair, source):
            why = Why.TWICE
        if why is None and bps < merge:
            why = Why.BELOW
        if why is None:
            _join(groups, (pair.one, pair.other), bps, links)
        elif why is not Why.DECIDED:
            held.append(Held(pair, why))
    made = [Link(*p, bps, scored.get(p), bound.get(p)) for p, bps in sorted(links.items())]
    waiting = [h for h in held if groups.group[h.pair.one] != groups.group[h.pair.other]]
    return tuple(made), tuple(waiting)


def _join(
    groups: _Groups, pair: tuple[str, str], bps: int, links: dict[tuple[str, str], int]
) -> None:
    if groups.group[pair[0]] == groups.group[pair[1]]:
        return
    for one, other in groups.join(*pair):
        links[min(one, other), max(one, other)] = bps


def _refused(
    groups: _Groups,
    pair: Pair,
    apart: set[tuple[str, str]],
    contradict: Callable[[str, str], bool],
) -> Why | None:
    """Why the groups of a pair may not be merged, whatever its probability."""
    between = [
        (min(x, y), max(x, y))
        for x in groups.members[groups.group[pair.one]]
        for y in groups.members[groups.group[pair.other]]
    ]
    if not apart.isdisjoint(between):
        return Why.DECIDED
    if pair.levels.get("identity") == "differs" or any(
        contradict(one, other) for one, other in between
    ):
        return Why.NUMBERS
    return None if agrees(pair) else Why.NAMES


def _numbered(pair: Pair) -> bool:
    """Whether a number, not only name and home, says that two records are of one subject."""
    return (
        pair.levels.get("identity") in _SEEN
        or pair.levels.get("account") == "exact"
        or pair.levels.get("phone") in _SEEN
    )


def _twice(groups: _Groups, pair: Pair, source: Callable[[str], str | None]) -> bool:
    """Whether merged, a source would list one subject twice: namesakes of a village look so."""
    one, other = (
        {source(key) for key in groups.members[groups.group[end]]} - {None}
        for end in (pair.one, pair.other)
    )
    return not one.isdisjoint(other)

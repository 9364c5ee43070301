"""Circles and chains of guarantees: A stands for B, who stands for C, who stands for A."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guarantee in force: who stands for whom, and for how much at most (fen)."""

    guarantor: str
    debtor: str
    cap_fen: int


def circle_through(parties: frozenset[str], guarantees: Sequence[Guarantee]) -> tuple[str, ...]:
    """The shortest way along guarantees from one of the parties to one of them; empty if none.

    Of several the first by name is told, so the same facts give the same answer.

    >>> chain = [Guarantee("a", "x", 1), Guarantee("x", "b", 1)]
    >>> circle_through(frozenset({"a", "b"}), chain), circle_through(frozenset({"b"}), chain)
    (('a', 'x', 'b'), ())
    """
    stands_for = _stands_for(guarantees)
    found = (_way(start, parties, stands_for) for start in sorted(parties))
    ways = [way for way in found if way]
    return min(ways, key=len) if ways else ()


def chain_length(guarantor: str, guarantees: Sequence[Guarantee]) -> int:
    """How many guarantees follow one another from this guarantor on, at most.

    >>> chain_length("a", [Guarantee("a", "b", 1), Guarantee("b", "c", 1), Guarantee("a", "d", 1)])
    2
    """
    stands_for, seen = _stands_for(guarantees), {guarantor}
    frontier, length = [guarantor], 0
    while frontier:
        frontier = [
            debtor for one in frontier for debtor in stands_for.get(one, ()) if debtor not in seen
        ]
        seen.update(frontier)
        length += bool(frontier)
    return length


def _stands_for(guarantees: Sequence[Guarantee]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for guarantee in sorted(guarantees, key=lambda one: (one.guarantor, one.debtor)):
        found.setdefault(guarantee.guarantor, []).append(guarantee.debtor)
    return found


def _way(start: str, goals: frozenset[str], stands_for: dict[str, list[str]]) -> tuple[str, ...]:
    seen = {start}
    ways: deque[tuple[str, ...]] = deque([(start,)])
    while ways:
        way = ways.popleft()
        for debtor in stands_for.get(way[-1], ()):
            if debtor in goals:
                return (*way, debtor)
            if debtor not in seen:
                seen.add(debtor)
                ways.append((*way, debtor))
    return ()

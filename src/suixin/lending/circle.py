"""Circles of guarantees: A stands for B, who stands for C, who stands for A."""

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

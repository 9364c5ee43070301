"""Monitoring: what every witness of a log holds is one history, or somebody keeps the proof.

Each witness's newest checkpoint is fetched, and the smaller proved from the larger by a tree that
the log or a mirror serves. A tree is believed by nobody: it proves itself against the larger head.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from suixin.evidence import checkpoint, note
from suixin.evidence.checkpoint import Checkpoint
from suixin.evidence.fetch import Ask, FetchFault, files
from suixin.evidence.fork import Finding, Fork
from suixin.evidence.fork import compare as compare_two
from suixin.evidence.keys import Verifier
from suixin.evidence.merkle import Node, ProofError
from suixin.evidence.note import NoteError
from suixin.evidence.policy import Policy
from suixin.evidence.tiles import Static
from suixin.evidence.witness import origin_id


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a party holds of a log: its newest checkpoint, or why none could be had."""

    name: str
    note: str = ""
    found: Checkpoint | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of holding all sightings together; `pairs` are forks, or notes without a proof."""

    origin: str
    sightings: tuple[Sighting, ...]
    finding: Finding
    pairs: tuple[Fork, ...] = ()


def compare(origin: str, sightings: Sequence[Sighting], trees: Sequence[Node]) -> Compared:
    """Prove each checkpoint from the next larger, by whichever tree can; the worst that is found.

    >>> compare("bank.example/suixin/1", [], []).finding
    <Finding.AGREE: 'agree'>
    """
    held = sorted(
        ((one.found.size, one.note) for one in sightings if one.found is not None),
        key=lambda pair: pair[0],
    )
    forks: list[Fork] = []
    unproven: list[Fork] = []
    for (_, smaller), (_, larger) in pairwise(held):
        finding, fork = _by_any(smaller, larger, trees)
        if fork is not None:
            (forks if finding is Finding.FORK else unproven).append(fork)
    if forks:
        return Compared(origin, tuple(sightings), Finding.FORK, tuple(forks))
    finding = Finding.UNPROVEN if unproven else Finding.AGREE
    return Compared(origin, tuple(sightings), finding, tuple(unproven))


def look(origin: str, policy: Policy, ask: Ask) -> Compared:
    """Fetch what every witness of a policy holds of a log, and what the log shows; compare."""
    logs = [one for one in policy.logs if one.key.name == origin]
    keys = [one.key for one in logs if isinstance(one.key, Verifier)]
    path = origin_id(origin)
    places: list[tuple[str, str, Verifier | None]]
    places = [("log", url, None) for url in dict.fromkeys(one.url for one in logs) if url]
    places += [
        (one.name, f"{one.url}/{path}", one.key)
        for one in policy.witnesses.values()
        if one.url and isinstance(one.key, Verifier)
    ]
    sightings = [_sight(origin, keys, place, ask) for place in places]
    largest = max((one.found.size for one in sightings if one.found is not None), default=0)
    return compare(origin, sightings, [_tree(ask, url, largest) for _, url, _ in places])


def _sight(
    origin: str, keys: Sequence[Verifier], place: tuple[str, str, Verifier | None], ask: Ask
) -> Sighting:
    """What is fetched counts only with the log's signature, and a witness's also with its own."""
    name, url, by = place
    try:
        reply = ask(f"{url}/checkpoint", None)
        if reply.status == 404:
            return Sighting(name, told="It holds none yet.")
        opened = note.open(reply.body, [*keys, *([by] if by else [])])
        found = checkpoint.read(opened.text)
    except (FetchFault, NoteError, ProofError) as fault:
        return Sighting(name, told=fault.message)
    signed = {one.by for one in opened.signed}
    if found.origin != origin or not signed.intersection(keys) or (by and by not in signed):
        return Sighting(name, told="It is not signed by the log and by this witness.")
    return Sighting(name, reply.body.decode(), found)


def _by_any(smaller: str, larger: str, trees: Sequence[Node]) -> tuple[Finding, Fork | None]:
    for tree in (None, *trees):
        finding, fork = compare_two(smaller, larger, tree)
        if finding is not Finding.UNPROVEN:
            return finding, fork
    return finding, fork


def _tree(ask: Ask, url: str, size: int) -> Node:
    """The tree that an address serves up to a size, fetched as far as it is needed."""
    node = Static(files(ask, url), size).node

    def found(level: int, index: int) -> bytes:
        try:
            return node(level, index)
        except FetchFault as fault:
            raise ProofError("TILE", fault.message) from fault

    return found

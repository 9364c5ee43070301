"""Calls on their way to the chain, and what came back from its blocks; each counts once.

The ledger puts a call in the outbox under its idempotency key. It is pending until a block with its
event stands deep enough in the inbox, and pending again when that block vanishes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act
from suixin.evidence.reconcile import BlockRow, Move

_CALL: Final = b"suixin/call/1\0"


def call_id(of: str, key: str) -> str:
    """The idempotency key of a call: 64 hexadecimal digits, from what it is of and its own name.

    `of` is the random id under which the agreement stands on the chain, so that the key tells
    nothing once the map of ids is erased.

    >>> call_id("a" * 64, "receipt-7")[:12]
    '2ff0d8932695'
    """
    return sha256(_CALL + of.encode() + b"\0" + key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Call:
    """An act on its way: its key, what it is of, who performs it, what it is, on which day."""

    id: str
    of: str
    by: Role
    act: Act
    day: date


class Way(StrEnum):
    """How far a call has come that no block holds."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"


@dataclass(slots=True)
class Outbox:
    """The calls of an institution, in the order in which they must reach the chain.

    >>> outbox = Outbox()
    >>> from suixin.evidence.chain.calls.pool import Settle
    >>> paid = Call(call_id("a-1", "r-1"), "a-1", Role.GOVERNMENT, Settle(date.min), date.min)
    >>> outbox.put(paid), outbox.put(paid)  # The same twice is once.
    (True, False)
    >>> [call.act.function for call in outbox.unsent(())]
    ['settle']
    """

    _calls: dict[str, Call] = field(default_factory=dict, init=False)
    _ways: dict[str, Way] = field(default_factory=dict, init=False)
    _refused: dict[str, str] = field(default_factory=dict, init=False)

    def put(self, call: Call) -> bool:
        """Add a call, and say whether it is new.

        Raises `InputError` KEY_TAKEN where another call has its key.
        """
        known = self._calls.get(call.id)
        if known is not None and known != call:
            raise InputError("KEY_TAKEN", f"Two calls are called {call.id}.", "Name one anew.")
        if known is None:
            self._calls[call.id], self._ways[call.id] = call, Way.WAITING
        return known is None

    def unsent(self, arrived: Collection[str]) -> tuple[Call, ...]:
        """What is to be sent now, in order; what has arrived or is on its way is not."""
        ways = self._ways
        return tuple(
            call
            for call in self._calls.values()
            if ways[call.id] is Way.WAITING and call.id not in arrived
        )

    def pending(self, arrived: Collection[str]) -> frozenset[str]:
        """The calls that are waiting or sent and have not arrived: what `reconcile` leaves out."""
        return frozenset(
            name for name, way in self._ways.items() if way is not Way.REFUSED
        ).difference(arrived)

    def sent(self, name: str) -> None:
        """Note that a call was sent; sending it again does no harm, since the chain knows it."""
        self._ways[self._known(name)] = Way.SENT

    def refused(self, name: str, reason: str) -> None:
        """Note that the chain refused a call: it is not pending, and the ledger differs."""
        self._ways[self._known(name)], self._refused[name] = Way.REFUSED, reason

    def again(self, vanished: Collection[str]) -> None:
        """Let calls whose events vanished wait anew; one that is not ours is none of our calls."""
        for name in self._calls.keys() & set(vanished):
            self._ways[name] = Way.WAITING

    @property
    def refusals(self) -> Mapping[str, str]:
        """What the chain refused, with its reasons."""
        return dict(self._refused)

    def _known(self, name: str) -> str:
        if name not in self._calls:
            raise InputError("NO_CALL", f"No call is called {name}.", "Put it in the outbox first.")
        return name


@dataclass(frozen=True, slots=True)
class Told:
    """An event of a block: of which agreement or fund, and what it moved."""

    of: str
    move: Move


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it arrives: its place, its parent's hash, and its events in order."""

    number: int
    hash: str
    parent: str
    told: tuple[Told, ...] = ()


@dataclass(slots=True)
class Inbox:
    """The events of the blocks followed so far; only those `depth` blocks deep count.

    A chain whose blocks are final at once (PBFT, QBFT, the embedded one) has depth 0.

    >>> paid = Told("a-1", Move("c-1", "received", date.min, "paid", 500))
    >>> inbox = Inbox()
    >>> inbox.follow(Block(1, "b1", "b0", (paid,))), inbox.follow(Block(1, "b1", "b0", (paid,)))
    (frozenset(), frozenset())
    >>> inbox.arrived(), inbox.follow(Block(1, "other", "b0")), inbox.arrived()
    (frozenset({'c-1'}), frozenset({'c-1'}), frozenset())
    """

    depth: int = 0
    _blocks: list[Block] = field(default_factory=list, init=False)

    def follow(self, block: Block) -> frozenset[str]:
        """Take in a block, and give the calls that vanished with the blocks it replaces.

        The same block again changes nothing. Raises `InputError` GAP where its parent is not there:
        blocks are missing, or the chain parted before it.
        """
        at = block.number - self._blocks[0].number if self._blocks else 0
        if at < len(self._blocks) and at >= 0 and self._blocks[at] == block:
            return frozenset()
        before = self._blocks[at - 1] if 0 < at <= len(self._blocks) else None
        if at and (before is None or before.hash != block.parent):
            wrong = f"Block {block.number} follows {block.parent}, which is not here."
            raise InputError("GAP", wrong, "Follow from the last block that both sides have.")
        gone = {one.move.call for old in self._blocks[at:] for one in old.told}
        self._blocks[at:] = [block]
        return frozenset(gone - {one.move.call for one in block.told})

    def arrived(self) -> frozenset[str]:
        """The calls whose events stand deep enough."""
        return frozenset(one.move.call for one in self._deep())

    def moves(self) -> Mapping[str, tuple[Move, ...]]:
        """What moved, by agreement or fund, in the order of the chain."""
        found: dict[str, list[Move]] = {}
        for one in self._deep():
            found.setdefault(one.of, []).append(one.move)
        return {of: tuple(moves) for of, moves in found.items()}

    def rows(self) -> tuple[BlockRow, ...]:
        """The blocks themselves, for the log to be held against."""
        return tuple(BlockRow(block.number, block.hash) for block in self._blocks)

    def _deep(self) -> Iterator[Told]:
        for block in self._blocks[: len(self._blocks) - self.depth]:
            yield from block.told

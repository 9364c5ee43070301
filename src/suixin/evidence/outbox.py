"""Calls on their way to the chain, and what came back from its blocks; each counts once.

The ledger puts a call in the outbox under its idempotency key. It is signed once, and these bytes
are sent until a block holds them; it is pending until that block stands deep enough in the inbox,
and again when the block vanishes. What blocks say is never noted in the outbox: after a crash the
inbox is read from the chain anew.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from math import inf
from types import MappingProxyType
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


@dataclass(frozen=True, slots=True)
class Signed:
    """A call as bytes that were signed: by whom, in which turn of his, and the hash they have."""

    call: str
    by: Role
    turn: int
    raw: bytes
    transaction: bytes


class Outbox:
    """The calls of an institution, in the order in which they must reach the chain.

    >>> outbox = Outbox()
    >>> from suixin.evidence.chain.calls.pool import Settle
    >>> paid = Call(call_id("a-1", "r-1"), "a-1", Role.GOVERNMENT, Settle(date.min), date.min)
    >>> outbox.put(paid), outbox.put(paid)  # The same twice is once.
    (True, False)
    >>> [call.act.function for call in outbox.unsigned({Role.GOVERNMENT})]
    ['settle']
    """

    def __init__(self) -> None:
        self._calls: dict[str, Call] = {}
        self._signed: dict[str, Signed] = {}
        self._names: dict[bytes, str] = {}  # Of all bytes that were ever signed.

    def put(self, call: Call) -> bool:
        """Add a call, and say whether it is new.

        Raises `InputError` KEY_TAKEN where another call has its key.
        """
        known = self._calls.get(call.id)
        if known is not None and known != call:
            raise InputError("KEY_TAKEN", f"Two calls are called {call.id}.", "Name one anew.")
        if known is None:
            self._calls[call.id] = call
        return known is None

    def sign(self, signed: Sequence[Signed]) -> None:
        """Keep the bytes of calls, before anything is sent; raises `InputError` NO_CALL.

        Where bytes can never come into a block any more, others take their place.
        """
        for one in signed:
            self.call(one.call)
        self._signed |= {one.call: one for one in signed}
        self._names |= {one.transaction: one.call for one in signed}

    def call(self, name: str) -> Call:
        """The call of that key; raises `InputError` NO_CALL."""
        if name not in self._calls:
            raise InputError("NO_CALL", f"No call is called {name}.", "Put it in the outbox first.")
        return self._calls[name]

    def unsigned(self, roles: Container[Role]) -> tuple[Call, ...]:
        """What these roles have still to sign, in order."""
        calls, signed = self._calls.values(), self._signed
        return tuple(call for call in calls if call.by in roles and call.id not in signed)

    def under_way(self, held: Container[str]) -> tuple[Signed, ...]:
        """What was signed and no block holds, in the order of signing: to be sent, or sent again.

        `held` are the calls that blocks hold, however shallow.
        """
        return tuple(one for one in self._signed.values() if one.call not in held)

    def pending(self, inbox: Inbox) -> frozenset[str]:
        """The calls that have neither arrived nor been refused: what `reconcile` leaves out."""
        return frozenset(self._calls).difference(inbox.arrived(), inbox.refusals())

    def name_of(self, transaction: bytes) -> str | None:
        """The call that a transaction carries, or None where it is none of ours."""
        return self._names.get(transaction)


@dataclass(frozen=True, slots=True)
class Told:
    """An event of a block: of which agreement or fund, and what it moved."""

    of: str
    move: Move


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it arrives: its place, its parent's hash, and its events in order.

    `calls` are those that moved nothing: `""` where one went through, else why it was refused.
    """

    number: int
    hash: str
    parent: str
    told: tuple[Told, ...] = ()
    calls: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def held(self) -> Mapping[str, str]:
        """Every call of the block, and why it was refused if it was."""
        return {**self.calls, **{one.move.call: "" for one in self.told}}


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
        gone = {call for old in self._blocks[at:] for call in old.held}
        self._blocks[at:] = [block]
        return frozenset(gone - block.held.keys())

    def back_to(self, number: int) -> frozenset[str]:
        """Let go of the blocks after a number, which the chain has no more; the calls in them."""
        gone = [block for block in self._blocks if block.number > number]
        del self._blocks[len(self._blocks) - len(gone) :]
        return frozenset(call for block in gone for call in block.held)

    def held(self, *, before: int | None = None) -> frozenset[str]:
        """The calls of every block, however shallow, or of those before a number.

        None of them is to be sent again.
        """
        last = before if before is not None else inf
        return frozenset(
            call for block in self._blocks if block.number < last for call in block.held
        )

    def arrived(self) -> frozenset[str]:
        """The calls that went through in a block that stands deep enough."""
        return frozenset(
            call for block in self._deep() for call, why in block.held.items() if not why
        )

    def refusals(self) -> Mapping[str, str]:
        """What the chain refused, with its reasons: nothing is pending, and the ledger differs."""
        return {call: why for block in self._deep() for call, why in block.held.items() if why}

    def moves(self) -> Mapping[str, tuple[Move, ...]]:
        """What moved, by agreement or fund, in the order of the chain."""
        found: dict[str, list[Move]] = {}
        for block in self._deep():
            for one in block.told:
                found.setdefault(one.of, []).append(one.move)
        return {of: tuple(moves) for of, moves in found.items()}

    def blocks(self) -> tuple[Block, ...]:
        """The blocks followed so far, for who keeps them."""
        return tuple(self._blocks)

    def rows(self) -> tuple[BlockRow, ...]:
        """The blocks followed so far, by number and hash."""
        return tuple(BlockRow(block.number, block.hash) for block in self._blocks)

    def _deep(self) -> Iterator[Block]:
        yield from self._blocks[: len(self._blocks) - self.depth]

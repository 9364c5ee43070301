"""Calls carried to the chain and events carried back, so that a crash anywhere loses nothing.

Bytes are signed once and kept before they are sent; what a block holds already is not sent again,
and what no block holds is sent again as it is. So a call counts once however often this runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from eth_utils.crypto import keccak

from suixin.evidence.chain.calls import agreement
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Event
from suixin.evidence.chain.deployment import Deployment, data_of
from suixin.evidence.chain.port import Head
from suixin.evidence.chain.signer import Draft, Signer
from suixin.evidence.chain_told import told
from suixin.evidence.outbox import Block, Call, Inbox, Outbox, Signed, Told

_HELD: Final = ""  # In place of a reason: the block holds the call, and it went through.


@dataclass(slots=True)
class Carrier:
    """One institution's way to the chain: its outbox, the inbox of its blocks, and its keys.

    A transaction of another party stands in the inbox under its hash, which is how the ledger
    names it where another party's act moves an agreement.
    """

    made: Deployment
    outbox: Outbox
    signers: Mapping[Role, Signer]
    inbox: Inbox = field(default_factory=Inbox)
    _principals: dict[str, int] = field(default_factory=dict, init=False)

    def carry(self) -> frozenset[str]:
        """Sign, send and follow until nothing is under way; the calls that vanished meanwhile."""
        vanished = self.follow()
        self.sign()
        self.send()
        return vanished | self.follow()

    def sign(self) -> None:
        """Sign what waits, each key's in its turns after those that are under way."""
        chain, held = self.made.chain, self.inbox.held()
        turns = {role: chain.nonce(key.address) for role, key in self.signers.items()}
        waiting: list[Call] = []
        stuck: set[Role] = set()
        for one in self.outbox.under_way(held):
            past = one.turn < turns[one.by]
            if one.by in stuck or (past and chain.receipt(one.transaction) is None):
                # Other bytes used the turn: these can never come into a block, and what was to
                # follow them would come before them.
                stuck.add(one.by)
                waiting.append(self.outbox.call(one.call))
            elif not past:
                turns[one.by] = one.turn + 1
        waiting += self.outbox.unsigned(self.signers)
        signed = []
        for call in waiting:
            key, turn = self.signers[call.by], turns[call.by]
            draft = Draft(self.made.address(call.act.contract), data_of(call.act))
            raw = key.sign(draft, chain_id=chain.chain_id, nonce=turn)
            signed.append(Signed(call.id, call.by, turn, raw, keccak(raw)))
            turns[call.by] = turn + 1
        if signed:
            self.outbox.sign(signed)

    def send(self) -> None:
        """Send all that is under way, in the order in which it was signed."""
        waiting = self.outbox.under_way(self.inbox.held())
        if waiting:
            self.made.chain.send([one.raw for one in waiting])

    def follow(self) -> frozenset[str]:
        """Take in the blocks after the last that both have; the calls that vanished."""
        first = self._parted()
        vanished = self.inbox.back_to(first - 1)
        for block in self._blocks(first):
            vanished |= self.inbox.follow(block)
        return vanished - self.inbox.held()

    def _parted(self) -> int:
        """The number of the first block that is not in the inbox as the chain has it."""
        head = self.made.chain.head()
        for row in reversed(self.inbox.rows()):
            if row.number <= head.number and self._head(row.number).hash.hex() == row.hash:
                return row.number + 1
        return 1

    def _blocks(self, first: int) -> Iterator[Block]:
        """The chain's blocks from a number on, with what they moved and which calls they held."""
        last = self.made.chain.head().number
        if first > last:
            return
        events = self._events(first)
        silent: dict[int, dict[str, str]] = {}
        for one in self.outbox.under_way(self.inbox.held(before=first)):
            receipt = self.made.chain.receipt(one.transaction)
            if receipt is not None and receipt.block >= first:
                silent.setdefault(receipt.block, {})[one.call] = receipt.refusal or _HELD
        for number in range(first, last + 1):
            head = self._head(number)
            moved = tuple(
                one
                for transaction, said in events.get(number, {}).items()
                for one in self._told(transaction, said)
            )
            yield Block(number, head.hash.hex(), head.parent.hex(), moved, silent.get(number, {}))

    def _events(self, first: int) -> dict[int, dict[bytes, list[Event]]]:
        found: dict[int, dict[bytes, list[Event]]] = {}
        for said in self.made.events(first):
            found.setdefault(said.block, {}).setdefault(said.transaction, []).append(said.event)
        return found

    def _told(self, transaction: bytes, events: list[Event]) -> tuple[Told, ...]:
        for event in events:
            if isinstance(event, agreement.Applied):
                self._principals[event.id.hex()] = event.terms.principal
            elif isinstance(event, agreement.TakenBack) and event.id.hex() not in self._principals:
                record = self.made.ask(agreement.record(event.id))  # Of a block followed before.
                self._principals[event.id.hex()] = record.terms.principal
        name = self.outbox.name_of(transaction) or transaction.hex()
        return told(name, events, self._principals)

    def _head(self, number: int) -> Head:
        return self.made.chain.head(number)

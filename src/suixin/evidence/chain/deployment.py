"""The contracts as they stand on a chain: perform acts, ask questions, read events.

>>> from datetime import date
>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from suixin.evidence.chain.calls import parties
>>> from suixin.evidence.chain.embedded import EmbeddedChain
>>> from suixin.evidence.chain.signer import Signer
>>> day, keys = date(2026, 6, 30), {role: Signer(bytes([role] * 32)) for role in parties.Role}
>>> with TemporaryDirectory() as folder, EmbeddedChain(Path(folder)) as chain:
...     made = deploy(chain, keys, tiers=3, on=day)
...     stop = parties.Stop(bytes([1] * 32), on=day)
...     done = made.do_all([(stop, keys[role]) for role in (1, 1, 2)])
>>> [one.refusal for one in done], [type(event).__name__ for event in done[2].events]
([None, 'parties: voted already', None], ['Voted', 'Stopped'])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, TypeVar

from suixin.evidence.chain.calls import agreement, anchor, group, parties, pool
from suixin.evidence.chain.calls.parties import NO_ADDRESS, Role
from suixin.evidence.chain.calls.value import (
    Act,
    Event,
    Question,
    arguments,
    from_abi,
    record,
    to_abi,
)
from suixin.evidence.chain.codec import contract
from suixin.evidence.chain.port import Address, CallRefused, Chain, ChainFault, Log, Receipt
from suixin.evidence.chain.signer import Draft, Signer

T = TypeVar("T")

_EVENTS: Final[Mapping[str, Mapping[str, type[Event]]]] = MappingProxyType(
    {
        "Parties": parties.EVENTS,
        "Anchor": anchor.EVENTS,
        "Agreement": agreement.EVENTS,
        "Group": group.EVENTS,
        "Pool": pool.EVENTS,
    }
)
_PLACED: Final = ("Anchor", "Agreement", "Group", "Pool")


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act: the contract's refusal, or what the contracts said."""

    refusal: str | None
    events: tuple[Event, ...]
    gas: int
    block: int
    transaction: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """An event where it stands: in which block and transaction, and by which contract."""

    block: int
    index: int
    transaction: bytes
    contract: str
    address: Address
    event: Event


class Deployment:
    """Parties at an address, and the contracts that they say are in force."""

    def __init__(self, chain: Chain, parties_at: Address) -> None:
        self.chain = chain
        self.parties_at = parties_at
        self._names: dict[Address, str] = {parties_at: "Parties"}
        self._in_force: dict[str, Address] = {"Parties": parties_at}
        self.refresh()

    def refresh(self) -> None:
        """Read again which contracts are in force; those before them stay known by their events."""
        for log in self.chain.events(of=[self.parties_at]):
            said = self._said(log)
            if isinstance(said, parties.PlacesChanged):
                places = (said.anchor, said.agreement, said.group, said.pool)
                for name, address in zip(_PLACED, places, strict=True):
                    self._names[address] = name
                    self._in_force[name] = address

    def address(self, name: str) -> Address:
        """Where the contract of a name is in force; raises `ChainFault` where none is."""
        if name not in self._in_force:
            raise ChainFault(
                "CONTRACT", f"No {name} is in force.", "Let two parties set the places."
            )
        return self._in_force[name]

    def signed(self, acts: Sequence[tuple[Act, Signer]]) -> tuple[bytes, ...]:
        """Acts as signed transactions, each account's in its turn after what the chain has."""
        turns: dict[Address, int] = {}
        made = []
        for act, signer in acts:
            turn = turns.get(signer.address)
            turn = self.chain.nonce(signer.address) if turn is None else turn
            turns[signer.address] = turn + 1
            draft = Draft(self.address(act.contract), data_of(act))
            made.append(signer.sign(draft, chain_id=self.chain.chain_id, nonce=turn))
        return tuple(made)

    def do(self, act: Act, signer: Signer) -> Done:
        """Perform one act; when it returns, what was done is durable."""
        return self.do_all([(act, signer)])[0]

    def do_all(self, acts: Sequence[tuple[Act, Signer]]) -> tuple[Done, ...]:
        """Perform acts in order, in as few blocks as the chain can."""
        done = tuple(self.done(one) for one in self.chain.send(self.signed(acts)))
        if any(isinstance(event, parties.PlacesChanged) for one in done for event in one.events):
            self.refresh()
        return done

    def try_(self, act: Act, by: Address) -> str | None:
        """What would refuse an act now, or None; nothing is sent."""
        try:
            self.chain.call(self.address(act.contract), data_of(act), by)
        except CallRefused as refused:
            return str(refused)
        return None

    def ask(self, question: Question[T], *, at: Address | None = None) -> T:
        """Ask the contract in force, or one at an address; raises `CallRefused`."""
        function = contract(question.contract).functions[question.function]
        data = function.data([to_abi(one) for one in question.arguments])
        values = function.answer(self.chain.call(at or self.address(question.contract), data))
        kind = question.answer
        several = len(values) > 1
        answer: T = record(kind, values) if several else from_abi(kind, values[0])
        return answer

    def events(self, first: int = 0) -> Iterator[Said]:
        """What these contracts said from a block on, those that were in force before too."""
        for log in self.chain.events(first, of=self._names):
            said = self._said(log)
            if said is not None:
                name = self._names[log.address]
                yield Said(log.block, log.index, log.transaction, name, log.address, said)

    def done(self, receipt: Receipt) -> Done:
        """What became of an act, from the receipt of its transaction."""
        said = (self._said(log) for log in receipt.logs)
        events = tuple(event for event in said if event is not None)
        return Done(receipt.refusal, events, receipt.gas, receipt.block, receipt.transaction)

    def _said(self, log: Log) -> Event | None:
        name = self._names.get(log.address)
        if name is None:
            return None
        told = contract(name).events[log.topics[0]]
        event: Event = record(_EVENTS[name][told.name], told.values(log.topics, log.data))
        return event


def data_of(act: Act) -> bytes:
    """An act as the data of a transaction."""
    return contract(act.contract).functions[act.function].data(arguments(act))


def deploy(chain: Chain, signers: Mapping[Role, Signer], *, tiers: int, on: date) -> Deployment:
    """All five contracts with these keys, in force by the votes of government and platform.

    `tiers` is how many the pool has; the auditor alone may be absent.
    """
    bank = signers[Role.BANK]
    keys = [signers[role].address if role in signers else NO_ADDRESS for role in Role]
    first = _create(chain, bank, "Parties", (tuple(keys), on))
    places = successors(chain, bank, parties_at=first, tiers=tiers)
    made = Deployment(chain, first)
    vote = parties.SetPlaces(places, on)
    for done in made.do_all([(vote, signers[Role.GOVERNMENT]), (vote, signers[Role.PLATFORM])]):
        if done.refusal is not None:
            raise ChainFault("CONTRACT", f"The contracts came not into force: {done.refusal}.")
    return made


def successors(
    chain: Chain,
    signer: Signer,
    *,
    parties_at: Address,
    tiers: int,
    before: Deployment | None = None,
) -> tuple[Address, ...]:
    """Anchor, Agreement, Group and Pool, made new; they adopt from those `before`, if any."""
    made = []
    for name in _PLACED:
        old = before.address(name) if before else NO_ADDRESS
        rest = (tiers,) if name == "Pool" else ()
        made.append(_create(chain, signer, name, (parties_at, old, *rest)))
    return tuple(made)


def _create(chain: Chain, signer: Signer, name: str, given: tuple[object, ...]) -> Address:
    data = contract(name).creation([to_abi(one) for one in given])
    nonce = chain.nonce(signer.address)
    receipt = chain.deploy(signer.sign(Draft(None, data), chain_id=chain.chain_id, nonce=nonce))
    if receipt.contract is None:
        raise AssertionError(f"{name} was deployed nowhere.")
    return receipt.contract

"""Histories by chance: what events tell is what storage holds, and no fen comes or goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest
from chain_chance import Chance
from chain_house import DAY, LENT, SIGNERS, House, name, opened, received

from suixin.evidence.chain.calls import agreement, anchor, group, parties, pool
from suixin.evidence.chain.calls.agreement import Status
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import NOTHING, Act, Event
from suixin.evidence.chain.deployment import Said
from suixin.evidence.chain.port import Address
from suixin.evidence.chain.state import State, rebuild
from suixin.evidence.chain.state.agreement import AgreementState
from suixin.evidence.chain.state.anchor import AnchorState
from suixin.evidence.chain.state.group import GroupState
from suixin.evidence.chain.state.parties import PartiesState
from suixin.evidence.chain.state.pool import PoolState

E = TypeVar("E", bound=Event)
SEEDS = (1, 2)


@pytest.fixture(scope="module", params=SEEDS)
def lived(request: pytest.FixtureRequest, template: Path) -> Iterator[Chance]:
    """A house after a history: under its first contracts, then under those that followed."""
    with opened(template) as house:
        chance = Chance(house, Random(request.param))
        chance.begin()
        chance.rounds(12)
        succeed(chance)
        chance.rounds(8)
        yield chance


def succeed(chance: Chance) -> None:
    """New contracts, which take over all there is, the fund first and groups before calls."""
    house, known = chance.house, chance.known
    if known.parties.stopped:
        again = parties.Restart(chance.day)
        for role in (Role.BANK, Role.GOVERNMENT, Role.PLATFORM):
            house.made.do(again, SIGNERS[role])
    house.succeeded()
    taken = [pool.AdoptFund()]
    taken += [agreement.Adopt(id) for id in known.agreements.records]
    taken += [group.Adopt(id) for id in known.groups.groups]
    taken += [group.AdoptCall(id) for id in known.groups.calls]
    taken += [pool.Adopt(id) for id in known.pool.claims]
    for done in house.do_all([(act, Role.BANK) for act in taken]):
        for event in done.events:
            known.take(event)


def test_histories_are_no_mere_refusals(lived: Chance) -> None:
    said = Counter(type(one.event) for one in lived.house.made.events())
    assert lived.done > 270
    for kind in (group.Called, group.Paid, group.Shared, pool.Paid, pool.Recovered):
        assert said[kind] > 3, kind.__name__
    assert len(said) > 35


@pytest.mark.mechanism("B06")
def test_events_alone_give_the_whole_state(lived: Chance) -> None:
    """Whoever kept the events needs neither contract nor chain to know how everything stands."""
    house = lived.house
    states = rebuild(house.made.events())
    assert len(states) == 9 or len(states) == 8  # Of two Anchors one may have said nothing.
    for address, state in states.items():
        for told, held in compared(house, address, state):
            assert told == held


def test_every_kind_of_event_is_worked_in(
    own_stage: tuple[House, Mapping[str, tuple[Act, Role]]],
) -> None:
    """The stage's acts, then what they leave out: no event is left out."""
    house, acts = own_stage
    house.do_all(acts.values())
    house.do_all(
        [
            (pool.Recover(name("pay"), name("sold"), 400_000, DAY), Role.BANK),
            received(name("withdraw"), 0, LENT),
            (agreement.Close(name("withdraw"), DAY), Role.BANK),
        ]
    )
    house.do(parties.ChangeKey(Role.SCORER, "0x" + "5c" * 20, DAY), Role.GOVERNMENT)
    succeed_ = parties.Succeed(house.made.address("Anchor"), DAY)
    house.do_all([(succeed_, Role.BANK), (succeed_, Role.PLATFORM)])
    said = {type(one.event) for one in house.made.events()}
    modules = (parties, anchor, agreement, group, pool)
    assert said == {kind for module in modules for kind in module.EVENTS.values()}
    for address, state in rebuild(house.made.events()).items():
        for told, held in compared(house, address, state):
            assert told == held


def compared(house: House, at: Address, state: State) -> Iterator[tuple[object, object]]:
    """Each piece of a contract's state as events tell it, beside what its storage holds."""
    ask = house.made.ask
    match state:
        case PartiesState():
            yield state.stopped, ask(parties.stopped())
            yield state.decisions, ask(parties.decisions())
            yield state.successor, ask(parties.successor())
            for role, key in state.keys.items():
                yield key, ask(parties.key(role))
            for place, address in state.places.items():
                yield address, ask(parties.place(place))
            for what, roles in state.votes.items():
                yield roles, ask(parties.votes(what))
            yield 0, ask(parties.votes(name("nothing")))
        case AnchorState():
            for (role, origin), head in state.heads.items():
                yield head, ask(anchor.head(role, origin), at=at)
        case AgreementState():
            yield state.bounds, ask(agreement.bounds(), at=at)
            for id, record in state.records.items():
                yield record, ask(agreement.record(id), at=at)
            for receipt in state.receipts:
                yield True, ask(agreement.used(receipt), at=at)
            yield False, ask(agreement.used(name("nothing")), at=at)
        case GroupState():
            for id, one in state.groups.items():
                yield one, ask(group.group(id), at=at)
            for id, call in state.calls.items():
                yield call, ask(group.call_of(id), at=at)
            for receipt in state.receipts:
                yield True, ask(group.distributed(receipt), at=at)
        case PoolState():
            yield state.fund, ask(pool.fund(), at=at)
            for id, claim in state.claims.items():
                yield claim, ask(pool.claim_of(id), at=at)
            for receipt in state.receipts:
                yield True, ask(pool.used(receipt), at=at)


def told(lived: Chance, kind: type[E]) -> list[E]:
    """All events of a kind."""
    return [one.event for one in lived.house.made.events() if isinstance(one.event, kind)]


@pytest.mark.mechanism("H06")
def test_the_fund_holds_what_came_less_what_went(lived: Chance) -> None:
    balances = [0] * 5
    for one in lived.house.made.events():
        match one.event:
            case pool.Funded(tier, _, amount, _):
                balances[tier] += amount
            case pool.Paid(_, tiers, _, _):
                balances = [had - fen for had, fen in zip(balances, tiers, strict=True)]
            case pool.Recovered(tiers=tiers):
                balances = [had + fen for had, fen in zip(balances, tiers, strict=True)]
    assert tuple(balances) == lived.house.fund().balances
    assert min(balances) >= 0


@pytest.mark.mechanism("H06")
def test_of_a_claim_nobody_gets_more_than_he_gave(lived: Chance) -> None:
    known = lived.known
    back: Counter[bytes] = Counter()
    for one in told(lived, pool.Recovered):
        back[one.agreement] += one.lender + sum(one.tiers)
    accepted = {event.agreement for event in told(lived, pool.Accepted)}
    before = Counter[bytes]()
    for one in lived.house.made.events():  # What came before a claim was no part of it.
        if isinstance(one.event, pool.Accepted):
            before[one.event.agreement] = sum(
                event.lender
                for event in recovered_before(lived, one)
                if event.agreement == one.event.agreement
            )
    for id in accepted:
        claim, record = known.pool.claims[id], known.agreements.records[id]
        out = claim.lender + sum(claim.tiers)
        assert out == claim.loss - (back[id] - before[id])
        assert 0 <= claim.queued <= claim.lender
        assert claim.lender <= record.outstanding + record.due.interest
        assert sum(claim.tiers) + claim.queued <= claim.asked


def recovered_before(lived: Chance, until: Said) -> Iterator[pool.Recovered]:
    """Recoveries before an event."""
    for one in lived.house.made.events():
        if (one.block, one.index) >= (until.block, until.index):
            return
        if isinstance(one.event, pool.Recovered):
            yield one.event


def test_who_waits_waits_in_turn(lived: Chance) -> None:
    pool_ = lived.known.pool
    numbers, here = [], pool_.fund.first
    while here != NOTHING:
        claim = pool_.claims[here]
        assert claim.queued > 0
        numbers.append(claim.number)
        here = claim.after
    assert numbers == sorted(numbers)
    assert len(numbers) == sum(claim.queued > 0 for claim in pool_.claims.values())


@pytest.mark.mechanism("B07")
def test_what_is_owed_is_what_went_out_less_what_came(lived: Chance) -> None:
    for record in lived.known.agreements.records.values():
        if record.status in (Status.DISBURSED, Status.WRITTEN_OFF, Status.CLOSED):
            assert record.outstanding + record.paid.principal == record.terms.principal
            assert record.due.principal <= record.outstanding
        else:
            assert record.outstanding == record.due.total == record.paid.total == 0
        if record.status is Status.CLOSED:
            assert record.outstanding == record.due.total == 0


@pytest.mark.mechanism("E08")
def test_nobody_is_asked_beyond_his_cap(lived: Chance) -> None:
    groups = lived.known.groups
    asked = Counter[tuple[bytes, int]]()
    for call in groups.calls.values():
        assert all(
            back <= paid <= most
            for back, paid, most in zip(call.back, call.paid, call.asked, strict=True)
        )
        assert call.asked[call.debtor] == 0
        for seat, fen in enumerate(call.asked):
            asked[call.group, seat] += fen
    for id, one in groups.groups.items():
        for seat in range(5):
            assert one.left[seat] + asked[id, seat] == one.caps[seat]


@pytest.mark.mechanism("E10")
def test_a_distribution_is_shared_to_the_fen(lived: Chance) -> None:
    parts: Counter[bytes] = Counter()
    for one in told(lived, group.Shared):
        paid = one.own.total + one.recovered + one.called + one.prepaid
        assert paid + one.member == one.part
        parts[one.receipt] += one.part
    assert parts
    assert all(fen > 0 for fen in parts.values())

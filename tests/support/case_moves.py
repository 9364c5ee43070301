"""The table of an agreement's and a group's moves, cell by cell, on the chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from chain_sides import name32
from chain_world import DAY, LATER, PAYEE, RefusedThere, World

from suixin.evidence.chain.calls import agreement, group, pool
from suixin.evidence.chain.calls.agreement import Kind, Status
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Parts

WHY = name32("why")
FAR = date(2099, 1, 1)

# Where the chain has an agreement of each state; it knows neither the offer's steps nor any age.
PLACE: Mapping[str, Status] = MappingProxyType(
    {
        "applied": Status.APPLIED,
        "offered": Status.APPROVED,
        "accepted": Status.APPROVED,
        "ready": Status.APPROVED,
        "active": Status.DISBURSED,
        "overdue": Status.DISBURSED,
        "defaulted": Status.DISBURSED,
        "written_off": Status.WRITTEN_OFF,
        "refused": Status.REFUSED,
        "lapsed": Status.REFUSED,
        "closed": Status.CLOSED,
    }
)
PAST_DUE = {"active": 0, "overdue": 30, "defaulted": 91, "written_off": 200}


@dataclass
class Standing:
    """An agreement brought to a state, its guarantors and its fund ready for whatever comes."""

    world: World
    id: bytes
    state: str

    def status(self) -> Status:
        """Where the chain has it now."""
        return self.world.chain.made.ask(agreement.record(self.id)).status


def stands(world: World, state: str) -> Standing:
    """A fresh agreement in a state, 1,000 fen lent, half of it due where money is out."""
    id, formed = world.name("agreement"), world.formed([10, 10, 10])
    terms = agreement.Terms(1_000, 1_000, FAR, PAYEE, name32("terms"), formed, 0)
    world.do(agreement.Apply(id, terms, DAY))
    place, made = PLACE[state], Standing(world, id, state)
    if place is Status.REFUSED:
        world.do(agreement.Refuse(id, WHY, DAY))
    elif place is not Status.APPLIED:
        _decide(made)
    if place in (Status.DISBURSED, Status.WRITTEN_OFF, Status.CLOSED):
        world.do(agreement.Disburse(id, PAYEE, DAY))
        if state != "active":  # An active one may still be taken back.
            world.do(agreement.Charge(id, world.name(), Parts(principal=500), DAY))
            world.brought(id, 100)
    if place is Status.WRITTEN_OFF:
        world.do(agreement.WriteOff(id, WHY, DAY))
    if place is Status.CLOSED:
        world.brought(id, 900)
        world.do(agreement.Close(id, DAY))
    return made


def _decide(at: Standing) -> None:
    decision = agreement.Decision(1_000, 1_000, FAR, False, name32("decision"))
    at.world.do(agreement.Decide(at.id, decision, DAY), Role.SCORER)


def _receive(kind: Kind) -> Callable[[Standing], None]:
    return lambda at: at.world.brought(at.id, 50, kind)


def _give_back(at: Standing) -> None:
    if at.state == "active":
        at.world.brought(at.id, 50)
    at.world.do(agreement.GiveBack(at.id, at.world.name(), Parts(principal=50), DAY))


def _claim(at: Standing) -> None:
    """Guarantors first, as far as they can; then the fund."""
    if PLACE[at.state] in (Status.DISBURSED, Status.WRITTEN_OFF):
        owed = at.world.chain.made.ask(agreement.record(at.id)).outstanding
        asked = at.world.called(at.id, owed)
        for member in (1, 2):
            at.world.paid(at.id, member, asked.asked[member])
    at.world.do(pool.FileClaim(at.id, 100, 0, PAST_DUE.get(at.state, 0), LATER))


def _call(at: Standing) -> None:
    at.world.called(at.id, 20)


def _recover(at: Standing) -> None:
    at.world.do(pool.Recover(at.id, at.world.name(), 50, DAY))


# What the chain has an act for; the other events are the lender's own or a matter of age.
ACTS: Mapping[str, Callable[[Standing], object]] = MappingProxyType(
    {
        "refuse": lambda at: at.world.do(agreement.Refuse(at.id, WHY, DAY)),
        "offer": _decide,
        "lapse": lambda at: at.world.do(agreement.Refuse(at.id, WHY, DAY)),
        "withdraw": lambda at: at.world.do(agreement.Refuse(at.id, WHY, DAY)),
        "payment_confirmed": lambda at: at.world.do(agreement.Disburse(at.id, PAYEE, DAY)),
        "payment_failed": lambda at: at.world.do(agreement.TakeBack(at.id, WHY, DAY)),
        "receipt": _receive(Kind.BORROWER),
        "give_back": _give_back,
        "accrue": lambda at: at.world.do(
            agreement.Charge(at.id, at.world.name(), Parts(interest=5), DAY)
        ),
        "subsidy": _receive(Kind.SUBSIDY),
        "guarantee_call": _call,
        "fund_claim": _claim,
        "write_off": lambda at: at.world.do(agreement.WriteOff(at.id, WHY, DAY)),
        "recovery": _recover,
    }
)


def moved(at: Standing, event: str) -> Status | None:
    """Where an event leads from a state on the chain, or None where it is refused."""
    try:
        ACTS[event](at)
    except RefusedThere:
        return None
    return at.status()


# A joint group. ------------------------------------------------------------------------------


@dataclass
class Joint:
    """A group brought to a state, with a loan behind it where it is open."""

    world: World
    id: bytes
    loan: bytes = bytes(32)


def joint(world: World, state: str) -> Joint:
    """A fresh group of three in a state."""
    if state == "forming":
        id = world.forming([100] * 3)
        for member in (0, 1):
            world.consented(id, member)
        return Joint(world, id)
    made = Joint(world, world.formed([100] * 3))
    if state in ("open", "called"):
        _open(made)
    if state == "called":
        world.called(made.loan, 20)
    if state == "released":
        world.do(group.Release(made.id, DAY))
    return made


def _open(at: Joint) -> None:
    at.loan = at.world.lent(100, group=at.id)


def _ask(at: Joint) -> None:
    """Asked, or asked again on a day after the first call's."""
    asked = at.world.chain.made.ask(group.call_of(at.loan)).asked
    if any(asked):
        at.world.called_again(at.loan)
    else:
        at.world.called(at.loan, 20)


def _make_good(at: Joint) -> None:
    for member in (1, 2):
        parts = Parts(principal=10)
        at.world.do(group.Pay(at.loan, member, at.world.name(), parts, DAY + timedelta(days=1)))


GROUP_ACTS: Mapping[str, Callable[[Joint], object]] = MappingProxyType(
    {
        "sign": lambda at: at.world.consented(at.id, 2),
        "open": _open,
        "call": _ask,
        "make_good": _make_good,
        "release": lambda at: at.world.do(group.Release(at.id, LATER)),
    }
)


def group_moved(at: Joint, event: str) -> str | None:
    """Where an event leads a group on the chain, or None where it is refused."""
    world = at.world
    try:
        GROUP_ACTS[event](at)
    except RefusedThere:
        return None
    status = world.chain.made.ask(group.group(at.id)).status
    if status is not group.Status.SIGNED or at.loan == bytes(32):
        return status.name.lower()
    called = world.chain.made.ask(group.call_of(at.loan))
    return "called" if called.asked != called.paid else "open"

"""What a case of the tables begins with on the chain: agreements with debts, groups, calls, a fund.

Everything stands under ids of its own, so that cases share one chain; tiers do not, so a case of
the fund takes a copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from chain_sides import KEYS, OnTheChain, name32

from suixin.evidence.chain.calls import agreement, group, pool
from suixin.evidence.chain.calls.agreement import Kind
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import NOTHING, Act, Event, Parts

DAY = date(2026, 6, 30)
LATER = DAY + timedelta(days=16)  # After the days that a call leaves to pay.
PAYEE = name32("payee")
NOTHING_DUE = Parts()
E = TypeVar("E", bound=Event)


class NotOnChain(Exception):
    """A case that the chain has no word for; `str` is the word."""


class RefusedThere(Exception):
    """What a contract refused; `str` is its text."""


@dataclass
class World:
    """One case: its own names, and the acts that must go through."""

    chain: OnTheChain
    case: str
    number: int = field(default=0)

    def do(self, act: Act, by: Role = Role.BANK) -> tuple[Event, ...]:
        """Perform an act; raises `RefusedThere`."""
        done = self.chain.made.do(act, KEYS[by])
        if done.refusal is not None:
            raise RefusedThere(done.refusal)
        return done.events

    def name(self, what: str = "") -> bytes:
        """A new name of the case."""
        self.number += 1
        return name32(self.case, what, self.number)

    def lent(
        self, fen: int, *, group: bytes = NOTHING, debtor: int = 0, due: Parts = NOTHING_DUE
    ) -> bytes:
        """An agreement paid out, with so much due; where `fen` is less than due it is more."""
        id, out = self.name("agreement"), max(1, fen)
        self.chain.opened(id, out, DAY, to=PAYEE, group=group, debtor=debtor)
        self.do(agreement.Disburse(id, PAYEE, DAY))
        if out > fen:
            self.brought(id, out - fen)
        if due.total:
            self.do(agreement.Charge(id, self.name("charge"), due, DAY))
        return id

    def brought(self, id: bytes, principal: int, kind: Kind = Kind.BORROWER) -> None:
        """Principal ahead, from whoever."""
        parts = Parts(principal=principal)
        self.do(agreement.Receive(id, self.name("receipt"), kind, parts, DAY))

    def formed(self, caps: Sequence[int], *, until: date = date(2027, 6, 30)) -> bytes:
        """A group, every member's consent in."""
        id = self.forming(caps, until=until)
        for member in range(len(caps)):
            self.consented(id, member)
        return id

    def forming(
        self, caps: Sequence[int], *, until: date = date(2027, 6, 30), names: Sequence[str] = ()
    ) -> bytes:
        """A group that nobody has signed yet."""
        id = self.name("group")
        told = names or [str(n) for n in range(len(caps))]
        who = tuple(name32(self.case, "member", name) for name in told)
        self.do(group.Form(id, who, tuple(caps), until, DAY), Role.COOPERATIVE)
        return id

    def consented(self, id: bytes, member: int, on: date = DAY) -> None:
        """One member signs."""
        self.do(group.Consent(id, member, self.name("consent"), on), Role.COOPERATIVE)

    def called(self, id: bytes, fen: int, on: date = DAY) -> group.Called:
        """The other members are asked."""
        events = self.do(group.CallOn(id, fen, on + timedelta(days=15), on))
        return only(events, group.Called)

    def called_again(self, id: bytes, on: date = LATER) -> group.Called:
        """What the call left unpaid is asked again."""
        events = self.do(group.CallAgain(id, on + timedelta(days=15), on))
        return only(events, group.Called)

    def paid(self, id: bytes, member: int, fen: int, on: date = DAY) -> None:
        """A guarantor pays, in principal."""
        if fen:
            self.do(group.Pay(id, member, self.name("paid"), Parts(principal=fen), on))

    def fund(self, tiers: Mapping[str, Sequence[int | None]], fund_bps: int) -> None:
        """The fund's share, and its tiers: what each holds and what its year leaves."""
        self.do(pool.SetShare(pool.Share(fund_bps, 90, self.name("leaf")), DAY), Role.GOVERNMENT)
        caps = [pool.NO_CAP if left is None else left for _, left in tiers.values()]
        caps += [pool.NO_CAP] * (5 - len(caps))
        self.do(pool.BeginYear(DAY.year, tuple(caps), DAY), Role.GOVERNMENT)
        for number, (balance, _) in enumerate(tiers.values()):
            if balance:
                self.do(pool.Add(number, self.name("add"), balance, DAY), Role.GOVERNMENT)

    def claimed(self, id: bytes, fen: int) -> pool.Claim:
        """A claim for principal, filed and accepted."""
        self.do(pool.FileClaim(id, fen, 0, 91, LATER))
        self.do(pool.Accept(id, LATER), Role.GOVERNMENT)
        return self.chain.made.ask(pool.claim_of(id))


def only(events: Sequence[Event], kind: type[E]) -> E:
    """The one event of a kind."""
    (found,) = [event for event in events if isinstance(event, kind)]
    return found

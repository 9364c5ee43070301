"""Histories by chance: acts that could be meant, in blocks, some of which the contracts refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from chain_house import DAY, FAR, RATE, SIGNERS, House, lent, name, signed

from suixin.evidence.chain.calls import agreement, anchor, group, parties, pool
from suixin.evidence.chain.calls.agreement import Kind, Record, Status
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import NOTHING, Act, Event, Parts
from suixin.evidence.chain.state.agreement import AgreementState
from suixin.evidence.chain.state.group import GroupState
from suixin.evidence.chain.state.parties import PartiesState
from suixin.evidence.chain.state.pool import PoolState

T = TypeVar("T")
Pair = tuple[Act, Role]

KINDS = (Kind.BORROWER, Kind.SWEEP, Kind.PLEDGE, Kind.INSURER, Kind.SUBSIDY)
RUNS = (Status.DISBURSED, Status.WRITTEN_OFF)


@dataclass
class Known:
    """What the contracts in force have said, worked in as it comes."""

    parties: PartiesState = field(default_factory=PartiesState)
    agreements: AgreementState = field(default_factory=AgreementState)
    groups: GroupState = field(default_factory=GroupState)
    pool: PoolState = field(default_factory=PoolState)

    def take(self, event: Event) -> None:
        """Work in an event of whichever contract."""
        of = type(event).__module__.rpartition(".")[2]
        states = {
            "parties": self.parties,
            "agreement": self.agreements,
            "group": self.groups,
            "pool": self.pool,
        }
        if of in states:
            states[of].take(event)


@dataclass
class Chance:
    """A history from one seed."""

    house: House
    random: Random
    day: date = DAY
    number: int = 0
    known: Known = field(default_factory=Known)
    refused: dict[str, int] = field(default_factory=dict)
    done: int = 0

    def begin(self) -> None:
        """What the house has said so far, and groups with agreements behind which they stand."""
        for said in self.house.made.events():
            self.known.take(said.event)
        for number in range(5):
            size, of = 3 + number % 3, self.name()
            self._send(signed(of, tuple(self.random.randint(1, 900_000) for _ in range(size))))
            for seat in range(size - 1):
                self._send(lent(self.name(), self.random.randint(1, 900_000), in_=of, seat=seat))
        heads = [anchor.Anchor(name(log), 1, name("root"), (), DAY) for log in ("one", "two")]
        self._send([(head, Role.BANK) for head in heads])

    def rounds(self, count: int, size: int = 20) -> None:
        """So many blocks of so many acts."""
        for _ in range(count):
            self.day += timedelta(days=self.random.randint(0, 4))
            self._send(list(self._acts(size)))

    def _send(self, pairs: list[Pair]) -> None:
        made = self.house.made.do_all([(act, SIGNERS[by]) for act, by in pairs])
        for (act, _), one in zip(pairs, made, strict=True):
            self.done += one.refusal is None
            if one.refusal is not None:
                self.refused[one.refusal] = self.refused.get(one.refusal, 0) + 1
                assert ": " in one.refusal, (act, one.refusal)
            for event in one.events:
                self.known.take(event)

    def name(self) -> bytes:
        """A new name."""
        self.number += 1
        return name("chance", self.number)

    def one(self, values: list[T]) -> T | None:
        """One of them, or none where there are none."""
        return self.random.choice(values) if values else None

    def _acts(self, size: int) -> Iterator[Pair]:
        makers: list[tuple[int, Callable[[], Pair | None]]] = [
            (6, self._apply),
            (6, self._decide),
            (5, self._pay_out),
            (2, self._end),
            (6, self._charge),
            (2, self._waive),
            (8, self._receive),
            (2, self._give_back),
            (2, self._close),
            (2, self._form),
            (4, self._consent),
            (7, self._call),
            (7, self._guarantor),
            (2, self._distribute),
            (1, self._release),
            (4, self._fill),
            (4, self._claim),
            (4, self._judge),
            (3, self._recover),
            (1, self._stop),
        ]
        weights = [weight for weight, _ in makers]
        if self.known.parties.stopped and self.random.random() < 0.8:
            yield parties.Restart(self.day), Role.BANK
            yield parties.Restart(self.day), Role.GOVERNMENT
        while size:
            (_, maker), *_ = self.random.choices(makers, weights)
            pair = maker()
            if pair is not None:
                size -= 1
                yield pair

    # -- agreements

    def _records(self, *status: Status) -> list[tuple[bytes, Record]]:
        records = self.known.agreements.records.items()
        return [(id, record) for id, record in records if record.status in status]

    def _amount(self, most: int) -> int:
        """All of it, a part, or a fen too much."""
        return self.random.choice([most, self.random.randint(0, most), most + 1, most // 2])

    def _apply(self) -> Pair:
        fen = self.random.randint(1, 2_000_000)
        of, seat = NOTHING, 0
        signed = [
            (id, one)
            for id, one in self.known.groups.groups.items()
            if one.status is group.Status.SIGNED
        ]
        chosen = self.one(signed)
        if chosen is not None and self.random.random() < 0.7:
            of, seat = chosen[0], self.random.randrange(chosen[1].size)
        id = self.name()
        terms = agreement.Terms(fen, RATE, FAR, name("payee", id), name("terms", id), of, seat)
        return agreement.Apply(id, terms, self.day), Role.BANK

    def _decide(self) -> Pair | None:
        chosen = self.one(self._records(Status.APPLIED, Status.FLAGGED))
        if chosen is None:
            return None
        id, record = chosen
        if record.status is Status.FLAGGED:
            return agreement.Approve(id, name("reason"), self.day), Role.BANK
        limit = record.terms.principal - (self.random.random() < 0.1)
        review = self.random.random() < 0.1
        decision = agreement.Decision(limit, RATE, FAR, review, name("decision", id))
        return agreement.Decide(id, decision, self.day), Role.SCORER

    def _pay_out(self) -> Pair | None:
        chosen = self.one(self._records(Status.APPROVED))
        if chosen is None:
            return None
        return agreement.Disburse(chosen[0], name("payee", chosen[0]), self.day), Role.BANK

    def _end(self) -> Pair | None:
        chosen = self.one(self._records(*Status))
        if chosen is None:
            return None
        kind = self.random.choice([agreement.Refuse, agreement.TakeBack, agreement.WriteOff])
        return kind(chosen[0], name("reason"), self.day), Role.BANK

    def _charge(self) -> Pair | None:
        chosen = self.one(self._records(*RUNS))
        if chosen is None:
            return None
        id, record = chosen
        rest = record.outstanding - record.due.principal
        parts = Parts(
            self.random.choice([0, 0, 700]),
            self.random.choice([0, 1_500]),
            self.random.randint(0, 9_000),
            self.random.choice([0, rest // 2, rest]),
        )
        return agreement.Charge(id, self.name(), parts, self.day), Role.BANK

    def _waive(self) -> Pair | None:
        chosen = self.one(self._records(*RUNS))
        if chosen is None:
            return None
        id, record = chosen
        parts = Parts(interest=self._amount(record.due.interest), penalty=record.due.penalty)
        return agreement.Waive(id, self.name(), parts, name("reason"), self.day), Role.BANK

    def _receive(self) -> Pair | None:
        chosen = self.one(self._records(*RUNS))
        if chosen is None:
            return None
        id, record = chosen
        due = record.due
        most = record.outstanding if self.random.random() < 0.5 else due.principal
        whole = self.random.random() < 0.4
        interest = due.interest if whole else self._amount(due.interest)
        parts = Parts(due.penalty, due.fee, interest, most if whole else self._amount(most))
        kind = self.random.choice(KINDS)
        return agreement.Receive(id, self.name(), kind, parts, self.day), Role.BANK

    def _give_back(self) -> Pair | None:
        chosen = self.one([pair for pair in self._records(*RUNS) if pair[1].paid.total])
        if chosen is None:
            return None
        id, record = chosen
        parts = Parts(interest=record.paid.interest, principal=self._amount(record.paid.principal))
        return agreement.GiveBack(id, self.name(), parts, self.day), Role.BANK

    def _close(self) -> Pair | None:
        runs = self._records(*RUNS)
        paid = [pair for pair in runs if not pair[1].outstanding + pair[1].due.total] or runs
        chosen = self.one(paid)
        return None if chosen is None else (agreement.Close(chosen[0], self.day), Role.BANK)

    # -- groups

    def _form(self) -> Pair:
        size = self.random.choice([2, 3, 3, 3, 4, 4, 5, 5, 6])
        caps = tuple(self.random.randint(1, 800_000) for _ in range(size))
        members = tuple(self.name() for _ in range(size))
        return group.Form(self.name(), members, caps, FAR, self.day), Role.COOPERATIVE

    def _consent(self) -> Pair | None:
        forming = [
            (id, seat)
            for id, one in self.known.groups.groups.items()
            for seat in range(one.size)
            if one.consents[seat] == NOTHING
        ]
        chosen = self.one(forming)
        if chosen is None:
            return None
        return group.Consent(*chosen, self.name(), self.day), Role.COOPERATIVE

    def _call(self) -> Pair | None:
        bound = [
            (id, call)
            for id, call in self.known.groups.calls.items()
            if self.known.agreements.records[id].status in RUNS
        ]
        chosen = self.one(bound)
        if chosen is None:
            return None
        id, call = chosen
        record = self.known.agreements.records[id]
        soon = self.day + timedelta(days=self.random.randint(1, 6))
        open_ = any(asked > paid for asked, paid in zip(call.asked, call.paid, strict=True))
        if open_ and self.random.random() < 0.8:
            late = self.day > call.due_on or self.random.random() < 0.3
            again, end = group.CallAgain(id, soon, self.day), group.WithdrawCall(id, self.day)
            return (again if late else end), Role.BANK
        amount = self._amount(record.outstanding + record.due.interest)
        return group.CallOn(id, amount, soon, self.day), Role.BANK

    def _guarantor(self) -> Pair | None:
        asked = [
            (id, seat, call.asked[seat] - call.paid[seat])
            for id, call in self.known.groups.calls.items()
            for seat in range(5)
            if call.asked[seat] > call.paid[seat]
        ]
        chosen = self.one(asked)
        if chosen is None:
            return None
        id, seat, rest = chosen
        due = self.known.agreements.records[id].due
        parts = in_order(self._amount(rest), due)
        return group.Pay(id, seat, self.name(), parts, self.day), Role.BANK

    def _distribute(self) -> Pair | None:
        groups = list(self.known.groups.groups.items())
        if not groups:
            return None
        lines = []
        for _ in range(self.random.randint(1, 6)):
            id, one = self.random.choice(groups)
            alone = self.random.random() < 0.2
            seat = 0 if alone else self.random.randrange(one.size)
            sold = self.random.randint(0, 900_000)
            lines.append(group.Line(NOTHING if alone else id, seat, sold))
        bps = self.random.choice([0, 2_500, 10_000])
        total = self.random.randint(1, 600_000)
        act = group.Distribute(self.name(), total, tuple(lines), bps, self.day)
        return act, Role.COOPERATIVE

    def _release(self) -> Pair | None:
        groups = self.known.groups.groups.items()
        chosen = self.one([id for id, one in groups if not any(map(any, one.open))])
        return None if chosen is None else (group.Release(chosen, self.day), Role.BANK)

    # -- the fund

    def _fill(self) -> Pair:
        fen = self.random.randint(1, 400_000)
        if self.random.random() < 0.25:
            caps = tuple(self.random.choice([pool.NO_CAP, fen, 0]) for _ in range(5))
            year = self.known.pool.fund.year + 1
            return pool.BeginYear(year, caps, self.day), Role.GOVERNMENT
        if self.random.random() < 0.1:
            bps = self.random.choice([8_000, 7_000, 5_000])
            share = pool.Share(bps, 90, self.name())
            return pool.SetShare(share, self.day), Role.GOVERNMENT
        return pool.Add(self.random.randrange(3), self.name(), fen, self.day), Role.GOVERNMENT

    def _claim(self) -> Pair | None:
        uncovered = {id: call.uncovered for id, call in self.known.groups.calls.items()}
        losses = [
            (id, min(record.outstanding, uncovered.get(id, record.outstanding)), record)
            for id, record in self._records(*RUNS)
            if id not in self.known.pool.claims
        ]
        chosen = self.one([loss for loss in losses if loss[1]] or losses)
        if chosen is None:
            return None
        id, fen, record = chosen
        interest = self._amount(record.due.interest) if self.random.random() < 0.5 else 0
        return pool.FileClaim(id, fen, interest, 91, self.day), Role.BANK

    def _judge(self) -> Pair | None:
        claims = self.known.pool.claims.items()
        filed = [pair for pair in claims if pair[1].status is pool.Status.FILED]
        chosen = self.one(filed or list(claims))
        if chosen is None:
            return None
        id, _ = chosen
        if self.random.random() < 0.15:
            by = self.random.choice([Role.BANK, Role.GOVERNMENT])
            return pool.Drop(id, name("reason"), self.day), by
        return pool.Accept(id, self.day), Role.GOVERNMENT

    def _recover(self) -> Pair | None:
        if self.random.random() < 0.1:
            return pool.Settle(self.day), Role.BANK
        claims = [id for id, _ in self.known.pool.claims.items()]
        chosen = self.one(claims * 3 + [id for id, _ in self._records(*RUNS)])
        if chosen is None:
            return None
        act = pool.Recover(chosen, self.name(), self.random.randint(1, 900_000), self.day)
        return act, self.random.choice([Role.BANK, Role.BANK, Role.GOVERNMENT])

    # -- parties and heads

    def _stop(self) -> Pair:
        by = self.random.choice([role for role in Role if role is not Role.SCORER])
        if self.known.parties.stopped:
            return parties.Restart(self.day), by
        if self.random.random() < 0.5:
            origin = self.random.choice(["one", "two"])
            head = anchor.Anchor(name(origin), 1, self.name(), (), self.day)
            accusation = anchor.Accuse(Role.BANK, name(origin), self.name(), self.day)
            return self.random.choice([head, accusation]), by
        return parties.Stop(name("why"), self.day), by


def in_order(most: int, due: Parts) -> Parts:
    """As much of what is due as an amount pays, in order; the rest is principal."""
    penalty = min(most, due.penalty)
    fee = min(most - penalty, due.fee)
    interest = min(most - penalty - fee, due.interest)
    return Parts(penalty, fee, interest, most - penalty - fee - interest)

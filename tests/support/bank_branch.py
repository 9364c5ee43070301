"""An institution and a simulated bank of any temper, lived through day by day, killed or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from bank_days import CALM
from bank_store import FIRST, RING, House, at

from suixin.lending.events import Event
from suixin.service.app.bank import desk_of, folder_of, open_bank
from suixin.service.app.receiving import send, take_in
from suixin.service.app.suspense import suspense_total
from suixin.service.day_end.ending import end_days
from suixin.service.home import Home
from suixin.service.rails.desk import Taken
from suixin.service.rails.profile import profile_on
from suixin.service.rails.reading import Source
from suixin.service.rails.simulated import SimulatedBank
from suixin.service.rails.simulation import Simulation
from suixin.service.rails.stored_desk import Agreements, Carrier, StoredDesk

OPENING = 10_000_000_00
Chance = Callable[[], bool]


class Killed(Exception):
    """The process is gone here."""


@dataclass(slots=True)
class Dying:
    """Files and agreements of a desk that is killed now and then: before or after each step."""

    carrier: Carrier
    agreements: Agreements
    chance: Chance

    def put(self, name: str, content: bytes) -> None:
        """See `Carrier.put`."""
        self._may_die()
        self.carrier.put(name, content)
        self._may_die()

    def fetch(self, since: str) -> Sequence[tuple[str, Source]]:
        """See `Carrier.fetch`."""
        return self.carrier.fetch(since)

    def done(self, name: str) -> None:
        """See `Carrier.done`."""
        self._may_die()
        self.carrier.done(name)
        self._may_die()

    def objection(self, agreement: str, events: Sequence[Event]) -> str:
        """See `Agreements.objection`."""
        self._may_die()
        return self.agreements.objection(agreement, events)

    def receive(self, agreement: str, events: Sequence[Event]) -> None:
        """See `Agreements.receive`."""
        self._may_die()
        self.agreements.receive(agreement, events)
        self._may_die()

    def _may_die(self) -> None:
        if self.chance():
            raise Killed


@dataclass(slots=True)
class Branch:
    """A house with a bank of a temper of ours, lived through day by day."""

    house: House
    home: Home
    bank: Simulation
    day: date = FIRST
    taken: list[Taken] = field(default_factory=list)
    kills: int = 0

    @classmethod
    def opened(cls, folder: Path, *, code: str = "", seed: int = 3, **temper: int) -> Branch:
        """One that begins with what the bank has."""
        house, home = House.opened(code), Home(folder)
        profile = profile_on("simulated", FIRST)
        open_bank(house.actor, profile, closing_fen=OPENING, on=FIRST - timedelta(days=1))
        bank = SimulatedBank(seed, profile, {**CALM, **temper}, OPENING)
        made = Simulation(folder_of(house.actor, home), bank, FIRST)
        made.folder.mkdir(parents=True)
        return cls(house, home, made)

    def desk(self) -> StoredDesk:
        """The desk of the day."""
        return desk_of(self.house.actor, on=self.day, home=self.home, ring=RING)

    def live(self, days: int = 1, *, dies: Chance | None = None) -> None:
        """Send, let the bank end its day, take in, end the day; killed, it is done again."""
        for _ in range(days):
            self._until_done(lambda desk: send(self.house.cashier, desk, at=at(self.day)), dies)
            self.bank.step(at(self.day, 10))
            self.bank.end_day()
            taken = self._until_done(
                lambda desk: take_in(self.house.cashier, desk, at=at(self.day, 23)), dies
            )
            self.taken += taken if isinstance(taken, tuple) else ()
            list(end_days(self.house.actor, self.day, lake=self.home.lake))
            self.day += timedelta(days=1)

    def settle(self, *, most: int = 40) -> None:
        """Live on until the bank has nothing more to tell."""
        for _ in range(most):
            self.bank.bank.temper = {**self.bank.bank.temper, "late_file": 0, "repeat_file": 0}
            self.live()
            if self.bank.bank.quiet:
                return
        raise AssertionError("the bank does not come to rest")

    def hold(self) -> None:
        """The books have what the bank has, sum to nothing, and suspense is its cases."""
        books = self.house.books
        assert books.balance("1001") == self.bank.bank.balance_fen
        self.hold_books()

    def hold_books(self) -> None:
        """What holds on every day, whatever the bank has kept back so far."""
        assert sum(self.house.books.balances().values()) == 0
        total = suspense_total(self.house.cashier)
        assert total.in_cases_fen == total.in_ledger_fen

    def _until_done(self, work: Callable[[StoredDesk], object], dies: Chance | None) -> object:
        while True:
            desk = self.desk()
            if dies is not None:
                dying = Dying(desk.carrier, desk.agreements, dies)
                desk = replace(desk, carrier=dying, agreements=dying)
            try:
                return work(desk)
            except Killed:
                self.kills += 1

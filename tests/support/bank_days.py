"""A desk and a simulated bank, run day by day, and what must hold of them at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

from suixin.lending.accounts import chart_on
from suixin.lending.books import Books
from suixin.lending.ledger import Standing
from suixin.lending.transaction import Dimensions
from suixin.service.rails.desk import Desk, Taken
from suixin.service.rails.ledger import name_of, suspense_fen
from suixin.service.rails.message import Detail, Kind, Line, LineStatus, Report
from suixin.service.rails.payment import Batch, Payee, Payment, PaymentState, payment_id
from suixin.service.rails.profile import Profile, profile_on
from suixin.service.rails.reading import CHINA, Source
from suixin.service.rails.register import Expected, MemoryRegister, Tracked
from suixin.service.rails.simulated import SimulatedBank
from suixin.service.rails.simulated_files import write_report

FIRST = date(2026, 3, 2)
OPENING = 10_000_000_00
TWO = ("clerk", "manager")
CALM = {
    "reject": 0, "lose_status": 0, "late_status": 0, "settled_status": 0, "repeat_file": 0,
    "late_file": 0, "delay": 0, "delay_days": 1, "returned": 0, "returned_days": 1,
    "wrong_amount": 0, "split_receipt": 0, "no_reference": 0, "wrong_reference": 0, "overpaid": 0,
    "twice": 0, "batch": 0, "fee": 0, "notice": 0, "no_line_reference": 0,
}  # fmt: skip


@cache
def simulated(day: date = FIRST) -> Profile:
    """The profile of the simulated bank."""
    return profile_on("simulated", day)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """An instant in China."""
    return datetime.combine(day, time(hour, minute), CHINA)


def payee(listed: str = "p-1", *, name: str = "农资店") -> Payee:
    """A shop whose numbers check."""
    return Payee(listed, name, "91110000600037341L", "6222021234567894", "402611000018")


def payment(
    number: int = 1, fen: int = 800_00, *, on: date = FIRST, attempt: int = 1, replaces: str = ""
) -> Payment:
    """A loan paid out to a shop of its own."""
    agreement = f"a-{number}"
    id = payment_id("bank-1", agreement, "draw-1", attempt=attempt, on=on)
    return Payment(id, Dimensions(agreement, f"h-{number}"), "draw-1", fen,
                   payee(f"p-{number}", name=f"农资店{number}"), "SUPP", on, TWO, attempt=attempt,
                   replaces=replaces)  # fmt: skip


@dataclass(slots=True)
class Wire:
    """A transport in memory, which the bank's end is told of."""

    files: dict[str, bytes] = field(default_factory=dict)
    handed: list[str] = field(default_factory=list)
    inbox: dict[str, bytes] = field(default_factory=dict)

    def keep(self, name: str, content: bytes) -> None:
        """See `Transport.keep`."""
        assert self.files.setdefault(name, content) == content

    def hand_over(self, name: str) -> None:
        """See `Transport.hand_over`."""
        assert name in self.files
        self.handed.append(name)

    def kept(self) -> list[str]:
        """See `Transport.kept`."""
        return sorted(self.files)

    def fetch(self, since: str) -> list[tuple[str, Source]]:
        """See `Transport.fetch`."""
        return sorted((name, one) for name, one in self.inbox.items() if name > since)


@dataclass(slots=True)
class Days:
    """A desk at one bank, from an opening balance on, a day at a time."""

    bank: SimulatedBank
    desk: Desk
    register: MemoryRegister
    books: Books
    wire: Wire
    day: date = FIRST
    taken: list[Taken] = field(default_factory=list)

    @classmethod
    def begun(cls, seed: int, temper: Mapping[str, int]) -> Days:
        """A desk whose books begin with what the bank has."""
        profile, register, wire = simulated(), MemoryRegister(), Wire()
        number = profile.account.number
        before = FIRST - timedelta(days=1)
        register.begin(number, closing_fen=OPENING, on=before, number=0)
        books = Books(chart_on(FIRST))
        bank = SimulatedBank(seed, profile, {**CALM, **temper}, OPENING)
        return cls(bank, Desk(register, books, wire, profile), register, books, wire)

    def expect(self, reference: str, fen: int, on: date, *, swept_fen: int | None = None) -> None:
        """Somebody is to pay, and does."""
        number = reference.removeprefix("SET").lstrip("0") or "0"
        receipt = Expected(reference, Dimensions(f"a-{number}"), fen, on, swept_fen=swept_fen)
        self.register.expect(receipt)
        self.bank.pay_in(reference, fen, on)

    def send(self, payments: Iterable[Payment], *, hour: int = 9) -> None:
        """Submit a batch, which the bank reads at once."""
        made = at(self.day, hour)
        self.desk.submit(Batch(tuple(payments), made))
        self.deliver(made)

    def deliver(self, made: datetime) -> None:
        """The bank takes what was handed over."""
        for name in self.wire.handed:
            self.bank.take(self.wire.files[name], made)
        self.wire.handed.clear()

    def close(self, days: int = 1, *, calm: bool = False) -> None:
        """So many days end; `calm` lets the bank keep nothing back any more."""
        for _ in range(days):
            if calm:
                self.bank.temper = {**self.bank.temper, "late_file": 0, "repeat_file": 0}
            self.wire.inbox.update(self.bank.end_of_day(self.day))
            self.taken += self.desk.take_in(self.day)
            self.day += timedelta(days=1)

    def settle(self) -> None:
        """End days until the bank has nothing more to tell."""
        for _ in range(30):
            self.close(calm=True)
            if self.bank.quiet:
                return
        raise AssertionError("the bank does not come to rest")

    def show(self, day: date, *paid: Payment) -> None:
        """Take a statement, written by hand, that shows so many payments and nothing else."""
        last = self.register.position(simulated().account.number)
        assert last is not None
        lines = tuple(Line(-one.fen, "CNY", LineStatus.BOOKED, day, day, f"B-{one.id}",
                           details=(Detail(-one.fen, one.id),)) for one in paid)  # fmt: skip
        number, made_at = (last.number or 0) + 1, at(day, 23)
        closing = last.closing_fen - sum(one.fen for one in paid)
        report = Report(Kind.STATEMENT, f"S{number}", simulated().account.number, made_at,
                        electronic=number, opening_fen=last.closing_fen, closing_fen=closing,
                        closing_on=day, lines=lines)  # fmt: skip
        self.wire.inbox = {f"S{number}.xml": write_report(report)}
        (taken,) = self.desk.take_in(day)
        assert taken.fault is None, taken.fault

    def hold(self) -> None:
        """No fen is lost or doubled: books, bank and register say the same; see docs/rails.md."""
        assert self.books.balance("1001") == self.bank.balance_fen - OPENING
        for one in self.register.payments.values():
            if one.line and one.state in (PaymentState.SETTLED, PaymentState.RETURNED):
                assert one.payment.fen in self.bank.debited[one.payment.id]
        self.hold_books()

    def hold_books(self) -> None:
        """What was ordered is paid, returned, refused or still to come; suspense is its cases."""
        books, tracked = self.books, tuple(self.register.payments.values())
        settled = [one for one in tracked if one.state is PaymentState.SETTLED]
        assert suspense_fen(books) == sum(case.fen for case in self.register.open_cases())
        assert books.balance("1101") == sum(one.payment.fen for one in settled)
        assert books.balance("1002") == -sum(one.payment.fen for one in settled if not one.line)
        pending = (posting for made in books.waiting() for posting in made.postings)
        reserved = sum(posting.fen for posting in pending if posting.account == "1101")
        still = [one for one in tracked if one.open and not one.replaced_by]
        assert reserved == sum(one.payment.fen for one in still)
        ended = sum(one.payment.fen for one in tracked if self._ended(one))
        ordered = sum(one.payment.fen for one in tracked)
        assert ordered == books.balance("1101") + reserved + ended
        assert sum(books.balances().values()) == 0

    def _ended(self, one: Tracked) -> bool:
        """Whether the books hold a payment as void, or as taken back since it returned."""
        key = f"{one.payment.about.agreement}/{one.payment.id}"
        returned = self.books.find(f"{one.payment.about.agreement}/{name_of(one)}/returned")
        return self.books.standing(key) is Standing.VOIDED or returned is not None

"""A file being worked in: what it changes so far, over a register that stays as it was."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from suixin.lending.events import Draw, Event, Receipt, Reversal, Sale
from suixin.lending.merchant import SETTLED
from suixin.service.rails import ledger
from suixin.service.rails.ledger import Act
from suixin.service.rails.payment import PaymentMove, PaymentState, moved
from suixin.service.rails.profile import Profile
from suixin.service.rails.register import (
    Case,
    CaseReason,
    Changes,
    Expected,
    NoticeLine,
    Position,
    Register,
    Tracked,
)


@dataclass(frozen=True, slots=True)
class Received:
    """Money that came for a receipt: `swept_fen` of it is the agreement's own."""

    key: str
    expected: Expected
    fen: int
    swept_fen: int
    value_on: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What register, ledger and agreements are to take, whole or not at all.

    `agreements` says whose each event is, in their order.
    """

    changes: Changes = field(default_factory=Changes)
    acts: tuple[Act, ...] = ()
    events: tuple[Event, ...] = ()
    receipts: tuple[Received, ...] = ()
    agreements: tuple[str, ...] = ()


@dataclass(slots=True)
class Working:
    """The working copy; every step reads through it and writes into it."""

    register: Register
    profile: Profile
    booked_on: date
    acts: list[Act] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    receipts: list[Received] = field(default_factory=list)
    agreements: list[str] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    taken: list[tuple[str, str]] = field(default_factory=list)
    position: tuple[str, Position] | None = None
    _payments: dict[str, Tracked] = field(default_factory=dict)
    _expected: dict[str, Expected] = field(default_factory=dict)
    _cases: dict[str, Case] = field(default_factory=dict)
    _notices: dict[str, NoticeLine] = field(default_factory=dict)
    _blocked: list[str] = field(default_factory=list)

    @property
    def changes(self) -> Changes:
        """What the register is to take."""
        return Changes(
            payments=tuple(self._payments.values()),
            expected=tuple(self._expected.values()),
            cases=tuple(self._cases.values()),
            notices=tuple(self._notices.values()),
            counted=dict(self.counted),
            blocked=tuple(self._blocked),
            taken=tuple(self.taken),
            position=self.position,
        )

    @property
    def outcome(self) -> Outcome:
        """All that the working copy gives."""
        made = tuple(self.acts), tuple(self.events), tuple(self.receipts)
        return Outcome(self.changes, *made, tuple(self.agreements))

    def payment(self, id: str) -> Tracked | None:
        """The payment as this file has left it so far."""
        return self._payments.get(id) or self.register.payment(id)

    def expected(self, reference: str) -> Expected | None:
        """The receipt as this file has left it so far."""
        return self._expected.get(reference) or self.register.expected(reference)

    def case(self, key: str) -> Case | None:
        """The case as this file has left it so far."""
        return self._cases.get(key) or self.register.case(key)

    def unseen(self) -> tuple[Tracked, ...]:
        """Payments that no line has shown, as this file has left them so far."""
        now = (self._payments.get(one.payment.id, one) for one in self.register.unseen())
        return tuple(
            one for one in now if one.open or (one.state is PaymentState.SETTLED and not one.line)
        )

    def put(self, tracked: Tracked) -> None:
        """Leave a payment so."""
        self._payments[tracked.payment.id] = tracked

    def count(self, base: str) -> int:
        """Count one more line of a base key in statements, and say the how many-th it is."""
        known = self.counted.get(base)
        number = (self.register.count(base) if known is None else known) + 1
        self.counted[base] = number
        return number

    def notice(self, key: str) -> NoticeLine | None:
        """The line that a notice told early, as this file has left it so far."""
        return self._notices.get(key) or self.register.notice(key)

    def note(self, line: NoticeLine) -> None:
        """Leave a line that a notice told early so."""
        self._notices[line.key] = line

    def open_case(self, case: Case) -> None:
        """Open a case; where it holds money, that goes to suspense."""
        self._cases[case.key] = case
        if case.fen:
            self.acts.append(ledger.suspended(case, booked_on=self.booked_on))

    def alert(self, key: str, why: CaseReason, *, payment: str = "", note: str = "") -> None:
        """Open a case without money, once."""
        if self.case(key) is None:
            day = self.booked_on
            self._cases[key] = Case(key, why, 0, day, day, payment=payment, note=note)

    def close_case(self, case: Case, *, by: tuple[str, ...], how: str) -> None:
        """Leave a case closed."""
        self._cases[case.key] = replace(case, closed_on=self.booked_on, closed_by=by, how=how)

    def tell_settled(self, tracked: Tracked, told_on: date) -> None:
        """The bank's word that a payment settled: it counts from that day until a line is seen."""
        self.acts.append(ledger.confirmed(tracked, value_on=told_on))
        self.acts += ledger.told(tracked, value_on=told_on, booked_on=self.booked_on)
        settled = replace(tracked, state=PaymentState.SETTLED, told_on=told_on, value_on=told_on)
        self._draw(settled)
        self.put(settled)

    def settle(self, tracked: Tracked, key: str, value_on: date) -> None:
        """A booked line shows a payment: the money has left."""
        settled = replace(tracked, state=PaymentState.SETTLED, line=key, value_on=value_on)
        if tracked.state is not PaymentState.SETTLED:
            self.acts.append(ledger.confirmed(tracked, value_on=value_on))
            self._draw(settled)
        else:
            self.acts.append(ledger.shown(tracked, value_on=value_on))
            if tracked.value_on != value_on:
                booked_on, settled = self.booked_on, replace(settled, redated=True)
                self.acts += ledger.redated(tracked, value_on=value_on, booked_on=booked_on)
                self._undraw(tracked, f"{tracked.payment.id}/undated")
                self._draw(settled)
        self.acts.append(ledger.left_bank(settled, value_on=value_on, booked_on=self.booked_on))
        alert = self.case(f"no-line/{tracked.payment.id}")
        if alert is not None and alert.open:
            self.close_case(alert, by=("bank",), how="the line came")
        self.put(settled)

    def give_back(self, tracked: Tracked, key: str, value_on: date, reason: str) -> None:
        """A booked line brings a payment back; its payee is blocked until two people say so."""
        self.acts += ledger.came_back(tracked, value_on=value_on)
        self._undraw(tracked, key)
        state = PaymentState.RETURNED
        self.put(replace(tracked, state=state, returned_by=key, reason=reason))
        self._blocked.append(tracked.payment.payee.listed)

    def reject(self, tracked: Tracked, reason: str) -> None:
        """The bank refuses a payment for good: what was pending is void."""
        if not tracked.replaced_by:  # Else it was void when another took its place.
            self.acts.append(ledger.voided(tracked))
        self.put(replace(tracked, state=PaymentState.REJECTED, reason=reason))

    def accept(self, tracked: Tracked) -> None:
        """The bank takes a payment on."""
        found = moved(tracked.state, PaymentMove.ACCEPT)
        if found is PaymentState.ACCEPTED:
            self.put(replace(tracked, state=found))

    def receive(self, receipt: Expected, key: str, fen: int, value_on: date) -> Expected:
        """Money came for a receipt; gives the receipt as it stands then."""
        book = ledger.settled if receipt.order else ledger.received
        self.acts.append(book(receipt, key, fen, value_on=value_on, booked_on=self.booked_on))
        swept = ledger.swept_of(receipt, fen)
        self.receipts.append(Received(key, receipt, fen, swept, value_on))
        if receipt.swept_fen is None:
            self._tell(receipt.about.agreement, self.event_of(receipt, key, fen, value_on))
        after = replace(receipt, received_fen=receipt.received_fen + fen)
        self._expected[receipt.reference] = after
        return after

    def event_of(self, receipt: Expected, key: str, fen: int, value_on: date) -> Receipt | Sale:
        """What money that came is to an agreement: a receipt, or a sale that pays its share."""
        later = max(value_on, self.booked_on)
        if not receipt.order:
            return Receipt(key=key, on=value_on, booked_on=later, fen=fen)
        name, order = f"{SETTLED}{key}", receipt.order
        return Sale(key=name, on=value_on, booked_on=later, order=order, fen=fen)

    def draw_of(self, tracked: Tracked, day: date) -> Draw:
        """What a payment that settled from a day is to its agreement."""
        payment, later = tracked.payment, max(day, self.booked_on)
        to = "supplier" if payment.through == "2002" else "household"
        return Draw(key=ledger.name_of(tracked), on=day, booked_on=later, fen=payment.fen, to=to)

    def objection(self, tracked: Tracked, day: date) -> str:
        """Why the agreement would not take a payment that settled from a day, or ""."""
        payment = tracked.payment
        if not payment.draws or tracked.state is PaymentState.SETTLED:
            return ""
        return self.refuses(payment.about.agreement, self.draw_of(tracked, day))

    def refuses(self, agreement: str, event: Event) -> str:
        """Why an agreement would not take an event after those that this file tells of it."""
        told = zip(self.agreements, self.events, strict=True)
        before = [one for whose, one in told if whose == agreement]
        return self.register.objection(agreement, (*before, event))

    def _tell(self, agreement: str, event: Event) -> None:
        self.events.append(event)
        self.agreements.append(agreement)

    def _draw(self, tracked: Tracked) -> None:
        payment, day = tracked.payment, tracked.value_on
        if payment.draws and day is not None:
            self._tell(payment.about.agreement, self.draw_of(tracked, day))

    def _undraw(self, tracked: Tracked, key: str) -> None:
        day = tracked.value_on
        if tracked.payment.draws and day is not None:
            of, later = ledger.name_of(tracked), max(day, self.booked_on)
            event = Reversal(key=key, on=day, booked_on=later, of=of)
            self._tell(tracked.payment.about.agreement, event)

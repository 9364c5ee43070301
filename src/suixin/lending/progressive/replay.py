"""Replay: the events of a loan in the order of their days, and what its schedule is then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

from suixin.kernel.money import round_by
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.lending.cycle import turn
from suixin.lending.progressive.allocate import Allocated, allocate
from suixin.lending.progressive.book import Instalment, LoanBook
from suixin.lending.progressive.level import spread, spread_draw
from suixin.lending.progressive.state import ProgressiveRow, Replayed, Transaction
from suixin.lending.progressive.terms import (
    FEE,
    INTEREST,
    PENALTY,
    PRINCIPAL,
    Ahead,
    Charge,
    Chargeback,
    ChargeOff,
    Draw,
    Event,
    Extra,
    MoreTerms,
    NewRate,
    PaidBack,
    Pause,
    ProgressiveTerms,
    Receipt,
    WriteOff,
)


def replay(terms: ProgressiveTerms, events: Iterable[Event], today: date) -> Replayed:
    """Apply events by their days; those of one day in the order given.

    A backdated event takes its place among the others, so that the end is the same whenever it
    became known. `today` is the day up to which overdue principal bears interest.

    >>> from fractions import Fraction
    >>> from suixin.lending.cycle import Cycle
    >>> def part(start: date, end: date, within: tuple[date, date]) -> Fraction:
    ...     return Fraction(30 * (end - start).days, 360 * (within[1] - within[0]).days)
    >>> terms = ProgressiveTerms(6, Cycle(1, "M"), Fraction(7, 100), part)
    >>> drawn = replay(terms, [Draw(date(2024, 1, 1), 100_00)], date(2024, 1, 1))
    >>> [row.principal + row.interest for row in drawn.rows]
    [1701, 1701, 1701, 1701, 1701, 1700]
    """
    run = _Run(LoanBook(terms))
    for event in sorted(events, key=lambda event: event.day):
        run.apply(event)
    return run.replayed(today)


def payoff(terms: ProgressiveTerms, events: Sequence[Event], day: date) -> int:
    """What settles the whole loan on a day."""
    run = _Run(LoanBook(terms))
    for event in sorted(events, key=lambda event: event.day):
        run.apply(event)
    run.book.refresh(day)
    most = sum(run.book.outstanding().values())  # Paid early, it is less.
    done = allocate(run.book, day, most, Ahead.NEXT)
    return sum(done.parts.values())


class _Run:
    """One replay under way."""

    def __init__(self, book: LoanBook) -> None:
        self.book = book
        self.transactions: list[Transaction] = []
        self.charges: list[Charge] = []
        self.draws: list[tuple[date, int]] = []
        self.frozen: date | None = None

    def apply(self, event: Event) -> None:
        """Let one event happen."""
        match event:
            case Draw():
                self._draw(event)
            case Receipt():
                self._receipt(event)
            case PaidBack():
                self.book.overpaid -= event.fen
                self._note("paid_back", event.day, event.fen)
            case Charge():
                self._charge(event)
            case Pause():
                self._pause(event)
            case NewRate():
                self._new_rate(event)
            case MoreTerms():
                self._more_terms(event)
            case Chargeback():
                self._chargeback(event)
            case ChargeOff():
                self._charge_off(event)
            case WriteOff():
                self._write_off(event)

    def replayed(self, today: date) -> Replayed:
        """The loan as it stands, frozen."""
        book = self.book
        book.refresh(self.frozen or max(today, book.today))
        rows, balance, draws = [], 0, sorted(self.draws)
        for one in book.instalments:
            while draws and _before(draws[0][0], one):
                balance += draws.pop(0)[1]
            balance -= one.owed[PRINCIPAL] - one.credited
            rows.append(_row(one, balance))
        if book.terms.cumulative:
            while len(rows) > 1 and not (rows[-1].principal or rows[-1].interest or rows[-1].fee):
                rows.pop()
        return Replayed(
            rows=tuple(rows),
            draws=tuple(sorted(self.draws)),
            transactions=tuple(self.transactions),
            charges=tuple(zip(self.charges, self._paid_of_charges(), strict=True)),
            overpaid=book.overpaid,
        )

    def _draw(self, event: Draw) -> None:
        book, terms = self.book, self.book.terms
        if not book.instalments:
            days = [turn(event.day, terms.cycle, k) for k in range(terms.times + 1)]
            book.instalments = [Instalment(start, due) for start, due in pairwise(days)]
        home = next((one for one in book.regular if one.start <= event.day < one.due), None)
        counts = home.start if home and terms.whole_periods else event.day
        self.draws.append((event.day, event.fen))
        down = self._down_payment(event) if terms.down_payment_bps else 0
        book.drawn += event.fen
        # A cumulative flat loan reckons interest on the whole, its down payment included.
        whole = terms.flat and terms.cumulative
        book.bearing.append((counts, event.fen if whole else event.fen - down))
        book.refresh(event.day)
        spread_draw(book, counts)
        overpaid, book.overpaid = book.overpaid, 0
        if overpaid:
            book.overpaid = allocate(book, event.day, overpaid, event.ahead).rest
        self._note("disbursement", event.day, event.fen)
        if terms.down_payment_taken and not overpaid:
            self._taken(event.day)

    def _down_payment(self, event: Draw) -> int:
        terms = self.book.terms
        multiple = terms.multiple_fen
        share = event.fen * terms.down_payment_bps
        level = multiple * round_by(terms.rounding, share, BPS_PER_WHOLE * multiple)
        down = Instalment(event.day, event.day, aside=True, level=level)
        place = sum(one.due <= event.day for one in self.book.instalments)
        self.book.instalments.insert(place, down)
        return level

    def _taken(self, day: date) -> None:
        down = next(one for one in reversed(self.book.instalments) if one.aside and one.due == day)
        self._pay(day, down.left, "down_payment", Ahead.NEXT)

    def _receipt(self, event: Receipt) -> None:
        book = self.book
        back = 0
        if event.kind in book.terms.refunds_interest:
            back = self._interest_on(event)
        self._pay(event.day, event.fen, event.kind, event.ahead)
        if back:
            self._pay(event.day, back, "interest_refund", event.ahead)

    def _interest_on(self, event: Receipt) -> int:
        """The interest that the money of a refund has cost since it was drawn."""
        book = self.book
        book.refresh(event.day)

        def cost() -> int:
            exact = sum(
                (
                    book.interest(one, min(one.due, event.day))
                    for one in book.regular
                    if one.start < event.day
                ),
                Fraction(0),
            )
            return book.rounded(exact)

        whole, bearing, rest = cost(), list(book.bearing), event.fen
        for place, (day, fen) in enumerate(bearing):
            less = min(rest, fen)
            book.bearing[place] = (day, fen - less)
            rest -= less
        reduced = cost()
        book.bearing = bearing
        return whole - reduced

    def _pay(self, day: date, fen: int, kind: str, ahead: Ahead) -> None:
        book = self.book
        done = allocate(book, day, fen, ahead)
        book.overpaid += done.rest
        if book.terms.cumulative and book.terms.extra is Extra.LOWER and _beyond(book, day):
            spread(book, day)
        self._note(kind, day, fen, done)

    def _charge(self, event: Charge) -> None:
        self.charges.append(event)
        bucket = PENALTY if event.penalty else FEE
        instalments = self.book.instalments
        home = next((one for one in instalments if event.due <= one.due), None)
        if home is None:
            home = self._after_the_last(event.due)
        home.owed[bucket] += event.fen
        home.charges.append((event.due, bucket, event.fen))

    def _after_the_last(self, day: date) -> Instalment:
        """The one instalment for all that comes up after the last day, due on the latest of it."""
        last = self.book.instalments[-1]
        if last.aside and last.start < last.due:
            last.due = max(last.due, day)
            return last
        extra = Instalment(last.due, day, aside=True)
        self.book.instalments.append(extra)
        return extra

    def _pause(self, event: Pause) -> None:
        self.book.pauses.append((event.start, event.end))
        self.book.refresh(event.day)

    def _new_rate(self, event: NewRate) -> None:
        self.book.rates.append((event.since, event.rate))
        self.book.refresh()
        spread(self.book, event.since)

    def _more_terms(self, event: MoreTerms) -> None:
        book, terms = self.book, self.book.terms
        start, count = self.draws[0][0], len(book.regular)
        days = [turn(start, terms.cycle, k) for k in range(count, count + event.times + 1)]
        book.instalments += [Instalment(since, due) for since, due in pairwise(days)]
        spread(book, event.since)

    def _chargeback(self, event: Chargeback) -> None:
        book = self.book
        last = book.regular[-1]
        after = [one for one in book.regular if one.due > event.day or one is last]
        home = after[0] if event.day <= last.due else self._after_the_last(event.day)
        home.credited += event.fen
        book.principal_paid.append((event.day, -event.fen))
        book.refresh()
        self._note("chargeback", event.day, event.fen, Allocated(0, {PRINCIPAL: event.fen}))

    def _charge_off(self, event: ChargeOff) -> None:
        book = self.book
        self.frozen = event.day
        if event.interest_free:
            book.pauses.append((event.day, date.max))
        book.refresh(event.day)
        left = book.outstanding()
        self._note("charge_off", event.day, sum(left.values()), Allocated(0, left), after=0)

    def _write_off(self, event: WriteOff) -> None:
        left = self.book.outstanding()
        for one in self.book.instalments:
            if one.left:
                one.written_off = True
                one.paid_on = event.day
        self._note("write_off", event.day, sum(left.values()), Allocated(0, left), after=0)

    def _note(
        self,
        kind: str,
        day: date,
        fen: int,
        done: Allocated | None = None,
        *,
        after: int | None = None,
    ) -> None:
        parts = done.parts if done else {}
        self.transactions.append(
            Transaction(
                day,
                kind,
                fen,
                principal=parts.get(PRINCIPAL, 0),
                interest=parts.get(INTEREST, 0),
                fee=parts.get(FEE, 0),
                penalty=parts.get(PENALTY, 0),
                balance=self.book.principal_left if after is None else after,
            )
        )

    def _paid_of_charges(self) -> list[int]:
        """What was paid of each charge: of one instalment and kind, the earlier due comes first."""
        left = {
            (one.due, bucket): one.paid[bucket]
            for one in self.book.instalments
            for bucket in (FEE, PENALTY)
        }
        paid = dict.fromkeys(range(len(self.charges)), 0)
        for place in sorted(paid, key=lambda place: self.charges[place].due):
            charge = self.charges[place]
            bucket = PENALTY if charge.penalty else FEE
            dues = [one.due for one in self.book.instalments if charge.due <= one.due]
            due = dues[0] if dues else self.book.instalments[-1].due
            paid[place] = min(charge.fen, left[due, bucket])
            left[due, bucket] -= paid[place]
        return [paid[place] for place in range(len(self.charges))]


def _beyond(book: LoanBook, day: date) -> bool:
    """Whether the instalment that a day falls in was paid more than its level."""
    current = (one for one in book.regular if one.start < day <= one.due)
    return any(one.paid[PRINCIPAL] + one.paid[INTEREST] > one.level for one in current)


def _before(drawn: date, one: Instalment) -> bool:
    """Whether a draw stands above an instalment: it is earlier, or what the down payment is of."""
    return drawn < one.due or (one.aside and drawn == one.due)


def _row(one: Instalment, balance: int) -> ProgressiveRow:
    settled = one.left == 0 and any(one.paid.values())
    return ProgressiveRow(
        start=one.start,
        due=one.due,
        paid_on=one.paid_on if settled or one.written_off else None,
        balance=balance,
        principal=one.owed[PRINCIPAL],
        interest=one.owed[INTEREST],
        fee=one.owed[FEE],
        penalty=one.owed[PENALTY],
        paid=sum(one.paid.values()),
        early=one.early,
        late=one.late,
        left=0 if one.written_off else one.left,
    )

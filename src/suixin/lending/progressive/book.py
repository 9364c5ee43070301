"""The book of one loan while it is replayed: its instalments, and the interest on what was owed.

The only objects of lending that change; a replay makes one, and gives away frozen rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise

from suixin.kernel.money import round_by
from suixin.lending.progressive.terms import (
    BUCKETS,
    FEE,
    INTEREST,
    PENALTY,
    PRINCIPAL,
    Extra,
    ProgressiveTerms,
)


@dataclass(slots=True)
class Instalment:
    """One due day: what is due by bucket, what was paid, and when; amounts in fen.

    `level` is the amount that instalments share, `credited` what a chargeback added to this one.
    """

    start: date
    due: date
    aside: bool = False  # A down payment, or what came up after the last day: never levelled.
    level: int = 0
    asked: int = 0  # What it asks for now: the level, but for the last, which takes the rest.
    credited: int = 0
    owed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    paid: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    charges: list[tuple[date, str, int]] = field(default_factory=list)
    early: int = 0
    late: int = 0
    paid_on: date | None = None
    written_off: bool = False

    @property
    def left(self) -> int:
        """All that is still owed of it."""
        return sum(self.owed.values()) - sum(self.paid.values())

    @property
    def settled(self) -> bool:
        """Whether its principal and interest are paid, as far as any was asked."""
        return self.paid[PRINCIPAL] + self.paid[INTEREST] >= self.asked + self.credited


@dataclass(slots=True)
class LoanBook:
    """A loan as its events left it; `today` is the day up to which overdue principal counts.

    `bearing` are the draws as far as they bear interest, less their down payments; `principal_paid`
    is what was paid of them by day, `down_paid` what was paid of the down payments.
    """

    terms: ProgressiveTerms
    instalments: list[Instalment] = field(default_factory=list)
    drawn: int = 0
    bearing: list[tuple[date, int]] = field(default_factory=list)
    principal_paid: list[tuple[date, int]] = field(default_factory=list)
    down_paid: int = 0
    pauses: list[tuple[date, date]] = field(default_factory=list)
    rates: list[tuple[date, Fraction]] = field(default_factory=list)
    overpaid: int = 0
    today: date = date.min

    @property
    def principal_left(self) -> int:
        """The principal still owed, what was charged back included."""
        return self.drawn - self.down_paid - sum(fen for _, fen in self.principal_paid)

    @property
    def regular(self) -> list[Instalment]:
        """The instalments that share the loan, by due day."""
        return [one for one in self.instalments if not one.aside]

    def factor(self, one: Instalment) -> Fraction:
        """The rate of a whole period: the yearly rate times its part of the year."""
        within = (one.start, one.due)
        return self._rate(one.start, one.due) * self.terms.part(one.start, one.due, within)

    def refresh(self, today: date | None = None) -> None:
        """Reckon interest and principal of every instalment anew, up to a day."""
        self.today = self.today if today is None else today
        self._allot()

    def unpaid_copy(self) -> LoanBook:
        """The same loan as if nothing had been paid yet: what later draws are levelled on."""
        instalments = [
            Instalment(
                one.start,
                one.due,
                one.aside,
                level=one.level,
                credited=one.credited,
                owed=dict(one.owed),
            )
            for one in self.instalments
        ]
        copy = LoanBook(self.terms, instalments, self.drawn, list(self.bearing))
        copy.pauses, copy.rates = list(self.pauses), list(self.rates)
        return copy

    def interest(self, one: Instalment, till: date) -> Fraction:
        """The exact interest of one period up to a day in it, without what was carried into it."""
        if self.terms.flat:
            return self._flat_interest(one, till)
        cuts = self._cuts(one.start, till)
        return sum(
            (
                self._balance(one, since)
                * self._rate(since, one.due)
                * self.terms.part(since, to, (one.start, one.due))
                for since, to in pairwise(cuts)
                if not any(start <= since < end for start, end in self.pauses)
            ),
            Fraction(0),
        )

    def carried_into(self, one: Instalment, till: date) -> int:
        """Interest of the periods before, run up to a day, that nobody was asked for yet."""
        carried = 0
        for earlier in self.regular:
            if earlier is one:
                break
            reaches = min(max(till, earlier.start), earlier.due)
            ran = self.rounded(self.interest(earlier, reaches)) + carried
            carried = max(0, ran - earlier.owed[INTEREST])
        return carried

    def rounded(self, exact: Fraction) -> int:
        """An exact amount in whole fen, by the rounding of the terms."""
        return round_by(self.terms.rounding, exact.numerator, exact.denominator)

    def outstanding(self) -> dict[str, int]:
        """What is owed of each bucket over all instalments."""
        return {
            bucket: sum(one.owed[bucket] - one.paid[bucket] for one in self.instalments)
            for bucket in (PRINCIPAL, INTEREST, FEE, PENALTY)
        }

    def _allot(self) -> None:
        for one in self.instalments:
            if one.aside:
                one.owed[PRINCIPAL] = one.level + one.credited
        left = self.drawn - sum(one.level for one in self.instalments if one.aside)
        left += sum(one.credited for one in self.regular)
        reserved = sum(one.paid[PRINCIPAL] for one in self.regular)
        last = next((one for one in reversed(self.regular) if not self._paid_up(one)), None)
        carried, extra = 0, self._paid_beyond()
        for one in self.regular:
            reserved -= one.paid[PRINCIPAL]
            reckoned = self._reckoned(one, carried)
            full = one.level + one.credited
            most = max(left - reserved, one.paid[PRINCIPAL])
            if one is last:
                interest = max(reckoned, one.paid[INTEREST])
                principal = most
            else:
                interest = self._due_interest(one, reckoned, full)
                principal = max(min(max(full - interest, 0), most), one.paid[PRINCIPAL])
                lowered = min(extra, principal) if not any(one.paid.values()) else 0
                extra -= lowered
                principal -= lowered
            one.owed[INTEREST], one.owed[PRINCIPAL] = interest, principal
            one.asked = interest + principal - one.credited
            carried = reckoned - interest
            left -= principal

    def _paid_beyond(self) -> int:
        """What was paid beyond instalments, where it lowers the principal of the next ones."""
        if not (self.terms.cumulative and self.terms.extra is Extra.NEXT):
            return 0
        paid = ((one.paid[PRINCIPAL] + one.paid[INTEREST], one.level) for one in self.regular)
        return sum(max(0, total - level) for total, level in paid)

    def _reckoned(self, one: Instalment, carried: int) -> int:
        if self.terms.flat and self.terms.cumulative and one is self.regular[-1]:
            return self._flat_rest()
        return self.rounded(self.interest(one, one.due)) + carried

    def _flat_rest(self) -> int:
        """What the last instalment of a cumulative flat loan takes of the interest of them all."""
        exact = [self.interest(one, one.due) for one in self.regular]
        return self.rounded(sum(exact, Fraction(0))) - sum(map(self.rounded, exact[:-1]))

    def _due_interest(self, one: Instalment, reckoned: int, full: int) -> int:
        """Interest asked for: what was paid where more principal was, else as far as it reaches."""
        paid_ahead = one.paid[PRINCIPAL] > max(full - reckoned, 0)
        asked = one.paid[INTEREST] if paid_ahead else min(reckoned, full)
        return max(asked, one.paid[INTEREST])

    def _paid_up(self, one: Instalment) -> bool:
        paid = one.paid[PRINCIPAL] + one.paid[INTEREST]
        return paid > 0 and one.settled

    def _cuts(self, start: date, end: date) -> list[date]:
        """The days from start to end on which anything that bears interest changes."""
        days = {day for day, _ in (*self.bearing, *self.rates)}
        days |= {day for pause in self.pauses for day in pause}
        if self.terms.recalculates:
            days |= {self.counts_from(day) for day, _ in self.principal_paid}
            days.add(self.counts_from(self.today))
        return [
            start,
            *sorted(day for day in days if start < day < end),
            *([end] if end > start else []),
        ]

    def _balance(self, one: Instalment, day: date) -> int:
        """The principal that bears interest on a day of a period."""
        bearing = sum(fen for since, fen in self.bearing if since <= day)
        if self.terms.recalculates and day < self.counts_from(self.today):
            paid = (fen for since, fen in self.principal_paid if self.counts_from(since) <= day)
            return bearing - sum(paid)
        place = self.regular.index(one)
        before = sum(earlier.owed[PRINCIPAL] - earlier.credited for earlier in self.regular[:place])
        if self.terms.recalculates:
            before += sum(later.paid[PRINCIPAL] - later.credited for later in self.regular[place:])
        return max(0, bearing - before)

    def counts_from(self, day: date) -> date:
        """The day from which a payment lessens interest: its own, or the end of its period."""
        if not self.terms.to_period_end:
            return day
        return next((one.due for one in self.regular if one.start < day <= one.due), day)

    def _rate(self, day: date, due: date) -> Fraction:
        """The yearly rate on a day; a cumulative loan changes it by whole instalments."""
        rate = self.terms.rate
        for since, changed in self.rates:
            if due > since if self.terms.cumulative else day >= since:
                rate = changed
        return rate

    def _flat_interest(self, one: Instalment, till: date) -> Fraction:
        within = (one.start, one.due)
        return sum(
            (
                fen
                * self._rate(one.start, one.due)
                * self.terms.part(max(day, one.start), till, within)
                for day, fen in self.bearing
                if day < till
            ),
            Fraction(0),
        )

"""An agreement while its history is worked through, day by day: interest, demands and ageing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.lending.accounts import LENDER_BOOKS
from suixin.lending.accrual import basis_of, interest_fen, penalty_fen, weight
from suixin.lending.agreement import AgreementTerms
from suixin.lending.allocation import Allocation, Bucket, Claim, allocate
from suixin.lending.arrears import OpenDue, claims, oldest_unpaid
from suixin.lending.events import PlannedDue
from suixin.lending.methods.sales_sweep import floor_due
from suixin.lending.refused import Refused
from suixin.lending.states import AGREEMENT, Happening, Life
from suixin.lending.sweep import OrderSwept
from suixin.lending.transaction import Posting, Transaction, pair_of

# While interest runs and a receipt is allocated.
SERVED: Final = frozenset({Life.ACTIVE, Life.OVERDUE, Life.DEFAULTED})
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ServicingRules:
    """The dated rules an agreement is served by, as of the day it began."""

    default_days: int
    order: tuple[str, ...]
    order_defaulted: tuple[str, ...]

    @classmethod
    def of(cls, policy: PolicyOn) -> ServicingRules:
        """From the policy `servicing` on a day.

        >>> from suixin.kernel.policy import load_policy
        >>> ServicingRules.of(load_policy("servicing").on(date(2026, 6, 30))).default_days
        90
        """
        return cls(
            policy["default.days"], policy["allocation.order"], policy["allocation.defaulted"]
        )


@dataclass(slots=True)
class Running:
    """The working copy of an `AgreementState`; `made` and `refused` are what came of it."""

    terms: AgreementTerms
    rules: ServicingRules
    day: date
    rate_bps: int
    rows: list[PlannedDue]
    anchor: date
    life: Life = Life.READY
    not_due: int = 0
    accrued: int = 0
    penalty: int = 0
    penalty_since: date | None = None
    dues: list[OpenDue] = field(default_factory=list)
    suspended_interest: int = 0
    suspended_penalty: int = 0
    non_accrual: bool = False
    suspense: int = 0
    written_off: int = 0
    recourse_fund: int = 0
    recourse_guarantors: int = 0
    called: int = 0
    accrued_num: int = 0
    interest_booked: int = 0
    penalty_num: int = 0
    penalty_booked: int = 0
    ahead: int = 0
    on_plan: bool = False
    ended: bool = False
    period_net: int = 0
    period_swept: int = 0
    orders: dict[str, OrderSwept] = field(default_factory=dict)
    swept: list[tuple[Claim, ...]] = field(default_factory=list)
    receipts: dict[str, Allocation] = field(default_factory=dict)
    draws: dict[str, int] = field(default_factory=dict)
    restructured: list[date] = field(default_factory=list)
    holds: set[str] = field(default_factory=set)
    made: list[Transaction] = field(default_factory=list)
    refused: list[tuple[str, Refused]] = field(default_factory=list)

    @property
    def payoff(self) -> int:
        """All owed in the lender's books."""
        return self.not_due + self.accrued + self.penalty + sum(d.total_fen for d in self.dues)

    @property
    def recourse(self) -> int:
        """What he owes the fund and his guarantors, who paid for him."""
        return self.recourse_fund + self.recourse_guarantors

    @property
    def principal(self) -> int:
        """All principal in the lender's books."""
        return self.not_due + sum(due.principal_fen for due in self.dues)

    @property
    def oldest_unpaid(self) -> date | None:
        """The oldest due day before today with something unpaid."""
        since = self.penalty_since if self.penalty else None
        return oldest_unpaid(self.dues, self.day, penalty_since=since)

    def post(
        self,
        key: str,
        postings: Iterable[Posting],
        *,
        booked_on: date | None = None,
        books: str = LENDER_BOOKS,
        pair: str = "",
    ) -> None:
        """Note a transaction of today under a key of the agreement; none where nothing moves."""
        kept = tuple(postings)
        if kept:
            name = f"{self.terms.agreement}/{key}"
            booked = booked_on or self.day
            self.made.append(Transaction(name, self.day, booked, kept, key, books=books, pair=pair))

    def moved(self, key: str, happening: Happening, *, to: Life | None = None) -> bool:
        """Make a move of the table, or note its refusal."""
        found = AGREEMENT.move(self.life, happening, to=to)
        if isinstance(found, Refused):
            self.refused.append((key, found))
            return False
        self.life = Life(found)
        return True

    def pair(self, debit: str, credit: str, fen: int) -> tuple[Posting, ...]:
        """A debit and its credit with the agreement's dimensions."""
        return pair_of(debit, credit, fen, self.terms.about)

    def open_day(self, day: date) -> None:
        """Begin a day: interest and penalty to it, and what falls due on it."""
        before, self.day = self.day, day
        if self.life in SERVED:
            if day > before:
                self._accrue(before)
            while self.rows and self.rows[0].due_on <= day and self.terms.sweep is None:
                self._demand(self.rows.pop(0))
        else:
            self._skip_rows()

    def close_day(self) -> None:
        """End a day: the floor of a period of sales, then the age of what is unpaid."""
        if self.terms.sweep is not None:
            while self.rows and self.rows[0].due_on <= self.day:
                self._end_period(self.rows.pop(0))
        if self.ended and self.life is Life.ACTIVE and not self.payoff + self.recourse:
            # A line that ends without debt closes as a receipt of the last fen would close it.
            self.moved(f"end/{self.day}", Happening.RECEIPT, to=Life.CLOSED)
        self._age()

    def claims(self) -> tuple[Claim, ...]:
        """Everything that a receipt may pay today."""
        return claims(
            self.dues,
            penalty=Claim(Bucket.PENALTY, self.penalty_since, self.penalty),
            accrued_fen=self.accrued,
            not_due_fen=self.not_due,
        )

    def pay(self, fen: int, *, buckets: Sequence[str] = tuple(Bucket)) -> Allocation:
        """Allocate an amount over what is owed and take it off; postings are `credits`."""
        rules, oldest = self.rules, self.oldest_unpaid
        late = oldest is not None and (self.day - oldest).days > rules.default_days
        order = rules.order_defaulted if late else rules.order
        owed = [claim for claim in self.claims() if claim.bucket in buckets]
        made = allocate(fen, owed, on=self.day, order=order)
        for claim in made.paid:
            self._take_off(claim)
        self.dues = [due for due in self.dues if due.total_fen]
        if not self.penalty:
            self.penalty_since = None
        return made

    def credits(self, paid: Iterable[Claim], debit: str) -> list[Posting]:
        """Postings of what was paid: suspended parts first, as income now that they came."""
        sums = dict.fromkeys(Bucket, 0)
        for claim in paid:
            sums[claim.bucket] += claim.fen
        late_interest = min(sums[Bucket.INTEREST], self.suspended_interest)
        late_penalty = min(sums[Bucket.PENALTY], self.suspended_penalty)
        self.suspended_interest -= late_interest
        self.suspended_penalty -= late_penalty
        found = [
            *self.pair(debit, "1104", sums[Bucket.FEE]),
            *self.pair(debit, "4002", late_penalty),
            *self.pair(debit, "1103", sums[Bucket.PENALTY] - late_penalty),
            *self.pair(debit, "4001", late_interest),
            *self.pair(debit, "1102", sums[Bucket.INTEREST] - late_interest),
            *self.pair(debit, "1101", sums[Bucket.PRINCIPAL]),
            *self.pair("9000", "9003", late_interest + late_penalty),
        ]
        if self.terms.limit_fen is not None and not self.ended:
            found += self.pair("9001", "9000", sums[Bucket.PRINCIPAL])
        return found

    def settled(self, key: str, happening: Happening) -> None:
        """Move by what is left: closed, or active where no arrears are left, or as it was."""
        may_close = self.ended or self.terms.limit_fen is None
        to = self.life
        if not self.payoff + self.recourse and may_close:
            to = Life.CLOSED
        elif (self.payoff or not self.recourse) and self.oldest_unpaid is None:
            to = Life.ACTIVE
        self.moved(key, happening, to=to)
        if self.non_accrual and self.life in (Life.ACTIVE, Life.CLOSED):
            self._resume()
        if self.called and self.life in (Life.ACTIVE, Life.CLOSED):
            # The debtor has paid what a guarantor was asked for: nothing is asked of him now.
            self.post(f"{key}/call-ended", self.pair("9000", "9005", self.called))
            self.called = 0

    def add_due(self, due: OpenDue) -> None:
        """What fell due, where it is anything."""
        if due.total_fen:
            self.dues.append(due)

    def restart_interest(self) -> None:
        """Count interest on from exactly what is booked, from today."""
        self.anchor = self.day
        unit = BPS_PER_WHOLE * basis_of(self.terms.day_count)
        self.accrued_num = self.interest_booked * unit

    def _accrue(self, before: date) -> None:
        terms, key = self.terms, f"accrue/{self.day}"
        days = weight(terms.day_count, self.anchor, self.day)
        days -= weight(terms.day_count, self.anchor, before)
        self.accrued_num += self.not_due * self.rate_bps * days
        booked = interest_fen(self.accrued_num, terms.day_count, terms.rounding)
        postings = [*self._earn(booked - self.interest_booked)]
        self.accrued += booked - self.interest_booked
        self.interest_booked = booked
        overdue = sum(due.principal_fen for due in self.dues if due.due_on <= before)
        if overdue:
            self.penalty_num += overdue * self.rate_bps * (self.day - before).days
            booked = penalty_fen(
                self.penalty_num, terms.day_count, terms.rounding, penalty_bps=terms.penalty_bps
            )
            postings += self._earn_penalty(booked - self.penalty_booked)
            self.penalty_booked = booked
        self.post(key, postings)

    def _earn(self, fen: int) -> tuple[Posting, ...]:
        """Interest earned: income, or only noted while the agreement is non-accrual."""
        if self.non_accrual:
            self.suspended_interest += fen
            return self.pair("9003", "9000", fen)
        return self.pair("1102", "4001", fen)

    def _earn_penalty(self, fen: int) -> tuple[Posting, ...]:
        if fen and not self.penalty:
            self.penalty_since = min(due.due_on for due in self.dues if due.principal_fen)
        self.penalty += fen
        if self.non_accrual:
            self.suspended_penalty += fen
            return self.pair("9003", "9000", fen)
        return self.pair("1103", "4002", fen)

    def _demand(self, row: PlannedDue) -> None:
        """A row falls due; on plan its own interest holds, as the contract rounded it."""
        last = not self.rows
        postings: list[Posting] = []
        principal = self.not_due
        if row.principal_fen is not None and not last:
            met = min(self.ahead, row.principal_fen)
            self.ahead -= met
            principal = min(row.principal_fen - met, self.not_due)
        if self.on_plan and row.interest_fen is not None:
            differs = row.interest_fen - self.accrued
            postings += self._earn(differs)
            self.accrued += differs
            self.interest_booked += differs
            self.restart_interest()
        postings += self.pair("1104", "4003", row.fee_fen)
        self.not_due -= principal
        self.add_due(OpenDue(row.due_on, principal, self.accrued, row.fee_fen))
        self.accrued = 0
        if last:
            postings += self._end()
        self.post(f"due/{row.due_on}", postings)

    def _end_period(self, row: PlannedDue) -> None:
        """A period of sales ends: the floor is due, or at the long-stop everything."""
        sweep = self.terms.sweep
        if sweep is None or self.life not in SERVED:
            return
        last = not self.rows
        due = floor_due(
            self.not_due + self.accrued,
            sweep.floor_fen,
            net_sales_fen=max(0, self.period_net),
            swept_fen=self.period_swept,
        )
        interest = self.accrued if last else min(self.accrued, due)
        principal = self.not_due if last else due - interest
        self.accrued -= interest
        self.not_due -= principal
        self.add_due(OpenDue(row.due_on, principal, interest, row.fee_fen))
        self.post(f"due/{row.due_on}", self.pair("1104", "4003", row.fee_fen))
        self.period_net = self.period_swept = 0
        if last:
            self._end()

    def _end(self) -> tuple[Posting, ...]:
        """After the last row nothing more is drawn."""
        self.ended, limit = True, self.terms.limit_fen
        if limit is None:
            return ()
        return self.pair("9000", "9001", limit - self.principal)

    def _skip_rows(self) -> None:
        while self.rows and self.rows[0].due_on <= self.day:
            self.rows.pop(0)
        if not self.rows and not self.ended:
            self.post(f"due/{self.day}", self._end())

    def _age(self) -> None:
        oldest = self.oldest_unpaid
        if self.life not in SERVED or oldest is None:
            return
        late, key = (self.day - oldest).days, f"age/{self.day}"
        if self.life is Life.ACTIVE:
            self.moved(key, Happening.AGE_PAST_DUE)
        if late <= self.rules.default_days:
            return
        if self.life is Life.OVERDUE:
            self.moved(key, Happening.AGE_DEFAULTED)
        if not self.non_accrual:
            self.non_accrual = True
            interest = self.accrued + sum(due.interest_fen for due in self.dues)
            taken_back = interest - self.suspended_interest
            self.suspended_interest = interest
            out, memo = ("4001", "1102"), ("9003", "9000")
            self.post(key, [*self.pair(*out, taken_back), *self.pair(*memo, taken_back)])

    def _resume(self) -> None:
        """No arrears are left: what is still suspended is income after all."""
        interest, penalty = self.suspended_interest, self.suspended_penalty
        self.non_accrual = False
        self.suspended_interest = self.suspended_penalty = 0
        self.post(
            f"resume/{self.day}",
            [
                *self.pair("1102", "4001", interest),
                *self.pair("1103", "4002", penalty),
                *self.pair("9000", "9003", interest + penalty),
            ],
        )

    def _take_off(self, claim: Claim) -> None:
        if claim.bucket is Bucket.PENALTY:
            self.penalty -= claim.fen
        elif claim.due_on is None:
            self.on_plan = False
            if claim.bucket is Bucket.INTEREST:
                self.accrued -= claim.fen
                return
            self.not_due -= claim.fen
            if not self.terms.ahead_last:
                self.ahead += claim.fen
        else:
            self._take_off_due(claim)

    def _take_off_due(self, claim: Claim) -> None:
        name, rest = f"{claim.bucket}_fen", claim.fen
        for number, due in enumerate(self.dues):
            if due.due_on == claim.due_on and rest:
                part = min(rest, getattr(due, name))
                self.dues[number] = replace(due, **{name: getattr(due, name) - part})
                rest -= part
        if rest:
            raise AssertionError(f"{claim} pays {rest} fen more than is due.")

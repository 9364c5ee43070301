"""An agreement: what was signed, and where it stands after what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from suixin.data.errors import InputError
from suixin.kernel.money import Rounding
from suixin.lending.accrual import interest_fen, weight
from suixin.lending.allocation import Allocation, Claim
from suixin.lending.arrears import OpenDue
from suixin.lending.day_count import DayCount
from suixin.lending.events import PlannedDue
from suixin.lending.schedule import Schedule
from suixin.lending.states import Life
from suixin.lending.sweep import OrderSwept, SweepTerms
from suixin.lending.transaction import Dimensions


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTerms:
    """What was signed. `limit_fen` makes it revolving, `sweep` repays it from sales.

    The last row takes all that is left. Principal paid ahead meets the next rows, or with
    `ahead_last` the last ones, which shortens the loan. `penalty_bps` is a share of the contract
    rate.
    """

    agreement: str
    party: str
    sheet: str
    mode: str
    start: date
    rate_bps: int
    rows: tuple[PlannedDue, ...]
    penalty_bps: int
    day_count: DayCount = DayCount.ACT_365
    rounding: Rounding = "half_up"
    limit_fen: int | None = None
    sweep: SweepTerms | None = None
    ahead_last: bool = False

    def __post_init__(self) -> None:
        days = [self.start, *(row.due_on for row in self.rows)]
        if len(days) < 2 or any(later <= earlier for earlier, later in pairwise(days)):
            wrong = f"{self.agreement}: the due days do not rise from {self.start}."
            raise InputError("DUE_DAYS", wrong, "Give rows, each a later day than the one before.")
        if self.rate_bps < 0 or self.penalty_bps < 0:
            raise InputError("RATE", f"{self.agreement}: a rate is below 0.", "Give bps ≥ 0.")

    @property
    def about(self) -> Dimensions:
        """The dimensions of every posting of the agreement."""
        return Dimensions(self.agreement, self.party, self.sheet, self.mode)


def planned(made: Schedule) -> tuple[PlannedDue, ...]:
    """The rows of a schedule as an agreement takes them.

    >>> from suixin.lending.schedule import Terms, schedule
    >>> rows = planned(schedule(Terms(3_000_000, 960, times=6), date(2026, 3, 15)))
    >>> len(rows), sum(row.principal_fen for row in rows)
    (6, 3000000)
    """
    return tuple(
        PlannedDue(row.due, row.principal_fen, row.interest_fen, row.fees_fen) for row in made.rows
    )


@dataclass(frozen=True, slots=True)
class Memory:
    """What the working of a history carries from day to day beside what is owed."""

    rows: tuple[PlannedDue, ...]
    anchor: date
    accrued_num: int = 0
    interest_booked_fen: int = 0
    penalty_num: int = 0
    penalty_booked_fen: int = 0
    ahead_fen: int = 0
    on_plan: bool = False
    orders: Mapping[str, OrderSwept] = field(default_factory=lambda: MappingProxyType({}))
    swept: tuple[tuple[Claim, ...], ...] = ()
    receipts: Mapping[str, Allocation] = field(default_factory=lambda: MappingProxyType({}))
    draws: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    period_net_fen: int = 0
    period_swept_fen: int = 0
    penalty_since: date | None = None
    called_fen: int = 0
    ended: bool = False


@dataclass(frozen=True, slots=True)
class AgreementState:
    """Where an agreement stands at the end of a day, all in fen.

    `not_due_fen` is principal ahead of its due day, `accrued_fen` interest not yet demanded;
    `suspended_*` is the part of interest and penalty that is owed but no income. What the debtor
    owes others for having paid for him is `recourse_*`. `memory` is what the next day needs.
    """

    on: date
    life: Life
    rate_bps: int
    not_due_fen: int
    accrued_fen: int
    penalty_fen: int
    dues: tuple[OpenDue, ...]
    suspended_interest_fen: int
    suspended_penalty_fen: int
    non_accrual: bool
    suspense_fen: int
    written_off_fen: int
    recourse_fund_fen: int
    recourse_guarantors_fen: int
    oldest_unpaid_on: date | None
    next_due_on: date | None
    restructured_on: tuple[date, ...]
    holds: frozenset[str]
    memory: Memory

    @property
    def principal_fen(self) -> int:
        """All principal in the lender's books, due and not due."""
        return self.not_due_fen + sum(due.principal_fen for due in self.dues)

    @property
    def interest_fen(self) -> int:
        """All interest owed, demanded or only accrued, suspended or not."""
        return self.accrued_fen + sum(due.interest_fen for due in self.dues)

    @property
    def fee_fen(self) -> int:
        """All fees owed."""
        return sum(due.fee_fen for due in self.dues)

    @property
    def payoff_fen(self) -> int:
        """What settles the lender's books today."""
        return self.principal_fen + self.interest_fen + self.penalty_fen + self.fee_fen

    @property
    def owed_fen(self) -> int:
        """All the debtor owes: the lender, what was written off, the fund and the guarantors."""
        elsewhere = self.recourse_fund_fen + self.recourse_guarantors_fen
        return self.payoff_fen + self.written_off_fen + elsewhere

    @property
    def days_past_due(self) -> int:
        """Days since the oldest unpaid due day, 0 where nothing is late."""
        return 0 if self.oldest_unpaid_on is None else (self.on - self.oldest_unpaid_on).days


def interest_ahead(terms: AgreementTerms, state: AgreementState, day: date) -> int:
    """The interest from a state to a later day if nothing happens and nothing falls due.

    One expression, however long the history. Source: day end.

    >>> from suixin.lending.events import Draw
    >>> from suixin.lending.replay import replay
    >>> from suixin.lending.running import ServicingRules
    >>> start = date(2026, 3, 1)
    >>> terms = AgreementTerms(agreement="a-1", party="h-1", sheet="s", mode="platform",
    ...     start=start, rate_bps=720, rows=(PlannedDue(date(2026, 8, 20)),), penalty_bps=15_000)
    >>> drawn = [Draw(key="d", on=start, booked_on=start, fen=50_000_00)]
    >>> rules = ServicingRules(90, ("penalty", "fee", "interest", "principal"), ())
    >>> now = replay(terms, drawn, on=date(2026, 3, 11), rules=rules).state
    >>> now.accrued_fen, interest_ahead(terms, now, date(2026, 3, 20))
    (9863, 8877)
    """
    memory = state.memory
    days = weight(terms.day_count, memory.anchor, day)
    days -= weight(terms.day_count, memory.anchor, state.on)
    accrued = memory.accrued_num + state.not_due_fen * state.rate_bps * days
    whole = interest_fen(accrued, terms.day_count, terms.rounding)
    return whole - memory.interest_booked_fen

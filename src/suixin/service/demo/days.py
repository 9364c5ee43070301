"""Half a year lived day by day: wishes, the bank, sales, instalments, arrears, the day's end."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from suixin.data.errors import InputError
from suixin.lending.states import Life
from suixin.service.app import day_end, scoring, suspense
from suixin.service.app.caller import service_caller
from suixin.service.app.county_figures import publish_figures
from suixin.service.app.day import CHINA
from suixin.service.app.funds import publish_rates
from suixin.service.app.receiving import Due, exchange, expect
from suixin.service.app.settlements import payable
from suixin.service.app.standings import standing_of
from suixin.service.app.suspense import Way
from suixin.service.demo.arrears import fund_decides, work_items
from suixin.service.demo.lending import Desk, lend
from suixin.service.demo.staff import LENDER
from suixin.service.demo.wishes import SCORED_EACH, Pays, Wish
from suixin.service.rails.simulation import Simulation
from suixin.service.store.session import acting, query

DAYS: Final = 180
_MORNING: Final = time(9, 30)
_EVENING: Final = time(21, 0)
_LATE: Final = timedelta(days=9)
_STANDS: Final = """
    select agreement, life, wake_on from agreement_state where institution_id = %s
"""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a platform paid a shop for an order, on a day (fen)."""

    name: str
    order: str
    fen: int


Settlements = Mapping[tuple[str, date], Sequence[Settlement]]


@dataclass(slots=True)
class Living:
    """The half year as far as it is lived."""

    desk: Desk
    bank: Simulation
    settlements: Settlements
    wishes: Sequence[Wish]
    lent: dict[str, Wish] = field(default_factory=dict)  # By agreement.
    refused: list[Wish] = field(default_factory=list)
    paid: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def lender(self) -> int:
        """The lender's number."""
        return self.desk.house.institutions[LENDER]


def settlements_of(folder: Path, *, since: date) -> Settlements:
    """Every settlement of a county's folder from a day on, by shop and day."""
    found: dict[tuple[str, date], list[Settlement]] = defaultdict(list)
    with (folder / "settlements.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = datetime.fromisoformat(row["settled_at"]).astimezone(CHINA).date()
            fen = int(row["net"])
            if day >= since and fen > 0:
                told = Settlement(row["settlement_id"], row["order_id"], fen)
                found[row["merchant"], day].append(told)
    return found


def live(living: Living, day: date, number: int) -> None:
    """One day, from its morning to its end; `number` counts days from the first, 0."""
    morning = datetime.combine(day, _MORNING, CHINA).astimezone(UTC)
    evening = datetime.combine(day, _EVENING, CHINA).astimezone(UTC)
    desk, service = living.desk, service_caller(living.lender, "bank")
    if number % SCORED_EACH == 0:
        scoring.score_all(desk.officer, on=day, at=morning)
    for wish in living.wishes:
        if wish.day == number:
            agreement = _lent(desk, wish, morning)
            if agreement:
                living.lent[agreement] = wish
            else:
                living.refused.append(wish)
    work_items(desk, day=day, at=morning)
    if day.weekday() == 0:
        _pay_merchants(living, number, morning)
        fund_decides(desk, at=morning)
    _pay_in(living, day)
    exchange(service, at=morning)
    living.bank.step(evening)
    day_end.end_day(service_caller(living.lender, "day-end"), day, at=evening)
    if day == last_of_month(day):
        publish_rates(service, at=evening)
        publish_figures(service, at=evening)


def last_of_month(day: date) -> date:
    """The last day of a day's month.

    >>> last_of_month(date(2026, 6, 30))
    datetime.date(2026, 6, 30)
    """
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _lent(desk: Desk, wish: Wish, at: datetime) -> str:
    try:
        return lend(desk, wish, at=at)
    except InputError as fault:
        if fault.code in {"HELD", "NOT_SCORED"}:
            return ""
        raise


def _pay_in(living: Living, day: date) -> None:
    """What debtors and platforms pay on a day, each for the reference he was given."""
    actor = living.desk.cashier.actor("expected receipts")
    with acting(actor):
        stands = {name: (life, wake) for name, life, wake in query(_STANDS, [living.lender])}
    for agreement, wish in living.lent.items():
        life, wake = stands.get(agreement, ("", None))
        if life not in (Life.ACTIVE, Life.OVERDUE, Life.DEFAULTED):
            continue
        if wish.product == "sales_flow":
            _settle(living, agreement, wish, day)
        elif wake is not None or life != Life.ACTIVE:
            _instalment(living, agreement, wish, day)


def _settle(living: Living, agreement: str, wish: Wish, day: date) -> None:
    actor = living.desk.cashier.actor("expected a settlement")
    for one in living.settlements.get((wish.party, day), ()):
        about = standing_of(actor, agreement, on=day).terms.about
        due = Due(reference=one.name, about=about, fen=one.fen, on=day, order=one.order)
        if expect(actor, due):
            living.bank.pay_in(one.name, one.fen, day)


def _instalment(living: Living, agreement: str, wish: Wish, day: date) -> None:
    """Pay what is due today, or was due long enough ago for who pays late."""
    if wish.pays is Pays.NEVER or (wish.pays is Pays.STOPS and living.paid[agreement]):
        return
    actor = living.desk.cashier.actor("expected an instalment")
    stands = standing_of(actor, agreement, on=day)
    wait = _LATE if wish.pays is Pays.LATE else timedelta()
    fen = sum(due.total_fen for due in stands.state.dues if due.due_on + wait <= day)
    fen += stands.state.penalty_fen if fen else 0
    if not fen:
        return
    living.paid[agreement] += 1
    reference = f"{agreement}/{living.paid[agreement]}"
    if expect(actor, Due(reference=reference, about=stands.terms.about, fen=fen, on=day)):
        living.bank.pay_in(reference, fen, day)


def _pay_merchants(living: Living, number: int, at: datetime) -> None:
    """Once a week, what is the merchants' own of their sales is paid out to them by two."""
    desk = living.desk
    whole = sum(one.payable_fen for one in payable(desk.cashier.actor("looked what is owed")))
    if not whole:
        return
    proposal = suspense.propose_release(
        desk.cashier,
        Way.PAY_OUT,
        "all",
        name=str(whole),
        key=f"demo/merchants/{number}",
        why="每周结算商户余款",
        at=at,
    )
    desk.agreed(proposal, desk.risk, at)

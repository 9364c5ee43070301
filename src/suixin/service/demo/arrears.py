"""What is done about loans that are late: guarantors are called, the fund is asked and pays."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from suixin.data.errors import InputError
from suixin.service.app import arrears, claim_rows, claims, day_end, fund_claims
from suixin.service.app.caller import service_caller
from suixin.service.day_end.items import Item, Kind
from suixin.service.demo.lending import Desk
from suixin.service.demo.staff import FUND, LENDER

TIERS: Final = {"county": 3_000_000_00, "city": 2_000_000_00, "province": 5_000_000_00}


def work_items(desk: Desk, *, day: date, at: datetime) -> None:
    """Do what the last day's end found is to be done, each act by two people."""
    kinds = (Kind.GUARANTEE_CALL, Kind.FUND_CLAIM)
    for item in day_end.to_do(desk.officer, kinds):
        if item.kind is Kind.GUARANTEE_CALL:
            _call(desk, item, day, at)
        else:
            _claim(desk, item, at)
        day_end.done(desk.officer, item, at=at)


def _call(desk: Desk, item: Item, day: date, at: datetime) -> None:
    try:
        called = arrears.call_guarantors(
            desk.officer, item.agreement, why="逾期，按联保约定代偿", key=desk.key(), at=at
        )
    except InputError:  # Paid meanwhile, or the last call still runs.
        return
    desk.agreed(called, desk.risk, at)
    for who, fen in called.content["asked_fen"].items():
        if fen:
            arrears.guarantor_pays(
                desk.cashier, item.agreement, who, fen=fen, on=day, key=desk.key(), at=at
            )


def _claim(desk: Desk, item: Item, at: datetime) -> None:
    try:
        asked = claims.claim(
            desk.officer, item.agreement, why="逾期超过九十天", key=desk.key(), at=at
        )
    except InputError:  # Not covered, or paid meanwhile.
        return
    desk.agreed(asked, desk.risk, at)


def fund_decides(desk: Desk, *, at: datetime) -> None:
    """The fund's own two people decide what was filed and pay it; the lender books its side."""
    one, other = desk.house.of(FUND, "fund"), desk.house.of(FUND, "fund-2")
    filed = [made.claim for made in claim_rows.claims(one.actor()) if not made.steps]
    for claim in filed:
        decided = fund_claims.decide_claim(
            one, claim, accept=True, why="资料齐全，符合条件", key=desk.key(), at=at
        )
        desk.agreed(decided, other, at)
        paid = fund_claims.pay_claim(one, claim, why="已受理", key=desk.key(), at=at)
        desk.agreed(paid, other, at)
    claims.take_over(service_caller(desk.house.institutions[LENDER], "claims"), at=at)


def fill_fund(desk: Desk, *, on: date, at: datetime) -> None:
    """What each tier of the fund begins with."""
    for tier, fen in TIERS.items():
        fund_claims.contribute(
            desk.house.of(FUND, "fund"), tier, fen=fen, on=on, key=f"begin/{tier}", at=at
        )

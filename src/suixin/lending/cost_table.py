"""The itemised cost table of a loan: item, method, rate, payee; default cost apart (R-CD1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from suixin.kernel.money import Rounding, round_by
from suixin.kernel.rate import BPS_PER_WHOLE, Rate
from suixin.lending.cost import Flow, flows
from suixin.lending.product import Fee, Product
from suixin.lending.schedule import Schedule

_YEAR_DAYS: Final = 365

_METHODS: Final = {
    "equal_instalment": ("等额本息", "equal instalments"),
    "equal_principal": ("等额本金", "equal principal"),
    "bullet": ("到期还本付息", "all at the end"),
    "interest_first": ("先息后本", "interest first, principal at the end"),
    "revolving": ("随借随还，按日计息", "on the days used"),
    "crop_calendar": ("按农时到期还本付息", "all after harvest"),
    "sales_sweep": ("销售回款分成", "a share of each settlement"),
    "dividend_first": ("分红优先，等额本息", "dividends first, equal instalments"),
    "free": ("自由还款", "days and amounts as agreed"),
}


@dataclass(frozen=True, slots=True)
class CostItem:
    """One row: what is paid, how it is reckoned, at which rate, how much in all, and to whom."""

    zh: str
    en: str
    method: str
    rate: str
    amount_fen: int
    payee: str
    default: bool = False  # Paid only by who pays late.


def fee_fen(fee: Fee, principal_fen: int, rounding: Rounding) -> int:
    """One fee once: its amount, and its share of the principal.

    >>> fee_fen(Fee("担保费", "guarantee fee", "once", "guarantor", bps=50), 30_000_00, "half_up")
    15000
    """
    return fee.fen + round_by(rounding, principal_fen * fee.bps, BPS_PER_WHOLE)


def penalty_fen(overdue_fen: int, days: int, *, rate_bps: int, penalty_bps: int) -> int:
    """Penalty on overdue principal, ACT/365; nothing is ever charged on interest.

    Source: formulas §10 (R-PEN).

    >>> penalty_fen(4_940_14, 17, rate_bps=960, penalty_bps=15_000)
    3313
    """
    numerator = overdue_fen * days * rate_bps * penalty_bps
    return round_by("half_up", numerator, BPS_PER_WHOLE * BPS_PER_WHOLE * _YEAR_DAYS)


def late_flows(
    schedule: Schedule, upfront_fen: int = 0, *, days: int, rate_bps: int, penalty_bps: int
) -> tuple[Flow, ...]:
    """The flows of who pays every instalment so many days late, penalty included.

    >>> from datetime import date
    >>> from suixin.lending.schedule import Terms, schedule
    >>> made = schedule(Terms(36_500_00, 1_000), date(2026, 3, 15))
    >>> late_flows(made, days=30, rate_bps=1_000, penalty_bps=15_000)[1]
    Flow(day=datetime.date(2026, 5, 15), fen=-3726000)
    """
    start, *dues = flows(schedule, upfront_fen)
    late = timedelta(days=days)
    added = [
        penalty_fen(row.principal_fen, days, rate_bps=rate_bps, penalty_bps=penalty_bps)
        for row in schedule.rows
    ]
    paid = (Flow(due.day + late, due.fen - more) for due, more in zip(dues, added, strict=True))
    return (start, *paid)


def cost_items(
    product: Product, schedule: Schedule, *, rate_bps: int, method: str, late_days: int
) -> tuple[CostItem, ...]:
    """Every row of the table: interest, each fee, then an example of what late payment costs."""
    told = " ".join(_METHODS[method])
    convention = product.repayment.day_count
    rows = [
        CostItem("利息", "interest", f"{told}, {convention}", f"{Rate(rate_bps)} 年 a year",
                 schedule.interest_fen, "lender")
    ]  # fmt: skip
    for fee in product.fees:
        times = 1 if fee.method == "once" else len(schedule.rows)
        once = fee_fen(fee, schedule.principal_fen, product.repayment.rounding)
        when = "放款时一次 once, with the payout" if times == 1 else "每期 with every instalment"
        rate = f"{Rate(fee.bps)} 本金 of principal" if fee.bps else "定额 an amount"
        rows.append(CostItem(fee.zh, fee.en, when, rate, once * times, fee.payee))
    late = round_by("half_up", rate_bps * product.penalty_bps, BPS_PER_WHOLE)
    rows.append(
        CostItem(
            f"逾期罚息（示例：全部本金逾期{late_days}天）",
            f"penalty, were all the principal {late_days} days late",
            "逾期本金按日 on overdue principal by day, ACT/365, never on interest",
            f"{Rate(late)} 年 a year",
            penalty_fen(
                schedule.principal_fen,
                late_days,
                rate_bps=rate_bps,
                penalty_bps=product.penalty_bps,
            ),
            "lender",
            default=True,
        )
    )
    return tuple(rows)

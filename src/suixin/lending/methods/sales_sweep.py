"""Sales sweep 销售回款后还款: what must be paid whatever is sold, the floor and the long-stop.

What sales bring in beyond the floor repays sooner; that is servicing, not schedule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from suixin.data.errors import InputError
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.lending.cycle import Cycle, due_dates
from suixin.lending.methods.equal_instalment import paid_by
from suixin.lending.methods.span import Parts, Span


@dataclass(frozen=True, slots=True)
class SalesSweep:
    """`floor_fen` a period (never above its net sales); `share_bps` of each settlement is swept.

    >>> SalesSweep(500_00, 2_000).parts(Span(20_000_00, (30_000,) * 3, 3_650_000, "half_up"))
    Parts(principal_fen=(33562, 33837, 1932601), interest_fen=(16438, 16163, 15884))
    """

    floor_fen: int = 0
    share_bps: int = BPS_PER_WHOLE

    def __post_init__(self) -> None:
        if self.floor_fen < 0 or not 0 < self.share_bps <= BPS_PER_WHOLE:
            wrong = f"A floor of {self.floor_fen} fen with a share of {self.share_bps} bps is none."
            raise InputError("SWEEP", wrong, "Give a floor ≥ 0 and a share up to 10000 bps.")

    def due_days(self, start: date, cycle: Cycle, times: int, first: date | None) -> Sequence[date]:
        """The period ends; the last is the long-stop date."""
        return due_dates(start, cycle, times, first=first)

    def parts(self, span: Span) -> Parts:
        """The floor pays interest, then principal; at the long-stop all is due. Source: §11."""
        return paid_by(self.floor_fen, span)


def floor_due(owed_fen: int, floor_fen: int, *, net_sales_fen: int, swept_fen: int) -> int:
    """What a period's end still demands: the floor, never above the period's net sales.

    Source: formulas §11.

    >>> floor_due(19_083_24, 500_00, net_sales_fen=1_000_00, swept_fen=200_00)
    30000
    >>> floor_due(19_283_24, 500_00, net_sales_fen=0, swept_fen=0)  # No sales, nothing due.
    0
    """
    return min(owed_fen, max(0, min(floor_fen, net_sales_fen) - swept_fen))

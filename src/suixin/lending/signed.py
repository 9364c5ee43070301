"""From a product's sheet to the terms of one agreement, as they are signed."""

from __future__ import annotations

from datetime import date

from suixin.data.errors import InputError
from suixin.lending.agreement import AgreementTerms, planned
from suixin.lending.events import PlannedDue
from suixin.lending.methods.registry import Case, method
from suixin.lending.methods.revolving import Revolving
from suixin.lending.methods.sales_sweep import SalesSweep
from suixin.lending.product import Product
from suixin.lending.schedule import Schedule, Terms, schedule
from suixin.lending.sweep import SweepTerms


def signed(
    product: Product,
    case: Case,
    *,
    agreement: str,
    party: str,
    start: date,
    rate_bps: int,
    times: int | None = None,
    repays: str | None = None,
) -> AgreementTerms:
    """The terms of an agreement under a sheet as it stands on the day it starts.

    `case.principal_fen` is the loan, or the limit where the product revolves; `repays` is another
    method of the sheet. Raises `InputError` METHOD, and where the case lacks what a method needs.

    >>> from suixin.lending.product import product_on
    >>> start = date(2026, 6, 30)
    >>> terms = signed(product_on("sales_flow", start), Case(20_000_00), agreement="a-1",
    ...                party="h-1", start=start, rate_bps=1050, times=6)
    >>> terms.sweep is not None, terms.rows[-1].due_on.isoformat()
    (True, '2026-12-30')
    """
    repayment = product.repayment
    name, known = repays or repayment.method, (repayment.method, *repayment.also)
    if name not in known:
        wrong = f"{product.name} is not repaid by {name}."
        raise InputError("METHOD", wrong, f"Its sheet allows {', '.join(known)}.")
    way = method(name, repayment.settings, case)
    made = schedule(
        Terms(
            case.principal_fen,
            rate_bps,
            way,
            times or product.tenor.usual,
            product.tenor.cycle,
            repayment.day_count,
            repayment.rounding,
            shift=repayment.shift,
        ),
        start,
    )
    return AgreementTerms(
        agreement=agreement,
        party=party,
        sheet=product.name,
        mode=product.mode,
        start=start,
        rate_bps=rate_bps,
        rows=_rows(way, made),
        penalty_bps=product.penalty_bps,
        day_count=repayment.day_count,
        rounding=repayment.rounding,
        limit_fen=case.principal_fen if isinstance(way, Revolving) else None,
        sweep=SweepTerms(way.share_bps, way.floor_fen) if isinstance(way, SalesSweep) else None,
    )


def _rows(way: object, made: Schedule) -> tuple[PlannedDue, ...]:
    """What is planned; what sales or use decide is left open, but for the day."""
    if isinstance(way, Revolving | SalesSweep):
        last = made.rows[-1]
        before = (PlannedDue(row.due, 0, None, row.fees_fen) for row in made.rows[:-1])
        return (*before, PlannedDue(last.due, None, None, last.fees_fen))
    return planned(made)

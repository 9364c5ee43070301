"""A product's sheet and a quote's caps, as the checks of an application ask for them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING
from typing import Final

from suixin.lending.caps import CapTest
from suixin.lending.origination import CostFound, SheetRules
from suixin.lending.product import Product

_MONTH_DAYS: Final = (28, 31)  # A month's fewest and most days: no term of whole months is refused.
_BPS_PER_PERCENT: Final = 100


def sheet_rules(product: Product, *, areas: frozenset[str] = frozenset()) -> SheetRules:
    """Who may borrow what under a sheet that is in force; `areas` are the lender's own.

    >>> from datetime import date
    >>> from suixin.lending.product import product_on
    >>> rules = sheet_rules(product_on("live_slot", date(2026, 6, 30)))
    >>> rules.amount_max_fen, rules.term_days_min, rules.term_days_max
    (5000000, 30, 30)
    """
    tenor = product.tenor
    fewest, most = (tenor.cycle.days or tenor.cycle.months * days for days in _MONTH_DAYS)
    return SheetRules(
        product=product.name,
        mode=product.mode,
        in_force=True,
        purposes=frozenset(product.purposes),
        amount_min_fen=product.amount_min_fen,
        amount_max_fen=product.amount_max_fen,
        term_days_min=tenor.least * fewest,
        term_days_max=tenor.most * most,
        sources=frozenset(product.reads),
        areas=areas,
    )


def costs_found(tests: Iterable[CapTest]) -> tuple[CostFound, ...]:
    """Each cap with the cost held against it, in bps; part of a basis point counts as a whole one.

    >>> from datetime import date
    >>> from suixin.kernel.money import Money
    >>> from suixin.lending.quote import quote
    >>> made = quote("sales_flow", Money(50_000_00), date(2026, 6, 30))
    >>> [(cost.rule, cost.cost_bps, cost.cap_bps) for cost in costs_found(made.caps)]
    [('R-AL2', 1103, 2400), ('E14', 1050, 1200)]
    """
    return tuple(
        CostFound(
            rule=test.rule,
            cost_bps=int((test.found * _BPS_PER_PERCENT).to_integral_value(ROUND_CEILING)),
            cap_bps=int(test.cap.most * _BPS_PER_PERCENT),
            reference=test.reference,
        )
        for test in tests
    )

"""400 days that began with a purchase order: the supplier is paid, the order's proceeds repay.

Run it with `python examples/purchase_order_life.py`.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta

from suixin.kernel.policy import load_policy
from suixin.lending.events import Draw, Event, Receipt
from suixin.lending.methods.registry import Case
from suixin.lending.product import product_on
from suixin.lending.replay import replay
from suixin.lending.running import ServicingRules
from suixin.lending.signed import signed
from suixin.lending.statement import told

START = date(2026, 3, 2)
END = START + timedelta(days=400)


def main() -> None:
    """Print the statement, the end and the trial balance."""
    terms = signed(
        product_on("purchase_order", START),
        Case(40_000_00),
        agreement="purchase_order-1",
        party="household-1",
        start=START,
        rate_bps=1025,
    )
    rules = ServicingRules.of(load_policy("servicing").on(START))
    sys.stdout.write(told(replay(terms, happened(), on=END, rules=rules), terms))


def happened() -> list[Event]:
    """The money goes to the supplier alone; the buyer pays ten days late."""
    return [
        _at(Draw, "supplier-paid", 0, fen=40_000_00, to="supplier"),
        _at(Receipt, "buyer-paid", 102, fen=41_201_91),
    ]


def _at(kind: type[Event], key: str, day: int, **fields: object) -> Event:
    on = START + timedelta(days=day)
    return kind(key=key, on=on, booked_on=on, **fields)


if __name__ == "__main__":
    main()

"""400 days of a line against goods in a warehouse: drawn and repaid as the trade needs.

Run it with `python examples/warehouse_life.py`.
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
        product_on("warehouse", START),
        Case(80_000_00),
        agreement="warehouse-1",
        party="household-1",
        start=START,
        rate_bps=1000,
        times=12,
    )
    rules = ServicingRules.of(load_policy("servicing").on(START))
    sys.stdout.write(told(replay(terms, happened(), on=END, rules=rules), terms))


def happened() -> list[Event]:
    """Goods bought in spring and sold in summer; bought again in autumn and sold by the end."""
    return [
        _at(Draw, "spring-1", 0, fen=50_000_00),
        _at(Draw, "spring-2", 10, fen=20_000_00),
        _at(Receipt, "interest-1", 18, fen=260_00),
        _at(Receipt, "summer-1", 60, fen=31_000_00),
        _at(Receipt, "summer-2", 100, fen=41_000_00),
        _at(Draw, "autumn-1", 200, fen=80_000_00),
        _at(Draw, "autumn-2", 201, fen=80_000_00),  # Above what is left of the line: refused.
        _at(Receipt, "interest-2", 260, fen=1_500_00),
        _at(Receipt, "winter-1", 300, fen=60_000_00),
        _at(Receipt, "winter-2", 370, fen=21_100_71),
    ]


def _at(kind: type[Event], key: str, day: int, **fields: object) -> Event:
    on = START + timedelta(days=day)
    return kind(key=key, on=on, booked_on=on, **fields)


if __name__ == "__main__":
    main()

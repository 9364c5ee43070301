"""400 days of a loan repaid from sales: sweeps, a refund, floors, the long-stop, a late end.

Run it with `python examples/sales_flow_life.py`.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta

from suixin.kernel.policy import load_policy
from suixin.lending.events import Draw, Event, Receipt, Refund, Sale
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
        product_on("sales_flow", START),
        Case(20_000_00),
        agreement="sales_flow-1",
        party="household-1",
        start=START,
        rate_bps=1050,
        times=12,
    )
    rules = ServicingRules.of(load_policy("servicing").on(START))
    sys.stdout.write(told(replay(terms, happened(), on=END, rules=rules), terms))


def happened() -> list[Event]:
    """Good sales in spring, a refund, none for a month, then slowly; the rest is paid late."""
    events: list[Event] = [_at(Draw, "payout", 0, fen=20_000_00)]
    for number in range(1, 40):
        day = 9 * number
        if not 120 < day < 160:
            fen = 3_333_33 if day < 120 else 1_250_50
            events.append(_at(Sale, f"sale-{number}", day, order=f"order-{number}", fen=fen))
    events.append(_at(Refund, "refund-3", 40, order="order-3", fen=1_000_00))
    events.append(_at(Receipt, "last", 385, fen=7_363_35))
    return events


def _at(kind: type[Event], key: str, day: int, **fields: object) -> Event:
    on = START + timedelta(days=day)
    return kind(key=key, on=on, booked_on=on, **fields)


if __name__ == "__main__":
    main()

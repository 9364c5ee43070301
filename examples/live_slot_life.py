"""400 days that began with a live show: stocked before it, repaid as its orders settle.

Run it with `python examples/live_slot_life.py`.
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
        product_on("live_slot", START),
        Case(10_000_00),
        agreement="live_slot-1",
        party="household-1",
        start=START,
        rate_bps=1000,
    )
    rules = ServicingRules.of(load_policy("servicing").on(START))
    sys.stdout.write(told(replay(terms, happened(), on=END, rules=rules), terms))


def happened() -> list[Event]:
    """Stock on credit two days before the show; its orders settle in the fortnight after."""
    events: list[Event] = [_at(Draw, "stock", 0, fen=10_000_00, to="supplier")]
    for number in range(1, 9):
        order = f"order-{number}"
        events.append(_at(Sale, f"settled-{number}", 4 + number, order=order, fen=2_300_00))
    events.append(_at(Refund, "refund-2", 14, order="order-2", fen=400_00))
    events.append(_at(Receipt, "long-stop", 30, fen=1_029_03))
    return events


def _at(kind: type[Event], key: str, day: int, **fields: object) -> Event:
    on = START + timedelta(days=day)
    return kind(key=key, on=on, booked_on=on, **fields)


if __name__ == "__main__":
    main()

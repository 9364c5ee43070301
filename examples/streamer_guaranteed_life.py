"""400 days of a loan in equal instalments: late once, paid ahead once, and settled.

Run it with `python examples/streamer_guaranteed_life.py`.
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
        product_on("streamer_guaranteed", START),
        Case(30_000_00),
        agreement="streamer_guaranteed-1",
        party="household-1",
        start=START,
        rate_bps=1025,
        times=12,
    )
    rules = ServicingRules.of(load_policy("servicing").on(START))
    sys.stdout.write(told(replay(terms, happened(), on=END, rules=rules), terms))


def happened() -> list[Event]:
    """Instalments on their days but for one that is late and one that is doubled; then settled."""
    events: list[Event] = [_at(Draw, "payout", 0, fen=30_000_00)]
    days = (31, 61, 92, 122, 170, 184, 214, 245, 275)  # The fifth is 17 days late.
    for number, day in enumerate(days, 1):
        fen = 2_642_00 * (2 if number == 8 else 1)
        events.append(_at(Receipt, f"paid-{number}", day, fen=fen))
    events.append(_at(Receipt, "settled", 300, fen=5_170_10))
    return events


def _at(kind: type[Event], key: str, day: int, **fields: object) -> Event:
    on = START + timedelta(days=day)
    return kind(key=key, on=on, booked_on=on, **fields)


if __name__ == "__main__":
    main()

"""400 days in a group of neighbours: what the co-operative distributes repays first.

Run it with `python examples/community_chain_life.py`.
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
        product_on("community_chain", START),
        Case(12_000_00),
        agreement="community_chain-1",
        party="household-1",
        start=START,
        rate_bps=1200,
        times=6,
    )
    rules = ServicingRules.of(load_policy("servicing").on(START))
    sys.stdout.write(told(replay(terms, happened(), on=END, rules=rules), terms))


def happened() -> list[Event]:
    """Five dividends repay; the sixth instalment is paid by hand."""
    events: list[Event] = [_at(Draw, "payout", 0, fen=12_000_00)]
    for number, day in enumerate((31, 61, 92, 122, 153), 1):
        events.append(_at(Receipt, f"dividend-{number}", day, fen=2_100_00))
    events.append(_at(Receipt, "by-hand", 184, fen=2_100_00))
    return events


def _at(kind: type[Event], key: str, day: int, **fields: object) -> Event:
    on = START + timedelta(days=day)
    return kind(key=key, on=on, booked_on=on, **fields)


if __name__ == "__main__":
    main()

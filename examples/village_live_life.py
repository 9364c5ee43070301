"""400 days of a village's live loan: drawn on demand, repaid any time, subsidised.

Run it with `python examples/village_live_life.py`.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta

from suixin.kernel.policy import load_policy
from suixin.lending.events import Draw, Event, Receipt, Subsidised
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
        product_on("village_live", START),
        Case(50_000_00),
        agreement="village_live-1",
        party="household-1",
        start=START,
        rate_bps=700,
        times=9,
    )
    rules = ServicingRules.of(load_policy("servicing").on(START))
    sys.stdout.write(told(replay(terms, happened(), on=END, rules=rules), terms))


def happened() -> list[Event]:
    """Drawn twice, repaid when sales allow; public money pays one point of the interest."""
    return [
        _at(Draw, "seedlings", 0, fen=20_000_00),
        _at(Draw, "packing", 60, fen=15_000_00),
        _at(Receipt, "early-sales", 120, fen=10_000_00),
        _at(Subsidised, "subsidy", 121, fen=80_00),
        _at(Receipt, "harvest", 230, fen=30_000_00),
    ]


def _at(kind: type[Event], key: str, day: int, **fields: object) -> Event:
    on = START + timedelta(days=day)
    return kind(key=key, on=on, booked_on=on, **fields)


if __name__ == "__main__":
    main()

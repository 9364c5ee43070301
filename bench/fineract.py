"""First schedules and whole lives of loans, held against another open core's own tests.

`python -m bench.fineract DIR` reads `verified_initial_schedules.json` and `selected_cases.json` of
the folder. A first schedule passes when every row's day, balance, principal, interest and due agree
to the fen (charges that a file names but does not give are taken as written); a life when every
schedule, total, transaction, status, amount and charge it expects does. Accruals and journals of
the other system's books are its own, and not compared.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench import SHARED, last_line, table
from bench._fineract_life import Life, Mismatch
from bench._fineract_terms import Refused, counting, cycle_of, day_of, fen_of, rate_of
from suixin.lending.cycle import due_dates
from suixin.lending.methods.equal_instalment import EqualInstalment
from suixin.lending.methods.flat import Flat
from suixin.lending.methods.span import span_of_factors

SMALL = (str(SHARED / "loans/fineract"),)
SMOOTHING = 3


def first_schedule(case: Mapping[str, Any]) -> str:
    """Why a first schedule differs, "" where it agrees."""
    cycle, start = cycle_of(case["every"], case["freq"]), day_of(case["disbursed"])
    days = [start, *due_dates(start, cycle, int(case["n"]))]
    counts = counting(case["days_in_year"], case["days_in_month"], case["days_in_year_custom"])
    counts = replace(counts, by_period=case["calc_period"] == "SAME_AS_REPAYMENT_PERIOD")
    rate = rate_of(case["annual_rate_pct"])
    factors = [rate * counts.part(a, b, (a, b), cycle) for a, b in pairwise(days)]
    span = span_of_factors(fen_of(case["principal"]), factors, "half_even")
    multiple = fen_of(case["instalment_multiple"]) or 1
    method = (
        Flat(multiple) if case["interest_type"] == "FLAT" else EqualInstalment(multiple, SMOOTHING)
    )
    parts, balance = method.parts(span), span.principal_fen
    charged = "charge" in case["scenario"]
    rows = case["rows"][1:]
    if len(rows) != len(parts.principal_fen):
        return f"{len(rows)} rows expected, {len(parts.principal_fen)} made"
    for k, (_, due, *amounts) in enumerate(rows):
        principal, interest = parts.principal_fen[k], parts.interest_fen[k]
        balance -= principal
        expected = [fen_of(amount) for amount in amounts]
        charge = expected[3] - principal - interest if charged else 0
        made = [balance, principal, interest, principal + interest + max(0, charge)]
        if (day_of(due), expected) != (days[k + 1], made):
            return f"row {k + 1}: expected {due} {expected}, made {days[k + 1]} {made}"
    return ""


def main(arguments: Sequence[str]) -> str:
    """Print what differs; the last line counts what passed."""
    folder = Path(arguments[0])
    first = json.loads((folder / "verified_initial_schedules.json").read_text(encoding="utf-8"))
    lives = json.loads((folder / "selected_cases.json").read_text(encoding="utf-8"))
    rows, refused = [], 0
    passed = {"first": 0, "lives": 0}
    for case in first:
        wrong = first_schedule(case)
        passed["first"] += not wrong
        if wrong:
            rows.append(["first", case["id"], wrong])
    for case in lives:
        try:
            Life(case).run()
            passed["lives"] += 1
        except Refused as why:
            refused += 1
            rows.append(["refused", case["id"], str(why)])
        except Mismatch as why:
            rows.append(["life", case["id"], str(why)])
    print(table(["kind", "case", "why it does not agree"], rows))
    line = last_line(
        "bench.fineract",
        passed=passed["first"] + passed["lives"],
        total=len(first) + len(lives),
        refused=refused,
        first=passed["first"],
        lives=passed["lives"],
    )
    print(line)
    return line


if __name__ == "__main__":
    main(sys.argv[1:] or SMALL)

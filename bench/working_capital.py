"""Repayment as a share of sales: how a discount fee is earned, held against another open core.

`python -m bench.working_capital DIR` reads `cases.json`: daily payment, term, and each day's
balance, amortisation and unearned fee must agree to the fen.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from bench import SHARED, last_line, table
from suixin.lending.discount import discounted

SMALL = (str(SHARED / "loans/working_capital"),)


def differs(case: Mapping[str, Any]) -> str:
    """Why a case differs, "" where it agrees."""
    made = discounted(
        _fen(case["net"]),
        _fen(case["discount_fee"]),
        volume_fen=_fen(case["total_payment_volume"]),
        share=Fraction(str(case["period_payment_rate_pct"])) / 100,
        basis_days=case["npv_day_count"],
    )
    if len(made) != case["expect_term"]:
        return f"term: expected {case['expect_term']}, made {len(made)}"
    for number, expected in enumerate(case["rows"]):
        row = made[number]
        found = [number + 1, row.payment_fen, row.balance_fen, row.earned_fen, row.unearned_fen]
        if found != [expected[0], *(_fen(amount) for amount in expected[1:])]:
            return f"day {number + 1}: expected {expected}, made {found}"
    return ""


def main(arguments: Sequence[str]) -> str:
    """Print each case; the last line counts what passed."""
    cases = json.loads((Path(arguments[0]) / "cases.json").read_text(encoding="utf-8"))
    wrong = [differs(case) for case in cases]
    rows = [
        [case["id"], why or "agrees to the fen"] for case, why in zip(cases, wrong, strict=True)
    ]
    print(table(["case", "result"], rows))
    line = last_line("bench.working_capital", passed=wrong.count(""), total=len(cases), refused=0)
    print(line)
    return line


def _fen(amount: Any) -> int:
    exact = Fraction(str(amount)) * 100
    if exact.denominator != 1:
        raise ValueError(f"{amount!r} is finer than two decimals.")
    return exact.numerator


if __name__ == "__main__":
    main(sys.argv[1:] or SMALL)

"""The official ACTUS test cases of loans and cash, event by event.

`python -m bench.actus FOLDER` runs each case of each file `actus-tests-TYPE.json` and compares
date, kind, payoff and notional of every event, numbers to 1e-6. A case passes where all agree.
Types that are not implemented are refused by name; their cases count in the total.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench import SHARED, last_line, table
from suixin.data.errors import InputError
from suixin.lending.actus import ContractEvent, Happening, Observed, run
from suixin.lending.actus.reading import number, time

SMALL = (str(SHARED / "loans/actus"),)
NEAR = Decimal("1e-6")


@dataclass(frozen=True, slots=True)
class Counted:
    """How the cases of one type went, and the first that differs with what differs."""

    type: str
    passed: int
    total: int
    refused: int
    first: str


def main(arguments: Sequence[str]) -> str:
    """Print a row by type; the last line holds the sums."""
    parser = argparse.ArgumentParser(prog="bench.actus")
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args(arguments)
    rows = [counted(path) for path in sorted(asked.folder.glob("actus-tests-*.json"))]
    heads = ["type", "passed", "total", "refused", "first difference"]
    print(table(heads, [[row.type, row.passed, row.total, row.refused, row.first] for row in rows]))
    line = last_line(
        "bench.actus",
        passed=sum(row.passed for row in rows),
        total=sum(row.total for row in rows),
        refused=sum(row.refused for row in rows),
    )
    print(line)
    return line


def counted(path: Path) -> Counted:
    """One file of cases."""
    cases: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    passed = refused = 0
    first = ""
    for name, case in cases.items():
        try:
            wrong = difference(case)
        except InputError as fault:
            if fault.code == "ACTUS_TYPE":
                refused += 1
                first = first or fault.message
                continue
            wrong = fault.message
        passed += not wrong
        if wrong and not first:
            first = f"{name}: {wrong}"
    kind = path.stem.removeprefix("actus-tests-").upper()
    return Counted(kind, passed, len(cases), refused, first)


def difference(case: Mapping[str, Any]) -> str:
    """What our events of a case first differ in from those expected; empty where they agree."""
    ours = run(case["terms"], observations(case), until=_horizon(case))
    wanted = case["results"]
    for place, (our, theirs) in enumerate(zip(ours, wanted, strict=False), start=1):
        wrong = _differs(our, theirs)
        if wrong:
            return f"event {place}: {wrong}"
    if len(ours) != len(wanted):
        return f"{len(ours)} events, {len(wanted)} expected"
    return ""


def observations(case: Mapping[str, Any]) -> Observed:
    """Market values and events of a case."""
    markets = {
        market.get("identifier", code): sorted(
            (time(str(one["timestamp"])), number(str(one["value"]).strip()))
            for one in market["data"]
        )
        for code, market in case.get("dataObserved", {}).items()
    }
    happened = tuple(
        Happening(time(str(one["time"])), str(one["type"]), number(str(one.get("value") or 0)))
        for one in case.get("eventsObserved", [])
    )
    return Observed(markets, happened)


def _horizon(case: Mapping[str, Any]) -> datetime | None:
    return time(case["to"]) if case.get("to") else None


def _differs(our: ContractEvent, theirs: Mapping[str, Any]) -> str:
    when = time(str(theirs["eventDate"]))
    if (our.when, our.kind) != (when, theirs["eventType"]):
        return f"{our.kind} {our.when}, {theirs['eventType']} {when} expected"
    for name, mine in (("payoff", our.payoff), ("notionalPrincipal", our.notional)):
        wanted = number(str(theirs[name]).strip())
        if abs(mine - wanted) > NEAR:
            return f"{our.kind} {our.when:%Y-%m-%d} {name} {mine:.7f}, {wanted:.7f} expected"
    return ""


if __name__ == "__main__":
    main(sys.argv[1:])

"""Two public books of loans: our scorecard and challenger beside optbinning and LightGBM.

`python -m bench.scorecards --train FILE --test FILE`. The form of a file is told by its columns:
Taiwan's credit cards by their names, HELOC by having none. Every method gets the same columns. With
no --test, three tenths of the training file are held back, dealt out by a seed. `--repeats N` adds
N times four folds of the training file and the interval of the differences over them; `--worked`
gives every method columns worked out from Taiwan's too (shares of limit used, of bills paid).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from bench import SHARED, last_line, table
from bench._models import (
    Bools,
    Cases,
    Floats,
    Method,
    challenger,
    champion,
    difference,
    lightgbm_default,
    lightgbm_tuned,
    logistic,
    optbinning_default,
    run,
)
from suixin.credit.ranking import auc
from suixin.train.splits import folds

SMALL = ("--train", str(SHARED / "credit/heloc_train70.csv.gz"))

MONTHS = range(1, 7)
TARGETS = ("default.payment.next.month", "default payment next month")
HELOC_SPECIALS = (-7.0, -8.0, -9.0)
METHODS: Mapping[str, Method] = {
    "champion": champion,
    "challenger": challenger,
    "optbinning": optbinning_default,
    "lightgbm": lightgbm_default,
    "lightgbm_tuned": lightgbm_tuned,
    "logistic": logistic,
}
PAIRS = (("champion", "optbinning"), ("challenger", "lightgbm"), ("challenger", "lightgbm_tuned"))


def read_cases(path: Path, *, worked: bool = False) -> Cases:
    """The cases of a file of either form; raises SystemExit where it is neither.

    `worked` adds what a credit officer would work out from Taiwan's columns.
    """
    with duckdb.connect() as connection:
        found = connection.read_csv(str(path), header=True)
        target = next((name for name in TARGETS if name in found.columns), None)
        if target is None:
            found = connection.read_csv(str(path), header=False)
            if len(found.columns) < 2 or set(map(str, found.types)) - {"BIGINT", "DOUBLE"}:
                raise SystemExit(f"{path} is neither of Taiwan's form nor of HELOC's.")
        read: Mapping[str, Any] = found.fetchnumpy()
    columns = {
        name: np.ma.filled(np.ma.asarray(column, np.float64), np.nan)
        for name, column in read.items()
    }
    if target is None:
        return heloc(list(columns.values()))
    return taiwan(columns, target, worked=worked)


def taiwan(columns: Mapping[str, Floats], target: str, *, worked: bool) -> Cases:
    """Taiwan's cards by their own columns, and if asked what is worked out from them."""
    given = {name: column for name, column in columns.items() if name not in (target, "ID")}
    return Cases(given | (worked_out(given) if worked else {}), columns[target], {}, {})


def worked_out(given: Mapping[str, Floats]) -> dict[str, Floats]:
    """Shares of the limit used, shares of bills paid, and sums over the six months."""
    limit = given["LIMIT_BAL"]
    bills = np.column_stack([given[f"BILL_AMT{month}"] for month in MONTHS])
    paid = np.column_stack([given[f"PAY_AMT{month}"] for month in MONTHS])
    first = "PAY_0" if "PAY_0" in given else "PAY_1"
    late = np.column_stack([given[first], *(given[f"PAY_{month}"] for month in MONTHS[1:])])
    made = {f"used_{month}": bills[:, month - 1] / limit for month in MONTHS}
    for month in MONTHS[:-1]:
        owed = bills[:, month]
        made[f"paid_share_{month}"] = np.divide(
            paid[:, month - 1], owed, out=np.full(len(owed), np.nan), where=owed > 0
        )
    return made | {
        "late_most": late.max(axis=1),
        "late_months": (late > 0).sum(axis=1).astype(np.float64),
        "late_mean": late.mean(axis=1),
        "late_lately": late[:, :2].max(axis=1),
        "used_mean": bills.mean(axis=1) / limit,
        "paid_of_limit": paid.sum(axis=1) / limit,
        "paid_least": paid.min(axis=1),
        "paid_mean": paid.mean(axis=1),
        "paid_of_bills": paid.sum(axis=1) / np.maximum(1.0, bills.sum(axis=1)),
        "headroom": limit - bills[:, 0],
        "used_more": (bills[:, 0] - bills[:, -1]) / limit,
    }


def heloc(columns: Sequence[Floats]) -> Cases:
    """HELOC: column 0 is 1 for bad; a first row that only numbers the columns is left out."""
    rows = np.column_stack(columns)
    if len(rows) and np.array_equal(rows[0], np.arange(rows.shape[1])):
        rows = rows[1:]
    named = {f"x{k}": rows[:, k] for k in range(1, rows.shape[1])}
    return Cases(named, rows[:, 0], dict.fromkeys(named, HELOC_SPECIALS), {})


def repeated(cases: Cases, repeats: int) -> str:
    """Over repeated folds: the mean difference of ours to its peer and twice its standard error."""
    pairs = (
        ("champion", "optbinning"),
        ("challenger", "lightgbm"),
        ("challenger", "lightgbm_tuned"),
    )
    apart: dict[tuple[str, str], list[float]] = {pair: [] for pair in pairs}
    for repeat in range(repeats):
        fold = folds(cases.bad, 4, seed=100 + repeat)
        for k in range(4):
            inside: Bools = fold != k
            train, test = cases.only(inside), cases.only(~inside)
            wanted = dict.fromkeys(name for pair in PAIRS for name in pair)
            value = {name: auc(test.bad, METHODS[name](train, test)) for name in wanted}
            for ours, peer in PAIRS:
                apart[ours, peer].append(value[ours] - value[peer])
    return table(
        ["over repeated folds", "auc apart", "two errors"],
        [[f"{ours} less {peer}", float(np.mean(gaps)), float(2 * np.std(gaps) / len(gaps) ** 0.5)]
         for (ours, peer), gaps in apart.items()],
    )  # fmt: skip


def main(arguments: Sequence[str]) -> str:
    """Print a row a method and the differences; return the last line."""
    parser = argparse.ArgumentParser(prog="python -m bench.scorecards")
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--repeats", type=int, default=0)
    parser.add_argument("--worked", action="store_true", help="give all worked-out columns too")
    asked = parser.parse_args(list(arguments))
    given = read_cases(asked.train, worked=asked.worked)
    if asked.test:
        train, test = given, read_cases(asked.test, worked=asked.worked)
    else:
        held = folds(given.bad, 10, seed=1) >= 7
        train, test = given.only(~held), given.only(held)
        print("no --test: three tenths of the training file are held back")
    found, rows = run(METHODS, train, test)
    print(table(["method", "auc", "ks", "brier", "slope", "seconds"], rows))
    apart = [[f"{ours} less {peer}", *difference(test.bad, found[ours], found[peer])]
             for ours, peer in PAIRS]  # fmt: skip
    print(table(["on the test cases", "auc apart", "from", "to"], apart))
    if asked.repeats:
        print(repeated(given, asked.repeats))
    figures = {str(name): (value, *rest) for name, value, *rest in rows}
    line = last_line(
        "bench.scorecards",
        champion_auc=figures["champion"][0],
        challenger_auc=figures["challenger"][0],
        ks=figures["champion"][1],
        brier=figures["champion"][2],
        slope=figures["challenger"][3],
        n=len(test.bad),
        champion_slope=figures["champion"][3],
        **{f"{name}_auc": figures[name][0] for name in METHODS if not name.startswith("c")},
    )
    print(line)
    return line


if __name__ == "__main__":
    main(sys.argv[1:])

"""Repeat micro-loans: our scorecard and challenger beside a logistic and LightGBM.

`python -m bench.microloans --train DIR --test DIR`: each folder holds the loans with their ends
(`*perf*`), the earlier loans (`*previous*`) and the borrowers (`*demographics*`), CSV or gz. Every
method gets the same columns, all of them known when the loan was approved. With no --test the
latest three tenths by approval are held back.
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
from suixin.credit.model.columns import words
from suixin.data import sql
from suixin.train.splits import latest

SMALL = ("--train", str(SHARED / "credit"))

METHODS: Mapping[str, Method] = {
    "champion": champion,
    "challenger": challenger,
    "logistic": logistic,
    "lightgbm": lightgbm_default,
    "lightgbm_tuned": lightgbm_tuned,
    "optbinning": optbinning_default,
}
TEST_SHARE = 0.3
TABLES = ("perf", "previous", "demographics")

COLUMNS = """
WITH earlier AS (
  SELECT customerid, loannumber, loanamount, totaldue, termdays,
    epoch(approveddate) / 86400 AS taken, epoch(closeddate) / 86400 AS closed,
    epoch(firstrepaiddate) / 86400 - epoch(firstduedate) / 86400 AS late,
    (epoch(closeddate) - epoch(approveddate)) / 86400 / termdays AS lasted
  FROM previous
),
loans AS (SELECT *, epoch(approveddate) / 86400 AS moment FROM perf),
known AS (
  SELECT l.systemloanid, l.moment, p.*,
    row_number() OVER (PARTITION BY l.systemloanid ORDER BY p.taken DESC, p.loannumber DESC) AS back
  FROM loans l JOIN earlier p
    ON p.customerid = l.customerid AND p.taken < l.moment AND p.closed <= l.moment
),
past AS (
  SELECT systemloanid, count(*) AS loans_before, avg(late) AS late_mean, max(late) AS late_most,
    median(late) AS late_median, avg((late > 0)::INT) AS late_share,
    avg((late > 1)::INT) AS late_a_day_share, stddev_pop(late) AS late_spread,
    sum((late > 5)::INT) AS late_five_days, max(late) FILTER (back = 1) AS late_last,
    max(late) FILTER (back = 2) AS late_before_last, avg(late) FILTER (back <= 3) AS late_lately,
    max(late) FILTER (back <= 3) AS late_most_lately, avg(lasted) AS lasted_mean,
    max(lasted) AS lasted_most, max(lasted) FILTER (back = 1) AS lasted_last,
    avg(lasted) FILTER (back <= 3) AS lasted_lately,
    max(moment - closed) FILTER (back = 1) AS since_closed, min(moment - closed) AS since_any,
    max(moment - taken) AS since_first, max(moment - taken) FILTER (back = 1) AS since_taken,
    avg(loanamount) AS amount_mean, max(loanamount) AS amount_most,
    max(loanamount) FILTER (back = 1) AS amount_last, sum(loanamount) AS amount_sum,
    max(totaldue / loanamount) FILTER (back = 1) AS fee_last, avg(termdays) AS term_mean,
    max(termdays) FILTER (back = 1) AS term_last
  FROM known GROUP BY systemloanid
),
borrowers AS (SELECT DISTINCT ON (customerid) * FROM demographics ORDER BY ALL)
SELECT l.good_bad_flag = 'Bad' AS bad, l.moment, l.loannumber, l.loanamount, l.termdays,
  l.totaldue / l.loanamount AS fee, (l.referredby IS NOT NULL)::INT AS referred,
  hour(l.approveddate) AS hour, (epoch(l.approveddate) - epoch(l.creationdate)) / 60 AS wait,
  p.* EXCLUDE systemloanid, l.loanamount / p.amount_last AS amount_step,
  l.loanamount / p.amount_most AS amount_of_most,
  30 * p.loans_before / nullif(p.since_first, 0) AS pace,
  (l.moment - epoch(b.birthdate) / 86400) / 365.25 AS age, b.bank_account_type,
  b.bank_name_clients, b.employment_status_clients, b.level_of_education_clients,
  b.longitude_gps, b.latitude_gps, (b.customerid IS NOT NULL)::INT AS told_of_self
FROM loans l LEFT JOIN past p USING (systemloanid) LEFT JOIN borrowers b USING (customerid)
ORDER BY l.moment, l.systemloanid
"""


def read_cases(folder: Path) -> tuple[Cases, Floats]:
    """The loans of a folder with what was known when they were approved, and when that was."""
    with duckdb.connect() as connection:
        for name in TABLES:
            found = sorted(folder.glob(f"*{name}*.csv*"))
            if not found:
                raise SystemExit(f"{folder} holds no *{name}*.csv.")
            connection.execute(
                f"CREATE TABLE {name} AS SELECT * FROM read_csv({sql.value(str(found[0]))})"
            )
        read: dict[str, Any] = connection.execute(COLUMNS).fetchnumpy()
    bad, moment = (np.asarray(read.pop(name), np.float64) for name in ("bad", "moment"))
    columns = {
        name: words(read, name)
        if column.dtype.kind == "O"
        else np.ma.filled(np.ma.asarray(column, np.float64), np.nan)
        for name, column in read.items()
    }
    return Cases(columns, bad, {}, {}), moment


def main(arguments: Sequence[str]) -> str:
    """Print a row a method and the differences; return the last line."""
    parser = argparse.ArgumentParser(prog="python -m bench.microloans")
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path)
    asked = parser.parse_args(list(arguments))
    train, moment = read_cases(asked.train)
    if asked.test:
        test = read_cases(asked.test)[0]
    else:
        late = latest(moment, TEST_SHARE)
        train, test = train.only(~late), train.only(late)
        print("no --test: the latest three tenths by approval are held back")
    found, rows = run(METHODS, train, test)
    print(table(["method", "auc", "ks", "brier", "slope", "seconds"], rows))
    peers = [name for name in METHODS if name not in ("champion", "challenger")]
    apart = [[f"champion less {peer}", *difference(test.bad, found["champion"], found[peer])]
             for peer in peers]  # fmt: skip
    print(table(["on the test loans", "auc apart", "from", "to"], apart))
    figures = {str(name): rest for name, *rest in rows}
    line = last_line(
        "bench.microloans",
        champion_auc=figures["champion"][0],
        challenger_auc=figures["challenger"][0],
        ks=figures["champion"][1],
        brier=figures["champion"][2],
        slope=figures["champion"][3],
        n=len(test.bad),
        **{f"{peer}_auc": figures[peer][0] for peer in peers},
    )
    print(line)
    return line


if __name__ == "__main__":
    main(sys.argv[1:])

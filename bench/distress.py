"""Who stops selling next quarter: the stability index, a trained model and their peers.

Walks forward over a panel of one row a seller and quarter: every labelled quarter from the fourth
on is a test, all labelled ones before it train. Only panel columns are used, so any panel of the
same form may be given: `python -m bench.distress FILE`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import lightgbm
import numpy as np
import numpy.typing as npt
from scipy.stats import ks_2samp, rankdata

from bench import SHARED, auc, gain_interval, last_line, table
from suixin.credit.index import Measures, index, part_rules
from suixin.kernel.policy import PolicyOn, load_policy
from suixin.train.activity import fit_activity

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SMALL = (str(SHARED / "marketplace/seller_quarters.csv.gz"),)

FIRST_TEST = 3  # Labelled quarters before the first test.
WEEKS = 13  # A quarter's.
MONTHS = 3
QUARTERS_OF_LEVEL = 4
LINE = ("index", "orders", "days")
PEERS = ("stability_auc", "rank_auc", "peer_auc", "cv_auc", "same_auc")
NEEDED = (
    "seller_id",
    "quarter",
    "churned",
    "num_orders",
    "total_revenue",
    "days_active_in_quarter",
)


@dataclass(frozen=True, slots=True)
class Panel:
    """One row a seller and quarter, by quarter; `churned` is NaN where nobody knows yet."""

    seller: Ints
    quarter: Ints  # Quarters since year 0.
    names: Mapping[int, str]
    churned: Floats
    columns: Mapping[str, Floats]

    def tests(self) -> list[int]:
        """The labelled quarters from the fourth on."""
        return sorted(set(self.quarter[~np.isnan(self.churned)].tolist()))[FIRST_TEST:]


def read_panel(path: Path) -> Panel:
    """Read a panel (CSV, gz or plain); raises SystemExit naming a column that is missing."""
    with duckdb.connect() as connection:
        found = connection.read_csv(str(path)).order("quarter, seller_id")
        missing = [name for name in NEEDED if name not in found.columns]
        if missing:
            raise SystemExit(f"{path} lacks the column {missing[0]}; it has {found.columns}.")
        read: dict[str, Any] = found.fetchnumpy()
    year, season = (np.array([int(name.split("Q")[k]) for name in read["quarter"]]) for k in (0, 1))
    quarter = year * 4 + season - 1
    numeric = {
        name: np.ma.filled(np.ma.asarray(column, np.float64), np.nan)
        for name, column in read.items()
        if name not in ("seller_id", "quarter", "churned")
    }
    return Panel(
        seller=np.unique(read["seller_id"].astype(str), return_inverse=True)[1],
        quarter=quarter,
        names=dict(zip(quarter.tolist(), read["quarter"].tolist(), strict=True)),
        churned=np.ma.filled(np.ma.asarray(read["churned"], np.float64), np.nan),
        columns=numeric,
    )


def earlier(panel: Panel, column: Floats, quarters: int) -> Floats:
    """A column's value for the same seller so many quarters before; NaN where it did not sell."""
    rows = zip(panel.seller.tolist(), panel.quarter.tolist(), column.tolist(), strict=True)
    known = {(seller, quarter): value for seller, quarter, value in rows}
    asked = zip(panel.seller.tolist(), (panel.quarter - quarters).tolist(), strict=True)
    return np.array([known.get(key, np.nan) for key in asked])


def parts(panel: Panel, policy: PolicyOn) -> dict[str, Floats]:
    """What the stability index asks for, as far as the panel can tell it.

    The panel has no weeks and no months. Orders are taken to lie evenly between a seller's first
    and last day in the quarter, those days in the middle of it, and months to be thirds of it.
    """
    windows = policy["stability.windows"]
    orders, days = panel.columns["num_orders"], panel.columns["days_active_in_quarter"]
    sales, length = panel.columns["total_revenue"], 7.0 * WEEKS
    after = np.maximum(0.0, length - days) / 2  # From the last sale to the quarter's end.
    active = np.minimum(WEEKS, days / 7 + 1)
    weeks = active * (1 - (1 - 1 / active) ** orders)
    sold_weeks = weeks + np.nan_to_num(earlier(panel, weeks, 1))
    year = [earlier(panel, sales, back) for back in range(QUARTERS_OF_LEVEL)]
    tenure = _tenure(panel, days)
    months = MONTHS * np.minimum(QUARTERS_OF_LEVEL, np.ceil(tenure / length))
    week_before = earlier(panel, np.log1p(sales / WEEKS), 1)
    return {
        "level": np.log10(np.nansum(year, axis=0) / months),
        "months": months,
        "weeks": 100 * sold_weeks / windows["weeks"],
        "tenure": 100 * np.minimum(1.0, tenure / windows["tenure_days"]),
        "recency": 100 * 2 ** (-after / windows["recency_half_life_days"]),
        "trend": windows["weeks"] * (np.log1p(sales / WEEKS) - week_before) / WEEKS,
        "sold_weeks": np.where(np.isnan(week_before), 0.0, sold_weeks),
    }


def stability(panel: Panel, policy: PolicyOn) -> Floats:
    """The untrained index under the policy's own rules; what the panel lacks counts as silent."""
    found = parts(panel, policy)
    weights = policy["stability.span"]
    span = np.average([found[name] for name in weights], axis=0, weights=list(weights.values()))
    rules, size = part_rules(policy["stability.parts"]), len(panel.seller)
    x = {"level": found["level"], "span": span, "trend": found["trend"]}
    n = {"level": found["months"], "span": np.ones(size), "trend": found["sold_weeks"]}
    nothing, none = np.full(size, np.nan), np.zeros(size)
    measures = Measures(
        name="stability",
        connected=True,
        x={rule.part: x.get(rule.part, nothing) for rule in rules},
        n={rule.part: n.get(rule.part, none) for rule in rules},
        present={rule.part: np.full(size, rule.part in x) for rule in rules},
    )
    return index(measures, rules).value


def facts_of(panel: Panel, index_value: Floats) -> dict[str, Floats]:
    """What the trained model may see, from the panel's own columns; more of each is livelier."""
    columns = panel.columns
    return {
        "index": index_value,
        "orders": np.log1p(columns["num_orders"]),
        "days": columns["days_active_in_quarter"],
        "orders_before": np.nan_to_num(np.log1p(earlier(panel, columns["num_orders"], 1))),
        "days_before": np.nan_to_num(earlier(panel, columns["days_active_in_quarter"], 1)),
        "orders_so_far": np.log1p(_so_far(panel, columns["num_orders"])),
        "sales": np.log1p(columns["total_revenue"]),
    }


def _so_far(panel: Panel, column: Floats) -> Floats:
    """A column summed over a seller's quarters until each."""
    backs = range(int(np.ptp(panel.quarter)) + 1)
    total: Floats = np.nansum([earlier(panel, column, back) for back in backs], axis=0)
    return total


def trained(facts: Mapping[str, Floats], churned: Floats, train: Bools, test: Bools) -> Floats:
    """Probability of stopping: the mean of a logistic and of boosted trees, both held to sense."""
    seen = {name: fact[train] for name, fact in facts.items()}
    model = fit_activity(seen, churned[train], names=tuple(facts), line_names=LINE)
    return model.risk({name: fact[test] for name, fact in facts.items()})


def peer(columns: Mapping[str, Floats], churned: Floats, train: Bools, test: Bools) -> Floats:
    """LightGBM with fixed settings, as a data scientist would try first."""
    facts = np.column_stack(list(columns.values()))
    model = lightgbm.LGBMClassifier(
        n_estimators=150, num_leaves=7, learning_rate=0.05, random_state=0, n_jobs=1, verbose=-1
    )
    model.fit(facts[train], churned[train])
    return np.asarray(model.predict_proba(facts[test]))[:, 1]


def volatility(panel: Panel) -> Floats:
    """Coefficient of variation of a seller's quarterly sales so far; NaN before its second."""
    sales = panel.columns["total_revenue"]
    backs = range(int(np.ptp(panel.quarter)) + 1)
    past = np.array([earlier(panel, sales, back) for back in backs])
    several = (~np.isnan(past)).sum(axis=0) > 1
    return np.where(several, np.nanstd(past, axis=0) / np.nanmean(past, axis=0), np.nan)


Judged = tuple[Floats, Floats, Floats]
"""What happened, our risk and the rank peer's, of the sellers of a quarter."""


def walk(panel: Panel, policy: PolicyOn) -> tuple[list[dict[str, float]], list[Judged]]:
    """The figures of every test quarter, and what they were made from."""
    known, steady, swings = ~np.isnan(panel.churned), stability(panel, policy), volatility(panel)
    facts, rows, judged = facts_of(panel, steady), [], []
    both = {**panel.columns, **facts}  # The peer with every column that ours may see, and its own.
    for quarter in panel.tests():
        test, train = known & (panel.quarter == quarter), known & (panel.quarter < quarter)
        bad = panel.churned[test]
        risk = trained(facts, panel.churned, train, test)
        ranks = [rankdata(panel.columns[c][test]) for c in ("num_orders", "days_active_in_quarter")]
        judged.append((bad, risk, -np.mean(ranks, axis=0)))
        swing = np.where(np.isnan(swings[test]), np.nanmedian(swings[test]), swings[test])
        rows.append(
            {
                "auc": auc(bad, risk),
                "ks": ks_2samp(risk[bad == 1], risk[bad == 0]).statistic,
                "brier": np.mean((risk - bad) ** 2),
                "stability_auc": auc(bad, -steady[test]),
                "rank_auc": auc(bad, -np.mean(ranks, axis=0)),
                "peer_auc": auc(bad, peer(panel.columns, panel.churned, train, test)),
                "cv_auc": auc(bad, swing),
                "same_auc": auc(bad, peer(both, panel.churned, train, test)),
                "n": int(test.sum()),
                "bad": int(bad.sum()),
            }
        )
    return rows, judged


def main(arguments: Sequence[str]) -> str:
    """Print a row a test quarter and the mean; return the last line."""
    if len(arguments) != 1:
        raise SystemExit("usage: python -m bench.distress FILE (a panel of seller quarters)")
    panel = read_panel(Path(arguments[0]))
    if not panel.tests():
        raise SystemExit(f"{arguments[0]} has fewer than {FIRST_TEST + 1} labelled quarters.")
    rows, judged = walk(panel, load_policy("stability").on(date.max))
    heads = list(rows[0])
    print(
        table(
            ["quarter", *heads],
            [[panel.names[q], *row.values()] for q, row in zip(panel.tests(), rows, strict=True)],
        )
    )
    low, high = gain_interval(judged)
    print(f"trained above the rank peer, 95 %: [{low:+.4f}, {high:+.4f}]")
    mean = {name: float(np.mean([row[name] for row in rows])) for name in heads}
    line = last_line(
        "bench.distress",
        **{name: mean[name] for name in ("auc", "ks", "brier")},
        quarters=len(rows),
        **{name: mean[name] for name in PEERS},
    )
    print(line)
    return line


def _tenure(panel: Panel, days: Floats) -> Floats:
    """Days from a seller's first sale to the end of each of its quarters."""
    length = 7.0 * WEEKS
    begin = np.full(int(panel.seller.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(begin, panel.seller, panel.quarter)
    within = np.zeros(len(begin))
    opening = panel.quarter == begin[panel.seller]
    within[panel.seller[opening]] = (length + days[opening]) / 2
    tenure: Floats = (panel.quarter - begin[panel.seller]) * length + within[panel.seller]
    return tenure


if __name__ == "__main__":
    main(sys.argv[1:])

"""What scene, data and social columns add: eight settings on the county, and real villages.

`python -m bench.ablation HOUSEHOLDS SEED [VILLAGE_HOUSEHOLDS VILLAGE_EDGES]`. The county's ends are
planted: no data known to us joins chat, sales, reviews and loans of one person. The villages are
real, but tell who took up a loan and not who repaid; they show what position alone is worth.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import lightgbm
import numpy as np

from bench import SHARED, auc, last_line, table
from suixin.county.make import UNTIL
from suixin.credit.index import Floats, Ints
from suixin.credit.reply_graph import pagerank
from suixin.experiments.ablation import ablate
from suixin.experiments.interval import Interval, aucs, drawn_again, interval
from suixin.experiments.panel import DIMENSIONS, Panel, county_panel
from suixin.kernel.policy import load_policy

SMALL = (
    "6000",
    "1",
    str(SHARED / "graph/village_households.csv.gz"),
    str(SHARED / "graph/village_edges.csv.gz"),
)
DRAWS = 1_000


def peer(panel: Panel) -> Floats:
    """LightGBM on every column of the earlier cohorts; higher is better, as ours."""
    loans, held = panel.loans, panel.held_out
    model = lightgbm.LGBMClassifier(
        n_estimators=100, num_leaves=7, learning_rate=0.05, random_state=0, n_jobs=1, verbose=-1
    )
    model.fit(loans.indices[~held], loans.bad[~held])
    return np.asarray(model.predict_proba(loans.indices[held]))[:, 0]


def villages(households: Path, edges: Path) -> list[list[object]]:
    """How well a household's position in its village alone tells who took up a microloan."""
    with duckdb.connect() as connection:
        people = connection.read_csv(str(households)).order("hh").fetchnumpy()
        ties = connection.read_csv(str(edges)).fetchnumpy()
    ids = people["hh"]
    known = np.isin(ties["a"], ids) & np.isin(ties["b"], ids)
    ends = [np.searchsorted(ids, ties[name][known]) for name in ("a", "b")]
    one, other = np.concatenate(ends), np.concatenate(ends[::-1])
    village: Ints = np.unique(people["village"], return_inverse=True)[1]
    rank = pagerank(village, (one, other, np.ones(len(one))), damping=0.85, settled=1e-9)
    size = np.bincount(village)[village]
    took = people["loan"] == 1
    again = drawn_again(took, draws=DRAWS, seed=0)
    positions = {
        "neighbours": np.bincount(one, minlength=len(ids)) / size,
        "PageRank": rank * size,
    }
    return [
        [f"villages: {name}", len(ids), *_told(_judged(score, took, again))]
        for name, score in positions.items()
    ]


def main(arguments: Sequence[str]) -> str:
    """Print the eight settings, the lifts and the peer; return the last line."""
    if len(arguments) not in (2, 4):
        raise SystemExit(
            "usage: python -m bench.ablation HOUSEHOLDS SEED [VILLAGE_HOUSEHOLDS VILLAGE_EDGES]"
        )
    households, seed = int(arguments[0]), int(arguments[1])
    policy = load_policy("experiments").on(UNTIL)
    with tempfile.TemporaryDirectory() as folder:
        panel = county_panel(households, seed, Path(folder), policy=policy)
    found = ablate(panel, ridge=policy["experiment.panel"]["ridge"], draws=DRAWS, seed=seed)
    good = ~panel.loans.bad[panel.held_out]
    again = drawn_again(good, draws=DRAWS, seed=seed)
    rows: list[list[object]] = [
        [" + ".join(name for name in DIMENSIONS if name in one.on) or "nothing", one.columns,
         *_told(one.auc)]
        for one in found.settings
    ]  # fmt: skip
    rows += [[f"lift of {name}", "", *_told(lift)] for name, lift in found.lift.items()]
    rows += [
        ["composite, untrained", 3, *_told(found.composite)],
        ["LightGBM, all", len(panel.dimension), *_told(_judged(peer(panel), good, again))],
        ["the planted truth", "", *_told(found.ceiling)],
    ]
    if len(arguments) == 4:
        rows += villages(Path(arguments[2]), Path(arguments[3]))
    print(table(["on", "columns", "auc", "low", "high"], rows))
    for name in DIMENSIONS:
        columns = [panel.loans.names[k] for k in panel.columns(frozenset({name}))]
        print(f"{name}: {', '.join(columns)}")
    print("County: planted ends, not real loans. Villages: real, but take-up and not repayment.")
    social = found.lift["social"]
    line = last_line(
        "bench.ablation",
        full_auc=found.full.value,
        social_lift=social.value,
        social_low=social.low,
        social_high=social.high,
        n=found.n,
    )
    print(line)
    return line


def _judged(score: Floats, good: np.typing.NDArray[np.bool_], again: list[Ints]) -> Interval:
    return interval(auc(good.astype(np.float64), score), aucs(score, good, again))


def _told(found: Interval) -> tuple[float, float, float]:
    return found.value, found.low, found.high


if __name__ == "__main__":
    main(sys.argv[1:])

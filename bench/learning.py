"""Does a score get better as more take part? AUC against participants, ours beside LightGBM.

`python -m bench.learning HOUSEHOLDS SEED [TAIWAN]`: the county (ends planted), and real card
holders in the file's own order, the last 30 % held out. Both learn from the same draws of
participants and are judged on the same hold-out.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import lightgbm
import numpy as np

from bench import SHARED, last_line, table
from suixin.county.make import UNTIL
from suixin.credit.index import Bools, Floats
from suixin.credit.weights_fit import Outcomes
from suixin.experiments.ablation import fitted_score
from suixin.experiments.learning_curve import Curve, Fit, learning_curve
from suixin.experiments.panel import county_panel
from suixin.kernel.policy import PolicyOn, load_policy

SMALL = ("12000", "1", str(SHARED / "credit/taiwan_train70.csv.gz"))
HELD_OUT = 0.30
PEER_DRAWS = 5
BAD = "default.payment.next.month"


def taiwan(path: Path) -> tuple[Outcomes, Bools]:
    """Card holders of a bank, with every column turned so that higher should be better."""
    with duckdb.connect() as connection:
        read: Mapping[str, Floats] = connection.read_csv(str(path)).fetchnumpy()
    late = [name for name in read if name.startswith("PAY_") and "AMT" not in name]
    money = [name for name in read if name == "LIMIT_BAL" or name.startswith("PAY_AMT")]
    billed = [name for name in read if name.startswith("BILL_AMT")]
    used = [np.maximum(0, read[name]) / read["LIMIT_BAL"] for name in billed]
    facts = [-read[name].astype(np.float64) for name in late]
    facts += [np.log1p(read[name].astype(np.float64)) for name in money]
    facts += [-one for one in used]
    rows = len(read[BAD])
    order = np.arange(rows)
    loans = Outcomes((*late, *money, *billed), np.column_stack(facts), read[BAD] == 1, order)
    return loans, order >= rows * (1 - HELD_OUT)


def peer(earlier: Outcomes, held: Outcomes) -> Floats:
    """LightGBM on the same columns."""
    model = lightgbm.LGBMClassifier(
        n_estimators=100, num_leaves=7, learning_rate=0.05, random_state=0, n_jobs=1, verbose=-1
    )
    model.fit(earlier.indices, earlier.bad)
    return np.asarray(model.predict_proba(held.indices))[:, 0]


def curves(loans: Outcomes, held: Bools, policy: PolicyOn, seed: int) -> tuple[Curve, Curve]:
    """Our curve and the peer's, which costs more and so has fewer draws."""
    rule, ridge = policy["experiment.learning"], policy["experiment.panel"]["ridge"]
    columns = list(range(len(loans.names)))

    def ours(earlier: Outcomes, later: Outcomes) -> Floats:
        return fitted_score(earlier, later, columns, ridge=ridge)

    def drawn(fit: Fit, draws: int) -> Curve:
        return learning_curve(loans, held, fit, sizes=rule["sizes"], draws=draws, seed=seed)

    return drawn(ours, rule["draws"]), drawn(peer, PEER_DRAWS)


def main(arguments: Sequence[str]) -> str:
    """Print a row a size and data set; return the last line, of the last data set."""
    if len(arguments) not in (2, 3):
        raise SystemExit("usage: python -m bench.learning HOUSEHOLDS SEED [TAIWAN]")
    seed, policy = int(arguments[1]), load_policy("experiments").on(UNTIL)
    with tempfile.TemporaryDirectory() as folder:
        panel = county_panel(int(arguments[0]), seed, Path(folder), policy=policy)
    sets = {"county": (panel.loans, panel.held_out)}
    if len(arguments) == 3:
        sets["taiwan"] = taiwan(Path(arguments[2]))
    rows: list[list[object]] = []
    figures: dict[str, float] = {}
    for name, (loans, held) in sets.items():
        curve, other = curves(loans, held, policy, seed)
        rows += [
            [name, one.n, one.auc.value, one.auc.low, one.auc.high, two.auc.value]
            for one, two in zip(curve.points, other.points, strict=True)
        ]
        slope = curve.slope
        rows.append([name, "doubling", slope.value, slope.low, slope.high, other.slope.value])
        figures |= {
            f"{name}_least": curve.points[0].auc.value,
            f"{name}_most": curve.points[-1].auc.value,
            f"{name}_peer": other.points[-1].auc.value,
            f"{name}_slope_low": slope.low,
        }
    print(table(["data", "participants", "auc", "low", "high", "lightgbm"], rows))
    line = last_line("bench.learning", **figures)
    print(line)
    return line


if __name__ == "__main__":
    main(sys.argv[1:])

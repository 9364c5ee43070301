"""Benchmarks: `python -m bench.NAME FILE…` prints a table and one last line of figures.

Each module has `main(arguments)`, which prints its table and returns its last line, and `SMALL`,
the arguments of the small run that `python -m bench` makes of them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from suixin.credit.ranking import auc

__all__ = ["SHARED", "auc", "gain_interval", "last_line", "table"]

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Other people's data beside the checkout; a benchmark that needs what is absent is left out."""


Floats = npt.NDArray[np.float64]


def gain_interval(
    days: Sequence[tuple[Floats, Floats, Floats]], *, draws: int = 500, seed: int = 0
) -> tuple[float, float]:
    """The 95 % interval of how much the mean AUC of one risk is above another's, cases drawn again.

    Each day is (bad, our risk, their risk) of the same cases.
    """
    rng = np.random.default_rng(seed)
    gains = np.zeros((draws, len(days)))
    for column, (bad, ours, theirs) in enumerate(days):
        for draw in range(draws):
            rows = rng.integers(0, len(bad), len(bad))
            while not 0 < bad[rows].sum() < len(rows):
                rows = rng.integers(0, len(bad), len(bad))
            gains[draw, column] = auc(bad[rows], ours[rows]) - auc(bad[rows], theirs[rows])
    low, high = np.percentile(gains.mean(axis=1), (2.5, 97.5)).tolist()
    return low, high


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows of text under their heads, numbers to four places.

    >>> print(table(["quarter", "auc"], [["2017Q2", 0.8]]))
    quarter     auc
    2017Q2   0.8000
    """
    cells = [list(heads)] + [[_cell(value) for value in row] for row in rows]
    width = [max(len(row[k]) for row in cells) for k in range(len(heads))]
    lines = [
        "  ".join(
            cell.ljust(width[k]) if k == 0 else cell.rjust(width[k]) for k, cell in enumerate(row)
        )
        for row in cells
    ]
    return "\n".join(line.rstrip() for line in lines)


def last_line(name: str, **figures: float) -> str:
    """The line a machine reads: `name: key=value key=value`.

    >>> last_line("bench.distress", auc=0.79, quarters=2)
    'bench.distress: auc=0.7900 quarters=2'
    """
    return f"{name}: " + " ".join(f"{key}={_cell(value)}" for key, value in figures.items())


def _cell(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)

"""From raw measures to an index of 0–100: scale, shrink, and what silence counts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

NEUTRAL = 50.0
"""The middle of the scale: where a part stands that is known by nobody yet."""

PART_DECIMALS = 6
INDEX_DECIMALS = 4
_NOISE_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class PartRule:
    """How one part of an index is read: its weight, its anchors and its shrinkage.

    `anchors` are the measures that stand for 0, 50 and 100 points (falling anchors mean that
    lower is better); None means that the measure is 0–100 already. `k` observations of the
    category's median stand beside the subject's own; None means no shrinkage.
    """

    part: str
    weight: float
    anchors: tuple[float, float, float] | None = None
    k: float | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """What one index measured for every subject, before any judgement.

    Arrays are aligned to the subjects, one row a subject. `x` is the raw measure (NaN: no fact
    to measure), `n` the observations behind it, `present` whether the part's feed is connected
    and open to us for that subject. `flags` name what a reader must know (`REPLIES_INFERRED`).
    """

    name: str
    connected: bool
    x: Mapping[str, Floats]
    n: Mapping[str, Floats]
    present: Mapping[str, Bools]
    flags: Mapping[str, Bools] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Index:
    """One index for every subject: `value` is NaN where the whole index is missing."""

    name: str
    rules: tuple[PartRule, ...]
    measures: Measures
    points: Floats  # (subjects, parts), 0–100; NaN where the whole index is missing
    present: Bools  # (subjects, parts)
    value: Floats  # (subjects,)
    coverage: Floats  # (subjects,): weight present / weight


def part_rules(sheet: Sequence[Mapping[str, Any]]) -> tuple[PartRule, ...]:
    """Read the parts of an index from their policy sheet.

    A row says `log10: true` where its measure is a logarithm and its anchors are not.

    >>> part_rules([{"part": "trend", "weight": 10, "anchors": [-0.7, 0, 0.7], "k": 8}])
    (PartRule(part='trend', weight=10.0, anchors=(-0.7, 0.0, 0.7), k=8.0),)
    """
    rules = []
    for row in sheet:
        anchors, k = row.get("anchors"), row.get("k")
        rules.append(
            PartRule(
                part=row["part"],
                weight=float(row["weight"]),
                anchors=None if anchors is None else _three(anchors, log10=row.get("log10", False)),
                k=None if k is None else float(k),
            )
        )
    return tuple(rules)


def scale(x: Floats, anchors: tuple[float, float, float]) -> Floats:
    """Points of a measure: 0, 50 and 100 at its anchors, straight between, held to 0–100.

    Source: formulas §1.

    >>> import numpy as np
    >>> scale(np.array([0.45, 1.5, 0.0]), (1.5, 0.6, 0.1)).round(6).tolist()
    [65.0, 0.0, 100.0]
    """
    low, middle, high = anchors
    below = NEUTRAL * (x - low) / (middle - low)
    above = NEUTRAL + NEUTRAL * (x - middle) / (high - middle)
    rising = high > low
    lower_half = x <= middle if rising else x >= middle
    return np.clip(np.where(lower_half, below, above), 0.0, 100.0) + 0.0  # no −0


def shrink(u: Floats, n: Floats, k: float, m: float = NEUTRAL) -> Floats:
    """Draw the points of few observations towards the category's median `m`.

    Source: formulas §1.

    >>> import numpy as np
    >>> shrink(np.array([65.0]), np.array([22.0]), 8).tolist()
    [61.0]
    """
    seen = np.where(n > 0, u, 0.0)  # With nothing seen `u` may be NaN, and must not matter.
    return (n * seen + k * m) / (n + k)


def half_even(values: Floats, decimals: int) -> Floats:
    """Rounded half-even as the digits written say, and not as the noise of binary sums does.

    >>> import numpy as np
    >>> tie = np.array([0.3 * 68.4303 + 0.4 * 57.4005 + 0.3 * 39.4942])  # 55.33755 on paper
    >>> tie.round(4).tolist(), half_even(tie, 4).tolist()
    ([55.3375], [55.3376])
    """
    return np.rint(np.round(values * 10.0**decimals, _NOISE_DECIMALS)) / 10.0**decimals


def index(measures: Measures, rules: Sequence[PartRule]) -> Index:
    """Judge the measures: scaled, shrunk, silence held to neutral, weighted and rounded.

    A part whose feed is not connected counts min(50, weighted mean of the parts present), so
    that silence is never better than neutral. Source: formulas §1.

    >>> import numpy as np
    >>> one = np.ones(1)
    >>> m = Measures("demo", True, {"a": 80 * one, "b": one}, {"a": one, "b": one},
    ...              {"a": one > 0, "b": one < 0})
    >>> found = index(m, [PartRule("a", 60), PartRule("b", 40)])
    >>> found.value.tolist(), found.coverage.tolist()
    ([68.0], [0.6])
    """
    weights = np.array([rule.weight for rule in rules])
    present = np.column_stack([measures.present[rule.part] for rule in rules])
    points = np.column_stack([_part_points(measures, rule) for rule in rules])
    with np.errstate(invalid="ignore", divide="ignore"):
        held = np.where(present, points, 0.0)
        mean_present = (held @ weights) / (present @ weights)
    silent = np.minimum(NEUTRAL, mean_present)
    points = half_even(np.where(present, points, silent[:, None]), PART_DECIMALS)
    return Index(
        name=measures.name,
        rules=tuple(rules),
        measures=measures,
        points=points,
        present=present,
        value=half_even(points @ weights / weights.sum(), INDEX_DECIMALS),
        coverage=(present @ weights) / weights.sum(),
    )


def _part_points(measures: Measures, rule: PartRule) -> Floats:
    x, n = measures.x[rule.part], measures.n[rule.part]
    u = x if rule.anchors is None else scale(x, rule.anchors)
    points = u if rule.k is None else shrink(u, n, rule.k)
    unknown = measures.present[rule.part] & np.isnan(points)
    if unknown.any():
        raise AssertionError(
            f"{measures.name}.{rule.part}: no measure for {int(unknown.sum())} connected subjects"
        )
    return points


def _three(anchors: Sequence[float], *, log10: bool) -> tuple[float, float, float]:
    low, middle, high = (math.log10(a) if log10 else float(a) for a in anchors)
    return low, middle, high

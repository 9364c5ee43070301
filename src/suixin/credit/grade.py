"""From composite to grade: by probability of default where it is known, by rank where it is not."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import Protocol

from suixin.kernel.policy import PolicyOn

UNCALIBRATED = "uncalibrated"
PD_DECIMALS = 6


class Calibrated(Protocol):
    """Whatever turns a composite into a probability of default, and says which version it is."""

    @property
    def version(self) -> str:
        """The version that a file names."""

    def logit(self, composite: float) -> float:
        """ln of the odds that the subject turns bad within twelve months."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic calibration on outcomes: logit PD = a − b·composite, with b > 0.

    >>> round(Calibration(a=0.6, b=0.06, version="2026-06").logit(69.5970), 5)
    -3.57582
    """

    a: float
    b: float
    version: str

    def __post_init__(self) -> None:
        if not self.b > 0:
            raise ValueError(f"b should be above 0, or a better file would owe more, got {self.b}")

    def logit(self, composite: float) -> float:
        """ln of the odds that the subject turns bad within twelve months."""
        return self.a - self.b * composite


@dataclass(frozen=True, slots=True)
class GradeRules:
    """The cut-offs of the grades, best first, and the scale of the score.

    `by_pd` holds (PD below, grade), `by_composite` (composite at least, grade), both ascending.
    """

    by_pd: tuple[tuple[float, str], ...]
    by_composite: tuple[tuple[float, str], ...]
    pd_min: float
    pd_max: float
    score_base: int
    score_doubling: int
    score_odds: int
    score_min: int
    score_max: int

    @classmethod
    def from_policy(cls, scoring: PolicyOn) -> GradeRules:
        """Read `grade.table`, `grade.score` and `grade.pd`.

        >>> from datetime import date
        >>> from suixin.kernel.policy import load_policy
        >>> GradeRules.from_policy(load_policy("scoring").on(date(2026, 6, 30))).grades
        ('AAA', 'AA', 'A', 'BBB', 'BB', 'B', 'CCC', 'D')
        """
        table, score, pd = scoring["grade.table"], scoring["grade.score"], scoring["grade.pd"]
        by_composite = [
            (row["composite_min"], row["grade"])
            for row in table
            if row["composite_min"] is not None
        ]
        rules = cls(
            by_pd=tuple((row["pd_below"], row["grade"]) for row in table),
            by_composite=tuple(reversed(by_composite)),
            pd_min=pd["min"],
            pd_max=pd["max"],
            score_base=score["base"],
            score_doubling=score["doubling"],
            score_odds=score["odds"],
            score_min=score["min"],
            score_max=score["max"],
        )
        if list(rules.by_pd) != sorted(rules.by_pd) or rules.by_pd[-1][0] <= rules.pd_max:
            raise ValueError(f"grade.table: PD cut-offs should rise past {rules.pd_max}")
        if list(by_composite) != sorted(by_composite, reverse=True) or by_composite[-1][0] > 0:
            raise ValueError("grade.table: composite cut-offs should fall to 0")
        return rules

    @property
    def grades(self) -> tuple[str, ...]:
        """All grades, best first."""
        return tuple(grade for _, grade in self.by_pd)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a composite stands; without outcomes there is no PD, so no score either."""

    grade: str
    score: int | None
    pd: float | None
    calibration: str


def standing(composite: float, rules: GradeRules, calibration: Calibrated | None) -> Standing:
    """Grade, score and probability of a composite (0–100, rounded to 4 decimals).

    Source: formulas §6.

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> rules = GradeRules.from_policy(load_policy("scoring").on(date(2026, 6, 30)))
    >>> standing(69.5970, rules, Calibration(0.6, 0.06, "2026-06"))
    Standing(grade='BBB', score=605, pd=0.02723, calibration='2026-06')
    >>> standing(75.0, rules, None)
    Standing(grade='A', score=None, pd=None, calibration='uncalibrated')
    """
    if calibration is None:
        at_least = bisect_right(rules.by_composite, composite, key=lambda cut: cut[0]) - 1
        return Standing(rules.by_composite[at_least][1], None, None, UNCALIBRATED)
    pd = probability(calibration.logit(composite), rules)
    return Standing(grade_of(pd, rules), score_of(pd, rules), pd, calibration.version)


def probability(logit: float, rules: GradeRules) -> float:
    """The probability of a logit, held off 0 and 1 and rounded to 6 decimals."""
    # Beyond ±30 the answer is at its bound, and exp may not overflow.
    pd = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
    return round(max(rules.pd_min, min(rules.pd_max, pd)), PD_DECIMALS)


def grade_of(pd: float, rules: GradeRules) -> str:
    """The best grade whose cut-off the probability is below."""
    return rules.by_pd[bisect_right(rules.by_pd, pd, key=lambda cut: cut[0])][1]


def score_of(pd: float, rules: GradeRules) -> int:
    """The score of a probability: so many points double the odds of a good end, held to its ends.

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> rules = GradeRules.from_policy(load_policy("scoring").on(date(2026, 6, 30)))
    >>> [score_of(pd, rules) for pd in (0.005, 0.04, 0.3, 0.9995)]
    [655, 594, 526, 300]
    """
    odds = math.log((1 - pd) / pd) - math.log(rules.score_odds)
    score = round(rules.score_base + rules.score_doubling / math.log(2) * odds)
    return max(rules.score_min, min(rules.score_max, score))

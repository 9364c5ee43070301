"""The weights of the three indices: 30/40/30, moved by evidence and held near it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from suixin.credit.index import Floats, Ints
from suixin.kernel.policy import PolicyOn

TOLERANCE = 1e-12
"""A weight this close to its bound stands on it: only floating point put it outside."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The share of each index in the composite; they sum to 1. `version` is named by every score.

    >>> Weights("w", {"engagement": 0.3, "stability": 0.4, "reputation": 0.3}).share["stability"]
    0.4
    """

    version: str
    share: Mapping[str, float]

    def __post_init__(self) -> None:
        total = sum(self.share.values())
        if min(self.share.values()) < 0 or abs(total - 1) > 1e-9:
            raise ValueError(f"weights {dict(self.share)} should be ≥ 0 and sum to 1, not {total}")


@dataclass(frozen=True, slots=True)
class Weighing:
    """Which weights hold for which subject: `at` is the place in `choices`, one a subject.

    >>> default = Weights("default", {"a": 0.5, "b": 0.5})
    >>> moved = Weights("2026-06", {"a": 0.4, "b": 0.6})
    >>> weighing = Weighing((default, moved), np.array([0, 1, 0]))
    >>> weighing.of(1).version, weighing.shares(["b", "a"]).tolist()
    ('2026-06', [[0.5, 0.5], [0.6, 0.4], [0.5, 0.5]])
    """

    choices: tuple[Weights, ...]
    at: Ints

    @classmethod
    def everywhere(cls, weights: Weights, subjects: int) -> Weighing:
        """The same weights for all."""
        return cls((weights,), np.zeros(subjects, dtype=np.int64))

    @classmethod
    def by_industry(
        cls, industries: Sequence[str], adopted: Mapping[str, Weights], default: Weights
    ) -> Weighing:
        """Each subject by its industry's adopted weights, by the default where there are none."""
        choices = (default, *adopted.values())
        place = {industry: k + 1 for k, industry in enumerate(adopted)}
        return cls(choices, np.array([place.get(one, 0) for one in industries], dtype=np.int64))

    def of(self, row: int) -> Weights:
        """The weights of one subject."""
        return self.choices[int(self.at[row])]

    def shares(self, names: Sequence[str]) -> Floats:
        """The share of each index (subjects, indices), in the order of the names.

        Raises ValueError where weights are for other indices.
        """
        for weights in self.choices:
            if set(names) != set(weights.share):
                raise ValueError(
                    f"weights {weights.version} are for {sorted(weights.share)}, not {list(names)}"
                )
        table = np.array([[weights.share[name] for name in names] for weights in self.choices])
        return np.asarray(table[self.at], dtype=np.float64)

    @property
    def versions(self) -> tuple[str, ...]:
        """The version that each subject was weighed by."""
        return tuple(self.choices[k].version for k in self.at.tolist())


@dataclass(frozen=True, slots=True)
class WeightRules:
    """When weights may move and how far: the default, its bound, and the evidence it weighs."""

    default: Weights
    bound: float
    prior_outcomes: int
    outcomes_min: int
    bad_min: int

    @classmethod
    def from_policy(cls, scoring: PolicyOn) -> WeightRules:
        """Read `weights.default` and `weights.moving`; the version is the day of the default.

        >>> from datetime import date
        >>> from suixin.kernel.policy import load_policy
        >>> rules = WeightRules.from_policy(load_policy("scoring").on(date(2026, 6, 30)))
        >>> rules.default.version, dict(rules.default.share)
        ('default-2000-01-01', {'engagement': 0.3, 'stability': 0.4, 'reputation': 0.3})
        """
        default, moving = scoring.setting("weights.default"), scoring["weights.moving"]
        return cls(
            default=Weights(f"default-{default.since}", default.value),
            bound=moving["bound"],
            prior_outcomes=moving["prior_outcomes"],
            outcomes_min=moving["outcomes_min"],
            bad_min=moving["bad_min"],
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What outcomes say of the indices: a logistic's `beta` (≥ 0) on z-scored indices, their σ.

    `outcomes` are finished agreements, `bad` those that ended badly among them.
    """

    beta: Mapping[str, float]
    sigma: Mapping[str, float]
    outcomes: int
    bad: int


def moving_weights(evidence: Evidence, rules: WeightRules, *, version: str) -> Weights:
    """The weights that the evidence supports: default where it is too little, always near it.

    ŵ = (β/σ)/Σ(β/σ), since weights act on raw indices; w = (500·default + n·ŵ)/(500 + n); then
    held within the bound. Raises ValueError on a β below 0 or a σ that is not above 0.
    Source: formulas §6.

    >>> default = Weights("default", {"engagement": 0.3, "stability": 0.4, "reputation": 0.3})
    >>> rules = WeightRules(default, bound=0.15, prior_outcomes=500, outcomes_min=200, bad_min=20)
    >>> one = {"engagement": 1.0, "stability": 1.0, "reputation": 1.0}
    >>> found = Evidence({"engagement": 0.05, "stability": 0.75, "reputation": 0.2}, one, 1000, 80)
    >>> {k: round(w, 4) for k, w in moving_weights(found, rules, version="2026-06").share.items()}
    {'engagement': 0.1636, 'stability': 0.55, 'reputation': 0.2864}
    """
    names = tuple(rules.default.share)
    for name in names:
        if evidence.beta[name] < 0 or not evidence.sigma[name] > 0:
            raise ValueError(f"{name}: β should be ≥ 0 and σ > 0, got {evidence}")
    if evidence.outcomes < rules.outcomes_min or evidence.bad < rules.bad_min:
        return rules.default
    slope = {name: evidence.beta[name] / evidence.sigma[name] for name in names}
    total = sum(slope.values())
    if total == 0:  # No index tells good from bad: nothing to move towards.
        return rules.default
    n, prior = evidence.outcomes, rules.prior_outcomes
    drawn = {
        name: (prior * rules.default.share[name] + n * slope[name] / total) / (prior + n)
        for name in names
    }
    return Weights(version, bounded(drawn, rules.default.share, rules.bound))


def bounded(
    weights: Mapping[str, float], default: Mapping[str, float], bound: float
) -> dict[str, float]:
    """Weights held within `default` ± `bound`: while one is outside, fix the worst, scale the rest.

    >>> held = bounded({"a": 0.1, "b": 0.6, "c": 0.3}, {"a": 0.3, "b": 0.4, "c": 0.3}, 0.15)
    >>> {name: round(weight, 4) for name, weight in held.items()}
    {'a': 0.15, 'b': 0.55, 'c': 0.3}
    """
    held = dict(weights)
    free = list(weights)
    while free:
        distance = {name: held[name] - default[name] for name in free}
        worst = max(free, key=lambda name: abs(distance[name]))
        if abs(distance[worst]) <= bound + TOLERANCE:
            break
        held[worst] = default[worst] + (bound if distance[worst] > 0 else -bound)
        free.remove(worst)
        left = 1 - sum(weight for name, weight in held.items() if name not in free)
        total = sum(held[name] for name in free)
        for name in free:  # Where none has a share to scale, each takes as much as the next.
            held[name] = held[name] * left / total if total else left / len(free)
    return held

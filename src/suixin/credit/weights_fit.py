"""Weights from outcomes: what finished agreements say of the three indices, and whether it helps.

The fit is a logistic that no index may count against sense; what it gains is measured on the latest
outcomes, which it did not see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
from scipy.optimize import minimize

from suixin.credit import ranking
from suixin.credit.adoption import Proposal
from suixin.credit.index import Bools, Floats, Ints
from suixin.credit.weights import Evidence, WeightRules, Weights, moving_weights
from suixin.credit.weights_adopted import KIND, digest_of
from suixin.data.errors import InputError, shown
from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE

ENDS = (2.5, 97.5)
INDICES = ("engagement", "stability", "reputation")


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Finished agreements: the indices (rows, names) as known when each began, and how it ended.

    `began` are epoch days; `bad` is > 90 days past due, written off, claimed or restructured in
    distress within twelve months.
    """

    names: tuple[str, ...]
    indices: Floats
    bad: Bools
    began: Ints

    def __post_init__(self) -> None:
        rows = len(self.bad)
        if self.indices.shape != (rows, len(self.names)) or len(self.began) != rows:
            raise InputError("BAD_OUTCOMES", "Indices, ends and days are not of the same rows.")
        if not np.isfinite(self.indices).all():
            where = self.names[int(np.argmin(np.isfinite(self.indices).all(axis=0)))]
            raise InputError(
                "BAD_OUTCOMES",
                f"The index {where} is not a number in some outcome.",
                "Leave out agreements whose file lacked an index when they began.",
            )

    def take(self, rows: Bools | Ints) -> Outcomes:
        """Some of the rows."""
        return Outcomes(self.names, self.indices[rows], self.bad[rows], self.began[rows])


def read_outcomes(path: Path, *, industry: str, on: date) -> Outcomes:
    """Outcomes of an industry from a CSV: began, industry, engagement, stability, reputation, bad.

    Only agreements that began by `on` are read. Raises `InputError` on a file that is not of that
    form, naming what is wrong.
    """
    numbers = ", ".join(f"'{name}': 'DOUBLE'" for name in INDICES)
    types = f"{{'began': 'DATE', 'industry': 'VARCHAR', {numbers}, 'bad': 'BOOLEAN'}}"
    try:
        with duckdb.connect() as connection:
            rows = connection.execute(
                f"select began - date '1970-01-01' as began, {', '.join(INDICES)}, bad"
                f" from read_csv($path, header = true, types = {types})"
                " where industry = $industry and began <= $on order by began",
                {"path": str(path), "industry": industry, "on": on},
            ).fetchnumpy()
    except duckdb.Error as fault:
        raise InputError(
            "BAD_OUTCOMES",
            f"{shown(path.name)} cannot be read: {shown(str(fault).splitlines()[0], 160)}",
            "Expected columns: began (a day), industry, engagement, stability, reputation "
            "(0 to 100), bad (0 or 1).",
        ) from fault
    indices = [np.ma.filled(np.ma.asarray(rows[name], np.float64), np.nan) for name in INDICES]
    if np.ma.is_masked(rows["bad"]):
        raise InputError("BAD_OUTCOMES", f"{shown(path.name)}: an agreement has no end (bad).")
    return Outcomes(
        INDICES, np.column_stack(indices), rows["bad"].astype(bool), rows["began"].astype(np.int64)
    )


def evidence_of(outcomes: Outcomes, *, ridge: float) -> Evidence:
    """Fit a logistic with slopes ≥ 0 on z-scored indices; β is how much an index lowers the odds.

    Minimises Σ log-loss + ridge·Σβ². An index that never varies gets β 0 and σ 1.
    Source: formulas §6.

    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(50, 10, (4000, 2))
    >>> bad = rng.random(4000) < 1 / (1 + np.exp(0.1 * (x[:, 0] - 35)))
    >>> found = evidence_of(Outcomes(("a", "b"), x, bad, np.arange(4000)), ridge=1e-3)
    >>> round(found.beta["a"], 1), round(found.beta["b"], 1), found.outcomes
    (1.0, 0.0, 4000)
    """
    x, bad = outcomes.indices, outcomes.bad.astype(np.float64)
    sigma = x.std(axis=0)
    moves = sigma > 0
    z = (x - x.mean(axis=0)) / np.where(moves, sigma, 1.0)

    def loss(theta: Floats) -> tuple[float, Floats]:
        logit = theta[0] - z @ theta[1:]
        error = 1 / (1 + np.exp(-np.clip(logit, -500, 500))) - bad
        value = np.logaddexp(0, logit).sum() - logit @ bad + ridge * theta[1:] @ theta[1:]
        slopes = -(error @ z) + 2 * ridge * theta[1:]
        return float(value) / len(bad), np.concatenate([[error.sum()], slopes]) / len(bad)

    size = len(outcomes.names)
    bounds = [(None, None), *([(0, None) if one else (0, 0) for one in moves])]
    found = minimize(
        loss, np.zeros(size + 1), jac=True, method="L-BFGS-B", bounds=bounds,
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 1_000},
    )  # fmt: skip
    return Evidence(
        beta=dict(zip(outcomes.names, found.x[1:].tolist(), strict=True)),
        sigma=dict(zip(outcomes.names, np.where(moves, sigma, 1.0).tolist(), strict=True)),
        outcomes=len(bad),
        bad=int(bad.sum()),
    )


def fitted_weights(
    outcomes: Outcomes, rules: WeightRules, *, ridge: float, version: str
) -> Weights:
    """The weights that outcomes support, the default where they are too few.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = WeightRules.from_policy(load_policy("scoring").on(date(2026, 6, 30)))
    >>> none = Outcomes(tuple(rules.default.share), np.zeros((0, 3)), np.zeros(0) > 0, np.zeros(0))
    >>> fitted_weights(none, rules, ridge=1e-3, version="v") is rules.default
    True
    """
    if len(outcomes.bad) < rules.outcomes_min or outcomes.bad.sum() < rules.bad_min:
        return rules.default
    return moving_weights(evidence_of(outcomes, ridge=ridge), rules, version=version)


@dataclass(frozen=True, slots=True)
class Gain:
    """AUC on held-out outcomes with weights of before and after, and the gain's 95 % interval."""

    before: float
    after: float
    low: float
    high: float
    n: int
    bad: int


def gain_of(
    held_out: Outcomes, before: Weights, after: Weights, *, draws: int, seed: int = 0
) -> Gain:
    """How much better other weights rank outcomes that they were not made from.

    The interval is that of the gain when outcomes are drawn again so many times, by the seed.
    Raises `InputError` `ONE_END` where all ended alike, for nothing can be ranked then.
    """
    if not 0 < held_out.bad.sum() < len(held_out.bad):
        raise InputError("ONE_END", "All held-out outcomes ended alike.", "Hold out more of them.")
    was = held_out.indices @ [before.share[name] for name in held_out.names]
    now = held_out.indices @ [after.share[name] for name in held_out.names]
    good, rng = ~held_out.bad, np.random.default_rng(seed)
    gains: list[float] = []
    while len(gains) < draws:
        rows = rng.integers(0, len(good), len(good))
        if 0 < good[rows].sum() < len(rows):
            gains.append(auc(now[rows], good[rows]) - auc(was[rows], good[rows]))
    low, high = np.percentile(gains, ENDS).tolist()
    return Gain(auc(was, good), auc(now, good), low, high, len(good), int((~good).sum()))


def auc(score: Floats, good: Bools) -> float:
    """The chance that a good one stands above a bad one, a tie counting half; NaN without both.

    >>> auc(np.array([3.0, 2.0, 1.0]), np.array([True, False, False]))
    1.0
    """
    return ranking.auc(~good, -score)


def propose_weights(
    outcomes: Outcomes, industry: str, *, by: str, on: date, policy: PolicyOn
) -> Proposal:
    """A proposal of weights for an industry, with its evidence.

    The weights come from all outcomes; the gain is that of weights fitted without the latest 30 %
    and judged on them. Raises `InputError` `TOO_FEW_OUTCOMES` where nothing may move, and
    `NO_SUCH_INDUSTRY`.
    """
    rules, fit = WeightRules.from_policy(policy), policy["weights.fit"]
    if industry not in policy["weights.industries"]:
        raise InputError(
            "NO_SUCH_INDUSTRY",
            f"There is no industry {industry}.",
            f"Industries: {', '.join(policy['weights.industries'])}.",
        )
    n, bad = len(outcomes.bad), int(outcomes.bad.sum())
    ridge, version = float(fit["ridge"]), on.isoformat()
    earlier, held_out = by_time(outcomes, fit["held_out"])
    trial = fitted_weights(earlier, rules, ridge=ridge, version="trial")
    both = 0 < held_out.bad.sum() < len(held_out.bad)
    if n < rules.outcomes_min or bad < rules.bad_min or trial is rules.default or not both:
        raise InputError(
            "TOO_FEW_OUTCOMES",
            f"{industry}: {n} outcomes, {bad} bad; the default stays.",
            f"It takes {rules.outcomes_min} outcomes and {rules.bad_min} bad ones before the "
            "latest that are held out, and both ends among those.",
        )
    share = fitted_weights(outcomes, rules, ridge=ridge, version=version).share
    gain = gain_of(held_out, rules.default, trial, draws=int(fit["draws"]))
    return Proposal(
        kind=KIND,
        name=industry,
        version=version,
        evidence=_figures(gain, share, n=n, bad=bad),
        digest=digest_of(share),
        proposed_by=by,
        proposed_on=on,
    )


def _figures(
    gain: Gain, share: Mapping[str, float], *, n: int, bad: int
) -> dict[str, float | int | str]:
    return {
        **{f"weight_{name}": weight for name, weight in share.items()},
        "n": n,
        "bad": bad,
        "held_out_n": gain.n,
        "held_out_bad": gain.bad,
        "auc_before": gain.before,
        "auc_after": gain.after,
        "gain_low": gain.low,
        "gain_high": gain.high,
    }


def by_time(outcomes: Outcomes, held_out_bps: int) -> tuple[Outcomes, Outcomes]:
    """The earlier and the latest outcomes; those that began on one day are never parted."""
    order = np.sort(outcomes.began)
    place = len(order) * (BPS_PER_WHOLE - held_out_bps) // BPS_PER_WHOLE
    cut = order[place] if len(order) else 0
    return outcomes.take(outcomes.began < cut), outcomes.take(outcomes.began >= cut)


def change_log(proposals: Sequence[Proposal]) -> tuple[str, ...]:
    """One line a change, as a person reads it."""
    return tuple(
        f"{one.version} {one.name}: "
        + ", ".join(
            f"{name.removeprefix('weight_')} {float(figure):.4f}"
            for name, figure in one.evidence.items()
            if name.startswith("weight_")
        )
        + f"; n {one.evidence['n']}, AUC {float(one.evidence['auc_before']):.4f} → "
        f"{float(one.evidence['auc_after']):.4f} "
        f"[{float(one.evidence['gain_low']):+.4f}, {float(one.evidence['gain_high']):+.4f}]"
        for one in proposals
    )

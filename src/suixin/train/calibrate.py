"""Fitting a calibration: logistic or isotonic, whichever is nearer to what happened later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression

from suixin.credit.grade import Calibration
from suixin.credit.index import Bools, Floats
from suixin.credit.model.calibration import AnyCalibration, Isotonic, default_probability
from suixin.credit.model.calibration_file import write_calibration
from suixin.credit.model.columns import numbers
from suixin.data.errors import InputError
from suixin.kernel.policy import PolicyOn, load_policy
from suixin.train.cases_file import Layout, read_cases
from suixin.train.evaluate import brier, logistic_line
from suixin.train.splits import latest


@dataclass(frozen=True, slots=True)
class OutcomesNeeded:
    """Cases and bad ones it takes to train or calibrate."""

    cases_min: int
    bad_min: int

    @classmethod
    def from_policy(cls, model: PolicyOn) -> OutcomesNeeded:
        """Read `model.outcomes`."""
        return cls(**model["model.outcomes"])


def refuse_few(bad: Floats, needed: OutcomesNeeded) -> None:
    """Raise `InputError` unless the outcomes are 0 and 1, both there, and enough.

    CODES: NOT_AN_OUTCOME, CONSTANT_TARGET, TOO_FEW_OUTCOMES.
    """
    odd = bad[~np.isin(bad, [0.0, 1.0])]
    if len(odd):
        raise InputError(
            "NOT_AN_OUTCOME",
            f"{len(odd)} outcomes are neither 0 (good) nor 1 (bad), the first {odd[0]}.",
            "Leave out what is not finished; write 1 for bad, 0 for good.",
        )
    cases, worse = len(bad), int(bad.sum())
    if cases and worse in (0, cases):
        raise InputError(
            "CONSTANT_TARGET",
            f"All {cases} outcomes are {'bad' if worse else 'good'}; nothing can be told apart.",
            "Give good and bad cases.",
        )
    if cases < needed.cases_min or worse < needed.bad_min:
        raise InputError(
            "TOO_FEW_OUTCOMES",
            f"There are {cases} finished cases, {worse} of them bad; it takes {needed.cases_min}, "
            f"{needed.bad_min} of them bad.",
            "Wait for more outcomes, and rank without a probability until then.",
        )


def fit_logistic(score: Floats, bad: Floats, *, version: str) -> Calibration:
    """logit PD = a − b·score of most likelihood. Raises `InputError` WRONG_WAY unless b > 0."""
    a, slope = logistic_line(score, bad)
    if not slope < 0:
        raise InputError(
            "WRONG_WAY",
            "Cases with a better score ended no better, so the score cannot be calibrated.",
            "Look at how the outcomes are coded: 1 is bad.",
        )
    return Calibration(a=a, b=-slope, version=version)


def fit_isotonic(score: Floats, bad: Floats, *, version: str) -> Isotonic:
    """Pool adjacent violators, equal scores first; knots are the blocks' mean score and bad rate.

    >>> found = fit_isotonic(np.array([1.0, 2.0, 2.0, 3.0]), np.array([1.0, 1.0, 0.0, 0.0]),
    ...                      version="v")
    >>> found.at, found.pds
    ((1.0, 2.0, 3.0), (1.0, 0.5, 0.0))
    """
    at, place, cases = np.unique(score, return_inverse=True, return_counts=True)
    rate = np.bincount(place, bad) / cases
    found = isotonic_regression(rate, weights=cases.astype(np.float64), increasing=False)
    begin = found.blocks[:-1]
    weight = np.add.reduceat(cases, begin)
    middle = np.add.reduceat(at * cases, begin) / weight
    share = np.add.reduceat(rate * cases, begin) / weight
    return Isotonic(tuple(middle.tolist()), tuple(share.tolist()), version)


@dataclass(frozen=True, slots=True)
class ChosenCalibration:
    """The calibration with the lower Brier score on later cases, and both scores."""

    calibration: AnyCalibration
    brier_logistic: float
    brier_isotonic: float


def choose_calibration(
    score: Floats, bad: Floats, late: Bools, *, version: str, needed: OutcomesNeeded
) -> ChosenCalibration:
    """Fit both on the earlier cases, keep the lower Brier on the late ones; a tie is logistic's.

    Raises `InputError` where the outcomes do not suffice. Source: formulas §6.
    """
    refuse_few(bad, needed)
    early = ~late
    line = fit_logistic(score[early], bad[early], version=version)
    steps = fit_isotonic(score[early], bad[early], version=version)
    by_line = brier(bad[late], default_probability(line, score[late]))
    by_steps = brier(bad[late], default_probability(steps, score[late]))
    return ChosenCalibration(line if by_line <= by_steps else steps, by_line, by_steps)


def calibrate_file(
    file: Path, out: Path, *, target: str, time: str, composite: str, version: str, on: date,
    policies: Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Calibrate a composite on a file of outcomes and write it; what was found is returned.

    Raises `InputError` where the file or its outcomes do not suffice.
    """
    model = load_policy("model", policies).on(on)
    cases = read_cases(file, Layout(target, time))
    if composite not in cases.table:
        raise InputError("NO_COLUMN", f"{file} has no column {composite} of numbers.")
    late = latest(cases.time, model["model.split"]["test_share"])
    score = numbers(cases.table, composite)
    needed = OutcomesNeeded.from_policy(model)
    chosen = choose_calibration(score, cases.bad, late, version=version, needed=needed)
    told = {
        "made_on": on.isoformat(),
        "form": "isotonic" if isinstance(chosen.calibration, Isotonic) else "logistic",
        "sha256": cases.digest,
        "cases": len(cases.bad),
        "bad": int(cases.bad.sum()),
        "tested_on": int(late.sum()),
        "brier_logistic": round(chosen.brier_logistic, 6),
        "brier_isotonic": round(chosen.brier_isotonic, 6),
    }
    return told | {"digest": write_calibration(out, chosen.calibration, told)}

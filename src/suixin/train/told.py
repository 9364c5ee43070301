"""What a card tells besides the model: data, split, metrics, groups, limits, versions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from suixin.credit.index import Bools, Floats
from suixin.credit.model.card import Band
from suixin.kernel.policy import PolicyOn
from suixin.train.bands import realised, strictly_rising
from suixin.train.calibrate import ChosenCalibration
from suixin.train.cases_file import TrainingCases
from suixin.train.evaluate import MEASURES, by_group, interval, psi

_DECIMALS = 6
_PACKAGES = ("suixin", "numpy", "scipy", "lightgbm")


@dataclass(frozen=True, slots=True)
class Tested:
    """A trained model's scores and probabilities of all cases; the late ones trained nothing.

    An early case's score is from the folds that it was not in.
    """

    cases: TrainingCases
    late: Bools
    score: Floats
    pd: Floats
    chosen: ChosenCalibration
    bands: tuple[Band, ...]


def told(tested: Tested, model: PolicyOn) -> dict[str, Any]:
    """The sections of a card, as plain values; figures are rounded to six decimals."""
    cases, late = tested.cases, tested.late
    outcomes = realised(tested.bands, tested.score[late], cases.bad[late])
    sections = {
        "data": {
            "file": cases.file,
            "sha256": cases.digest,
            "cases": len(cases.bad),
            "bad": int(cases.bad.sum()),
            "from": cases.moment(cases.time.min()),
            "to": cases.moment(cases.time.max()),
            "left_out_unfinished": cases.unfinished,
        },
        "split": {
            "by": "time",
            "test_from": cases.moment(cases.time[late].min()),
            "trained_on": int((~late).sum()),
            "tested_on": int(late.sum()),
        },
        "metrics": {
            "train_unseen": _metrics(tested, ~late, model),
            "test": _metrics(tested, late, model),
            "brier_logistic": tested.chosen.brier_logistic,
            "brier_isotonic": tested.chosen.brier_isotonic,
            "psi_of_score": psi(tested.score[~late], tested.score[late]),
        },
        "bands_in_test": {
            "strictly_rising": strictly_rising(outcomes),
            "outcomes": [asdict(one) for one in outcomes],
        },
        "groups_in_test": _groups(tested),
        "limits": _limits(tested, model["model.bands"]["least"]),
        "made_with": _versions(),
    }
    plain: dict[str, Any] = _plain(sections)
    return plain


def _metrics(tested: Tested, some: Bools, model: PolicyOn) -> dict[str, Any]:
    asked = model["model.interval"]
    bad, pd = tested.cases.bad[some], tested.pd[some]
    return {
        name: asdict(interval(measure, bad, pd, seed=asked["seed"], draws=asked["draws"]))
        for name, measure in MEASURES.items()
    }


def _groups(tested: Tested) -> dict[str, Any]:
    late = tested.late
    found = {}
    for name, column in tested.cases.groups.items():
        words = ["unknown" if word is None else word for word in column[late].tolist()]
        inside = {word: np.array([one == word for one in words]) for word in sorted(set(words))}
        found[name] = by_group(tested.cases.bad[late], tested.pd[late], inside)
    return found


def _limits(tested: Tested, bands_least: int) -> list[str]:
    """What the model should not be used for, and what its test did not show."""
    late, early = tested.cases.time[tested.late], tested.cases.time[~tested.late]
    said = [
        "Cases that were never approved are not in it: it knows nothing of those refused.",
        f"Tested on {len(late)} cases up to {tested.cases.moment(late.max())}; watch it drift.",
        "A value or category for which a column says refused stops the score of that case.",
    ]
    if not tested.cases.groups:
        said.append("No groups were given, so nothing is known of how it treats them.")
    if len(tested.bands) < bands_least:
        said.append(
            f"It tells only {len(tested.bands)} bands of risk apart; {bands_least} are wanted."
        )
    if len(np.unique(early)) < 2:
        said.append("All that trained it is of one moment.")
    return said


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "absent"
    return found


def _plain(value: Any) -> Any:
    """Values as YAML has them: numbers rounded, NaN as nothing."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(float(value), _DECIMALS)
    return value

"""A book scored with an adopted calibration has grades by probability, scores and probabilities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from suixin.credit.grade import Calibration, GradeRules, standing
from suixin.credit.model.calibration import Isotonic
from suixin.credit.sheets import policy_on

DAY = date(2026, 6, 30)


@pytest.mark.mechanism("B08")
def test_with_a_calibration_a_scored_file_has_a_probability_and_its_grade(
    folder: Any, fill_village: Callable[..., None], scored: Callable[..., Any]
) -> None:
    fill_village(folder, DAY - timedelta(days=1))
    path: Path = folder.write()
    found = scored(path, DAY, calibration=Calibration(0.6, 0.06, "2026-06")).table
    rules = GradeRules.from_policy(policy_on(DAY, None))
    judged = found["status"] == "scored"
    assert judged.any()
    assert set(found["calibration"][judged]) == {"2026-06"}
    for composite, pd, grade, points in zip(
        found["composite"][judged], found["pd"][judged], found["grade"][judged],
        found["score"][judged], strict=True,
    ):  # fmt: skip
        one = standing(float(composite), rules, Calibration(0.6, 0.06, "2026-06"))
        assert (one.pd, one.grade, one.score) == (pd, grade, points)
    assert np.isnan(found["pd"][~judged]).all()


def test_an_isotonic_calibration_serves_as_well() -> None:
    rules = GradeRules.from_policy(policy_on(DAY, None))
    steps = Isotonic((40.0, 60.0), (0.2, 0.0), "steps")
    assert standing(50.0, rules, steps).pd == pytest.approx(0.1)
    # No case ended badly there: the probability is held at its least, not at nothing.
    assert standing(90.0, rules, steps).pd == rules.pd_min

"""Models of who falls silent: held to sense, the same each time, and applied without LightGBM."""

from __future__ import annotations

import numpy as np
import pytest

from suixin.data.errors import InputError
from suixin.train.activity import fit_activity, fit_line

RNG = np.random.default_rng(5)
SENT = RNG.gamma(2, 2, 1_500)
NOISE = RNG.normal(size=1_500)
STOPS = (RNG.random(1_500) < 1 / (1 + np.exp(SENT - 3))).astype(np.float64)
COLUMNS = {"sent": SENT, "noise": NOISE, "against": -SENT}


def test_more_is_never_worse() -> None:
    model = fit_activity(COLUMNS, STOPS, names=("sent", "noise", "against"))
    steps = np.linspace(0, 20, 200)
    for name in COLUMNS:
        walk = {other: np.zeros(200) for other in COLUMNS} | {name: steps}
        assert (np.diff(model.risk(walk)) <= 1e-12).all()


def test_a_column_that_counts_against_sense_counts_for_nothing() -> None:
    line = fit_line(COLUMNS, STOPS, names=("sent", "against"))
    assert line.slopes[0] > 0.5
    assert line.slopes[1] == 0


def test_the_same_rows_give_the_same_model() -> None:
    one, two = (fit_activity(COLUMNS, STOPS, names=("sent", "noise")) for _ in range(2))
    assert one.trees.texts == two.trees.texts
    assert np.array_equal(one.risk(COLUMNS), two.risk(COLUMNS))
    assert 0 < one.risk(COLUMNS).min() < one.risk(COLUMNS).max() < 1


def test_a_column_that_is_not_there_is_named() -> None:
    model = fit_activity(COLUMNS, STOPS, names=("sent", "noise"))
    with pytest.raises(InputError, match="The column noise is not there"):
        model.risk({"sent": SENT})
    with pytest.raises(InputError, match="The column days is not there"):
        fit_activity(COLUMNS, STOPS, names=("sent", "days"))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_no_number_is_refused_by_name(value: float) -> None:
    broken = {**COLUMNS, "noise": np.where(np.arange(1_500) == 3, value, NOISE)}
    with pytest.raises(InputError, match="The column noise has a value that is no number"):
        fit_activity(broken, STOPS, names=("sent", "noise"))


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_rows_that_all_ended_alike_teach_nothing(end: float) -> None:
    with pytest.raises(InputError, match="All rows ended alike"):
        fit_line(COLUMNS, np.full(1_500, end), names=("sent",))

"""Real books of loans: bands of realised default, and ours no worse than the peer we measure by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.microloans import COLUMNS
from bench.microloans import main as microloans
from bench.scorecards import read_cases
from suixin.credit.model.scorecard import NumberColumn, points
from suixin.kernel.policy import PolicyOn
from suixin.train.bands import BandRules, fit_bands, realised, strictly_rising
from suixin.train.scorecard import ScorecardRules, fit_scorecard


@pytest.mark.mechanism("C03")
@pytest.mark.parametrize("book", ["heloc_train70.csv.gz", "taiwan_train70.csv.gz"])
def test_grades_rise_strictly_in_realised_default_in_cases_that_trained_nothing(
    shared: Path, model_policy: PolicyOn, scoring_policy: PolicyOn, book: str
) -> None:
    """Neither file tells a time: its first seven tenths train, its last three test."""
    cases = read_cases(shared / "data/credit" / book)
    late = np.arange(len(cases.bad)) >= 0.7 * len(cases.bad)
    train, test = cases.only(~late), cases.only(late)
    packaged = ScorecardRules.from_policy(model_policy, scoring_policy)
    rules = replace(packaged, bins=(15,), rhos=(0.1,), holds=packaged.holds[-1:])
    fitted = fit_scorecard(train.table, train.bad, rules, specials=train.specials)
    bands = fit_bands(fitted.unseen_score, train.bad, BandRules.from_policy(model_policy))
    outcomes = realised(bands, points(fitted.card, test.table), test.bad)
    assert len(outcomes) >= 5
    assert min(one.cases for one in outcomes) >= 100
    assert strictly_rising(outcomes)
    for column in fitted.card.columns:
        assert isinstance(column, NumberColumn)
        steps = np.diff(column.points)
        assert column.direction == "free" or (steps <= 0).all() or (steps >= 0).all(), column.name


def test_heloc_has_no_header_and_its_codes_are_no_measures(shared: Path, tmp_path: Path) -> None:
    cases = read_cases(shared / "data/credit/heloc_train70.csv.gz")
    assert set(np.unique(cases.bad)) == {0.0, 1.0}
    assert (len(cases.bad), len(cases.table)) == (7321, 23)
    assert set(cases.specials["x9"]) == {-7.0, -8.0, -9.0}
    plain = tmp_path / "plain.csv"
    plain.write_text("1,61,-7\n0,85,4\n", "utf-8")
    assert read_cases(plain).bad.tolist() == [1.0, 0.0]


def test_what_is_neither_form_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("name,sales\nshop,2\n", "utf-8")
    with pytest.raises(SystemExit, match="neither"):
        read_cases(other)


def test_no_fact_of_a_loan_is_of_after_its_approval() -> None:
    """An earlier loan counts by how it ended, so only if it had ended."""
    assert "p.taken < l.moment AND p.closed <= l.moment" in COLUMNS


def test_a_folder_that_lacks_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="perf"):
        microloans(["--train", str(tmp_path)])

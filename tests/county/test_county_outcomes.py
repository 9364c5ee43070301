"""Loans of the county end by a planted truth, and only where that is asked for."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from suixin.county import CountyResult, make_county
from suixin.county.bits import Bits
from suixin.county.make import plan_county
from suixin.county.outcomes import TRAITS, pd_of
from suixin.data.errors import InputError


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_outcomes_change_loans_and_talk_and_nothing_else(
    county: CountyResult, tmp_path: Path
) -> None:
    with_ends = make_county(300, 1, tmp_path, outcomes=True)
    for path in county.folder.glob("*.csv"):
        same = path.read_bytes() == (with_ends.folder / path.name).read_bytes()
        assert same is (path.name not in ("loan_performance.csv", "messages.csv")), path.name
    truth = rows(tmp_path / "truth/outcomes.csv")
    told: dict[str, set[str]] = {}
    for row in rows(tmp_path / "loan_performance.csv"):
        told.setdefault(row["agreement"], set()).add(row["event"])
    assert len(truth) == len({row["subject"] for row in truth}) == 225
    for row in truth:
        # What had not been told by the county's last day is not in the feed.
        assert "default" not in told.get(row["agreement"], set()) or row["bad"] == "1"
    assert sum("default" in events for events in told.values()) >= 15
    assert not (county.folder / "truth/outcomes.csv").exists()


def test_the_truth_can_be_learned() -> None:
    standing = plan_county(3_000, 3).standing()
    assert standing.traits.shape == (len(standing.subjects), len(TRAITS))
    np.testing.assert_allclose(standing.traits.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(standing.traits[:, :3].std(axis=0), 1, atol=0.01)
    assert standing.pd.mean() == pytest.approx(0.12, abs=1e-6)
    bad = standing.ends(Bits(3), "a")
    assert bad.mean() == pytest.approx(0.12, abs=0.02)
    # The good are better in every trait, and another stream draws other ends.
    assert (standing.traits[~bad].mean(axis=0) > standing.traits[bad].mean(axis=0)).all()
    assert (bad != standing.ends(Bits(3), "b")).any()
    assert (bad == standing.ends(Bits(3), "a")).all()


def test_each_industry_by_its_own_slopes() -> None:
    z = np.array([[1.0, -1.0], [1.0, -1.0]])
    slopes = {"fruit": {"a": 1.0, "b": 0.0}, "workshop": {"a": 0.0, "b": 1.0}}
    fruit, workshop = pd_of(z, ["fruit", "workshop"], slopes, bad_rate=0.3)
    assert fruit < 0.3 < workshop
    assert (fruit + workshop) / 2 == pytest.approx(0.3)


def test_an_industry_without_slopes_is_named() -> None:
    with pytest.raises(KeyError, match="tea"):
        pd_of(np.zeros((1, 1)), ["tea"], {"fruit": {"a": 1.0}}, bad_rate=0.1)


def test_a_county_for_benchmarks_has_no_outcomes(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        make_county(60, 1, tmp_path / "c", orders=100, outcomes=True)
    assert refused.value.code == "NO_OUTCOMES"

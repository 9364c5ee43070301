"""Weights planted on the indices of a scored county come back, industry by industry."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from suixin.county.make import UNTIL, make_county
from suixin.credit.score import score
from suixin.credit.weights_adopted import industries_of
from suixin.credit.weights_fit import Outcomes, evidence_of
from suixin.data.read import read_feeds
from suixin.kernel.policy import load_policy

NAMES = ("engagement", "stability", "reputation")
PLANTED = {
    "workshop": (0.20, 0.50, 0.30),
    "animal_products": (0.45, 0.35, 0.20),
    "field_crops": (0.30, 0.30, 0.40),
}
LOANS = 60_000


@pytest.fixture(scope="module")
def indices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """The three indices of every scored file (rows, 3), by industry."""
    county = make_county(300, 9, tmp_path_factory.mktemp("weights"))
    with read_feeds(county.folder) as feeds:
        judged = score(feeds, on=UNTIL).judged
    values = np.column_stack([one.value for one in judged.indices])
    policy = load_policy("scoring").on(date(2026, 6, 30))
    industry = np.array(industries_of(judged.facts.summary.category.tolist(), policy))
    scored = np.array([one == "scored" for one in judged.statuses]) & ~np.isnan(values).any(axis=1)
    return {name: values[scored & (industry == name)] for name in PLANTED}


@pytest.mark.mechanism("G04")
@pytest.mark.parametrize("industry", PLANTED)
def test_what_was_planted_on_scored_files_is_recovered(
    indices: dict[str, np.ndarray], industry: str
) -> None:
    rng = np.random.default_rng(6)
    files, weights = indices[industry], np.array(PLANTED[industry])
    assert len(files) >= 10
    x = files[rng.integers(0, len(files), LOANS)]
    logit = 0.15 * (x @ weights - (files @ weights).mean()) + 1.5
    bad = rng.random(LOANS) < 1 / (1 + np.exp(logit))
    found = evidence_of(Outcomes(NAMES, x, bad, np.arange(LOANS)), ridge=1e-3)
    slope = np.array([found.beta[name] / found.sigma[name] for name in NAMES])
    assert slope / slope.sum() == pytest.approx(weights, abs=0.05)

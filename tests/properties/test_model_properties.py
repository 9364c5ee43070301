"""What must hold of any scorecard, calibration and band."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from suixin.credit.model.calibration import default_probability
from suixin.credit.model.card import Band, band_of
from suixin.credit.model.scorecard import NumberColumn, Scorecard, lost, points
from suixin.credit.model.seal import sealed, unsealed
from suixin.credit.ranking import auc
from suixin.kernel.policy import load_policy
from suixin.train.bands import BandRules, fit_bands, realised
from suixin.train.calibrate import fit_isotonic
from suixin.train.evaluate import ks, psi
from suixin.train.splits import folds, latest

RULES = BandRules.from_policy(load_policy("model").on(date(2026, 6, 30)))
Floats = npt.NDArray[np.float64]
values = st.floats(-1e6, 1e6)
vectors = arrays.arrays(np.float64, st.integers(2, 60), elements=values)


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    """One to three columns whose risk rises or falls, with a code and points for the unknown."""
    columns = []
    for k in range(draw(st.integers(1, 3))):
        edges = tuple(sorted(draw(st.sets(values, min_size=1, max_size=6))))
        given_points = st.integers(-9_999, 9_999)
        steps = sorted(draw(st.lists(given_points, min_size=len(edges) + 1,
                                     max_size=len(edges) + 1)))  # fmt: skip
        rises = draw(st.booleans())
        columns.append(
            NumberColumn(
                name=f"c{k}",
                direction="rises" if rises else "falls",
                edges=edges,
                points=tuple(reversed(steps)) if rises else tuple(steps),
                specials={-9e9: draw(given_points)},
                missing=draw(given_points),
            )
        )
    return Scorecard(60_000, tuple(columns))


@given(cards(), vectors)
def test_a_score_never_moves_against_the_direction_of_its_column(
    card: Scorecard, value: Floats
) -> None:
    rising = np.sort(value)
    for column in card.columns:
        table = {one.name: np.zeros(len(rising)) for one in card.columns}
        moved = np.diff(points(card, table | {column.name: rising}))
        assert isinstance(column, NumberColumn)
        assert (moved <= 0).all() if column.direction == "rises" else (moved >= 0).all()


@given(cards(), vectors)
def test_points_lost_and_points_had_make_the_best_there_is(card: Scorecard, value: Floats) -> None:
    table = {column.name: value for column in card.columns}
    best = (card.base + sum(column.best for column in card.columns)) / 100
    assert np.abs(points(card, table) + lost(card, table).sum(axis=1) - best).max() < 1e-9


@given(cards(), vectors, st.integers(0, 10**6))
def test_the_order_of_cases_does_not_matter(card: Scorecard, value: Floats, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(value))
    table = {column.name: value for column in card.columns}
    again = {column.name: value[order] for column in card.columns}
    assert (points(card, table)[order] == points(card, again)).all()


@given(vectors, st.data())
def test_isotonic_probability_only_falls_and_stays_within_0_and_1(
    score: Floats, data: st.DataObject
) -> None:
    bad = np.array(data.draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=len(score),
                                      max_size=len(score))))  # fmt: skip
    found = fit_isotonic(score, bad, version="v")
    pd = default_probability(found, np.sort(score))
    assert (np.diff(pd) <= 1e-12).all()
    assert (pd >= 0).all()
    assert (pd <= 1).all()


@given(vectors, st.data())
def test_every_case_is_in_one_band(score: Floats, data: st.DataObject) -> None:
    bad = np.array(data.draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=len(score),
                                      max_size=len(score))))  # fmt: skip
    bands = fit_bands(score, bad, RULES)
    outcomes = realised(bands, score, bad)
    assert sum(one.cases for one in outcomes) == len(score)
    assert sum(one.bad for one in outcomes) == bad.sum()
    assert [one.cases for one in outcomes] == [band.cases for band in bands]
    assert band_of(bands, np.array([np.inf]))[0] == 1


@given(vectors, st.data())
def test_figures_of_rank_do_not_change_with_the_scale(risk: Floats, data: st.DataObject) -> None:
    bad = np.array(data.draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=len(risk),
                                      max_size=len(risk))))  # fmt: skip
    ranks = np.unique(risk, return_inverse=True)[1].astype(np.float64)
    for measure in (auc, ks):
        here, there = measure(bad, risk), measure(bad, ranks)
        assert here == there or (np.isnan(here) and np.isnan(there))


@given(vectors, vectors)
def test_psi_is_nothing_against_itself_and_never_below(before: Floats, after: Floats) -> None:
    assert psi(before, before) == 0
    assert psi(before, after) >= 0


moments = arrays.arrays(np.float64, st.integers(3, 60), elements=st.integers(0, 9))


@given(moments, st.floats(0.1, 0.9))
def test_a_split_by_time_parts_no_moment(time: Floats, share: float) -> None:
    if np.ptp(time) == 0:
        return
    late = latest(time, share)
    assert late.any()
    assert (~late).any()
    assert time[~late].max() < time[late].min()


@given(st.integers(2, 80), st.integers(2, 5), st.integers(0, 99))
def test_folds_deal_every_case_once(cases: int, count: int, seed: int) -> None:
    bad = (np.arange(cases) % 3 == 0).astype(np.float64)
    assert np.bincount(folds(bad, count, seed=seed), minlength=count).sum() == cases


@given(st.dictionaries(st.text(min_size=1, max_size=8).filter(str.isidentifier),
                       st.one_of(st.integers(), st.text(max_size=20), st.lists(values, max_size=4)),
                       min_size=1, max_size=4), st.integers(0, 10**6))  # fmt: skip
def test_any_flipped_bit_breaks_the_seal(sections: dict[str, object], at: int) -> None:
    text = sealed(sections)[0].encode()
    place = at % len(text)
    flipped = text[:place] + bytes([text[place] ^ 2]) + text[place + 1 :]
    assert unsealed(text)[1] is not None
    assert unsealed(flipped)[1] is None


def test_one_band_takes_all() -> None:
    assert band_of((Band(1, None, 5, 0.2),), np.array([1.0, 900.0])).tolist() == [1, 1]

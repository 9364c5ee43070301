"""One subject scored from its summary: the numbers of the batch, however the summary is cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.online import main as bench_online
from suixin.county.make import make_county
from suixin.credit.book import ScoreBook
from suixin.credit.grade import Calibration
from suixin.credit.online import OnlineRules, explain_one, score_one
from suixin.credit.score import score
from suixin.credit.subject_summary import Market, SubjectSummary, Sums, buyer_key, summaries_of
from suixin.data.read import read_feeds
from suixin.kernel.refusal import Refusal

DAY = date(2026, 6, 30)
SUMS = ("sales", "promised", "closed", "bought")


@dataclass(frozen=True)
class Night:
    """What a night's batch left behind."""

    book: ScoreBook
    market: Market
    summaries: Mapping[str, SubjectSummary]


def night(
    folder: Path, day: date, product: str | None = None, calibration: Calibration | None = None
) -> Night:
    with read_feeds(folder, today=DAY) as feeds:
        book = score(feeds, on=day, product=product, calibration=calibration)
        return Night(book, *summaries_of(feeds, book))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_county(60, 3, tmp_path_factory.mktemp("online") / "county").folder


@pytest.fixture(scope="module")
def tonight(county: Path) -> Night:
    return night(county, DAY)


@pytest.mark.mechanism("C10")
@pytest.mark.parametrize(("day", "product"), [(DAY, None), (date(2025, 11, 9), "community_chain")])
def test_every_subject_has_the_numbers_of_the_batch(
    county: Path, day: date, product: str | None
) -> None:
    batch, rules = night(county, day, product), OnlineRules.on(day)
    assert set(batch.summaries) == {file.subject for file in batch.book}
    for file in batch.book:
        found = score_one(batch.summaries[file.subject], batch.market, rules, product=product)
        assert found.status == file.status
        told = explain_one(batch.summaries[file.subject], batch.market, rules, product=product)
        assert told.score == found
        assert told.raise_ == file.raise_
        assert [one.code for one in told.reasons] == [one.code for one in file.reasons]
        for line, same in zip(told.lines, file.indices, strict=True):
            assert [one.points for one in line.parts] == pytest.approx(
                [one.points for one in same.parts], abs=1e-9, nan_ok=True
            )
        assert found.indices == pytest.approx(
            {line.name: line.value for line in file.indices}, abs=1e-9
        )
        assert found.composite == pytest.approx(file.composite, abs=1e-9)
        assert (found.standing.grade if found.standing else None) == file.grade
        assert found.terms == file.terms
        told = {
            (part.index, part.part): part.contribution for i in file.indices for part in i.parts
        }
        if file.status != "no_facts":
            assert dict(found.contributions) == pytest.approx(told, abs=1e-9)


@pytest.mark.mechanism("C10", "B08")
def test_a_calibration_gives_the_probability_and_score_of_the_batch(county: Path) -> None:
    adopted = Calibration(a=0.6, b=0.06, version="2026-06")
    batch = night(county, DAY, calibration=adopted)
    rules = OnlineRules.on(DAY, calibration=adopted)
    for file in batch.book:
        found = score_one(batch.summaries[file.subject], batch.market, rules)
        if found.standing is None:
            assert file.grade is None
            continue
        held = found.standing
        assert (held.grade, held.score, held.pd) == (file.grade, file.score, file.pd)
        assert found.terms == file.terms


@pytest.mark.mechanism("C10")
@given(st.integers(0, 10**6), st.integers(0, 59))
def test_a_summary_cut_in_two_merges_into_the_same_score(
    tonight: Night, seed: int, place: int
) -> None:
    rng = np.random.default_rng(seed)
    whole = list(tonight.summaries.values())[place]
    one, other = {}, {}
    for name in SUMS:
        sums: Sums = getattr(whole, name)
        part = rng.integers(0, sums.value + 1) if len(sums.value) else sums.value
        kept = rng.random(len(sums.key)) < 0.8
        one[name] = Sums(sums.key[kept], part[kept])
        other[name] = Sums(sums.key, np.where(kept[:, None], sums.value - part, sums.value))
    first = replace(whole, **one)
    second = replace(whole, categories={}, **other)
    rules = OnlineRules.on(DAY)
    expected = score_one(whole, tonight.market, rules)
    assert score_one(first.merge(second), tonight.market, rules) == expected
    assert score_one(second.merge(first), tonight.market, rules) == expected


@pytest.mark.mechanism("C10")
def test_an_order_of_the_day_moves_the_score_at_once(tonight: Night) -> None:
    subject = next(f.subject for f in tonight.book if f.status == "thin_file" and f.facts.orders)
    summary, rules = tonight.summaries[subject], OnlineRules.on(DAY)
    before = score_one(summary, tonight.market, rules)
    days = np.arange(summary_day() - 7 * 30, summary_day(), 3)[:, None]
    sold = np.tile([2, 2, 400_000, 0, 400_000], (len(days), 1))
    more = replace(summary, sales=Sums(days, sold), categories={}, **nothing("promised", "closed"))
    bought = Sums(np.hstack([days, days]), np.full((len(days), 1), 400_000))
    after = score_one(summary.merge(replace(more, bought=bought)), tonight.market, rules)
    assert before.status == "thin_file"
    assert after.status == "scored"
    assert after.terms.limit_fen > before.terms.limit_fen


def summary_day() -> int:
    return (DAY - date(1970, 1, 1)).days


def nothing(*names: str) -> dict[str, Sums]:
    columns = {"sales": (1, 5), "promised": (1, 2), "closed": (1, 3), "bought": (2, 1)}
    return {
        name: Sums(*(np.zeros((0, width), np.int64) for width in columns[name])) for name in names
    }


def test_who_sold_nothing_is_refused_and_not_guessed_at(tonight: Night) -> None:
    summary = next(iter(tonight.summaries.values()))
    silent = replace(
        summary, **nothing(*SUMS), categories={}, heard=replace(summary.heard, anything=False)
    )
    found = score_one(silent, tonight.market, OnlineRules.on(DAY))
    assert (found.status, found.composite, found.standing) == ("no_facts", None, None)
    assert found.terms.refusal is Refusal.NO_FACTS
    heard = replace(silent, heard=replace(summary.heard, anything=True))
    thin = score_one(heard, tonight.market, OnlineRules.on(DAY))
    assert thin.terms.refusal is Refusal.NO_SALES_YET


def test_days_after_the_rules_day_are_not_known_yet(tonight: Night) -> None:
    summary = max(tonight.summaries.values(), key=lambda one: len(one.sales.key))
    early = OnlineRules.on(DAY - timedelta(days=60))
    later = replace(
        summary,
        sales=summary.sales.merge(Sums(np.array([[summary_day()]]), np.full((1, 5), 10**9))),
    )
    assert score_one(later, tonight.market, early) == score_one(summary, tonight.market, early)


def test_summaries_of_two_subjects_do_not_merge(tonight: Night) -> None:
    one, other = list(tonight.summaries.values())[:2]
    with pytest.raises(ValueError, match="do not merge"):
        one.merge(other)


def test_a_product_without_a_sheet(tonight: Night) -> None:
    one = next(iter(tonight.summaries.values()))
    with pytest.raises(KeyError):
        score_one(one, tonight.market, OnlineRules.on(DAY), product="no_such")


def test_a_standing_limit_holds_the_step(tonight: Night) -> None:
    file = max(tonight.book, key=lambda one: one.terms.limit_fen)
    found = score_one(
        tonight.summaries[file.subject], tonight.market, OnlineRules.on(DAY),
        standing_limit=file.terms.limit_fen // 2,
    )  # fmt: skip
    assert found.terms.binding == "step"
    assert found.terms.limit_fen <= file.terms.limit_fen * 0.6


def test_buyers_are_told_apart_by_their_keys() -> None:
    keys = {buyer_key(f"buyer-{k}") for k in range(10_000)}
    assert len(keys) == 10_000
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_the_bench_holds_both_to_one_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_online(["--households", "60"]).startswith("bench.online: p95_ms=")
    assert "the same numbers" in capsys.readouterr().out

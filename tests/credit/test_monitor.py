"""Monitoring: drift, calibration, gaps and swaps; what cannot be told is said, not invented."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from suixin.credit.monitor.accounts import NUMBERS, Accounts, ends, groups_of, read_accounts
from suixin.credit.monitor.measures import (
    auc,
    by_month,
    calibration_slope,
    drift,
    gap_of,
    model_figures,
    swap_set,
    wilson,
)
from suixin.credit.monitor.page import write_watch
from suixin.credit.monitor.watch import watch
from suixin.credit.sheets import policy_on
from suixin.data.errors import InputError
from suixin.data.read import read_feeds

MARCH, JUNE = date(2026, 3, 31), date(2026, 6, 30)
POLICY = policy_on(JUNE, None)
NAN = float("nan")


def accounts(on: date, n: int, *, seed: int = 1, shift: float = 0.0) -> Accounts:
    """So many scored accounts whose probability falls with the composite."""
    rng = np.random.default_rng(seed)
    composite = np.clip(rng.normal(60 + shift, 12, n), 0, 100)
    numbers = {name: np.full(n, NAN) for name in NUMBERS}
    numbers |= {
        "composite": composite,
        "pd": 1 / (1 + np.exp(0.08 * (composite - 35))),
        "limit_fen": np.where(composite > 50, 100_000.0, 0.0),
    }
    names = tuple(f"m-{k:04d}" for k in range(n))
    return Accounts(on, names, numbers, np.where(composite > 60, "A", "B").astype(object))


def test_a_population_that_stands_still_does_not_drift() -> None:
    same = accounts(MARCH, 500)
    found = watch(same, replace(same, on=JUNE), POLICY)
    by_name = {one.drift.column: one for one in found.drifts}
    assert by_name["composite"].drift.psi == 0
    assert by_name["composite"].verdict == "steady"
    assert by_name["score"].drift.psi == 0  # Unknown then and now.


def test_grades_are_told_from_the_best_and_who_has_none_last() -> None:
    before = accounts(MARCH, 5)
    names = np.array(["B", "AAA", "A", "", "BBB"], dtype=object)
    found = watch(replace(before, grades=names), replace(before, on=JUNE), POLICY)
    assert list(found.grades) == ["AAA", "A", "BBB", "B", ""]
    assert found.grades["AAA"] == (1, 0)


def test_the_page_tells_the_bounds_of_the_policy(tmp_path: Path) -> None:
    same = accounts(MARCH, 5)
    found = watch(same, replace(same, on=JUNE), POLICY)
    write_watch(replace(found, watched_from=0.15, acted_from=0.3), tmp_path / "page")
    page = (tmp_path / "page" / "monitor.html").read_text(encoding="utf-8")
    assert "looked at from 0.15, acted on from 0.30" in page
    assert "0.15 起关注，0.30 起处理" in page


@pytest.mark.mechanism("B08")
@pytest.mark.parametrize(("shift", "verdict"), [(0.5, "steady"), (4.5, "watch"), (15, "act")])
def test_a_drift_has_its_verdict(shift: float, verdict: str) -> None:
    moved = accounts(JUNE, 5_000, seed=2, shift=shift)
    found = watch(accounts(MARCH, 5_000), moved, POLICY)
    [composite] = [one for one in found.drifts if one.drift.column == "composite"]
    assert composite.verdict == verdict


def test_psi_by_hand_with_an_empty_bin_and_unknown_values() -> None:
    before = np.array([1.0, 1.0, 2.0, 2.0])
    after = np.array([1.0, 1.0, 1.0, NAN])
    found = drift("x", before, after, bins=2, empty=0.0001)
    shares = [(0.5, 0.75), (0.5, 0.0001), (0.0001, 0.25)]
    assert found.psi == pytest.approx(sum((b - a) * np.log(b / a) for a, b in shares))
    assert (found.unknown_before, found.unknown_after) == (0, 0.25)
    assert drift("x", before, np.zeros(0), bins=2, empty=0.0001).psi is None
    nothing = drift("x", np.full(3, NAN), np.full(3, NAN), bins=2, empty=0.0001)
    assert (nothing.psi, nothing.ks) == (0, None)


def test_wilson_by_the_governance_plans_examples() -> None:
    assert [round(100 * end, 2) for end in wilson(24, 2_400)] == [0.67, 1.48]
    assert [round(100 * end, 2) for end in wilson(12, 2_400)] == [0.29, 0.87]
    assert wilson(0, 0) == (0, 1)


@pytest.mark.mechanism("B08")
def test_probabilities_that_come_true_have_a_slope_of_one_and_bold_ones_less() -> None:
    rng = np.random.default_rng(3)
    logit = rng.normal(-2, 1.2, 20_000)
    bad = (rng.random(20_000) < 1 / (1 + np.exp(-logit))).astype(np.float64)
    assert calibration_slope(1 / (1 + np.exp(-logit)), bad) == pytest.approx(1, abs=0.05)
    assert calibration_slope(1 / (1 + np.exp(-2 * logit)), bad) == pytest.approx(0.5, abs=0.03)
    assert calibration_slope(np.full(3, 0.1), np.array([0, 1.0, 0])) is None
    assert calibration_slope(np.array([0.1, 0.2]), np.zeros(2)) is None


def test_calibration_month_by_month_leaves_out_what_is_not_known() -> None:
    month = np.array([675, 675, 675, 676, 676])
    pd = np.array([0.1, 0.3, NAN, 0.2, 0.2])
    bad = np.array([0.0, 1.0, 1.0, NAN, 0.0])
    first, second = by_month(month, pd, bad)
    assert (first.month, first.n, first.bad, first.expected) == ("2026-04", 2, 1, 0.2)
    assert (second.n, second.bad, second.within) == (1, 0, True)
    assert (first.open, second.open) == (0, 1)
    assert by_month(month, np.full(5, NAN), bad) == ()


def test_auc_needs_both_ends() -> None:
    assert auc(np.array([1.0, 0.0]), np.array([0.9, 0.1])) == 1
    assert auc(np.array([1.0, 1.0]), np.array([0.9, 0.1])) is None
    assert auc(np.zeros(0), np.zeros(0)) is None


def test_a_gap_has_its_interval_and_an_empty_group_none() -> None:
    rng = np.random.default_rng(5)
    values = np.concatenate([rng.normal(10, 1, 400), rng.normal(12, 1, 400)])
    first = np.arange(800) < 400
    gap = gap_of("composite", values, first, ~first, draws=200)
    assert gap is not None
    assert gap.low < -2 + 0.2
    assert gap.low < gap.gap < gap.high < -1.5
    assert gap_of("x", values, np.zeros(800, bool), first, draws=10) is None
    assert gap_of("x", np.full(800, NAN), first, ~first, draws=10) is None


def test_models_on_the_same_accounts_and_whom_each_alone_would_lend_to() -> None:
    bad = np.array([1.0, 0.0, 0.0, 1.0, NAN])
    champion = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    challenger = np.array([0.9, 0.1, 0.2, 0.8, 0.3])
    out, new = swap_set(champion, challenger, bad, np.array([1, 1, 0, 0, 0], dtype=bool))
    assert (out.n, out.known, out.bad) == (1, 1, 1)
    assert (new.n, new.known, new.bad) == (1, 1, 0)
    found = model_figures(challenger, bad)
    assert (found.auc, found.ks) == (1, 1)
    nothing = model_figures(champion, np.full(5, NAN))
    assert (nothing.auc, nothing.brier) == (None, None)


def test_how_agreements_ended(folder: Any) -> None:
    """Six agreements, with every kind of end."""
    rows = [
        ("good", 100, 0, "closed"), ("late", 120, 91, "none"), ("edge", 120, 90, "closed"),
        ("claimed", 60, 0, "claim"), ("open", 30, 0, "none"), ("after", 500, 200, "none"),
    ]  # fmt: skip
    begin = date(2025, 1, 10)
    for name, days, past_due, event in rows:
        common = {"agreement": f"a-{name}", "due": 1, "paid": 0}
        for day, late, what in ((begin, 0, "none"), (begin + timedelta(days), past_due, event)):
            folder.add(
                "loan_performance", day, name, **common, on=day, days_past_due=late, event=what
            )
    with read_feeds(folder.write(), today=date(2027, 6, 30)) as feeds:
        early = ends(feeds.on(date(2025, 6, 30)), POLICY, since=date(2025, 1, 1))
        late = ends(feeds.on(JUNE), POLICY, since=date(2025, 1, 1))
        none = ends(feeds.on(JUNE), POLICY, since=date(2025, 2, 1))
    told = dict(zip(early.subject, early.bad.tolist(), strict=True))
    assert {name: told[name] for name in ("good", "late", "edge", "claimed")} == {
        "good": 0, "late": 1, "edge": 0, "claimed": 1,
    }  # fmt: skip
    assert np.isnan(told["open"])
    later = dict(zip(late.subject, late.bad.tolist(), strict=True))
    assert later["open"] == 0  # A year old, and never late.
    assert later["after"] == 0  # What came after the year is another matter.
    assert none.subject == ()


def test_who_stands_for_a_household(folder: Any) -> None:
    folder.party("h-1", "household", JUNE)
    for person, sex, born, metres in (("p-2", "m", 1960, 900), ("p-1", "f", 1980, 3_000)):
        folder.party(person, "person", JUNE, household_id="h-1")
        folder.add(
            "person_facts", JUNE, person, consent="c-1", party=person, on=JUNE, sex=sex,
            birth_year=born, distance_to_station_m=metres,
        )  # fmt: skip
    some = replace(accounts(JUNE, 2), subjects=("h-1", "h-2"))
    with read_feeds(folder.write(), today=date(2027, 6, 30)) as feeds:
        found = groups_of(feeds.on(JUNE), some, POLICY)
    assert {name: values.tolist() for name, values in found.items()} == {
        "sex": ["f", ""], "age": ["35–49", ""], "distance": ["3000–7999", ""],
    }  # fmt: skip


def test_small_groups_are_not_told(folder: Any) -> None:
    before = accounts(MARCH, 100)
    for k, subject in enumerate(before.subjects):
        folder.party(subject, "household", MARCH)
        folder.add(
            "person_facts", MARCH, subject, consent="c-1", party=subject, on=MARCH,
            sex="f" if k < 60 else "m", birth_year=1990 if k < 85 else 1950,
        )  # fmt: skip
    with read_feeds(folder.write(), today=date(2027, 6, 30)) as feeds:
        found = watch(before, accounts(JUNE, 100), POLICY, known=feeds.on(JUNE))
    groups = {(one.attribute, one.name): one for one in found.groups}
    assert groups["sex", "f"].reference
    assert groups["sex", "m"].n == 40
    assert {gap.figure for gap in groups["sex", "m"].gaps} == {
        "approved", "limit_yuan", "composite", "pd",
    }  # fmt: skip
    assert (groups["age", "60+"].n, groups["age", "60+"].gaps) == (None, ())
    assert not any(one.attribute == "distance" for one in found.groups)


@pytest.mark.mechanism("B08")
def test_the_report_is_whole_without_outcomes_and_the_same_twice(tmp_path: Path) -> None:
    before = accounts(MARCH, 200)
    found = watch(before, accounts(JUNE, 200), POLICY, challenger=accounts(MARCH, 200, seed=9))
    pages = []
    for name in ("a", "b"):
        write_watch(found, tmp_path / name)
        pages.append((tmp_path / name / "monitor.html").read_bytes())
    assert pages[0] == pages[1]
    page = pages[0].decode("utf-8")
    assert "还不能说" in page
    assert "Cannot be told yet" in page
    assert "<script" not in page
    assert "https:" not in page
    told = json.loads((tmp_path / "a/monitor.json").read_text("utf-8"))
    assert told["compared"]["champion"]["auc"] is None
    assert told["accounts_before"] == 200


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("subject,as_of\n", "cannot be read as scores"),
        ("", "cannot be read as scores"),
    ],
)
def test_files_that_are_no_scores(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_accounts(path)


def test_scores_of_two_days_are_not_one_scoring(tmp_path: Path) -> None:
    head = f"subject,as_of,grade,{','.join(NUMBERS)}\n"
    rows = "a,2026-03-31,A,1,2,3,4,5,0.1,6\nb,{},,,,,,,,\n"
    path = tmp_path / "scores.csv"
    path.write_text(head + rows.format("2026-06-30"), encoding="utf-8")
    with pytest.raises(InputError, match="accounts of 2 days"):
        read_accounts(path)
    path.write_text(head + rows.format("2026-03-31"), encoding="utf-8")
    found = read_accounts(path)
    assert found.subjects == ("a", "b")
    assert found.approved.tolist() == [True, False]
    assert np.isnan(found.numbers["pd"][1])

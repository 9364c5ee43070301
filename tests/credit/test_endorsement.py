"""Endorsements: what they lift, from whom, and that a ring lifts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from suixin.credit.endorsement import Social, social
from suixin.credit.subject import subjects_of
from suixin.data.read import read_feeds
from suixin.kernel.policy import load_policy

DAY = date(2026, 6, 30)
GRADES = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC", "D")
TABLE = Path(__file__).parents[1] / "cases/engagement_social.yaml"
CASES = yaml.safe_load(TABLE.read_text("utf-8"))


def vouch(folder: Any, endorsements: list[dict[str, Any]], place: str = "") -> None:
    """Households (or members of one, or a passer-by) of a place, and who vouches for whom."""
    named = {row[end] for row in endorsements for end in ("by", "of")} | {"home"}
    households = {name.partition("-")[2] for name in named if name.startswith("member")}
    for party in sorted(named | households):
        if party.startswith("member"):
            folder.party(party + place, household_id=party.partition("-")[2] + place)
        else:
            folder.party(party + place, "person" if party == "passer-by" else "household")
    for row in endorsements:
        given = DAY - timedelta(days=row.get("days", 0))
        folder.add(
            "endorsements", given, row["of"] + place, endorser=row["by"] + place,
            liability_cap=row.get("cap"), until=row.get("until"), **{"from": given},
        )  # fmt: skip


def judged(folder: Any, grades: dict[str, str]) -> tuple[Social, Sequence[str]]:
    """The social adjustment, everyone graded BBB before it unless said otherwise."""
    with read_feeds(folder.write()) as feeds:
        known = feeds.on(DAY)
        subjects = subjects_of(known, feeds.connection)
        ranks = [grades.get(subject, "BBB") for subject in subjects.ids]
        before = np.array([GRADES.index(grade) if grade in GRADES else -1 for grade in ranks])
        policy = load_policy("social").on(DAY)
        return social(known, subjects, policy, grade_before=before), subjects.ids


@pytest.fixture(scope="module")
def table(make_folder: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Points and ring by household; every case is a place of its own in one county."""
    folder, grades = make_folder(tmp_path_factory.mktemp("social")), {}
    for number, case in enumerate(CASES):
        vouch(folder, case["endorsements"], f"@{number}")
        grades |= {f"{who}@{number}": grade for who, grade in case.get("grades", {}).items()}
    found, ids = judged(folder, grades)
    rows = zip(found.points.round(4).tolist(), found.ring.tolist(), strict=True)
    return dict(zip(ids, rows, strict=True))


@pytest.mark.mechanism("B01")
@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number]["name"])
def test_who_lifts_whom(number: int, table: dict[str, tuple[float, bool]]) -> None:
    case, place = CASES[number], f"@{number}"
    here = {name.removesuffix(place): row for name, row in table.items() if name.endswith(place)}
    assert {who: here[who][0] for who in case["points"]} == case["points"]
    assert sorted(who for who, (_, ring) in here.items() if ring) == case.get("ring", [])


@pytest.mark.mechanism("B01")
def test_no_crowd_of_endorsers_lifts_past_the_cap(folder: Any) -> None:
    crowd = [{"by": f"neighbour{i}", "of": "home", "cap": 100_000} for i in range(40)]
    vouch(folder, crowd)
    found, ids = judged(folder, {})
    row = ids.index("home")
    assert found.endorsers[row] == 40
    assert 4.99 < found.points[row] <= 5.0


def test_nobody_vouches_where_the_feed_is_absent(folder: Any) -> None:
    folder.party("home", "household")
    found, _ = judged(folder, {})
    assert (found.points.tolist(), found.ring.tolist()) == ([0.0], [False])

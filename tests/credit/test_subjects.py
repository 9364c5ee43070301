"""Subjects: whose file there is (cases/subjects_*.yaml) and which buyers are the seller."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.credit.subject import Subjects, same_party, subjects_of
from suixin.data.read import read_feeds

DAY = date(2026, 6, 30)
MAY = datetime(2026, 5, 4, 12, tzinfo=timezone(timedelta(hours=8)))
CASES = Path(__file__).parents[1] / "cases"
FILES = yaml.safe_load((CASES / "subjects_files.yaml").read_text("utf-8"))
SAME = yaml.safe_load((CASES / "subjects_same_party.yaml").read_text("utf-8"))


def found(path: Path, on: date = DAY) -> tuple[dict[str, list[str]], Subjects]:
    """Every subject with the parties whose facts it holds."""
    with read_feeds(path, today=date(2027, 6, 30)) as feeds:
        subjects = subjects_of(feeds.on(on), feeds.connection)
        held = subjects.engine.fetch(subjects.frame)
    files: dict[str, list[str]] = {subject: [] for subject in subjects.ids}
    for party, subject, row in zip(held["party"], held["subject"], held["row"], strict=True):
        assert subjects.ids[int(row)] == subject
        files[subject].append(party)
    return {subject: sorted(parties) for subject, parties in files.items()}, subjects


def of_place(files: dict[str, list[str]], place: str) -> dict[str, list[str]]:
    return {
        subject.removesuffix(place): [party.removesuffix(place) for party in parties]
        for subject, parties in files.items()
        if subject.endswith(place)
    }


@pytest.fixture(scope="module")
def files(make_folder: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Every case is a place of its own in one county."""
    folder = make_folder(tmp_path_factory.mktemp("files"))
    folder.connect("orders")
    for number, case in enumerate(FILES):
        place = f"@{number}"
        for party, what in case["parties"].items():
            kind, *home = [what] if isinstance(what, str) else what
            folder.party(party + place, kind, household_id=home[0] + place if home else None)
        for seller in case.get("sellers", ()):
            folder.order(seller + place, MAY, 10_00, merchant=seller + place)
    return found(folder.write())[0]


@pytest.mark.mechanism("C04")
@pytest.mark.parametrize("number", range(len(FILES)), ids=lambda number: FILES[number]["name"])
def test_whose_file_it_is(number: int, files: dict[str, list[str]]) -> None:
    assert of_place(files, f"@{number}") == FILES[number]["files"]


def test_subjects_stand_in_the_order_of_their_ids(folder: Any) -> None:
    for party in ("b", "a", "B", "农户", "10", "9"):
        folder.party(party, "household")
    files, subjects = found(folder.write())
    assert subjects.ids == tuple(sorted(files)) == ("10", "9", "B", "a", "b", "农户")
    assert len(subjects) == 6


def test_sellers_have_files_where_no_party_is_known_at_all(folder: Any) -> None:
    folder.sale("o1", MAY, 10_00, merchant="seller")
    folder.order("o2", MAY, 10_00, merchant="other")
    assert found(folder.write())[0] == {"other": ["other"], "seller": ["seller"]}


def test_a_seller_seen_only_in_reviews_ratings_sessions_or_traffic_has_a_file(folder: Any) -> None:
    at = MAY
    folder.add(
        "reviews", at, "a", review_id="r", merchant="a", buyer="x", item="jar", rating=5,
        written_at=at,
    )  # fmt: skip
    folder.add("store_ratings", at, "b", merchant="b", on=at.date(), rating_hundredths=480)
    folder.add("live_sessions", at, "c", session="l", merchant="c", streamer="c", opens_at=at)
    folder.add(
        "traffic", at, "d", touch_id="t", merchant="d", pool="private", cost=0, kind="share", at=at
    )
    assert sorted(found(folder.write())[0]) == ["a", "b", "c", "d"]


@pytest.mark.mechanism("H01")
def test_a_party_entered_later_is_a_seller_in_his_own_name_until_then(folder: Any) -> None:
    folder.party("home", "household")
    folder.party("man", on=date(2026, 6, 10), household_id="home")
    folder.order("o1", MAY, 10_00, merchant="man")
    path = folder.write()
    assert found(path, date(2026, 6, 9))[0] == {"home": ["home"], "man": ["man"]}
    assert found(path, date(2026, 6, 10))[0] == {"home": ["home", "man"]}


# The seller in other clothes ------------------------------------------------------------------


@pytest.fixture(scope="module")
def same(
    make_folder: Any, telltale: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, set[str]]:
    """For every shop the buyers who are it; every case is a place of its own in one county."""
    folder = make_folder(tmp_path_factory.mktemp("same"))
    folder.connect("party_links")
    for number, case in enumerate(SAME):
        place = f"@{number}"
        for party, shown in {"shop": {}, **case["parties"]}.items():
            marks = {
                name: value + place if name == "household_id" else value and telltale(value + place)
                for name, value in shown.items()
            }
            folder.party(party + place, "household" if party == "shop" else "person", **marks)
        for one, kind, other in case.get("links", ()):
            folder.add(
                "party_links", date(2024, 1, 2), one + place, kind=kind, confidence=10_000,
                **{"from": one + place, "to": other + place},
            )  # fmt: skip
    with read_feeds(folder.write(), today=date(2027, 6, 30)) as feeds:
        assert not len(feeds.quarantine), feeds.quarantine[0]
        known = feeds.on(DAY)
        subjects = subjects_of(known, feeds.connection)
        rows = subjects.engine.fetch(same_party(known, subjects))
    buyers: dict[str, set[str]] = {subject: set() for subject in subjects.ids}
    for row, buyer in zip(rows["row"], rows["buyer"], strict=True):
        buyers[subjects.ids[int(row)]].add(buyer)
    return buyers


@pytest.mark.mechanism("K10")
@pytest.mark.parametrize("number", range(len(SAME)), ids=lambda number: SAME[number]["name"])
def test_who_is_the_seller_in_other_clothes(number: int, same: dict[str, set[str]]) -> None:
    place = f"@{number}"
    buyers = {buyer.removesuffix(place) for buyer in same[f"shop{place}"]}
    assert sorted(buyers - {"shop"}) == SAME[number]["same"]
    assert "shop" in buyers

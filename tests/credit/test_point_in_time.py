"""As of a day: only what was known then counts, and what was said then can be said again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from suixin.credit.book import ScoreBook
from suixin.credit.file import CreditFile
from suixin.credit.score import score
from suixin.data.feed import FEEDS
from suixin.data.lake import Feeds
from suixin.data.read import read_feeds
from suixin.data.schema import Field

LOCAL = timezone(timedelta(hours=8))
DAY = date(2026, 3, 31)
LAST = datetime(2026, 3, 31, 23, 59, 59, tzinfo=LOCAL)  # The day's last second.
NEXT = LAST + timedelta(seconds=1)

# What each type of field holds in a fact planted later; what must fit the village says so below.
OF_TYPE: dict[str, Any] = {
    "hash": "a" * 64, "text": "text", "fen": 100, "bps": 5_000, "n": 1, "g": 1_000, "int": 1,
    "flag": "yes", "degrees": 30.5, "ids": "messages",
}  # fmt: skip
PARTIES = {"party", "merchant", "holder", "owner", "supplier", "from", "sender", "subject"}
FITTING: dict[str, dict[str, Any]] = {
    "parties": {"kind": "household", "household_id": None},
    "party_links": {"to": "wife", "kind": "owner"},
    "declarations": {"amount_month": 9_000_00},
    "consents": {"until": date(2029, 1, 1)},
    "endorsements": {"endorser": "next", "subject": "home", "liability_cap": 10_000_00},
    "messages": {"group": "village", "sender": "wife", "in_reply_to": "g0-wife",
                 "reply_author": "wife"},
    "memberships": {"group": "other", "party": "wife"},
    "live_sessions": {"closes_at": None},
    "live_events": {"session": "show", "sequence": 1_000},
    "orders": {"gross": 900_00, "placed_at": None},
    "order_lines": {"line_no": 2, "category": "egg", "amount": 9_000_000_00},
    "order_events": {"event": "cancelled"},
    "refunds": {"amount": 100_00},
    "settlements": {"gross": 9_000_00, "commission": 0, "refund_netted": 0, "net": 9_000_00},
    "shipments": {"event": "delivered"},
    "reviews": {"rating": 1, "text": "坏了，烂了，骗人"},
    "store_ratings": {"rating_hundredths": 500},
    "parcels": {"polygon": '{"type":"Polygon","coordinates":[[[1,1],[1,2],[2,2],[1,1]]]}'},
    "parcel_observations": {"parcel": "field", "planted_pixels": 0},
    "parcel_visits": {"parcel": "field", "agent_1": "n1", "agent_2": "n2"},
    "debts_elsewhere": {"subject": "home", "balance": 9_000_00, "via_bureau": "bureau"},
    "villages": {"village_code": "610000000001"},
    "stations": {"village_code": "610000000001"},
    "station_villages": {"village_code": "610000000001"},
}  # fmt: skip


def planted(feed: str, occurred: datetime, recorded: datetime, n: int) -> dict[str, Any]:
    """A row of a feed that fits the village: known when it was recorded."""
    row: dict[str, Any] = {
        "source": f"test-{n}", "subject": "man", "occurred_at": occurred, "recorded_at": recorded,
        "consent": "k-all" if FEEDS[feed].consent == "required" else None,
    }  # fmt: skip
    for field in FEEDS[feed].fields:
        if not field.null:
            row[field.name] = _value(field, occurred, f"{feed}-{n}")
    fitting = {k: v for k, v in FITTING.get(feed, {}).items() if v is not None}
    return row | fitting


def _value(field: Field, at: datetime, name: str) -> Any:
    if field.type == "ts":
        return at
    if field.type == "day":
        return at.date()
    if field.values:
        return field.values[0]
    if field.type != "id":
        return OF_TYPE[field.type]
    if field.name == "order_id" and field.references:
        return "man-00000"
    if field.references and not field.references.startswith("parties"):
        return f"{field.references.split('.')[0]}-0"
    return "man" if field.name in PARTIES else name


def fill(folder: Any, fill_village: Callable[..., None]) -> None:
    """The village, with a first row of the feeds that others point to, and one consent for all."""
    fill_village(folder, DAY)
    early = DAY - timedelta(days=200)
    folder.add(
        "consents", early, "man", consent="k-all", party="man", purpose="credit", receiver="bank",
        kinds=";".join(FEEDS), until=date(2029, 1, 1), **{"from": early},
    )  # fmt: skip
    at = datetime(early.year, early.month, early.day, 12, tzinfo=LOCAL)
    for feed in ("villages", "stations", "devices"):
        folder.rows[feed].append(planted(feed, at, at, 0))


def opened(path: Path) -> Feeds:
    feeds = read_feeds(path, today=date(2027, 6, 30))
    assert not len(feeds.quarantine), feeds.quarantine[0]
    return feeds


@pytest.fixture(scope="module")
def told(
    make_folder: Any, fill_village: Callable[..., None], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[CreditFile]]:
    """The village as it stood on the day, and the files of then."""
    folder = make_folder(tmp_path_factory.mktemp("village"))
    fill(folder, fill_village)
    folder.connect(*FEEDS)
    with opened(folder.write()) as feeds:
        return folder.path, list(score(feeds, on=DAY))


@pytest.fixture(scope="module")
def later(
    told: tuple[Path, list[CreditFile]],
    make_folder: Any,
    fill_village: Callable[..., None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Feeds]:
    """Two more facts of every feed: one of the next second, an older one learned only then."""
    folder = make_folder(tmp_path_factory.mktemp("later"))
    fill(folder, fill_village)
    for feed in FEEDS:
        folder.rows[feed].append(planted(feed, NEXT, NEXT, 1))
        learned_late = planted(feed, LAST - timedelta(days=20), NEXT, 2)
        folder.rows[feed].append(learned_late)
    with opened(folder.write()) as feeds:
        yield feeds


@pytest.mark.mechanism("H01")
@pytest.mark.mechanism("F03")
def test_a_fact_of_the_next_second_of_any_feed_changes_no_number(
    told: tuple[Path, list[CreditFile]], later: Feeds
) -> None:
    _, files = told
    with opened(told[0]) as before:
        for feed in FEEDS:  # Every planted fact is a good one, and only the day keeps it out.
            assert later.counts[feed].good == before.counts[feed].good + 2, feed
    assert list(score(later, on=DAY)) == files


@pytest.mark.mechanism("H01")
def test_on_the_next_day_they_all_count(told: tuple[Path, list[CreditFile]], later: Feeds) -> None:
    files = {file.subject: file for file in told[1]}
    book = score(later, on=DAY + timedelta(days=1))
    assert len(book) == len(files) + 2  # Two parties more.
    home, before = book["home"], files["home"]
    assert home.facts.orders == before.facts.orders + 2
    assert home.facts.refund_fen == before.facts.refund_fen + 200_00
    assert home.facts.messages == before.facts.messages + 2
    assert home.facts.reviews == before.facts.reviews + 2
    assert home.facts.categories["egg"] == 18_000_000_00
    assert home.facts.groups == 2
    for one, then in zip(home.indices, before.indices, strict=True):
        assert one.value != then.value, one.name


@pytest.mark.mechanism("F03")
def test_asked_again_later_a_day_says_what_it_said_then(
    make_folder: Any,
    fill_village: Callable[..., None],
    tmp_path: Path,
    scored: Callable[..., ScoreBook],
) -> None:
    """Each day's book is made from the folder as it stood; later the whole folder is asked."""
    (tmp_path / "whole").mkdir()
    folder = make_folder(tmp_path / "whole")
    fill(folder, fill_village)
    days = [DAY - timedelta(days=back) for back in (150, 61, 1, 0)]
    then = [list(scored(folder.write_known(day, tmp_path / f"{day}"), day)) for day in days]
    with opened(folder.write()) as feeds:
        for day, files in zip(days, then, strict=True):
            again = list(score(feeds, on=day))
            assert again == files, day
    assert len({file.composite for files in then for file in files}) > 4


@pytest.mark.mechanism("B05")
@pytest.mark.mechanism("F03")
def test_a_consent_withdrawn_takes_the_chat_out_from_that_day_on(
    make_folder: Any, fill_village: Callable[..., None], tmp_path: Path
) -> None:
    folder = make_folder(tmp_path)
    fill_village(folder, DAY)
    [consent] = [row for row in folder.rows["consents"] if row["party"] == "home"]
    consent["revoked_at"] = LAST - timedelta(hours=12)
    with opened(folder.write()) as feeds:
        before, after = (score(feeds, on=DAY - timedelta(days=back)) for back in (1, 0))
    had, has = before["home"], after["home"]
    chat, silent = had.indices[0], has.indices[0]
    assert chat.value is not None
    assert chat.value > 50
    assert (silent.value, silent.present, silent.coverage) == (None, False, 0.0)
    assert has.facts.messages == 0
    assert had.composite is not None
    assert has.composite is not None
    # What cannot be seen counts as neutral at best, so who was above it loses by withdrawing.
    weighed = [one.weight * (50 if one.value is None else one.value) for one in has.indices]
    assert has.composite <= sum(weighed) + has.social + has.crop + 1e-4
    # The neighbour's numbers are recomputed without the answers of who withdrew.
    x = {part.part: part.x for part in before["next"].indices[0].parts}
    now = {part.part: part.x for part in after["next"].indices[0].parts}
    assert now["repliers"] < x["repliers"]

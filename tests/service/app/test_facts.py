"""Facts taken in: what counts, what is set aside and told, and what never counts."""

from __future__ import annotations

import gzip
import io
import shutil
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from county_home import UNTIL, county_folder
from opened import new_institution

from suixin.credit.score import score
from suixin.data.errors import InputError
from suixin.data.read import read_feeds
from suixin.service.app import facts, lake, uploads
from suixin.service.app.caller import Caller, Duty, service_caller
from suixin.service.app.keys import ring
from suixin.service.home import Home
from suixin.service.store import people
from suixin.service.store.people import Registered
from suixin.service.store.session import Actor

AT = datetime(2026, 7, 1, 1, tzinfo=UTC)
RATINGS = (
    "source,subject,occurred_at,recorded_at,merchant,on,rating_hundredths\n"
    "shop,m-1,2026-05-31T08:00:00+08:00,2026-05-31T09:00:00+08:00,m-1,2026-05-31,480\n"
    "shop,m-2,2026-05-31T08:00:00+08:00,2026-05-31T09:00:00+08:00,m-2,2026-05-31,4.8\n"
)


@pytest.fixture
def institution(database: Home) -> int:
    return new_institution(database)


@pytest.fixture(scope="module")
def county(database: Home) -> int:
    """An institution that has taken in a county."""
    number = new_institution(database)
    facts.load_feeds(service_caller(number, "load"), county_folder(), key="county", at=AT)
    return number


def folder_of(place: Path, **files: str) -> Path:
    place.mkdir()
    for name, content in files.items():
        (place / f"{name}.csv").write_text(content, "utf-8")
    return place


def names(institution: int) -> set[str]:
    folder = lake.lake_folder(institution)
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


@pytest.mark.mechanism("H01")
def test_what_is_taken_in_scores_as_the_folder_it_came_in(county: int) -> None:
    with (
        read_feeds(county_folder(), today=UNTIL) as given,
        lake.all_facts(Actor(institution=county)) as kept,
    ):
        assert kept.present == given.present
        assert len(kept.quarantine) == 0
        for day in (UNTIL, date(2026, 3, 31)):  # What was known on a day, and no later fact.
            asked, told = score(given, on=day), score(kept, on=day)
            for name, column in asked.table.items():
                if column.dtype == object:
                    assert told.table[name].tolist() == column.tolist(), name
                else:  # Sums of floats differ in their last bit, for the rows stand otherwise.
                    np.testing.assert_allclose(told.table[name], column, rtol=1e-12)


def test_what_is_wrong_is_set_aside_and_told_with_its_place(
    institution: int, tmp_path: Path
) -> None:
    caller = service_caller(institution, "load")
    folder = folder_of(tmp_path / "feeds", store_ratings=RATINGS)
    told = facts.load_feeds(caller, folder, key="k1", at=AT)
    assert (told.feeds["store_ratings"].good, told.set_aside_rows, told.again) == (1, 1, False)
    assert str(told.set_aside[0]) == (
        "store_ratings.csv:3: store_ratings.rating_hundredths BAD_TYPE: got 4.8, "
        "expected a whole number"
    )
    again = facts.load_feeds(caller, folder, key="k1", at=AT)
    assert (again.again, again.batch, again.set_aside_rows) == (True, told.batch, 1)
    repeated = facts.load_feeds(caller, folder, key="k2", at=AT)
    assert repeated.feeds["store_ratings"].good == 0
    with lake.all_facts(Actor(institution=institution)) as kept:
        assert kept.relation("store_ratings").project("batch, line").fetchall() == [
            (f"{told.batch}/store_ratings.csv", 2)
        ]


def test_a_later_load_corrects_a_row_by_its_name(institution: int, tmp_path: Path) -> None:
    caller = service_caller(institution, "load")
    first = facts.load_feeds(
        caller, folder_of(tmp_path / "one", store_ratings=RATINGS), key="k1", at=AT
    )
    header = RATINGS.splitlines()[0]
    row = "shop,m-1,2026-05-31T08:00:00+08:00,2026-06-02T09:00:00+08:00,m-1,2026-05-31,450"
    correction = f"{header},replaces\n{row},{first.batch}/store_ratings.csv:2\n"
    folder = folder_of(tmp_path / "two", store_ratings=correction)
    assert facts.load_feeds(caller, folder, key="k2", at=AT).set_aside_rows == 0
    with lake.all_facts(Actor(institution=institution)) as kept:
        before, after = (
            kept.on(day).relation("store_ratings").project("rating_hundredths").fetchall()
            for day in (date(2026, 6, 1), date(2026, 6, 2))
        )
    assert (before, after) == ([(480,)], [(450,)])


def test_a_kill_between_files_and_row_leaves_nothing_that_counts(
    institution: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = service_caller(institution, "load")
    folder = folder_of(tmp_path / "feeds", store_ratings=RATINGS)

    def killed(*_: object, **__: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(facts, "tell", killed)
        with pytest.raises(KeyboardInterrupt):
            facts.load_feeds(caller, folder, key="k1", at=AT)
    assert len(names(institution)) == 1  # The files are there, and nothing counts them.
    with lake.all_facts(Actor(institution=institution)) as kept:
        assert "store_ratings" not in kept.present
    told = facts.load_feeds(caller, folder, key="k1", at=AT)
    assert (names(institution), told.again) == ({told.batch}, False)


def test_consents_of_a_file_are_the_databases_own(institution: int, tmp_path: Path) -> None:
    moments = "2026-01-01T08:00:00+08:00,2026-01-01T09:00:00+08:00"
    given = "source,subject,occurred_at,recorded_at,consent,party,purpose,receiver,kinds,from,until"
    parties = "source,subject,occurred_at,recorded_at,party_id,kind,identity_kind,identity"
    folder = folder_of(
        tmp_path / "feeds",
        parties=f"{parties}\npartner,h-1,{moments},h-1,person,resident,{'0' * 64}\n",
        consents=f"{given},revoked_at\n"
        f"partner,h-1,{moments},c-1,h-1,credit,bank,messages;orders,2026-01-01,2026-12-31,"
        "2026-05-01T08:00:00+08:00\n"
        f"partner,h-1,{moments},c-2,h-1,credit,bank,messages,2026-01-01,2026-12-31,\n",
    )
    caller, actor = service_caller(institution, "load"), Actor(institution=institution)
    assert facts.load_feeds(caller, folder, key="k", at=AT).set_aside_rows == 0
    one, two = people.consents(actor, "h-1")
    assert (one[0].consent, one[0].kinds) == ("c-1", ("messages", "orders"))
    assert (one[1], two[1]) == (datetime(2026, 5, 1, tzinfo=UTC), None)
    with lake.all_facts(actor) as kept:
        assert len(kept.on(date(2026, 6, 30)).relation("consents")) == 2


def test_a_file_that_is_gone_is_named(institution: int, tmp_path: Path) -> None:
    caller = service_caller(institution, "load")
    folder = folder_of(tmp_path / "feeds", store_ratings=RATINGS)
    told = facts.load_feeds(caller, folder, key="k1", at=AT)
    shutil.rmtree(lake.lake_folder(institution) / told.batch)
    with pytest.raises(InputError, match="is not in the lake") as fault:
        lake.all_facts(Actor(institution=institution))
    assert fault.value.code == "LAKE"


def packed(**files: str) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    made.seek(0)
    return made


def test_a_zip_is_taken_in_and_hostile_ones_are_not(
    institution: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = service_caller(institution, "load")
    good = uploads.load_upload(
        caller, "feeds.zip", packed(**{"store_ratings.csv": RATINGS}), key="z1", at=AT
    )
    assert good.feeds["store_ratings"].good == 1
    monkeypatch.setattr(uploads, "UNPACKED_MAX", 1 << 20)
    monkeypatch.setattr(uploads, "BODY_MAX", 1 << 16)
    zeros = "0" * (2 << 20)
    hostile = {
        "BAD_NAME": ("feeds.zip", packed(**{"../../orders.csv": RATINGS})),
        "TOO_LARGE": ("feeds.zip", packed(**{"orders.csv": zeros})),
        "NOT_ZIP": ("feeds.zip", io.BytesIO(b"PK\x03\x04 and no more")),
        "TRUNCATED": ("orders.csv.gz", io.BytesIO(b"\x1f\x8b\x08 and no more")),
    }
    for code, (name, body) in hostile.items():
        with pytest.raises(InputError) as fault:
            uploads.load_upload(caller, name, body, key=code, at=AT)
        assert fault.value.code == code
    with pytest.raises(InputError, match="more than 0 MB") as fault:
        uploads.load_upload(caller, "orders.csv", io.BytesIO(b"0" * (1 << 17)), key="b", at=AT)
    bomb = io.BytesIO(gzip.compress(zeros.encode()))
    with pytest.raises(InputError) as fault:
        uploads.load_upload(caller, "orders.csv.gz", bomb, key="g", at=AT)
    assert fault.value.code == "TOO_LARGE"
    for name in ("../orders.csv", "a/b.csv", "", ".hidden", "a\\b.csv"):
        with pytest.raises(InputError) as fault:
            uploads.load_upload(caller, name, io.BytesIO(b""), key="n", at=AT)
        assert fault.value.code == "BAD_NAME"
    assert names(institution) == {good.batch}


def rating(party: str, on: str, hundredths: str) -> dict[str, str]:
    moments = {"occurred_at": f"{on}T08:00:00+08:00", "recorded_at": f"{on}T09:00:00+08:00"}
    own = {"merchant": party, "on": on, "rating_hundredths": hundredths}
    return {"source": "shop", "subject": party, **moments, **own}


def test_single_facts_are_told_once_and_corrected_by_number(institution: int) -> None:
    caller, actor = service_caller(institution, "api"), Actor(institution=institution)
    people.register(actor, Registered(party_id="m-1", kind="business"))
    rows = [rating("m-1", "2026-05-31", "480"), rating("m-1", "2026-06-01", "4.8")]
    one, wrong = facts.tell_facts(caller, "store_ratings", rows, at=AT)
    assert (one.new, wrong.number) == (True, None)
    assert wrong.set_aside is not None
    assert wrong.set_aside.code == "BAD_TYPE"
    (again,) = facts.tell_facts(caller, "store_ratings", rows[:1], at=AT)
    assert (again.new, again.number) == (False, one.number)
    other = {**rows[0], "rating_hundredths": "450"}
    with pytest.raises(InputError) as fault:
        facts.tell_facts(caller, "store_ratings", [other], at=AT)
    assert fault.value.code == "KEY_TAKEN"
    later = {"replaces": f"facts:{one.number}", "recorded_at": "2026-06-03T09:00:00+08:00"}
    facts.tell_facts(caller, "store_ratings", [{**other, **later}], at=AT)
    for day, found in ((date(2026, 6, 2), 480), (date(2026, 6, 3), 450)):
        (row,) = lake.rows_about(actor, ["store_ratings"], "m-1", on=day)["store_ratings"]
        assert row["rating_hundredths"] == found
    for code, party, feed in (
        ("NO_PARTY", "m-9", "store_ratings"),
        ("NO_FEED", "m-1", "store_rating"),
    ):
        with pytest.raises(InputError) as fault:
            facts.tell_facts(caller, feed, [rating(party, "2026-05-31", "480")], at=AT)
        assert fault.value.code == code


def test_who_may_not_load_is_refused_before_anything_is_read(institution: int) -> None:
    cashier = Caller(institution=institution, by="user:1", duties=frozenset({Duty.CASHIER}))
    for act in (
        lambda: facts.load_feeds(cashier, Path("/nowhere"), key="k", at=AT),
        lambda: facts.tell_facts(cashier, "orders", [{}], at=AT),
        lambda: uploads.load_upload(cashier, "orders.csv", io.BytesIO(), key="k", at=AT),
    ):
        with pytest.raises(InputError) as fault:
            act()
        assert fault.value.code == "NOT_PERMITTED"


def test_another_institution_has_none_of_it(county: int, institution: int) -> None:
    with lake.all_facts(Actor(institution=institution)) as kept:
        assert kept.present == {"consents"}
    assert people.named(Actor(institution=institution), ring(), people.Personal.PHONE, "1") == ()
    assert len(lake.batches(Actor(institution=county))) == 1
    later = datetime(2026, 6, 1, tzinfo=UTC) - timedelta(days=1)
    assert lake.batches(Actor(institution=county), known_at=later) == ()

"""Past scores: in force on a day, known by a day, added to and never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from suixin.county.make import make_county
from suixin.credit.book import ScoreBook
from suixin.credit.history import append, append_table, as_of, entries
from suixin.credit.score import score
from suixin.data.errors import InputError
from suixin.data.read import read_feeds

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 30)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Mapping[date, ScoreBook]:
    folder = make_county(50, 3, tmp_path_factory.mktemp("past") / "county").folder
    with read_feeds(folder, today=JUNE) as feeds:
        return {day: score(feeds, on=day) for day in (MAY, JUNE)}


def altered(book: ScoreBook) -> ScoreBook:
    """The same day scored again with facts that came late: every composite a little higher."""
    whole = replace(book.judged.composite, value=book.judged.composite.value + 0.25)
    return replace(book, judged=replace(book.judged, composite=whole))


@pytest.mark.mechanism("F03")
def test_what_was_in_force_is_the_last_book_not_after_the_day(
    books: Mapping[date, ScoreBook], tmp_path: Path
) -> None:
    for day, book in books.items():
        append(tmp_path, book, recorded_on=day)
    file = next(one for one in books[MAY] if one.status == "scored")
    assert as_of(tmp_path, file.subject, date(2026, 5, 30)) is None
    for day in (MAY, date(2026, 6, 29)):
        found = as_of(tmp_path, file.subject, day)
        assert found is not None
        assert (found.entry.as_of, found.composite, found.grade) == (
            MAY,
            file.composite,
            file.grade,
        )
        assert (found.limit_fen, found.rate_bps) == (file.terms.limit_fen, file.terms.rate_bps)
        assert found.reasons == tuple(reason.code for reason in file.reasons)
        assert found.entry.weight_versions == ("default-2000-01-01",)
        assert len(found.entry.policy_version) == 64
    now = as_of(tmp_path, file.subject, JUNE)
    assert now is not None
    assert now.composite == books[JUNE][file.subject].composite


@pytest.mark.mechanism("F03")
def test_what_was_known_then_stays_as_it_was(
    books: Mapping[date, ScoreBook], tmp_path: Path
) -> None:
    append(tmp_path, books[MAY], recorded_on=MAY)
    append(tmp_path, altered(books[MAY]), recorded_on=date(2026, 6, 10))
    subject = next(one.subject for one in books[MAY] if one.status == "scored")
    then, later = (
        as_of(tmp_path, subject, MAY, known_on=day) for day in (date(2026, 6, 9), date(2026, 6, 10))
    )
    assert then is not None
    assert later is not None
    assert then.composite == books[MAY][subject].composite
    assert later.composite == pytest.approx((then.composite or 0) + 0.25)
    assert as_of(tmp_path, subject, MAY) == later
    assert as_of(tmp_path, subject, MAY, known_on=date(2026, 5, 30)) is None


@pytest.mark.mechanism("F03")
def test_the_same_book_again_changes_nothing_and_another_is_refused(
    books: Mapping[date, ScoreBook], tmp_path: Path
) -> None:
    first = append(tmp_path, books[MAY], recorded_on=MAY)
    stood = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert append(tmp_path, books[MAY], recorded_on=MAY) == first
    with pytest.raises(InputError, match="Other scores of 2026-05-31") as refused:
        append(tmp_path, altered(books[MAY]), recorded_on=MAY)
    assert refused.value.code == "HISTORY_CONFLICT"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == stood
    assert entries(tmp_path) == (first,)


def test_nothing_is_learned_before_its_day_or_in_the_past(
    books: Mapping[date, ScoreBook], tmp_path: Path
) -> None:
    with pytest.raises(InputError) as early:
        append(tmp_path, books[JUNE], recorded_on=MAY)
    assert early.value.code == "BEFORE_AS_OF"
    append(tmp_path, books[JUNE], recorded_on=JUNE)
    with pytest.raises(InputError) as backwards:
        append(tmp_path, books[MAY], recorded_on=MAY)
    assert backwards.value.code == "RECORDED_BACKWARDS"
    assert append(tmp_path, books[MAY], recorded_on=JUNE).as_of == MAY


def test_a_changed_byte_is_found(books: Mapping[date, ScoreBook], tmp_path: Path) -> None:
    entry = append(tmp_path, books[MAY], recorded_on=MAY)
    table, record = (tmp_path / f"{entry.name}.{end}" for end in ("parquet", "json"))
    whole = table.read_bytes()
    table.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(InputError, match="not the table that was added"):
        as_of(tmp_path, "m-0001", MAY)
    table.write_bytes(whole)
    told = json.loads(record.read_text("utf-8"))
    record.write_text(json.dumps({**told, "as_of": "2026-05-30"}), "utf-8")
    with pytest.raises(InputError, match="says it is 2026-05-30"):
        as_of(tmp_path, "m-0001", MAY)
    record.write_text("{", "utf-8")
    with pytest.raises(InputError, match="no record of scores"):
        entries(tmp_path)


def test_a_subject_not_in_the_book_in_force_has_no_score(
    books: Mapping[date, ScoreBook], tmp_path: Path
) -> None:
    append(tmp_path, books[MAY], recorded_on=MAY)
    assert as_of(tmp_path, "nobody", MAY) is None
    assert as_of(tmp_path, "m-0001", MAY, product="no_such") is None
    assert as_of(tmp_path / "none", "m-0001", MAY) is None


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("select 1 as subject", "lacks the column"),
        ("select * from scores union all select * from scores", "a subject twice"),
        ("select * replace (as_of + row_number() over ()::int as as_of) from scores", "of one day"),
        ("select * replace ('../x' as product) from scores", "of one day and one product"),
    ],
)
def test_tables_that_are_no_scores(
    books: Mapping[date, ScoreBook], tmp_path: Path, query: str, told: str
) -> None:
    source, odd = tmp_path / "scores.parquet", tmp_path / "odd.parquet"
    books[MAY].to_parquet(source)
    with duckdb.connect() as connection:
        connection.read_parquet(str(source)).create_view("scores")
        connection.sql(query).write_parquet(str(odd))
    with pytest.raises(InputError, match=told):
        append_table(tmp_path / "past", odd, recorded_on=JUNE)


def test_files_that_are_no_tables(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no table"):
        append_table(tmp_path, tmp_path / "absent.parquet", recorded_on=JUNE)
    (tmp_path / "text.parquet").write_text("no", "utf-8")
    with pytest.raises(InputError, match="is no table"):
        append_table(tmp_path, tmp_path / "text.parquet", recorded_on=JUNE)


def test_a_run_and_its_book_are_one_entry(books: Mapping[date, ScoreBook], tmp_path: Path) -> None:
    books[MAY].to_parquet(tmp_path / "scores.parquet")
    past = tmp_path / "past"
    entry = append_table(past, tmp_path / "scores.parquet", recorded_on=MAY)
    assert append(past, books[MAY], recorded_on=MAY) == entry

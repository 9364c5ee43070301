"""The same rows read the same from every form and encoding, and keep their line numbers."""

from __future__ import annotations

import gzip
import json
from datetime import datetime

import duckdb
import openpyxl
import pytest

from suixin.data import text
from suixin.data.lake import Limits
from suixin.data.records import csv_records

BUYER = "买家-苹果"
SEEN = "order_id, buyer, gross, placed_at, line"


def rows_of(feeds):
    return feeds.relation("orders").project(SEEN).order("order_id").fetchall()


@pytest.fixture
def two(right):
    return [right("orders", order_id="a", buyer=BUYER), right("orders", order_id="b", gross="250")]


EXPECTED = [("a", BUYER, 100, 1780192800, 2), ("b", "orders.buyer", 250, 1780192800, 3)]


def csv_text(rows, *, delimiter=",", ending="\n", quote=""):
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "".join(delimiter.join(f"{quote}{c}{quote}" for c in line) + ending for line in lines)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("orders.csv", lambda rows: csv_text(rows).encode("utf-8")),
        ("orders.csv", lambda rows: csv_text(rows).encode("utf-8-sig")),
        ("orders.csv", lambda rows: csv_text(rows, ending="\r\n").encode("utf-8-sig")),
        ("orders.csv", lambda rows: csv_text(rows, quote='"').encode("utf-8")),
        ("orders.csv", lambda rows: csv_text(rows)[:-1].encode("utf-8")),
        ("orders.csv", lambda rows: csv_text(rows).encode("gb18030")),
        ("orders.csv", lambda rows: csv_text(rows, ending="\r\n", quote='"').encode("gb18030")),
        ("orders.csv", lambda rows: csv_text(rows).encode("utf-16")),
        ("orders.csv", lambda rows: csv_text(rows, delimiter=";").encode("utf-8")),
        ("orders.tsv", lambda rows: csv_text(rows, delimiter="\t").encode("utf-8")),
        ("orders.csv.gz", lambda rows: gzip.compress(csv_text(rows).encode("utf-8"))),
        ("orders.csv.gz", lambda rows: gzip.compress(csv_text(rows).encode("gb18030"))),
        ("orders-2026-05 [1].csv", lambda rows: csv_text(rows).encode("utf-8")),
    ],
)
def test_csv(folder, two, name, write):
    place = folder.path / name
    place.write_bytes(write(two))
    feeds = folder.read()
    assert rows_of(feeds) == EXPECTED
    assert not feeds.quarantine


def test_csv_across_every_boundary_of_its_pieces(folder, two, monkeypatch):
    """Letters, quotes and line ends cut in two by the reading in pieces are put together again."""
    for ending, quote in (("\n", ""), ("\r\n", '"')):
        folder.put("orders.csv", csv_text(two, ending=ending, quote=quote).encode("gb18030"))
        for size in (3, 5, 7):
            monkeypatch.setattr(text, "_PIECE", size)
            assert rows_of(folder.read()) == EXPECTED


def test_lines_are_counted_through_breaks_inside_quotes_and_blank_lines(folder, right):
    rows = [right("orders", order_id=x, gross=g) for x, g in (("a", "1"), ("b", "-1"), ("c", "3"))]
    header, first, second, third = csv_text(rows).splitlines()
    first = first.replace("orders.buyer", '"two\nlines"')
    folder.put("orders.csv", "\n".join((header, first, "", second, third)))
    feeds = folder.read()
    seen = feeds.relation("orders").project("order_id, buyer, line").order("line").fetchall()
    assert seen == [("a", "two\nlines", 2), ("c", "orders.buyer", 6)]
    assert str(feeds.quarantine[0]).startswith("orders.csv:5: orders.gross OUT_OF_RANGE")


def test_a_line_with_other_columns_costs_only_itself(folder, two):
    header, first, second = csv_text(two).splitlines()
    folder.put("orders.csv", "\n".join((header, first + ",more", second)))
    feeds = folder.read()
    assert [str(row) for row in feeds.quarantine] == [
        "orders.csv:2: orders.(line) UNREADABLE_LINE: got 21 values, "
        "expected 20 values, as the header has, and closed quotes"
    ]
    assert [row[0] for row in rows_of(feeds)] == ["b"]
    assert feeds.counts["orders"].read == 2


def test_a_quote_never_closed_costs_only_its_line(folder, two):
    header, first, second = csv_text(two).splitlines()
    folder.put("orders.csv", "\n".join((header, first.replace(BUYER, '"' + BUYER), second)))
    feeds = folder.read()
    assert [(row.line, row.code, row.wrong) for row in feeds.quarantine] == [
        (2, "UNREADABLE_LINE", "unexpected end of data")
    ]
    assert [row[0] for row in rows_of(feeds)] == ["b"]


def test_an_open_quote_stops_at_a_thousand_lines(tmp_path):
    file = tmp_path / "long.csv"
    file.write_text('a\n"open\n' + "x\n" * 1500, encoding="utf-8")
    records = list(csv_records(file, ","))
    assert [(r.line, r.fault) for r in records if r.cells is None] == [(2, "a quote is not closed")]
    assert len(records) == 1502


def test_json_lines(folder, two):
    folder.put("orders.jsonl", "\n".join(json.dumps(row) for row in two))
    lines = [(*row[:4], row[4] - 1) for row in EXPECTED]
    assert rows_of(folder.read()) == lines


def test_json_lines_with_a_mark_of_utf8_first(folder, two):
    folder.put("orders.jsonl", "\n".join(json.dumps(row) for row in two).encode("utf-8-sig"))
    assert [row[0] for row in rows_of(folder.read())] == ["a", "b"]


def test_json_lines_with_numbers_nulls_lists_and_lines_that_are_none(folder, right):
    good = right("consents") | {"kinds": ["orders", "messages"], "revoked_at": None}
    lines = [json.dumps(good), "", "{not json", "[1, 2]", json.dumps(good | {"until": "soon"})]
    folder.put("consents.jsonl", "\n".join(lines))
    feeds = folder.read()
    assert feeds.relation("consents").project("kinds, line").fetchall() == [("orders;messages", 1)]
    assert [(row.line, row.code, row.wrong) for row in feeds.quarantine] == [
        (3, "UNREADABLE_LINE", "{not json"),
        (4, "UNREADABLE_LINE", "[1, 2]"),
        (5, "BAD_TYPE", "soon"),
    ]
    assert feeds.counts["consents"].read == 4


def test_json_numbers_are_whole_fen_or_set_aside(folder, right):
    rows = [
        right("orders", order_id=str(i)) | {"gross": gross} for i, gross in enumerate((125, 1.5))
    ]
    folder.put("orders.ndjson.gz", "\n".join(json.dumps(row) for row in rows))
    feeds = folder.read()
    assert [row[2] for row in rows_of(feeds)] == [125]
    assert "got 1.5, expected whole fen, got yuan?" in str(feeds.quarantine[0])


def test_xlsx(folder, two):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(two[0]))
    sheet.append([None])
    for row in two:
        typed = row | {
            "gross": int(row["gross"]),
            "placed_at": datetime(2026, 5, 31, 10, 0),  # noqa: DTZ001 - as a sheet holds it
        }
        sheet.append(list(typed.values()))
    book.save(folder.path / "orders.xlsx")
    assert rows_of(folder.read()) == [(*row[:4], row[4] + 1) for row in EXPECTED]


def test_xlsx_rounds_long_numbers_and_that_is_seen(folder, right):
    book = openpyxl.Workbook()
    row = right("orders") | {"order_id": 6900000000000000011}
    book.active.append(list(row))
    book.active.append(list(row.values()))
    book.save(folder.path / "orders.xlsx")
    assert str(folder.read().quarantine[0]) == (
        "orders.xlsx:2: orders.order_id BAD_TYPE: got 6.90000000000000E+18, "
        "expected an id as text; a spreadsheet rounds long numbers"
    )


PARQUET = {
    "as text": "'2026-05-31T10:00:00+08:00'",
    "seconds": "1780192800::BIGINT",
    "an instant": "make_timestamp(1780192800000000) AT TIME ZONE 'UTC'",
    "a time without zone is China's": "TIMESTAMP '2026-05-31 10:00:00'",
    "nanoseconds": "TIMESTAMP_NS '2026-05-31 10:00:00'",
}


@pytest.mark.parametrize("time", PARQUET.values(), ids=PARQUET)
@pytest.mark.parametrize("money", ["'100'", "100::INTEGER", "100::BIGINT", "100.0::DOUBLE"])
def test_parquet_of_any_types(folder, time, money):
    put_parquet(folder, time=time, money=money)
    rows = folder.read().relation("orders").project("gross, placed_at, line, batch").fetchall()
    assert rows == [(100, 1780192800, 1, "orders.parquet")]


def put_parquet(folder, *, time="1780192800::BIGINT", money="100::BIGINT", more=""):
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT 's' AS source, 'm' AS subject, {time} AS occurred_at, "
            f"{time} AS recorded_at, 'o-' || i AS order_id, 'm' AS merchant, 'b' AS buyer, "
            f"'live' AS channel, {money} AS gross, 0 AS freight, {time} AS placed_at, "
            f"'household' AS buyer_kind{more} FROM range(1) AS r(i)) "
            f"TO '{folder.path}/orders.parquet' (FORMAT parquet)"
        )


def test_parquet_without_fault_stays_where_it_is(folder):
    put_parquet(folder)
    feeds = folder.read()
    assert (
        "read_parquet"
        in feeds.connection.sql(
            "SELECT sql FROM duckdb_views() WHERE view_name LIKE 'view_orders%'"
        )
        .fetchall()[0][0]
        .lower()
    )


def test_parquet_with_columns_named_as_ours_inside(folder):
    put_parquet(folder, more=", 'x' AS fault, 'y' AS _file, 3 AS _line, 4 AS filename")
    feeds = folder.read()
    assert feeds.relation("orders").project("batch, line").fetchall() == [("orders.parquet", 1)]


def test_parquet_in_a_folder_as_spark_writes_it(folder, tmp_path):
    put_parquet(folder)
    place = folder.path / "orders.parquet"
    written = place.rename(tmp_path / "part-00000.snappy.parquet")
    place.mkdir()
    written.rename(place / written.name)
    (place / "_SUCCESS").touch()
    (place / ".part-00000.crc").touch()
    feeds = folder.read()
    assert feeds.counts["orders"].good == 1
    assert feeds.notes == ()


def test_parquet_with_a_fault_says_where(folder):
    put_parquet(folder, money="i - 5")
    feeds = folder.read()
    assert [str(row) for row in feeds.quarantine] == [
        "orders.parquet:1: orders.gross OUT_OF_RANGE: got -5, expected at least 0"
    ]


def test_a_fen_column_of_decimals_is_yuan(folder):
    put_parquet(folder, money="12.5::DOUBLE")
    assert str(folder.read().quarantine[0]) == (
        "orders.parquet:1: orders.gross BAD_TYPE: got 12.5, expected whole fen, got yuan?"
    )


def test_memory_is_bounded_and_set_by_the_caller(folder):
    folder.rows("orders", {})
    feeds = folder.read(limits=Limits(memory="100MB", threads=1))
    settings = "SELECT current_setting('threads'), current_setting('memory_limit')"
    assert feeds.connection.execute(settings).fetchall() == [(1, "95.3 MiB")]


def test_nothing_is_fetched_at_run_time(folder):
    folder.rows("orders", {})
    found = (
        folder.read()
        .connection.execute(
            "SELECT value FROM duckdb_settings() WHERE name LIKE 'auto%_known_extensions'"
        )
        .fetchall()
    )
    assert found == [("false",), ("false",)]

"""A file that cannot be used ends the reading with what is wrong and what to do about it."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import duckdb
import openpyxl
import pytest
import yaml

from suixin.data.errors import InputError
from suixin.data.lake import Limits
from suixin.data.read import read_feeds

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/data_files.yaml").read_text(encoding="utf-8")
)
SHORT_LINES = Limits(line_bytes=10_000)


def table(header, rows):
    return "\n".join(",".join(cells) for cells in (header, *rows)) + "\n"


def workbook(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)


def parquet(path, header, row):
    columns = ", ".join(
        f"'{cell}' AS \"{name}\"" for name, cell in zip(header, row, strict=True) if cell
    )
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {columns}) TO '{path}' (FORMAT parquet)")


def written(place, name, header, rows):
    """A file of the form its name says."""
    if name.endswith(".xlsx"):
        workbook(place, [header, *rows] if header else [])
    elif name.endswith(".parquet"):
        parquet(place, header, rows[0])
    elif name.endswith(".jsonl"):
        lines = (json.dumps(dict(zip(header, row, strict=True))) for row in rows)
        place.write_text("\n".join(lines), encoding="utf-8")
    elif name.endswith(".gz"):
        place.write_bytes(gzip.compress(table(header, rows).encode(), mtime=0))
    else:
        place.write_text(table(header, rows), encoding="utf-8")


def spoil(place, name, right, spoilt):
    """Write the right row as the case spoils it."""
    feed = "messages" if "messages" in name else "orders"
    row = right(feed)
    renamed = spoilt.get("rename", {})
    header = [renamed.get(key, key) for key in row if key != spoilt.get("drop")]
    cells = [value for key, value in row.items() if key != spoilt.get("drop")]
    rows = [cells]
    if "second_header" in spoilt:
        rows = [spoilt["second_header"], cells]
    if "header_twice" in spoilt:
        rows = [header, cells]
    if "title" in spoilt:
        header, rows = [spoilt["title"], *[""] * (len(header) - 1)], [header, cells]
    if "long" in spoilt:
        rows = [["x" * spoilt["long"]]]
    if spoilt.get("rows") == 0:
        header, rows = [], []
    place.parent.mkdir(exist_ok=True)
    written(place, name, header, rows)
    data = place.read_bytes()
    if "content" in spoilt:
        data = spoilt["content"].encode()
        data = gzip.compress(data) if name.endswith(".gz") else data
    if "bytes" in spoilt:
        data = bytes.fromhex(spoilt["bytes"])
    if "cut" in spoilt:
        data = data[: -spoilt["cut"]]
    if "flip" in spoilt:
        at = len(data) + spoilt["flip"]
        data = data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]
    place.write_bytes(data)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_unusable_file(case, folder, right):
    spoil(folder.path / case["file"], case["file"], right, case["spoilt"])
    with pytest.raises(InputError) as caught:
        folder.read(limits=SHORT_LINES)
    error = caught.value
    assert error.code == case["code"]
    if "says" in case:
        assert error.message == case["says"]
    assert error.message.startswith(case.get("says_start", ""))
    assert error.message.endswith(case.get("says_end", ""))
    assert error.hint == case["then"]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"feeds does not exist\. Give the folder that holds"):
        read_feeds(tmp_path / "feeds")


def test_a_file_for_a_folder(tmp_path):
    (tmp_path / "orders.csv").touch()
    with pytest.raises(InputError, match=r"orders\.csv is a file, not a folder\."):
        read_feeds(tmp_path / "orders.csv")


def test_nothing_is_left_behind_when_reading_fails(folder, tmp_path):
    folder.put("orders.csv", "")
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(InputError):
        folder.read(limits=Limits(folder=work))
    assert list(work.iterdir()) == []


def test_a_line_of_a_gigabyte_costs_little_memory(folder):
    """A packed file of one line is refused after the first megabytes, whatever its length."""
    mebibyte = b"x" * (1 << 20)
    with gzip.open(folder.path / "orders.csv.gz", "wb", compresslevel=1) as out:
        for _ in range(1024):
            out.write(mebibyte)
    script = textwrap.dedent(
        """
        import resource, sys
        from suixin.data.errors import InputError
        from suixin.data.text import as_text
        from pathlib import Path
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            as_text(Path(sys.argv[1]), "orders.csv.gz", packed=True,
                    scratch=Path(sys.argv[1] + ".out"), line_bytes=2_000_000)
        except InputError as error:
            print(error.message)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000)
        """
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(folder.path / "orders.csv.gz")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.splitlines() == [
        "orders.csv.gz has a line longer than 2,000,000 bytes (line 1).",
        "True",
    ]


def test_a_file_whose_name_is_no_feed_is_noted(folder):
    folder.rows("orders", {})
    folder.put("setlements.csv", "a\n1\n")
    folder.put("README.md", "not data")
    folder.put("orders_seen.csv", "a\n1\n")
    assert folder.read().notes == (
        "setlements.csv is not named after a feed and was not read; nearest is settlements.",
    )


def test_a_column_no_feed_has_is_noted_and_not_read(folder, right):
    row = right("orders") | {"promised": "x", "\x1b[31mred": "y"}
    folder.put("orders.csv", table(list(row), [list(row.values())]))
    feeds = folder.read()
    assert feeds.counts["orders"].good == 1
    assert feeds.notes == (
        'orders.csv: column "\\x1b[31mred" is not one of orders and was not read.',
        'orders.csv: column "promised" is not one of orders and was not read.',
    )


def test_several_files_and_a_folder_make_one_feed(folder, right):
    for place, order in (("orders-2026-05.csv", "a"), ("orders/june.csv", "b")):
        row = right("orders", order_id=order)
        folder.put(place, table(list(row), [list(row.values())]))
    rows = folder.read().relation("orders").project("order_id, batch, line").order("1").fetchall()
    assert rows == [("a", "orders-2026-05.csv", 2), ("b", "orders/june.csv", 2)]


def test_a_header_without_rows_is_a_feed_that_is_connected(folder, right):
    folder.put("orders.csv", table(list(right("orders")), []))
    feeds = folder.read()
    assert "orders" in feeds.present
    assert feeds.counts["orders"].read == 0


def test_reading_in_another_thread(folder):
    """A service reads while it answers: nothing hangs on the main thread."""
    folder.rows("orders", {})
    counts = []
    worker = threading.Thread(target=lambda: counts.append(folder.read().counts["orders"].good))
    worker.start()
    worker.join()
    assert counts == [1]

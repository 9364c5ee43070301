"""Files are written whole or not at all, and nothing in them runs as a formula."""

from __future__ import annotations

import csv
import errno
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from suixin.data.errors import DiskError, shown
from suixin.data.read import read_feeds
from suixin.data.write import (
    atomic_folder,
    atomic_path,
    csv_safe,
    write_feed_csv,
    write_feeds,
    write_quarantine,
)

FORMULAS = ("=1+1", "+86", "-2", "@x", "\tx", "\rx", "\nx", "'x", "＝1", "＋1", "－1", "＠x")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_a_quote(text):
    assert csv_safe(text) == "'" + text


@pytest.mark.parametrize("text", ["", "苹果", "a=1", " =1", "10", "o-1"])
def test_other_text_stays(text):
    assert csv_safe(text) == text


def test_text_from_a_file_is_shown_on_one_line():
    assert shown("a\r\n\x1b[2J\u202eb") == "a\\r\\n\\x1b[2J\\u202eb"
    assert shown("x" * 100, 10) == "xxxxxxxxx…"


def test_a_file_appears_when_it_is_whole(tmp_path):
    target = tmp_path / "new" / "out.txt"
    with atomic_path(target) as fresh:
        fresh.write_text("whole")
        assert not target.exists()
        assert fresh.parent == target.parent
    assert target.read_text() == "whole"


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_stops_the_writing_the_old_file_stands(tmp_path, failure):
    target = tmp_path / "out.txt"
    target.write_text("old")

    def half():
        with atomic_path(target) as fresh:
            fresh.write_text("half")
            raise failure

    with pytest.raises(failure):
        half()
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("out.txt", "old")]


def full_disk(tmp_path, code):
    with atomic_path(tmp_path / "out.txt") as fresh:
        fresh.write_text("half")
        raise OSError(code, os.strerror(code))


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "writing there is not permitted"),
    ],
)
def test_a_disk_that_refuses_is_named_and_the_old_file_stands(tmp_path, code, why):
    (tmp_path / "out.txt").write_text("old")
    with pytest.raises(DiskError) as caught:
        full_disk(tmp_path, code)
    assert caught.value.message == f"{tmp_path}/out.txt could not be written: {why}."
    assert caught.value.hint == "What stood there before still stands."
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("out.txt", "old")]


def test_a_part_of_the_path_that_is_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DiskError), atomic_path(tmp_path / "file" / "out.txt"):
        pass


def test_a_file_size_limit_met_by_the_database_leaves_the_old_file(folder, tmp_path):
    """The system refuses the write in the middle of a COPY, as a full disk does."""
    folder.rows("orders", *({"order_id": f"o-{i}"} for i in range(20_000)))
    out = tmp_path / "out"
    out.mkdir()
    (out / "orders.csv").write_text("old")
    script = textwrap.dedent(
        """
        import resource, signal, sys
        from datetime import date
        from pathlib import Path
        from suixin.data.errors import DiskError
        from suixin.data.read import read_feeds
        from suixin.data.write import write_feed_csv
        feeds = read_feeds(sys.argv[1], today=date(2026, 6, 30))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            relation = feeds.relation("orders")
            write_feed_csv(feeds.connection, "orders", relation, Path(sys.argv[2]) / "orders.csv")
        except DiskError as error:
            print(error)
        """
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(folder.path), str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert run.stdout == (
        f"{out}/orders.csv could not be written: the disk is full or failed. "
        "What stood there before still stands.\n"
    )
    assert [(p.name, p.read_text()) for p in out.iterdir()] == [("orders.csv", "old")]


def test_ctrl_c_in_the_middle_leaves_nothing_half_written(tmp_path):
    (tmp_path / "out.txt").write_text("old")
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from suixin.data.write import atomic_path
        with atomic_path(Path(sys.argv[1]) / "out.txt") as fresh:
            fresh.write_text("half")
            print("writing", flush=True)
            time.sleep(60)
        """
    )
    run = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout.readline() == "writing\n"
        run.send_signal(signal.SIGINT)
        _, complaint = run.communicate(timeout=20)
    assert complaint.endswith("KeyboardInterrupt\n")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("out.txt", "old")]


def test_ctrl_c_while_reading_leaves_no_scratch(folder, tmp_path):
    folder.rows("orders", *({"order_id": f"o-{i}"} for i in range(50_000)))
    work = tmp_path / "work"
    work.mkdir()
    script = textwrap.dedent(
        """
        import sys
        from suixin.data.read import read_feeds
        print("reading", flush=True)
        while True:
            read_feeds(sys.argv[1]).close()
        """
    )
    run = subprocess.Popen(
        [sys.executable, "-c", script, str(folder.path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(work)},
    )
    with run:
        assert run.stdout.readline() == "reading\n"
        while not list(work.iterdir()):
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
    assert run.returncode != 0
    assert list(work.iterdir()) == []


def test_a_folder_appears_when_it_is_whole(tmp_path):
    with atomic_folder(tmp_path / "out") as fresh:
        (fresh / "pages").mkdir()
        (fresh / "pages" / "1.html").write_text("one")
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out" / "pages" / "1.html").read_text() == "one"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_stands_keeps_what_is_not_replaced(tmp_path):
    out = tmp_path / "out"
    (out / "pages").mkdir(parents=True)
    (out / "pages" / "old.html").touch()
    (out / "mine.txt").write_text("mine")
    (out / "scores.csv").write_text("old")
    with atomic_folder(out) as fresh:
        (fresh / "scores.csv").write_text("new")
        (fresh / "pages").mkdir()
        (fresh / "pages" / "new.html").touch()
    found = sorted(p.relative_to(out).as_posix() for p in out.rglob("*"))
    assert found == ["mine.txt", "pages", "pages/new.html", "scores.csv"]
    assert (out / "scores.csv").read_text() == "new"


@pytest.mark.parametrize("stands", [True, False])
def test_a_folder_that_fails_changes_nothing(tmp_path, stands):
    out = tmp_path / "out"
    if stands:
        out.mkdir()
        (out / "scores.csv").write_text("old")
    before = sorted(p.name for p in tmp_path.rglob("*"))

    def half():
        with atomic_folder(out) as fresh:
            (fresh / "scores.csv").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert sorted(p.name for p in tmp_path.rglob("*")) == before


def test_what_was_set_aside_is_written_whole_and_safe(folder, tmp_path):
    folder.rows("orders", {"order_id": "=cmd", "channel": "=HYPERLINK(1)", "gross": "70"})
    path = tmp_path / "quarantine.csv"
    write_quarantine(folder.read().quarantine, path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [
        {
            "file": "orders.csv",
            "line": "2",
            "feed": "orders",
            "field": "channel",
            "code": "UNKNOWN_VALUE",
            "wrong": "'=HYPERLINK(1)",
            "expected": "one of live, group, shelf, offline",
            "amount_fen": "70",
            "key": "orders.source/=cmd",
        }
    ]


def test_a_feed_written_and_read_again_is_the_same(folder, tmp_path):
    texts = (*FORMULAS[:4], *FORMULAS[7:], "plain", 'a "quoted", one')
    folder.rows("reviews", *({"review_id": f"r-{i}", "text": t} for i, t in enumerate(texts)))
    folder.rows("villages", {"has_4g": "no"})
    folder.rows("consents", {"revoked_at": "2026-06-12T09:00:00+08:00"})
    feeds = folder.read()
    for form in ("csv", "parquet"):
        paths = write_feeds(feeds, tmp_path / form, form=form)
        assert [p.name for p in paths] == [
            f"{f}.{form}" for f in ("consents", "reviews", "villages")
        ]
        with read_feeds(tmp_path / form, via_bureau_feeds=frozenset()) as again:
            assert not again.quarantine
            for feed in feeds.present:
                columns = [c for c in feeds.relation(feed).columns if c not in ("batch", "line")]
                shown = ", ".join(f'"{column}"' for column in columns)
                old, new = (f.relation(feed).project(shown).order("ALL") for f in (feeds, again))
                assert old.fetchall() == new.fetchall()


def test_a_feed_is_written_in_order_of_its_key_whatever_the_order_of_its_rows(folder, tmp_path):
    written = []
    for order in (("a", "b", "c"), ("c", "a", "b")):
        folder.rows("orders", *({"order_id": x} for x in order))
        feeds = folder.read()
        path = tmp_path / "orders.csv"
        write_feed_csv(feeds.connection, "orders", feeds.relation("orders"), path)
        written.append(path.read_bytes())
    assert written[0] == written[1]
    assert (
        written[0].decode().splitlines()[1].startswith("orders.source,orders.subject,2026-05-31T")
    )

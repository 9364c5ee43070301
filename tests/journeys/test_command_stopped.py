"""A disk that fills and Ctrl-C, for real and in a process of its own: nothing is half written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DAY = "2026-06-30"

Command = Callable[..., Any]

# The command, stopped by what happens while it writes its report: `{act}` is done then.
STOPPED = """
import resource, signal, sys
from suixin.credit.book import ScoreBook
whole = ScoreBook.report
def report(book, path, **more):
    (path.parent / "begun").write_text("half")
    {act}
    return whole(book, path, **more)
ScoreBook.report = report
from suixin.cli import main
main()
"""
CTRL_C = "signal.raise_signal(signal.SIGINT)"
# No file may grow past a kilobyte: what a full disk is to whoever writes, for any user.
DISK_FULL = "resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))"
STOPS = pytest.mark.parametrize(
    ("act", "status"), [(CTRL_C, 130), (DISK_FULL, 3)], ids=["Ctrl-C", "the disk is full"]
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with an order, which is scored in no time."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "orders.csv").write_text(
        "source,subject,occurred_at,recorded_at,order_id,merchant,buyer,channel,gross,freight,"
        "placed_at,buyer_kind\n"
        "test,shop,2026-05-04T12:00:00+08:00,2026-05-04T12:00:00+08:00,o1,shop,b1,shelf,1000,0,"
        "2026-05-04T12:00:00+08:00,household\n",
        encoding="utf-8",
    )
    return folder


@STOPS
def test_what_stood_there_still_stands_whole(
    act: str, status: int, shop: Path, process: Command, files_of: Command, tmp_path: Path
) -> None:
    words = ["score", shop, "--on", DAY, "--out", tmp_path / "scores"]
    assert process(words).status == 0
    before = files_of(tmp_path)
    said = process(words, code=STOPPED.format(act=act))
    assert said.status == status, said.err
    assert "Traceback" not in said.err
    assert files_of(tmp_path) == before


@STOPS
def test_where_nothing_stood_nothing_stands_and_the_work_is_cleared_away(
    act: str, status: int, shop: Path, process: Command, tmp_path: Path
) -> None:
    (tmp_path / "work").mkdir()
    words = ["score", shop, "--on", DAY, "--out", tmp_path / "scores"]
    env = {**os.environ, "TMPDIR": str(tmp_path / "work")}
    said = process(words, code=STOPPED.format(act=act), env=env)
    assert said.status == status, said.err
    assert [path.name for path in tmp_path.rglob("*")] == ["work"]


def test_a_full_disk_while_reading_is_the_environments_fault(
    shop: Path, process: Command, tmp_path: Path
) -> None:
    code = f"import resource\n{DISK_FULL}\nfrom suixin.cli import main\nmain()"
    said = process(["score", shop, "--on", DAY, "--out", tmp_path / "scores"], code=code)
    assert said.status == 3, said.err
    assert said.err.startswith("DISK: ")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_no_half_of_a_county_or_a_mapping(
    process: Command, shared: Path, tmp_path: Path
) -> None:
    code = f"import resource\n{DISK_FULL}\nfrom suixin.cli import main\nmain()"
    made = process(["county", "make", "--households", 50, "--out", tmp_path / "county"], code=code)
    export = shared / "data" / "platforms" / "kuaishou"
    mapped = process(["feeds", "map", "kuaishou", export, "--out", tmp_path / "feeds"], code=code)
    for said in (made, mapped):
        assert said.status == 3, said.err
        assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_written_after_a_stop_it_is_whole_again(
    shop: Path, process: Command, tmp_path: Path
) -> None:
    words = ["score", shop, "--on", DAY, "--out", tmp_path / "scores"]
    process(words, code=STOPPED.format(act=CTRL_C))
    assert process(words).status == 0
    assert {"scores.csv", "report.html"} <= {path.name for path in (tmp_path / "scores").iterdir()}

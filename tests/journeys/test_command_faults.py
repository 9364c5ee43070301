"""A clumsy user at the command: what went wrong, what was expected and what to do; nothing broken.

The cases stand in tests/cases/command_faults.yaml.
"""

from __future__ import annotations

import csv
import errno
import gzip
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NoReturn

import openpyxl
import pytest
import yaml

from suixin import cli, run
from suixin.county.make import make_county
from suixin.credit.book import ScoreBook
from suixin.data.errors import InputError
from suixin.data.quarantine import SetAside, SetAsideKind
from suixin.data.read import read_feeds
from suixin.tables import show_set_aside

CASES = Path(__file__).resolve().parents[1] / "cases" / "command_faults.yaml"
LOCAL = timezone(timedelta(hours=8))
HASH = "0" * 64
EARLIER = "subject,limit_fen\nshop,100000\n"
SCORE = ("score", "shop", "--on", "2026-06-30", "--out", "out")

Told = tuple[int, str, str]
Type = Callable[..., Told]


def cases() -> list[Any]:
    return [
        pytest.param(case, id=case["name"])
        for case in yaml.safe_load(CASES.read_text(encoding="utf-8"))
    ]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the feeds of one shop and an earlier run's scores."""
    monkeypatch.chdir(tmp_path)
    lay_shop(tmp_path / "shop")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "scores.csv").write_text(EARLIER)
    return tmp_path


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    """The command as a person starts it: exit code, standard output, standard error."""

    def typed(*words: str) -> Told:
        monkeypatch.setattr(sys, "argv", ["suixin", *words])
        monkeypatch.setenv("COLUMNS", "400")  # No message is broken over lines.
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return typed


@pytest.mark.parametrize("case", cases())
@pytest.mark.parametrize("as_json", [False, True], ids=["told", "json"])
def test_the_command_says_what_is_wrong(
    case: dict[str, Any], as_json: bool, place: Path, type_in: Type
) -> None:
    for act, (file, *how) in case.get("do", {}).items():
        ACTS[act](place / file, *how)
    before = standing(place / "out")
    words = shlex.split(case["type"])
    status, out, err = type_in(*words, "--json") if as_json else type_in(*words)
    assert status == case["exit"]
    told = json_told(out) if as_json else out + err
    for said in case["says"]:
        assert said in told
    assert "Traceback" not in told
    assert standing(place / "out") == before


def json_told(out: str) -> str:
    """What the one JSON object says."""
    found = json.loads(out)
    if "faults" in found:
        return " ".join(f"{f['file']}:{f['line']} {f['message']}" for f in found["faults"])
    assert list(found) == ["error"]
    assert found["error"]["code"].isupper()
    return " ".join(found["error"].values())


def test_a_folder_that_may_not_be_written_is_told_before_the_work(
    place: Path, type_in: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    truly = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK and truly(path, mode))
    monkeypatch.setattr(run, "read_feeds", never)
    status, _, err = type_in(*SCORE[:-1], "new/out")
    assert status == 3
    assert "DISK: new/out could not be written: writing there is not permitted." in err


@pytest.mark.parametrize("as_json", [False, True], ids=["told", "json"])
@pytest.mark.parametrize(
    ("stop", "status", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 3, "DISK"),
        (KeyboardInterrupt(), 130, "INTERRUPTED"),
        (RuntimeError("Query interrupted"), 130, "INTERRUPTED"),
    ],
    ids=["the disk fills", "Ctrl-C", "Ctrl-C in a query"],
)
def test_what_stops_the_writing_leaves_what_stood_there(
    place: Path, type_in: Type, monkeypatch: pytest.MonkeyPatch, *,
    stop: BaseException, status: int, code: str, as_json: bool,
) -> None:  # fmt: skip
    def half(book: ScoreBook, path: Path, **more: int) -> NoReturn:
        path.write_text("half a page")
        raise stop

    monkeypatch.setattr(ScoreBook, "report", half)
    before = standing(place / "out")
    told, out, err = type_in(*SCORE, *(["--json"] if as_json else []))
    assert told == status
    assert (json.loads(out)["error"]["code"] if as_json else err.split(":")[0]) == code
    assert standing(place / "out") == before
    assert sorted(path.name for path in place.iterdir()) == ["out", "shop"]


@pytest.mark.parametrize("as_json", [False, True], ids=["told", "json"])
def test_a_file_that_may_not_be_opened(
    place: Path, type_in: Type, monkeypatch: pytest.MonkeyPatch, *, as_json: bool
) -> None:
    """Whatever file it is, the answer names it and says what to do."""

    def shut(*args: object, **more: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied", "ours/signs.yaml")

    monkeypatch.setattr("suixin.kernel.policy.check_policies", shut)
    status, out, err = type_in("policy", "check", "ours", *(["--json"] if as_json else []))
    assert status == 1
    told = json_told(out) if as_json else err
    assert "NOT_PERMITTED" in told
    assert "ours/signs.yaml may not be opened." in told


def test_a_bug_is_no_fault_of_the_user(
    place: Path, type_in: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is ours to mend is not dressed up as wrong input."""
    monkeypatch.setattr(ScoreBook, "report", never)
    with pytest.raises(AssertionError, match="never"):
        type_in(*SCORE)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as on Unix")
def test_ctrl_c_at_any_moment_ends_quietly(place: Path) -> None:
    """A process of its own, stopped early and late."""
    command = [sys.executable, "-c", "from suixin.cli import main; main()", *SCORE]
    for wait in (0.5, 0.9):
        begun = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        time.sleep(wait)
        begun.send_signal(signal.SIGINT)
        _, err = begun.communicate(timeout=60)
        assert "Traceback" not in err
        assert begun.returncode in {0, 130, -signal.SIGINT}
        assert not list(place.glob(".out*"))


def test_what_is_set_aside_is_counted_and_told(place: Path, type_in: Type) -> None:
    """One bad order takes its lines and settlement along: the cause is told first."""
    rewrite(place / "shop" / "orders.csv", row=3, column="gross", text="-5")
    status, out, _ = type_in("feeds", "check", "shop")
    assert status == 0
    told = [line for line in out.splitlines() if ".csv:" in line]
    assert told[0] == "orders.csv:3: orders.gross OUT_OF_RANGE: got -5, expected at least 0"
    assert [line.split()[2] for line in told[1:]] == ["NO_SUCH_ROW:"] * 2
    assert type_in("feeds", "check", "shop", "--strict")[0] == 1
    status, out, _ = type_in(*SCORE)
    assert status == 0
    assert "3 rows set aside, each with what was wrong: out/quarantine.csv" in out
    found = json.loads(type_in(*SCORE, "--json")[1])
    assert found["set_aside"] == 3


def test_a_feed_misnamed_beside_others_is_noted(place: Path, type_in: Type) -> None:
    (place / "shop" / "settlements.csv").rename(place / "shop" / "settlement.csv")
    note = "settlement.csv is not named after a feed and was not read; nearest is settlements."
    assert f"note: {note}" in type_in(*SCORE)[1]
    assert json.loads(type_in(*SCORE, "--json")[1])["notes"] == [note]


def test_many_kinds_of_fault_are_cut_to_a_screen(capsys: pytest.CaptureFixture[str]) -> None:
    kinds = [
        SetAsideKind(n, SetAside("orders.csv", n, "orders", "gross", f"C{n}", None, "fen"))
        for n in range(1, 24)
    ]
    show_set_aside(kinds)
    lines = capsys.readouterr().out.splitlines()
    first = "orders.csv:23: orders.gross C23: got nothing, expected fen  (23 rows like it)"
    assert lines[0] == first
    assert lines[-1] == "… and 3 more kinds of fault"
    assert len(lines) == 21


def test_kinds_of_fault_are_counted_where_they_stand(place: Path) -> None:
    for row in (3, 5):
        rewrite(place / "shop" / "settlements.csv", row=row, column="net", text="1.5")
    with read_feeds(place / "shop", today=date(2027, 1, 1)) as feeds:
        [kind] = feeds.quarantine.kinds()
    assert kind.rows == 2
    assert (kind.first.line, kind.first.code) == (3, "BAD_TYPE")


def test_formulas_of_a_file_run_nowhere(place: Path, type_in: Type) -> None:
    """A merchant named as a formula reaches neither a spreadsheet nor a page as one."""
    for feed in ("orders", "settlements"):
        told = place / "shop" / f"{feed}.csv"
        told.write_text(told.read_text().replace(",shop,", ',"=HYPERLINK(""//x"")<script>",'))
    assert type_in(*SCORE)[0] == 0
    with (place / "out" / "scores.csv").open(newline="") as file:
        assert [row["subject"] for row in csv.DictReader(file)] == ['\'=HYPERLINK("//x")<script>']
    pages = list((place / "out").rglob("*.html"))
    assert len(pages) >= 2
    for page in pages:
        assert "<script>" not in page.read_text(encoding="utf-8")


def test_the_least_county_of_the_command_is_that_of_the_library(place: Path, type_in: Type) -> None:
    assert type_in("county", "make", "--households", "49", "--out", "county")[0] == 2
    with pytest.raises(InputError, match="at least 50"):
        make_county(49, 1, place / "county")


def never(*args: object, **more: object) -> NoReturn:
    raise AssertionError("never")


def standing(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# ---- what a case may do to the folder


def rename(file: Path, old: str, new: str) -> None:
    head, rest = file.read_text(encoding="utf-8").split("\n", 1)
    names = [new if name == old else name for name in head.split(",")]
    file.write_text(",".join(names) + "\n" + rest, encoding="utf-8")


def write(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode("latin-1"))


def pack(file: Path, kept: int) -> None:
    """Packed, and cut after so many bytes."""
    file.with_name(file.name + ".gz").write_bytes(gzip.compress(file.read_bytes())[:kept])
    file.unlink()


def workbook(file: Path, headers: int) -> None:
    """As a workbook, with so many header rows; none: a title above the one there is."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    head, *rows = rows_of(file)
    for row in [head] * headers or [["Orders of May"], head]:
        sheet.append(row)
    for row in rows:
        sheet.append(row)
    book.save(file.with_suffix(".xlsx"))
    file.unlink()


ACTS: dict[str, Callable[..., None]] = {
    "rename": rename,
    "write": write,
    "pack": pack,
    "workbook": workbook,
}


# ---- the shop


def rows_of(file: Path) -> list[list[str]]:
    with file.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def rewrite(file: Path, *, row: int, column: str, text: str) -> None:
    """Put a text into a cell; the header is row 1."""
    rows = rows_of(file)
    rows[row - 1][rows[0].index(column)] = text
    lay(file, rows)


def lay(file: Path, rows: list[list[str]]) -> None:
    file.parent.mkdir(exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def lay_shop(folder: Path) -> None:
    """A shop that sells a jar a week, and is paid ten days later."""
    common = "source,subject,occurred_at,recorded_at"
    columns = {
        "orders": "order_id,merchant,buyer,channel,gross,freight,placed_at,buyer_kind",
        "order_lines": "order_id,line_no,item,category,quantity,amount",
        "settlements": "settlement_id,merchant,order_id,gross,commission,refund_netted,net,"
        "payee_account_hash,settled_at",
    }
    rows = {feed: [f"{common},{own}".split(",")] for feed, own in columns.items()}
    for feed, row in facts():
        rows[feed].append(row)
    for feed, told in rows.items():
        lay(folder / f"{feed}.csv", told)


def facts() -> Iterator[tuple[str, list[str]]]:
    for week in range(30):
        placed = datetime(2025, 11, 3, 12, tzinfo=LOCAL) + timedelta(weeks=week)
        at, paid = placed.isoformat(), (placed + timedelta(days=10)).isoformat()
        order, fen = f"o-{week}", "8800"
        sold, settled = ["s", "shop", at, at], ["s", "shop", paid, paid]
        yield "orders", [*sold, order, "shop", f"b-{week}", "shelf", fen, "0", at, "household"]
        yield "order_lines", [*sold, order, "1", "jar", "honey", "1", fen]
        yield (
            "settlements",
            [*settled, f"s-{week}", "shop", order, fen, "0", "0", fen, HASH, paid],
        )

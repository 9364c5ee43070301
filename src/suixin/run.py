"""Whole runs of the command: read, score, write; the demonstration."""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from suixin.county.make import UNTIL, make_county
from suixin.county.truth import KindFound, found
from suixin.credit.book import ScoreBook
from suixin.credit.model.promotion import adopted_calibration
from suixin.credit.report.write import refuse_another
from suixin.credit.score import score
from suixin.data.errors import DiskError, InputError, shown
from suixin.data.read import read_feeds, today_in_china
from suixin.data.write import atomic_folder, csv_plain, write_quarantine

Step = Callable[[str], None]


def run_score(
    folder: Path, out: Path, *, on: date, mapping: str | None = None, product: str | None = None,
    policies: Path | None = None, previous: Path | None = None, weights: Path | None = None,
    calibration: tuple[Path, Path] | None = None, pages: int = 2_000,
    step: Step = lambda what: None,
) -> tuple[ScoreBook, dict[str, float]]:  # fmt: skip
    """Score a folder and write all there is to write into `out`, whole or not at all.

    `previous` is the scores.csv of 30 days ago; `calibration` the file of one and the folder of
    adoptions that holds its record. Returns the book and the seconds of each act.
    """
    _refuse_closed(out)
    refuse_another(out / "report")  # Before any work: the folder is replaced whole at the end.
    clock = _Clock()
    limits = None if previous is None else _standing_limits(previous)
    adopted = None if calibration is None else adopted_calibration(*calibration, on)
    step("reading")
    # A day asked for may lie ahead of this machine's clock; its facts are then no mistake.
    with read_feeds(folder, mapping=mapping, today=max(on, today_in_china())) as feeds:
        clock.lap("read")
        step("scoring")
        book = score(
            feeds, on=on, policies=policies, product=product, standing_limits=limits,
            weights=weights, calibration=adopted,
        )  # fmt: skip
        clock.lap("score")
        with atomic_folder(out) as fresh:
            step("writing scores")
            book.to_csv(fresh / "scores.csv")
            book.to_parquet(fresh / "scores.parquet")
            write_quarantine(feeds.quarantine, fresh / "quarantine.csv")
            clock.lap("write")
            step("writing the report")
            book.report(fresh / "report.html", pages=pages)
            clock.lap("report")
            (fresh / "run.json").write_text(_run(book, clock.seconds), encoding="utf-8")
    return book, clock.seconds


def run_county(
    out: Path, *, households: int, seed: int, step: Step = lambda what: None
) -> tuple[ScoreBook, tuple[KindFound, ...]]:
    """Make a county, score it, and say how much of what was planted the signs found."""
    step("making the county")
    county = out / "county"
    make_county(households, seed, county)
    book, _ = run_score(county, out / "scores", on=UNTIL, step=step)
    return book, found(book.signs, county)


class _Clock:
    """Seconds of each act; a run's own record and never part of a result."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, act: str) -> None:
        now = time.monotonic()
        self.seconds[act] = round(now - self._last, 3)
        self._last = now


def _run(book: ScoreBook, seconds: dict[str, float]) -> str:
    counts = {name: asdict(count) for name, count in book.feed_counts.items()}
    record = {
        "on": book.on.isoformat(),
        "versions": dict(book.versions),
        "subjects": len(book),
        "feeds": counts,
        "set_aside": [asdict(row) for row in book.set_aside],
        "money": asdict(book.money),
        "notes": list(book.notes),
        "signs": dict(book.signs_count),
        "seconds": seconds,
    }
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def _refuse_closed(out: Path) -> None:
    """Say before the work, not after it, that nothing may be written there."""
    there = next(place for place in (out, *out.absolute().parents) if os.access(place, os.F_OK))
    if not os.access(there, os.W_OK | os.X_OK):
        raise DiskError(
            f"{out} could not be written: writing there is not permitted.",
            "What stood there before still stands.",
        )


def _standing_limits(previous: Path) -> dict[str, int]:
    """Limits by subject from an earlier scores.csv."""
    hint = "Give the scores.csv of an earlier run, with columns subject and limit_fen."
    if not previous.is_file():
        wrong = "is a folder" if previous.is_dir() else "does not exist"
        raise InputError("BAD_PREVIOUS", f"{shown(previous)} {wrong}.", hint)
    try:
        with previous.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        return {csv_plain(row["subject"]): int(row["limit_fen"] or 0) for row in rows}
    except KeyError as fault:
        wrong = f"it has no column {fault.args[0]}"
    except (OSError, ValueError, csv.Error) as fault:
        wrong = shown(fault)
    raise InputError("BAD_PREVIOUS", f"{shown(previous)} is no scores.csv: {wrong}.", hint)

"""Finished agreements: known as on the day before they began, ended as they really did."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from suixin.cli import weights
from suixin.county.make import make_county
from suixin.credit.score import score
from suixin.credit.weights_fit import read_outcomes
from suixin.credit.weights_outcomes import Finished, finished_agreements, write_outcomes
from suixin.data.errors import InputError
from suixin.data.lake import Feeds
from suixin.data.read import read_feeds

DAY = date(2025, 7, 31)
"""Eleven months before the county's last day: only the first loans had ended."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_county(100, 2, tmp_path_factory.mktemp("ended") / "c", outcomes=True).folder


@pytest.fixture(scope="module")
def lake(folder: Path) -> Iterator[Feeds]:
    with read_feeds(folder) as feeds:
        yield feeds


@pytest.fixture(scope="module")
def finished(lake: Feeds) -> tuple[Finished, ...]:
    return finished_agreements(lake, on=DAY)


@pytest.mark.mechanism("G04")
def test_ends_are_the_true_ones(folder: Path, finished: tuple[Finished, ...]) -> None:
    with (folder / "truth/outcomes.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["subject"]: row["bad"] == "1" for row in csv.DictReader(file)}
    assert len(finished) >= 5
    assert len({one.subject for one in finished}) == len(finished)
    assert {one.subject: one.bad for one in finished}.items() <= truth.items()
    assert all(one.began < DAY for one in finished)


@pytest.mark.mechanism("F03")
def test_a_borrower_is_seen_as_on_the_day_before_the_month_it_began(
    lake: Feeds, finished: tuple[Finished, ...]
) -> None:
    began = finished[0].began
    assert began.day == 1
    book = score(lake, on=began - timedelta(1))
    for one in finished:
        if one.began == began:
            file = book[one.subject]
            assert one.indices == tuple(line.value for line in file.indices)
            assert one.composite == file.composite
            assert file.status == "scored"


def test_what_is_written_is_what_weights_are_proposed_from(
    finished: tuple[Finished, ...], tmp_path: Path
) -> None:
    path = tmp_path / "outcomes.csv"
    write_outcomes(path, finished)
    found = read_outcomes(path, industry="workshop", on=DAY)
    mine = [one for one in finished if one.industry == "workshop"]
    assert sorted(found.indices.tolist()) == sorted(list(one.indices) for one in mine)
    assert found.bad.sum() == sum(one.bad for one in mine)


def test_before_any_loan_ended_there_are_no_outcomes(lake: Feeds) -> None:
    with pytest.raises(InputError) as refused:
        finished_agreements(lake, on=date(2025, 1, 31))
    assert refused.value.code == "NO_OUTCOMES"


def test_the_command_gathers_them(
    folder: Path, finished: tuple[Finished, ...], tmp_path: Path
) -> None:
    app = typer.Typer()
    app.command()(weights.weights_outcomes)
    out = tmp_path / "o.csv"
    done = CliRunner().invoke(app, [str(folder), "--on", str(DAY), "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["outcomes"], told["bad"]) == (len(finished), sum(one.bad for one in finished))
    lines = out.read_text("utf-8").splitlines()[1:]
    assert [line.split(",")[1] for line in lines] == [one.subject for one in finished]

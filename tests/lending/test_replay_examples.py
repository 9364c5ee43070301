"""Lives of 400 days that print their statement: they run, and their trial balance is zero."""

from __future__ import annotations

import runpy
from datetime import date
from pathlib import Path

import pytest

from suixin.data.errors import InputError
from suixin.lending.methods.registry import Case
from suixin.lending.product import product_on, products_on
from suixin.lending.signed import signed

EXAMPLES = Path(__file__).parents[2] / "examples"
LIVES = sorted(EXAMPLES.glob("*_life.py"))
DAY = date(2026, 6, 30)


@pytest.mark.mechanism("B07")
@pytest.mark.parametrize("script", LIVES, ids=lambda path: path.stem)
def test_a_life_prints_its_statement(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(script), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 4
    assert lines[-1] == "closed on 2027-04-06, owed 0 fen, trial balance 0"
    assert lines[-2].endswith(" 0.00")


def test_every_product_has_a_life() -> None:
    assert {script.stem.removesuffix("_life") for script in LIVES} == set(products_on(DAY))


def test_a_sheet_says_how_it_may_be_repaid() -> None:
    sheet = product_on("streamer_guaranteed", DAY)
    said = {"agreement": "a-1", "party": "h-1", "start": DAY, "rate_bps": 1000}
    ours = signed(sheet, Case(10_000_00), repays="sales_sweep", **said)
    assert ours.sweep is not None
    assert ours.sweep.floor_fen == 500_00
    with pytest.raises(InputError) as wrong:
        signed(sheet, Case(10_000_00), repays="revolving", **said)
    assert wrong.value.code == "METHOD"
    line = signed(product_on("warehouse", DAY), Case(10_000_00), **said)
    assert line.limit_fen == 10_000_00
    assert [row.principal_fen for row in line.rows][-2:] == [0, None]

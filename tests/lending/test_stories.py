"""Stories from an application to an end that is not always good: every fen is accounted for."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from suixin.lending.product import products_on

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.mechanism("B07")
@pytest.mark.parametrize(
    "product",
    [
        pytest.param("community_chain", marks=pytest.mark.mechanism("E08", "E10", "E12")),
        pytest.param("live_slot", marks=pytest.mark.mechanism("C12", "H03")),
        pytest.param("purchase_order", marks=pytest.mark.mechanism("C02", "E01", "E03")),
        pytest.param("sales_flow", marks=pytest.mark.mechanism("C12", "E12")),
        pytest.param("streamer_guaranteed", marks=pytest.mark.mechanism("E12", "K11")),
        pytest.param("village_live", marks=pytest.mark.mechanism("D01", "E12", "H06", "H07")),
        pytest.param("warehouse", marks=pytest.mark.mechanism("E12", "H04", "L02")),
    ],
)
def test_a_story_holds_and_its_books_balance(
    product: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = str(EXAMPLES / f"{product}_story.py")
    monkeypatch.syspath_prepend(str(EXAMPLES))
    runpy.run_path(script, run_name="__main__")
    first = capsys.readouterr().out
    balances = re.findall(r"^trial balance of the (\w+): (.*)$", first, re.MULTILINE)
    assert ("lender", "0.00") in balances
    assert {balance for _, balance in balances} == {"0.00"}
    assert re.search(r"^\w+ on 2027-04-06, owed [\d,]+\.\d\d$", first, re.MULTILINE)
    assert "all-in" in first
    assert "refused: " in first
    # The same bytes from another process, whose sets and mappings are hashed otherwise.
    other = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"},
    )
    assert other.stdout.decode() == first


def test_every_product_has_a_story() -> None:
    told = {script.stem.removesuffix("_story") for script in EXAMPLES.glob("*_story.py")}
    assert told == set(products_on(date(2026, 6, 30)))

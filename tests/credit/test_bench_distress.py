"""The untrained stability index against who really stopped selling, and the bench's manners."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYS = (
    "auc",
    "ks",
    "brier",
    "quarters",
    "stability_auc",
    "rank_auc",
    "peer_auc",
    "cv_auc",
    "same_auc",
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench.distress", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_index_foresees_who_stops_selling(shared: Path) -> None:
    done = run(str(shared / "data/marketplace/seller_quarters.csv.gz"))
    assert done.returncode == 0, done.stderr
    *rows, last = done.stdout.splitlines()
    name, _, figures = last.partition(": ")
    found = {key: float(value) for key, value in re.findall(r"(\w+)=(\S+)", figures)}
    assert name == "bench.distress"
    assert tuple(found) == KEYS
    assert [row.split()[0] for row in rows] == ["quarter", "2017Q2", "2017Q3", "trained"]
    assert found["quarters"] == 2
    assert found["stability_auc"] >= found["rank_auc"] - 0.003
    assert found["auc"] >= max(found[peer] for peer in ("rank_auc", "peer_auc", "same_auc")) + 0.005
    assert found["peer_auc"] == pytest.approx(0.76, abs=0.02)
    assert found["cv_auc"] == pytest.approx(0.5, abs=0.05)


def test_a_panel_that_lacks_a_column_is_refused(tmp_path: Path) -> None:
    panel = tmp_path / "panel.csv"
    panel.write_text("seller_id,quarter,num_orders\ns-1,2017Q1,3\n", encoding="utf-8")
    done = run(str(panel))
    assert done.returncode == 1
    assert "lacks the column churned" in done.stderr


def test_a_panel_too_short_to_test_is_refused(tmp_path: Path) -> None:
    panel = tmp_path / "panel.csv"
    panel.write_text(
        "seller_id,quarter,churned,num_orders,total_revenue,days_active_in_quarter\n"
        "s-1,2017Q1,0,3,90.0,40\ns-1,2017Q2,1,1,30.0,0\n",
        encoding="utf-8",
    )
    done = run(str(panel))
    assert done.returncode == 1
    assert "fewer than 4 labelled quarters" in done.stderr

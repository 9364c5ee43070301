"""The benches of the experiments: their last lines, and the villages as they really are."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from bench import ablation, learning


def test_the_last_line_is_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    line = ablation.main(["150", "1"])
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == line
    keys = ("full_auc", "social_lift", "social_low", "social_high", "n")
    assert tuple(re.findall(r"(\w+)=", line)) == keys
    assert any("planted ends, not real loans" in row for row in told)


@pytest.mark.mechanism("C13")
def test_position_in_a_real_village_alone_says_little(shared: Path) -> None:
    graph = shared / "data/graph"
    rows = ablation.villages(graph / "village_households.csv.gz", graph / "village_edges.csv.gz")
    for _, households, value, low, high in rows:
        assert households == 6_755
        assert isinstance(value, float)
        assert 0.5 < low < value < high < 0.6


def test_real_card_holders_are_read_with_every_column_turned_up(shared: Path) -> None:
    loans, held = learning.taiwan(shared / "data/credit/taiwan_train70.csv.gz")
    assert len(loans.bad) == 21_000
    assert held.mean() == pytest.approx(0.3)
    good, bad = (loans.indices[loans.bad == end].mean(axis=0) for end in (False, True))
    late = [name.startswith("PAY_") and "AMT" not in name for name in loans.names]
    assert (good > bad)[np.array(late)].all()


def test_wrong_usage_says_how() -> None:
    for bench in (ablation, learning):
        with pytest.raises(SystemExit, match="usage"):
            bench.main(["1"])

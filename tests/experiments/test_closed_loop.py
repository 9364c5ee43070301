"""One cycle of the loop: what a loan does comes back as facts, and the next limit follows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from suixin.data.errors import InputError
from suixin.experiments.closed_loop import ARROWS, ClosedLoop, closed_loop
from suixin.kernel.policy import PolicyOn, load_policy


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory, rules: PolicyOn) -> ClosedLoop:
    return closed_loop(300, 1, tmp_path_factory.mktemp("cycle"), policy=rules)


def overridden(folder: Path, **changed: float) -> PolicyOn:
    """The experiments' policy with other assumptions of one cycle."""
    value = {
        "cycle_days": 180, "turned": 1.0, "reported_before": 5, "talk_days": 280, "draws": 1000,
        **changed,
    }  # fmt: skip
    dated = {date(2000, 1, 1): {"value": value, "reference": "test", "confidence": "house"}}
    text = {
        "experiment.closed_loop": {
            "description": "one cycle",
            "unit": "days, times, draws",
            "values": dated,
        }
    }
    folder.mkdir(parents=True)
    (folder / "experiments.yaml").write_text(yaml.safe_dump(text), "utf-8")
    return load_policy("experiments", folder).on(date(2026, 6, 30))


@pytest.mark.mechanism("K12")
def test_one_seeded_run_gives_a_metric_at_each_arrow(cycle: ClosedLoop) -> None:
    assert [arrow.name for arrow in cycle.arrows] == list(ARROWS)
    assert [arrow.zh for arrow in cycle.arrows] == ["数据流动", "信用构建", "金融服务", "产业升级"]
    for arrow in cycle.arrows:
        assert arrow.gap.low < arrow.gap.value < arrow.gap.high
        assert arrow.gap.value == pytest.approx(arrow.borrowers - arrow.likes)
    assert cycle.pairs >= 80
    assert 0 < cycle.repaid_fen < cycle.lent_fen
    assert (cycle.start, cycle.end) == (date(2026, 1, 1), date(2026, 6, 30))


@pytest.mark.mechanism("A04")
def test_a_repaid_cycle_raises_the_next_limit_and_a_defaulted_one_lowers_it(
    cycle: ClosedLoop,
) -> None:
    repaid, defaulted = cycle.next_limits
    assert repaid.households + defaulted.households == cycle.pairs
    assert repaid.rose > 3 * repaid.fell
    assert defaulted.fell > 3 * defaulted.rose
    assert defaulted.gap.high < 0
    assert repaid.gap.value > 0
    assert repaid.ratio > defaulted.ratio + 0.5


@pytest.mark.mechanism("A04")
def test_a_loan_that_brings_no_goods_brings_no_data_and_no_sales(
    cycle: ClosedLoop, tmp_path: Path
) -> None:
    """The same county, coins and ends: only what a loan is turned into differs."""
    policy = overridden(tmp_path / "policy", turned=0.0)
    idle = closed_loop(300, 1, tmp_path / "idle", policy=policy)
    assert (idle.pairs, idle.lent_fen, idle.defaulted) == (
        cycle.pairs, cycle.lent_fen, cycle.defaulted,
    )  # fmt: skip
    gap, idle_gap = ({one.name: one.gap.value for one in run.arrows} for run in (cycle, idle))
    assert gap["data"] > idle_gap["data"]
    assert gap["industry"] > idle_gap["industry"]
    assert gap["finance"] > idle_gap["finance"]
    for one, other in zip(cycle.arrows, idle.arrows, strict=True):
        if one.name in ("data", "industry"):
            # Sales of a household without a loan are nobody else's business.
            assert one.likes == pytest.approx(other.likes, rel=0.02)


def test_too_few_pairs_are_refused(tmp_path: Path) -> None:
    policy = overridden(tmp_path / "policy", cycle_days=720)
    with pytest.raises(InputError) as refused:
        closed_loop(60, 1, tmp_path / "few", policy=policy)
    assert refused.value.code == "TOO_FEW_PAIRS"

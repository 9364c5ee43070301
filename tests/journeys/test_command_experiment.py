"""The seeded experiments at the command: figures with intervals, and what they do not show."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from suixin.cli import experiment

app = typer.Typer()
app.command("ablation")(experiment.experiment_ablation)
app.command("closed-loop")(experiment.experiment_closed_loop)
app.command("learning-curve")(experiment.experiment_learning_curve)


def said(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.mechanism("K12")
def test_the_closed_loop_tells_four_arrows_and_the_same_twice() -> None:
    words = ("closed-loop", "--households", "80", "--seed", "4")
    told = said(*words).splitlines()
    assert [line[:4] for line in told[1:5]] == ["数据流动", "信用构建", "金融服务", "产业升级"]
    assert told[-1].startswith("Simulated")
    found = json.loads(said(*words, "--json"))
    assert [one["name"] for one in found["arrows"]] == ["data", "credit", "finance", "industry"]
    assert f"{found['pairs']} pairs, {found['lent_fen'] / 100:,.2f} lent" in told[0]
    assert f"gap {found['arrows'][0]['gap']['value']:.3f}" in told[1]


@pytest.mark.mechanism("C14")
def test_the_ablation_tells_eight_settings() -> None:
    found = json.loads(said("ablation", "--households", "100", "--seed", "2", "--json"))
    assert [len(one["on"]) for one in found["settings"]] == [0, 1, 1, 1, 2, 2, 2, 3]
    assert set(found["lift"]) == {"scene", "data", "social"}
    for one in found["lift"].values():
        assert one["low"] <= one["value"] <= one["high"]


@pytest.mark.mechanism("E15")
def test_the_learning_curve_asks_for_enough_households() -> None:
    done = CliRunner().invoke(app, ["learning-curve", "--households", "60", "--json"])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["code"] == "TOO_FEW_PARTICIPANTS"

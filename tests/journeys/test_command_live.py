"""`suixin live replay` on a behaviour log and on feeds."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HEAD = "user_id,item_id,category_id,behaviour,ts\n"
MIDNIGHT = 1_511_539_200  # 2017-11-25 in China.


def log(path: Path, busy_day: int) -> Path:
    """Six days of one room that sells evenly, and on one day four times as much for an hour."""
    rows = []
    for day in range(6):
        for k in range(600):
            at = MIDNIGHT + 86_400 * day + 72_000 + 12 * k
            many = 4 if day == busy_day and 150 < k < 450 else 1
            for one in range(many):
                kind = ("pv", "pv", "cart", "buy")[(k + one) % 4]
                rows.append(f"{1000 * day + k % 200 + 200 * one},7,3,{kind},{at + one}")
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.mechanism("B09", "C09")
def test_a_busy_evening_raises_its_own_limit_and_says_why(
    suixin: Callable[..., Any], tmp_path: Path
) -> None:
    out = tmp_path / "changes.csv"
    said = suixin(
        "live", "replay", log(tmp_path / "log.csv", busy_day=4), "--on", "2026-06-30",
        "--out", out, "--opening", 1_000, "--json",
    )  # fmt: skip
    assert said.status == 0
    assert said.json["sessions"] == 6
    assert said.json["too_few_earlier"] == 3
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["session"].rpartition("/")[2] for row in rows} <= {"17499", "17500"}
    first = rows[0]
    assert (first["from_bps"], first["why"]) == ("10000", "paid_orders_follow")
    assert int(first["limit_fen"]) == 10 * int(first["to_bps"])
    assert float(first["z_paid"]) > 0
    assert first["zh"] == "观众兴趣与付款订单都高于平时。"
    assert first["en"].endswith("above the usual.")
    used = json.loads((tmp_path / "changes.policy.json").read_text("utf-8"))
    assert used["live.half_life_seconds"]["value"] == 300
    assert used["live.band"]["value"] == {"least": 0.7, "most": 1.2, "step": 0.05}
    assert used["viewers.device"]["since"] == "2000-01-01"
    assert said.json["changes"] == len(rows)


def test_the_same_log_gives_the_same_bytes(suixin: Callable[..., Any], tmp_path: Path) -> None:
    source, found = log(tmp_path / "log.csv", busy_day=5), []
    for name in ("a.csv", "b.csv"):
        out = tmp_path / name
        assert suixin("live", "replay", source, "--on", "2026-06-30", "--out", out).status == 0
        found.append(out.read_bytes())
    assert found[0] == found[1]


@pytest.mark.mechanism("C09")
def test_real_behaviour_stays_in_the_band(
    suixin: Callable[..., Any], shared: Path, tmp_path: Path
) -> None:
    source = shared / "data/behaviour/taobao_events.csv.gz"
    said = suixin(
        "live", "replay", source, "--on", "2026-06-30", "--rooms", 3, "--json",
        "--out", tmp_path / "changes.csv",
    )  # fmt: skip
    assert said.status == 0
    assert 7_000 <= said.json["lowest_bps"] <= 10_000 < said.json["highest_bps"] <= 12_000


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("user_id,item_id\n1,2\n", "BAD_BEHAVIOUR", "lacks the column category_id"),
        (HEAD + "1,2,3,sneeze,1511544070\n", "BAD_BEHAVIOUR", "has a behaviour sneeze"),
        ("", "BAD_BEHAVIOUR", "lacks the column user_id"),
    ],
)
def test_logs_that_cannot_be_replayed(
    suixin: Callable[..., Any], tmp_path: Path, text: str, code: str, told: str
) -> None:
    source = tmp_path / "log.csv"
    source.write_text(text, encoding="utf-8")
    out = tmp_path / "changes.csv"
    said = suixin("live", "replay", source, "--on", "2026-06-30", "--out", out, "--json")
    assert said.status == 1
    assert said.json["error"]["code"] == code
    assert told in said.json["error"]["message"]
    assert not out.exists()

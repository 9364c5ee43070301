"""Policies: what an override may say, where its faults are, and what a value over time answers."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import time
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.kernel.parameter import NotInForce, Table, mismatch, nearest
from suixin.kernel.policy import (
    Policy,
    PolicyError,
    UnknownName,
    check_policies,
    load_policy,
    policy_names,
)

FAULTS = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/kernel_policy_faults.yaml").read_text("utf-8")
)
TODAY = date(2026, 6, 30)


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case["name"])
def test_an_override_is_checked(case: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "law.yaml"
    file.write_text(case["file"], "utf-8")
    found = check_policies(tmp_path)
    assert [f"{fault.line}: {fault.message}" for fault in found] == case["faults"]
    if not found:
        assert load_policy("law", tmp_path).parameters != load_policy("law").parameters
        return
    with pytest.raises(PolicyError) as refused:
        load_policy("law", tmp_path)
    assert str(refused.value) == f"{file}:{case['faults'][0]}"
    assert len(getattr(refused.value, "__notes__", ())) == (len(found) > 1)


def override(folder: Path, *, text: str, name: str = "law.yaml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


NARROWER = """
band.platform:
  description: Our own narrower band
  unit: bps
  values:
    2026-01-01: {value: {min: 950, max: 1150}, reference: committee 2025-12, confidence: house}
"""


def test_an_overriding_parameter_replaces_the_packaged_one_whole(tmp_path: Path) -> None:
    ours, packaged = load_policy("law", override(tmp_path, text=NARROWER)), load_policy("law")
    assert ours.on(TODAY)["band.platform"] == {"min": 950, "max": 1150}
    assert ours.on(TODAY).setting("band.platform").reference == "committee 2025-12"
    assert ours.on(TODAY)["band.community"] == packaged.on(TODAY)["band.community"]
    assert packaged.on(TODAY)["band.platform"] == {"min": 900, "max": 1200}
    with pytest.raises(NotInForce, match=r"band\.platform has no value on 2025-12-31"):
        ours.on(date(2025, 12, 31))["band.platform"]


def test_a_folder_without_that_policy_changes_nothing(tmp_path: Path) -> None:
    assert load_policy("law", tmp_path) is load_policy("law")
    assert check_policies(tmp_path) == []


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    for use in (check_policies, lambda folder: load_policy("law", folder)):
        with pytest.raises(NotADirectoryError, match=r"polices is not a folder; it should hold"):
            use(tmp_path / "polices")


def test_a_file_named_after_no_policy_is_a_fault(tmp_path: Path) -> None:
    override(tmp_path, text=NARROWER, name="laws.yaml")
    override(tmp_path, text=NARROWER, name="law.yml")
    override(tmp_path, text="notes", name="README.txt")
    wrong = "1: no packaged policy has this file name; did you mean law.yaml?"
    assert [str(fault) for fault in check_policies(tmp_path)] == [
        f"{tmp_path / 'law.yml'}:{wrong}",
        f"{tmp_path / 'laws.yaml'}:{wrong}",
    ]


def test_a_file_that_is_not_utf_8_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "law.yaml").write_bytes("# 一\n# 二\n".encode() + "# 三".encode("gb18030"))
    with pytest.raises(PolicyError, match=r"law\.yaml:3: not UTF-8 text; save the file as UTF-8"):
        load_policy("law", tmp_path)


def test_names_that_are_unknown_suggest_the_nearest() -> None:
    on = load_policy("law").on(TODAY)
    with pytest.raises(UnknownName, match="no policy named lwa; did you mean law"):
        load_policy("lwa")
    with pytest.raises(
        UnknownName, match=r"in law named band\.platfrom; did you mean band\.platform"
    ):
        on["band.platfrom"]
    assert nearest("xyz", ["band"]) == ""


def test_a_value_not_yet_in_force_is_known_but_not_read() -> None:
    early = load_policy("law").on(date(2017, 8, 3))
    assert "cap.all_in" not in early
    with pytest.raises(
        NotInForce, match=r"cap\.all_in has no value on 2017-08-03; it starts on 2017-08-04"
    ):
        early["cap.all_in"]
    assert load_policy("law").on(date(2017, 8, 4))["cap.all_in"] == 2400


@pytest.mark.parametrize("name", policy_names())
def test_every_packaged_policy_loads_and_its_values_are_read_only(name: str) -> None:
    policy = load_policy(name)
    assert policy is load_policy(name)
    assert policy.parameters
    for parameter in policy.parameters.values():
        for setting in parameter.settings:
            assert not isinstance(setting.value, list)
            json.dumps(setting.value)


def test_a_table_stays_as_it_was() -> None:
    table = Table(AAA=0, AA=50)
    changes = [
        lambda: table.__setitem__("AAA", 1),
        lambda: table.__delitem__("AAA"),
        lambda: table.__ior__({"AAA": 1}),
        lambda: table.pop("AAA"),
        lambda: table.popitem(),
        lambda: table.setdefault("A", 1),
        lambda: table.update(AAA=1),
        table.clear,
    ]
    for change in changes:
        with pytest.raises(TypeError, match="A policy value is read-only; change the policy file"):
            change()
    assert table == {"AAA": 0, "AA": 50} == pickle.loads(pickle.dumps(table)) == deepcopy(table)


@pytest.mark.parametrize(
    ("value", "examples", "wrong"),
    [
        (1, [0.5], None),
        (True, [1], "p: expected a whole number, got yes or no"),
        (None, [1, None], None),
        ((), [()], None),
        ((1, 2), [()], None),
        ((0.3, 0.1), [(0.3, 0.1, 0)], "p: expected 3 numbers, got 2"),
        (("a",), [("a", "b")], None),
        (Table(a=1, b=2, c=3), [Table(a=1, b=2)], None),
        (
            Table(a=1, b="x", d=1),
            [Table(a=1, b="x", c=1), Table(a=1, b="x")],
            "p: unknown d",
        ),
        (Table(a=Table(n=1)), [Table(a=Table(n="x"))], "p.a.n: expected text, got a whole number"),
        (
            (Table(part="level", k=None), Table(part="spam")),
            [(Table(part="level", k=2), Table(part="span", k=None))],
            "p[1]: lacks k",
        ),
    ],
)
def test_shapes(value: Any, examples: list[Any], wrong: str | None) -> None:
    assert mismatch(value, examples, "p") == wrong


def test_loading_is_fast_and_light() -> None:
    source = (
        "import sys, time; start = time.perf_counter();"
        "from suixin.kernel.policy import load_policy; load_policy('law');"
        "heavy = {'numpy', 'duckdb', 'scipy', 'chinese_calendar'} & set(sys.modules);"
        "print(time.perf_counter() - start, heavy or '')"
    )
    best = min(
        float(
            subprocess.run([sys.executable, "-c", source], check=True, capture_output=True).stdout
        )
        for _ in range(3)
    )
    assert best < 0.3
    start = time.perf_counter()
    load_policy("law")
    assert time.perf_counter() - start < 0.01


def test_a_policy_made_by_hand_answers_too() -> None:
    law = load_policy("law")
    alone = Policy("law", {"cap.all_in": law.parameters["cap.all_in"]})
    assert alone.on(TODAY)["cap.all_in"] == 2400
    assert "band.platform" not in alone.on(TODAY)

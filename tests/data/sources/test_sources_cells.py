"""Cells and mappings as case tables: what a cell says, what a faulty mapping says of itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.data.errors import InputError
from suixin.data.sources import MappingError, load_mapping, mappings
from suixin.data.sources.expression import finder, parse
from suixin.data.sources.shape import SHAPES
from suixin.data.sources.values import UNITS, BadValue
from suixin.data.sources.written import read_mapping

CASES = Path(__file__).resolve().parents[2] / "cases"


def table(name: str) -> list[Any]:
    cases = yaml.safe_load((CASES / f"sources_{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.parametrize("case", table("cells"))
def test_cell(case: dict[str, Any]) -> None:
    find = finder(case["unit"], parse("cell"), "first")
    if "code" in case:
        with pytest.raises(BadValue) as fault:
            find({"cell": case["cell"]}, {})
        assert fault.value.code == case["code"]
    else:
        assert find({"cell": case["cell"]}, {}) == case["value"]


@pytest.mark.parametrize("case", table("faults"))
def test_fault(case: dict[str, Any]) -> None:
    with pytest.raises(MappingError) as fault:
        read_mapping(case["yaml"], "mine.yaml")
    error = fault.value
    assert (error.file, error.line, error.field) == ("mine.yaml", case["line"], case["field"])
    assert case["message"] in error.message
    assert str(error).startswith(f"mine.yaml:{case['line']}: ")


@pytest.mark.parametrize("name", mappings())
def test_every_mapping_that_ships_is_whole(name: str) -> None:
    mapping = load_mapping(name)
    assert mapping.name == name
    assert mapping.kinds


def test_the_mappings_promised_ship() -> None:
    assert mappings() == (
        "douyin", "groupbuy", "jd", "kuaishou", "logistics", "olist", "pinduoduo", "taobao",
        "wecom", "weixin_shop",
    )  # fmt: skip


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="nearest is kuaishou"):
        load_mapping("kwaishou")


def test_a_mapping_of_ones_own_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\nkinds:\n  orders: {json: [a], order: {order: {id: a}}}\n")
    assert load_mapping(path).name == "mine"
    assert load_mapping(str(path)).shop == "mine-shop"


def test_the_guide_tells_every_claim_that_is_not_proven() -> None:
    guide = (CASES.parents[1] / "docs" / "mappings.md").read_text(encoding="utf-8")
    told = {line for line in guide.splitlines() if line.startswith("| ")}
    claims = {
        f"| {name} | {claim.kind or '–'} | {claim.says} | {claim.check} |"
        for name in mappings()
        for claim in load_mapping(name).unproven
    }
    assert claims <= told


def test_the_guide_tells_every_field_and_unit() -> None:
    guide = (CASES.parents[1] / "docs" / "mappings.md").read_text(encoding="utf-8")
    told = set(re.findall(r"[a-z_]+", guide))
    for name, shape in SHAPES.items():
        assert {name, *shape.lists} <= told
        assert set(shape.fields) - {"direct_parent", "gross_again", "picked_up_at"} <= told
    assert set(UNITS) | {"key", "hash"} <= told

"""Every case of the tables: what a few rows of a platform's own files become."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

CASES = Path(__file__).resolve().parents[2] / "cases"
TABLES = ("status", "refunds", "settlements", "carriers", "chat", "merging")


def cases() -> list[Any]:
    found = []
    for table in TABLES:
        text = (CASES / f"sources_{table}.yaml").read_text(encoding="utf-8")
        for case in yaml.safe_load(text):
            marks = [pytest.mark.mechanism(m) for m in case.get("shows", ())]
            found.append(pytest.param(case, id=f"{table}: {case['name']}", marks=marks))
    return found


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any], export: Callable[..., Any]) -> None:
    folder = export(case["mapping"])
    for file in case["files"] if isinstance(case["files"], list) else [case["files"]]:
        named = file.pop("name", None)
        for kind, rows in file.items():
            folder.write(kind, rows, name=named)
    outcome = folder.read()
    for seen in ("orders", "shipments", "messages"):
        if seen in case:
            assert_like(getattr(outcome, seen), case[seen])
    for feed, rows in case.get("feeds", {}).items():
        assert_like(outcome.feed(feed), rows)
    expected = case.get("aside", [])
    found = [{name: getattr(row, name) for name in row.__slots__} for row in outcome.aside]
    assert_like(found, expected)
    for text in case.get("notes", ()):
        assert any(text in note for note in outcome.notes), outcome.notes


def assert_like(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    """The same rows in the same order, as far as the case names columns."""
    shown = [
        {name: row.get(name) for name in wanted}
        for row, wanted in zip(found, expected, strict=False)
    ]
    assert (shown, len(found)) == (expected, len(expected)), found

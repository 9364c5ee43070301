"""A folder of an export made from templates and what a case says differs; and what became of it."""

from __future__ import annotations

import copy
import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.data.quarantine import SetAside
from suixin.data.sources import load_mapping
from suixin.data.sources.canonical import Mapped, canonical
from suixin.data.sources.seen import (
    MESSAGES,
    ORDERS,
    SHIPMENTS,
    messages_seen,
    orders_seen,
    shipments_seen,
)

CASES = Path(__file__).resolve().parents[2] / "cases"
KEY = b"a key of these tests"


@dataclass(frozen=True)
class Outcome:
    """What a folder became, as a person would see it."""

    mapped: Mapped

    @property
    def orders(self) -> list[dict[str, str]]:
        return [dict(zip(ORDERS, row, strict=True)) for row in orders_seen(self.mapped)]

    @property
    def shipments(self) -> list[dict[str, str]]:
        return [dict(zip(SHIPMENTS, row, strict=True)) for row in shipments_seen(self.mapped)]

    @property
    def messages(self) -> list[dict[str, str]]:
        return [dict(zip(MESSAGES, row, strict=True)) for row in messages_seen(self.mapped)]

    @property
    def aside(self) -> list[SetAside]:
        return self.mapped.rows.set_aside

    @property
    def notes(self) -> list[str]:
        return self.mapped.rows.notes

    def feed(self, name: str) -> list[dict[str, Any]]:
        return self.mapped.rows.of.get(name, [])


@dataclass(frozen=True)
class Export:
    """A folder of a platform's files, made row by row from the templates."""

    folder: Path
    mapping: str
    templates: Mapping[str, Any]

    def write(
        self, kind: str, rows: Sequence[Mapping[str, Any]], *, name: str | None = None
    ) -> Path:
        """A file of one kind; each row is the template's with some (dotted) fields changed."""
        owner, _, own = kind.rpartition(".")
        template = self.templates[owner or self.mapping][own]
        full = [changed(template["row"], row) for row in rows]
        self.folder.mkdir(parents=True, exist_ok=True)
        if "page" in template or "lines" in template:
            path = self.folder / (name or f"{own}.json")
            if "lines" in template:
                text = "\n".join(json.dumps(row, ensure_ascii=False) for row in full)
            else:
                text = json.dumps(_page(template["page"], full), ensure_ascii=False)
            path.write_text(text, encoding="utf-8")
            return path
        path = self.folder / (name or f"{own}.csv")
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(template["row"]), extrasaction="ignore")
            writer.writeheader()
            writer.writerows(full)
        return path

    def read(self, *, key: bytes = KEY, merchant: str | None = None) -> Outcome:
        """What the folder becomes."""
        mapping = load_mapping(self.mapping).for_merchant(merchant)
        return Outcome(canonical(mapping, self.folder, key))


def changed(row: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """A row with some fields changed: `a.b` inside a mapping, `a.0.b` inside a list."""
    result: dict[str, Any] = copy.deepcopy(dict(row))
    for dotted, value in change.items():
        *way, last = dotted.split(".") if dotted not in result else [dotted]
        place: Any = result
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        if isinstance(place, list):
            place[int(last)] = value
        else:
            place[last] = value
    return result


def _page(page: Any, rows: list[dict[str, Any]]) -> Any:
    if page == "ROWS":
        return rows
    if isinstance(page, dict):
        return {key: _page(value, rows) for key, value in page.items()}
    return page


@pytest.fixture(scope="session")
def templates() -> Mapping[str, Any]:
    """One plain row of every kind of file."""
    return yaml.safe_load((CASES / "sources_templates.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def export(tmp_path: Path, templates: Mapping[str, Any]) -> Callable[..., Export]:
    """A new folder for an export of the platform named."""

    def make(mapping: str, name: str = "export") -> Export:
        return Export(tmp_path / name, mapping, templates)

    return make

"""The page and the schemas say what the declarations say, and other tools can read them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from suixin.data.describe import CODES
from suixin.data.feed import COMMON, FEEDS, nearest
from tools.feeds_doc import stale

DOCS = Path(__file__).parents[2] / "docs"

# What the Frictionless specification asks of a table schema, as far as ours use it.
FRICTIONLESS = {
    "type": "object",
    "required": ["fields", "primaryKey", "missingValues"],
    "properties": {
        "fields": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "type", "description", "constraints"],
                "properties": {
                    "type": {
                        "enum": ["string", "integer", "number", "boolean", "date", "datetime"]
                    },
                    "description": {"type": "string", "minLength": 1},
                    "constraints": {
                        "type": "object",
                        "properties": {
                            "required": {"type": "boolean"},
                            "enum": {"type": "array", "minItems": 1},
                            "pattern": {"type": "string", "format": "regex"},
                            "maxLength": {"type": "integer"},
                            "minimum": {"type": ["integer", "string"]},
                            "maximum": {"type": "integer"},
                        },
                        "additionalProperties": False,
                    },
                },
            },
        },
        "foreignKeys": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["fields", "reference"],
                "properties": {"reference": {"type": "object", "required": ["resource", "fields"]}},
            },
        },
    },
}


def test_pages_are_current():
    assert stale() == []


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
def test_schema(feed):
    path = DOCS / "feeds" / f"{feed.name}.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(schema, FRICTIONLESS)
    names = [field["name"] for field in schema["fields"]]
    assert len(set(names)) == len(names)
    assert set(schema["primaryKey"]) <= set(names)
    for key in schema.get("foreignKeys", ()):
        there = FEEDS[key["reference"]["resource"]]
        assert key["reference"]["fields"] == [name for name in there.key if name != "source"]


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: feed.name)
def test_declaration(feed):
    """A key is never null, money is an amount, and every field says what it is."""
    assert len(feed.key) > 1
    assert all(not feed.field(name).null for name in feed.key)
    assert feed.money is None or feed.field(feed.money).type == "fen"
    assert all(field.doc for field in feed.columns)
    assert feed.chinese
    assert feed.doc.endswith(".")


def test_every_code_explained_has_a_case():
    cases = Path(__file__).parents[1] / "cases"
    tables = ("data_rows.yaml", "data_crossing.yaml")
    text = "".join((cases / table).read_text(encoding="utf-8") for table in tables)
    assert [code for code in CODES if code not in text] == ["UNREADABLE_LINE"]


def test_no_message_has_room_for_text():
    assert not {"text", "content"} & {field.name for field in FEEDS["messages"].columns}


def test_common_fields():
    assert [field.name for field in COMMON] == [
        *("source", "subject", "occurred_at", "recorded_at", "consent", "via_bureau"),
        *("replaces", "batch", "line"),
    ]


def test_nearest():
    assert nearest("order id", ["order_id"]) == "order_id"
    assert nearest("xyz", ["order_id"]) is None

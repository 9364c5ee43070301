"""A feed's declaration as a page for people and as a Frictionless Table Schema for partners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from suixin.data.feed import COMMON, FEEDS
from suixin.data.schema import HASH_LENGTH, INTEGER_TYPES, TEXT_TYPES, Feed, Field, FieldType
from suixin.data.validate import FIRST_DAY

TABLE_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"

UNITS: Mapping[FieldType, str] = {
    "fen": "fen",
    "bps": "basis points",
    "g": "grams",
    "degrees": "degrees",
}

_TYPES: Mapping[FieldType, tuple[str, str | None]] = {
    "ts": ("datetime", "%Y-%m-%dT%H:%M:%S%z"),
    "day": ("date", "%Y-%m-%d"),
    "flag": ("boolean", None),
    "degrees": ("number", None),
}

_HEAD = """\
# Feeds

Made from the declarations in `src/suixin/data/feeds_*.py` by `python -m tools.feeds_doc`; do not
edit. A partner's own tools can check a file against [feeds/](feeds/), one Frictionless Table Schema
a feed.

## A file
- Its name is its feed: `orders.csv`; several files of a feed are `orders-2026-05.csv` or lie in a
  folder `orders/`. `truth/` and other names are not read.
- CSV (comma, semicolon or tab; UTF-8, UTF-16 with a mark, or GB18030, told apart by themselves),
  XLSX (first sheet), JSON lines or Parquet, each plain or packed (`.gz`). One header line.
- Money is whole fen, never yuan. A time has its offset, `2026-05-31T21:10:00+08:00`; without one it
  is China's (epoch seconds are taken too). A day is `2026-05-31`. Empty is unknown.
- Text that a spreadsheet would run (`=`, `+`, `-`, `@` first) has a `'` before it; reading takes it
  off again.

## A row
- Rows never change: what happens later is its own row. The **key** is `source` with the fields in
  bold. The same row again changes nothing, even when recorded again later; another row of the same
  key is a `CONFLICT`, and both are set aside, unless `replaces` names the row it corrects by its
  batch and line (`orders-2026-05.csv:17`). Until the correction was recorded the old row holds.
- A wrong row is set aside with its file, line, field, code, what stood there, what was expected and
  the money it carried; all others go on, and read = good + repeated + set aside.
- As of a day, only rows count that had happened and were recorded by its end, and whose consent, if
  they name one and consents are connected, is in force that day and covers the feed.
- A reference (→) is judged when the feed it points to is connected.

## Codes
| code | the row … |
|---|---|
"""

CODES: Mapping[str, str] = {
    "MISSING_VALUE": "has nothing where something must be",
    "BAD_TYPE": "holds what cannot be read as the field's type, or yuan in a column of fen",
    "OUT_OF_RANGE": "is out of range, its parts do not add up, or its order is refunded too much",
    "TOO_LONG": "holds text that is too long",
    "UNKNOWN_VALUE": "holds a word that is not on the field's list",
    "BAD_TIME": "is before 2000, in the future, or recorded before it happened",
    "CONFLICT": "has the key of another row and other content",
    "NO_SUCH_ROW": "refers to a row that is not there or was itself set aside",
    "NO_CONSENT": "needs a consent and names none",
    "NO_BUREAU": "must come through a licensed bureau (R-CR1) and names none",
    "UNREADABLE_LINE": "is not a record of its file's form",
}


def page() -> str:
    """docs/feeds.md, whole."""
    codes = "".join(f"| `{code}` | {why} |\n" for code, why in CODES.items())
    common = _table(COMMON)
    feeds = "\n".join(_section(feed) for feed in FEEDS.values())
    return f"{_HEAD}{codes}\n## Every row\n{common}\n{feeds}"


def table_schema(feed: Feed) -> dict[str, Any]:
    """A Frictionless Table Schema of a feed's file, as JSON values.

    >>> schema = table_schema(FEEDS["store_ratings"])
    >>> schema["primaryKey"], schema["fields"][-1]["constraints"]
    (['source', 'merchant', 'on'], {'required': True, 'minimum': 0, 'maximum': 500})
    """
    schema: dict[str, Any] = {
        "$schema": TABLE_SCHEMA,
        "name": feed.name,
        "title": feed.chinese,
        "description": feed.doc,
        "fields": [_field_schema(feed, field) for field in feed.columns],
        "primaryKey": list(feed.key),
        "missingValues": [""],
    }
    references = [field for field in feed.columns if field.references]
    if references:
        schema["foreignKeys"] = [_foreign_key(field) for field in references]
    return schema


def _foreign_key(field: Field) -> dict[str, Any]:
    resource, column = (field.references or "").split(".")
    return {"fields": [field.name], "reference": {"resource": resource, "fields": [column]}}


def _field_schema(feed: Feed, field: Field) -> dict[str, Any]:
    kind, form = _TYPES.get(field.type, ("string", None))
    if field.type in INTEGER_TYPES:
        kind = "integer"
    described: dict[str, Any] = {"name": field.name, "type": kind}
    if form:
        described["format"] = form
    if field.type == "flag":
        described |= {"trueValues": ["yes"], "falseValues": ["no"]}
    if field.type in UNITS:
        described["unit"] = UNITS[field.type]
    described["description"] = field.doc
    described["constraints"] = _constraints(feed, field)
    return described


def _constraints(feed: Feed, field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"required": not _may_be_null(feed, field)}
    low, high = field.range
    if field.values is not None:
        return found | {"enum": list(field.values)}
    if field.type == "hash":
        return found | {"pattern": f"[0-9A-Fa-f]{{{HASH_LENGTH}}}"}
    if field.type in TEXT_TYPES:
        if field.pattern is not None:
            found["pattern"] = field.pattern
        return found | ({} if high is None else {"maxLength": high})
    if field.type == "ts":
        return found | {"minimum": f"{FIRST_DAY.isoformat()}T00:00:00+0800"}
    if field.type == "day":
        first = FIRST_DAY if low is None else date(1970, 1, 1) + timedelta(days=low)
        return found | {"minimum": first.isoformat()}
    if low is not None:
        found["minimum"] = low
    if high is not None:
        found["maximum"] = high
    return found


def _may_be_null(feed: Feed, field: Field) -> bool:
    return field.null and not (field.name == "consent" and feed.consent == "required")


def _section(feed: Feed) -> str:
    consent = "Used only under a consent. " if feed.consent == "required" else ""
    refused = ", ".join(f"`{column}`" for column in feed.forbidden)
    forbidden = f"A file with a column {refused} is refused. " if refused else ""
    rules = "".join(f"`{rule.field}` = {rule.expected}. " for rule in feed.rules)
    notes = (consent + forbidden + rules).strip()
    more = f"\n{notes}\n" if notes else ""
    return f"## {feed.name} {feed.chinese}\n{feed.doc}\n{more}\n{_table(feed.fields)}"


def _table(fields: Iterable[Field]) -> str:
    rows = "".join(_row(field) for field in fields)
    return f"| field | type | what |\n|---|---|---|\n{rows}"


def _row(field: Field) -> str:
    name = f"**{field.name}**" if field.key else field.name
    kind = field.type + ("?" if field.null else "")
    notes = [field.doc]
    if field.values is not None:
        notes.append(", ".join(f"`{value}`" for value in field.values))
    if field.minimum is not None and field.type in INTEGER_TYPES:
        notes.append(f"≥ {field.minimum:,}")
    if field.maximum is not None:
        unit = " characters" if field.type in TEXT_TYPES else ""
        notes.append(f"≤ {field.maximum:,}{unit}")
    if field.later:
        notes.append("may lie ahead")
    if field.references:
        notes.append(f"→ {field.references}")
    return f"| {name} | {kind} | {'; '.join(notes)} |\n"

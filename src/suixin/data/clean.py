"""Text as files hold it, made plain: trimmed, empty as null, hashes in lower case.

A spreadsheet's marks are taken off too: the .0 of a whole number, the quote before a formula.
"""

from __future__ import annotations

from collections.abc import Mapping

from suixin.data import sql
from suixin.data.schema import TEXT_TYPES, Feed, Field

_MAYBE_WHOLE = ("DOUBLE", "FLOAT", "DECIMAL")
# Tab and the ideographic space are what spreadsheets leave around a value.
_TRIMMED = "' ' || chr(9) || chr(12288)"
# What writing puts before text that a spreadsheet would run (write.py).
_PROTECTED = r"^'([=+\-@'＝＋－＠])"


def cleaned(feed: Feed, types: Mapping[str, str], source: str) -> tuple[str, dict[str, str]]:
    """SQL for the source with its text made plain, and the types its columns have then."""
    after, columns = dict(types), []
    for field in feed.columns:
        kind = types.get(field.name)
        text = None if kind is None else _text(field, kind)
        if text is not None:
            columns.append(f"{text} AS {sql.name(field.name)}")
            after[field.name] = "VARCHAR"
    if not columns:
        return source, after
    return f"(SELECT * REPLACE ({', '.join(columns)}) FROM {source})", after


def irregular(feed: Feed, types: Mapping[str, str]) -> str:
    """SQL: whether a row holds text that cleaning would change.

    Where only some words or digits pass, odd text is a fault already and not asked for here.
    """
    tests = ["false"]
    for field in feed.columns:
        free = field.values is None and field.pattern is None and field.type != "hash"
        if field.name in types and field.type in TEXT_TYPES and free:
            column = sql.name(field.name)
            tests.append(f"{column} = ''")
            tests.append(f"starts_with({column}, ' ')")
            tests.append(f"ends_with({column}, ' ')")
    return f"coalesce({' OR '.join(tests)}, false)"


def _text(field: Field, kind: str) -> str | None:
    """SQL: the column as plain text; None where it is no text and needs none."""
    column = sql.name(field.name)
    if kind == "VARCHAR":
        text = f"nullif(trim({column}, {_TRIMMED}), '')"
        if field.type == "hash":
            return f"lower({text})"
        if field.type in TEXT_TYPES and field.values is None:
            bare = f"regexp_replace({text}, {sql.value(_PROTECTED)}, '\\1')"
            return f"CASE WHEN starts_with({text}, chr(39)) THEN {bare} ELSE {text} END"
        return text
    if kind == "VARCHAR[]":
        return f"array_to_string({column}, ';')"
    as_text = f"CAST({column} AS VARCHAR)"
    if field.type == "degrees":
        return None
    if kind.startswith(_MAYBE_WHOLE):
        whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
        integer = f"CAST(CAST({column} AS BIGINT) AS VARCHAR)"
        return f"CASE WHEN {whole} THEN {integer} ELSE {as_text} END"
    return as_text if field.type in TEXT_TYPES else None

"""JSON that a person or another program may have written: what is there, and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from suixin.data.errors import InputError, shown
from suixin.evidence.nesting import too_deep

T = TypeVar("T")


class ShapeFault(ValueError):
    """What is not as it has to be, and where."""


def parsed(text: str) -> object:
    """The value that a text of JSON tells; an object may name nothing twice.

    >>> parsed('{"fen": 1, "fen": 2}')
    Traceback (most recent call last):
    ...
    suixin.evidence.shape.ShapeFault: fen stands twice in one object
    """
    if too_deep(text):
        raise ShapeFault("this lies deeper in itself than anything that is told here")
    try:
        value: object = json.loads(text, object_pairs_hook=_once)
        if "\\u" in text:  # An escape may be half a letter, which no file can hold.
            json.dumps(value, ensure_ascii=False).encode()
    except ShapeFault:
        raise
    except ValueError as fault:  # Not JSON, a number of thousands of digits, half a letter.
        raise ShapeFault("this is not JSON") from fault
    return value


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Of two amounts of one name neither may be passed over."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ShapeFault(f"{shown(twice)} stands twice in one object")
    return found


def members(
    value: object, where: str, known: Sequence[str] | None = None, needed: Sequence[str] = ()
) -> Mapping[str, Any]:
    """An object, of these members and no others where they are named."""
    if not isinstance(value, dict):
        raise ShapeFault(f"{where} is no object")
    for name in needed:
        if name not in value:
            raise ShapeFault(f"{where} has no {name}")
    for name in value if known is not None else ():
        if name not in (known or ()):
            may = ", ".join(known or ())
            raise ShapeFault(f"{where} has {shown(name)}, where only {may} may stand")
    return value


def listed(told: Mapping[str, Any], name: str, where: str) -> list[Any]:
    """The list under a name, empty where there is none."""
    found = told.get(name, [])
    if not isinstance(found, list):
        raise ShapeFault(f"{where} is no list")
    return found


def text_in(value: object, where: str) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ShapeFault(f"{where} is no text")
    return value


def whole_in(value: object, where: str) -> int:
    """A whole number; true and 1.0 are none."""
    if type(value) is not int:
        raise ShapeFault(f"{where} is no whole number")
    return value


def day_in(value: object, where: str) -> date:
    """A day."""
    text = text_in(value, where)
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise ShapeFault(f"{where} is {shown(text)!r}, no day such as 2026-06-30") from fault


def read(path: Path, kind: str, of: Callable[[str], T]) -> T:
    """What a file tells; raises `InputError` NO_FILE, or `BAD_<kind>` which names the place."""
    hint = "The form: docs/reconciliation.md."
    try:
        return of(path.read_text("utf-8"))
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as fault:
        raise InputError("NO_FILE", f"{path} is no file that can be read.", "Name one.") from fault
    except UnicodeDecodeError as fault:
        raise InputError(f"BAD_{kind}", f"{path} is not UTF-8.", hint) from fault
    except ShapeFault as fault:
        raise InputError(f"BAD_{kind}", f"{path}: {fault}.", hint) from fault

"""One side of a reconciliation as a file: what chain, ledger or log tell, for another to check.

JSON: `rows` of agreements and funds, `blocks`, and the calls that are `pending`; all may be absent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from suixin.data.errors import InputError, shown
from suixin.evidence.reconcile import BlockRow, Move, Row

_KEYS: Final = ("rows", "blocks", "pending")


@dataclass(frozen=True, slots=True)
class Side:
    """What one side tells."""

    rows: tuple[Row, ...] = ()
    blocks: tuple[BlockRow, ...] = ()
    pending: frozenset[str] = frozenset()


def text_of(side: Side) -> str:
    """The file of a side; `side_of` reads it back.

    >>> paid = Move("c-1", "received", date(2026, 6, 30), "paid", 500)
    >>> side = Side((Row("a-1", "active", {"paid": 500}, (paid,)),), (BlockRow(1, "0a"),))
    >>> side_of(text_of(side)) == side
    True
    """
    value = {
        "rows": [
            {
                "of": row.of,
                "state": row.state,
                "amounts": dict(row.amounts),
                "moves": [
                    {
                        "call": move.call,
                        "kind": move.kind,
                        "day": str(move.day),
                        "amount": move.amount,
                        "fen": move.fen,
                    }
                    for move in row.moves
                ],
            }
            for row in side.rows
        ],
        "blocks": [{"number": block.number, "hash": block.hash} for block in side.blocks],
        "pending": sorted(side.pending),
    }
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def read_side(path: Path) -> Side:
    """The side that a file tells; raises `InputError` NO_FILE, or those of `side_of`."""
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as fault:
        wrong = f"{path} is no file that can be read."
        raise InputError("NO_FILE", wrong, "Name an export of one side.") from fault
    except UnicodeDecodeError as fault:
        raise _fault(f"{path} is not UTF-8") from fault
    try:
        return side_of(text)
    except InputError as fault:
        raise InputError(fault.code, f"{path}: {fault.message}", fault.hint) from fault


def side_of(text: str) -> Side:
    """The side that a text tells; raises `InputError` BAD_SIDE, which names the place.

    >>> side_of('{"blocks": [{"number": 1.5, "hash": "0a"}]}')
    Traceback (most recent call last):
    ...
    suixin.data.errors.InputError: blocks[0].number is no whole number. The form: docs/reconcile.md.
    """
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except (json.JSONDecodeError, RecursionError) as fault:
        raise _fault("this is not JSON") from fault
    whole = _object(value, "the whole", _KEYS, ())
    return Side(
        tuple(_row(one, f"rows[{n}]") for n, one in enumerate(_list(whole, "rows", "rows"))),
        tuple(
            _block(one, f"blocks[{n}]") for n, one in enumerate(_list(whole, "blocks", "blocks"))
        ),
        frozenset(
            _text(one, f"pending[{n}]") for n, one in enumerate(_list(whole, "pending", "pending"))
        ),
    )


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names stand once: of two amounts of one name neither may be passed over."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _fault(f"{shown(twice)} stands twice in one object")
    return found


def _row(value: object, where: str) -> Row:
    told = _object(value, where, ("of", "state", "amounts", "moves"), ("of", "state"))
    amounts = told.get("amounts", {})
    if not isinstance(amounts, dict):
        raise _fault(f"{where}.amounts is no object")
    return Row(
        _text(told["of"], f"{where}.of"),
        _text(told["state"], f"{where}.state"),
        {name: _whole(fen, f"{where}.amounts.{shown(name)}") for name, fen in amounts.items()},
        tuple(
            _move(one, f"{where}.moves[{n}]")
            for n, one in enumerate(_list(told, "moves", f"{where}.moves"))
        ),
    )


def _move(value: object, where: str) -> Move:
    told = _object(value, where, ("call", "kind", "day", "amount", "fen"), ("call", "kind", "day"))
    text = _text(told["day"], f"{where}.day")
    try:
        day = date.fromisoformat(text)
    except ValueError as fault:
        raise _fault(f"{where}.day is {shown(text)!r}, no day such as 2026-06-30") from fault
    return Move(
        _text(told["call"], f"{where}.call"),
        _text(told["kind"], f"{where}.kind"),
        day,
        _text(told.get("amount", ""), f"{where}.amount"),
        _whole(told.get("fen", 0), f"{where}.fen"),
    )


def _block(value: object, where: str) -> BlockRow:
    told = _object(value, where, ("number", "hash"), ("number", "hash"))
    return BlockRow(_whole(told["number"], f"{where}.number"), _text(told["hash"], f"{where}.hash"))


def _object(
    value: object, where: str, known: Sequence[str], needed: Sequence[str]
) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _fault(f"{where} is no object")
    for name in needed:
        if name not in value:
            raise _fault(f"{where} has no {name}")
    for name in value:
        if name not in known:
            raise _fault(f"{where} has {shown(name)}, where only {', '.join(known)} may stand")
    return value


def _list(told: Mapping[str, Any], name: str, where: str) -> list[Any]:
    found = told.get(name, [])
    if not isinstance(found, list):
        raise _fault(f"{where} is no list")
    return found


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise _fault(f"{where} is no text")
    return value


def _whole(value: object, where: str) -> int:
    if type(value) is not int:
        raise _fault(f"{where} is no whole number")
    return value


def _fault(wrong: str) -> InputError:
    return InputError("BAD_SIDE", f"{wrong}.", "The form: docs/reconcile.md.")

"""One side of a reconciliation as a file: what chain, ledger or log tell, for another to check.

JSON: `rows` of agreements and funds, `blocks`, and the calls that are `pending`; all may be absent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from suixin.data.errors import shown
from suixin.evidence.reconcile import BlockRow, Move, Row
from suixin.evidence.shape import day_in, listed, members, parsed, read, text_in, whole_in

_KEYS: Final = ("rows", "blocks", "pending")


@dataclass(frozen=True, slots=True)
class Side:
    """What one side tells."""

    rows: tuple[Row, ...] = ()
    blocks: tuple[BlockRow, ...] = ()
    pending: frozenset[str] = frozenset()


def text_of(side: Side) -> str:
    """The file of a side; `side_of` reads it back.

    >>> from datetime import date
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
    """The side that a file tells; raises `InputError` NO_FILE or BAD_SIDE."""
    return read(path, "SIDE", side_of)


def side_of(text: str) -> Side:
    """The side that a text tells; raises `ShapeFault`, which names the place.

    >>> side_of('{"blocks": [{"number": 1.5, "hash": "0a"}]}')
    Traceback (most recent call last):
    ...
    suixin.evidence.shape.ShapeFault: blocks[0].number is no whole number
    """
    value = parsed(text)
    whole = members(value, "the whole", _KEYS)
    return Side(
        tuple(_row(one, f"rows[{n}]") for n, one in enumerate(listed(whole, "rows", "rows"))),
        tuple(
            _block(one, f"blocks[{n}]") for n, one in enumerate(listed(whole, "blocks", "blocks"))
        ),
        frozenset(
            text_in(one, f"pending[{n}]")
            for n, one in enumerate(listed(whole, "pending", "pending"))
        ),
    )


def _row(value: object, where: str) -> Row:
    told = members(value, where, ("of", "state", "amounts", "moves"), ("of", "state"))
    amounts = members(told.get("amounts", {}), f"{where}.amounts")
    return Row(
        text_in(told["of"], f"{where}.of"),
        text_in(told["state"], f"{where}.state"),
        {name: whole_in(fen, f"{where}.amounts.{shown(name)}") for name, fen in amounts.items()},
        tuple(
            _move(one, f"{where}.moves[{n}]")
            for n, one in enumerate(listed(told, "moves", f"{where}.moves"))
        ),
    )


def _move(value: object, where: str) -> Move:
    told = members(value, where, ("call", "kind", "day", "amount", "fen"), ("call", "kind", "day"))
    return Move(
        text_in(told["call"], f"{where}.call"),
        text_in(told["kind"], f"{where}.kind"),
        day_in(told["day"], f"{where}.day"),
        text_in(told.get("amount", ""), f"{where}.amount"),
        whole_in(told.get("fen", 0), f"{where}.fen"),
    )


def _block(value: object, where: str) -> BlockRow:
    told = members(value, where, ("number", "hash"), ("number", "hash"))
    return BlockRow(
        whole_in(told["number"], f"{where}.number"), text_in(told["hash"], f"{where}.hash")
    )

"""What a database holds, in numbers that must be the same before a backup and after its return."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Final

import psycopg
from psycopg import sql

from suixin.data.errors import InputError, shown
from suixin.evidence import checkpoint, note
from suixin.evidence.merkle import Head, Peaks, leaf_hash

# Who is signed in, and what was counted lately, is not put back.
LEFT_OUT: Final = ("django_session", "cache")
_TABLES: Final = """
    select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
     order by relname
"""
_STEPS: Final = "select app || '.' || name from django_migrations order by 1"
_INSTITUTIONS: Final = "select id, code, origin, closed_through::text from institution order by id"
_SUMS: Final = """
    select currency, count(*), sum(fen)::bigint from posting where institution_id = %s
     group by 1 order by 1
"""
_ENTRIES: Final = "select raw from log_entry where institution_id = %s order by index"
_HEAD: Final = "select size, note from log_head where institution_id = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldInstitution:
    """An institution's books and log. `sums` are (currency, postings, sum), which must be 0.

    `root` is made of the entries themselves; `signed` is the last signed head's size, `head` it.
    """

    id: int
    code: str
    origin: str
    closed_through: str | None
    sums: tuple[tuple[str, int, int], ...]
    size: int
    root: str
    signed: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The form (its steps), the rows of each table, and each institution's books and log."""

    steps: tuple[str, ...]
    tables: Mapping[str, int]
    institutions: tuple[HeldInstitution, ...]


def held(connection: psycopg.Connection[Any]) -> Held:
    """What a connection's database holds as its transaction sees it, which must be the owner's.

    Raises `InputError` FORM (no database of ours), BOOKS, LOG where it is at odds with itself.
    """
    tables = [name for (name,) in connection.execute(_TABLES)]
    if not {"django_migrations", "institution", "posting", "log_entry"} <= set(tables):
        wrong = "The database is none of this service's, or its making was cut off."
        raise InputError("FORM", wrong, "Name another, or run suixin database migrate.")
    counts = {name: _count(connection, name) for name in tables if name not in LEFT_OUT}
    institutions = connection.execute(_INSTITUTIONS).fetchall()
    return Held(
        steps=tuple(step for (step,) in connection.execute(_STEPS)),
        tables=counts,
        institutions=tuple(_institution(connection, *row) for row in institutions),
    )


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    asked = sql.SQL("select count(*) from {}").format(sql.Identifier(table))
    row = connection.execute(asked).fetchone()
    return int(row[0]) if row else 0


def _institution(
    connection: psycopg.Connection[Any], number: int, code: str, origin: str, closed: str | None
) -> HeldInstitution:
    sums = tuple((row[0], row[1], row[2]) for row in connection.execute(_SUMS, [number]))
    for currency, _, total in sums:
        if total:
            wrong = f"The books of {code} are not in balance: {total} {currency} too many."
            raise InputError("BOOKS", wrong, "Keep this database as it is, and find out why.")
    row = connection.execute(_HEAD, [number]).fetchone()
    size, told = (int(row[0]), row[1]) if row else (0, None)
    signed = checkpoint.read(note.read(told).text).head if told else None
    found = _tree(connection, number, signed)
    if found.size != size:
        wrong = f"The log of {code} has {found.size} entries, and {size} by its head."
        raise InputError("LOG", wrong, "Keep this database as it is, and find out why.")
    return HeldInstitution(
        id=number,
        code=code,
        origin=origin,
        closed_through=closed,
        sums=sums,
        size=size,
        root=found.root.hex(),
        signed=signed.size if signed else 0,
        head=told or "",
    )


def _tree(connection: psycopg.Connection[Any], number: int, signed: Head | None) -> Head:
    """The tree over the entries as they stand, which must lead to the signed head on its way."""
    peaks = Peaks()
    seen = signed is None or signed == peaks.head()
    for raw in _entries(connection, number):
        peaks.push(leaf_hash(raw))
        seen = seen or (signed is not None and peaks.size == signed.size and peaks.head() == signed)
    if not seen:
        wrong = f"The entries of institution {number} do not lead to the head that was signed."
        raise InputError("LOG", wrong, "Keep this database as it is, and tell the other parties.")
    return peaks.head()


def _entries(connection: psycopg.Connection[Any], number: int) -> Iterator[bytes]:
    with connection.cursor(name="entries") as cursor:
        cursor.itersize = 5_000
        cursor.execute(_ENTRIES, [number])
        for (raw,) in cursor:
            yield bytes(raw)


def check_known_head(connection: psycopg.Connection[Any], found: Held, told: str) -> str:
    """Hold a head that others keep against the entries that are there; the institution's code.

    `told` is a checkpoint as a witness or a mirror serves it. Whose signatures it has is not looked
    at: a head that is made up can only have a backup refused. Raises `InputError` UNKNOWN_LOG,
    FORK, and OLDER where the head counts entries that are not there; `NoteError`.
    """
    known = checkpoint.read(note.read(told).text)
    for one in found.institutions:
        if one.origin != known.origin:
            continue
        if known.size > one.size:
            raise InputError(
                "OLDER",
                f"The log of {one.code} had {known.size} entries when others signed it;"
                f" here it has {one.size}.",
                "Take a newer backup. Signing on from here would fork the log.",
            )
        peaks = Peaks()
        for raw in islice(_entries(connection, one.id), known.size):
            peaks.push(leaf_hash(raw))
        if peaks.head() != known.head:
            wrong = f"The first {known.size} entries of {one.code} are not those others signed."
            raise InputError("FORK", wrong, "Keep both as evidence, and tell the other parties.")
        return one.code
    wrong = f"There is no log {shown(known.origin)} here."
    raise InputError("UNKNOWN_LOG", wrong, "Name heads of the logs of this database.")


def as_json(found: Held) -> dict[str, Any]:
    """As the manifest has it."""
    told = asdict(found)
    for one in told["institutions"]:
        one["sums"] = [list(row) for row in one["sums"]]
    return {**told, "steps": list(found.steps), "institutions": list(told["institutions"])}


def of_json(told: Mapping[str, Any]) -> Held:
    """From a manifest; raises `KeyError`, `TypeError` where it is none."""
    return Held(
        steps=tuple(told["steps"]),
        tables=dict(told["tables"]),
        institutions=tuple(
            HeldInstitution(**{**one, "sums": tuple(tuple(row) for row in one["sums"])})
            for one in told["institutions"]
        ),
    )

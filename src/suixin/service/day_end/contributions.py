"""What each agreement brought to a day's interest, as one file: every fen of it traces."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from suixin.service.store.session import Actor, query

# Lines by the thousand: a row each would take the client longer than the server.
_LINES: Final = """
    select string_agg(format('"%%s",%%s,%%s,%%s', replace(agreement, '"', '""'), value_on, debit,
                             fen), E'\\n' order by place) || E'\\n', count(*)
      from (
        select *, row_number() over (order by agreement, value_on, debit, fen) as place from (
            select agreement, %(day)s::date as value_on,
                   case when non_accrual then '9003' else '1102' end as debit, interest as fen
              from day_grown where interest <> 0
            union all
            select agreement, %(day)s::date,
                   case when non_accrual then '9003' else '1103' end, penalty
              from day_grown where penalty <> 0
            union all
            select u.agreement, u.value_on, u.debit, u.fen
              from day_contribution as c,
                   unnest(c.agreements, c.value_ons, c.debits, c.fens)
                   as u(agreement, value_on, debit, fen)
             where c.institution_id = %(institution)s and c.day = %(day)s) as parts) as lines
     group by (place - 1) / 1000 order by (place - 1) / 1000
"""
_PARQUET: Final = """
    copy (select * from read_csv(?, header = false, auto_detect = false, columns = {
        'agreement': 'varchar', 'value_on': 'date', 'debit': 'varchar', 'fen': 'bigint'}))
    to '{to}' (format parquet, compression zstd)
"""


@dataclass(frozen=True, slots=True)
class Written:
    """The file, how many rows it has, and the SHA-256 of them as lines of CSV in their order."""

    path: Path
    count: int
    digest: str


def path_of(lake: Path, institution: int, day: date) -> Path:
    """Where a day's contributions stand in a lake."""
    return lake / "day_end" / str(institution) / f"{day}.parquet"


def write(actor: Actor, day: date, lake: Path) -> Written:
    """Write the day's contributions, whole or not at all; again gives the same."""
    path = path_of(lake, actor.institution, day)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, count = hashlib.sha256(), 0
    with TemporaryDirectory(dir=path.parent, prefix=".day-") as folder:
        lines = Path(folder) / "lines.csv"
        given = {"institution": actor.institution, "day": day}
        with lines.open("wb") as file:
            for told, number in query(_LINES, given):
                block = told.encode()
                count += number
                digest.update(block)
                file.write(block)
        part = Path(folder) / "part.parquet"
        with duckdb.connect(config={"threads": 1, "memory_limit": "512MB"}) as lake_of:
            lake_of.execute(_PARQUET.replace("{to}", str(part).replace("'", "''")), [str(lines)])
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    return Written(path, count, digest.hexdigest())

"""A backup and its return, checked, beside PostgreSQL's own copy of the whole server.

`python -m bench.backup [--postings N]` fills a database with postings, makes a backup
(PostgreSQL's dump with our manifest), puts it back into a new home and checks all of it. The peer
is `pg_basebackup` of the same server: files of this major version alone, unchecked.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg

from bench import last_line, table
from suixin.lending.accounts import chart_on
from suixin.service import database, postgres
from suixin.service.home import Home
from suixin.service.keeping.backup import back_up
from suixin.service.keeping.restore import restore
from suixin.service.postgres_data import account_for, binaries
from suixin.service.store.institutions import open_institution
from suixin.service.store.migrating import migrate

SMALL = ("--postings", "20000")
DAY = date(2026, 6, 30)
AT = datetime(2026, 6, 30, 18, tzinfo=UTC)
_TRANSACTIONS = """
    insert into transaction (institution_id, key, standing, value_on, booked_on, lines, text)
    select %s, 'bench/' || n, 'posted', %s, %s, 2, '' from generate_series(1, %s) as n
"""
_POSTINGS = """
    insert into posting (institution_id, transaction_id, line, account, fen, currency, agreement,
                         party, sheet, mode, tier, value_on, booked_on)
    select institution_id, id, line, (array['1101', '1002'])[line + 1], 500 - 1000 * line, 'CNY',
           'a-' || id % 9973, 'h-' || id % 7919, 'household_micro', 'three_party', '',
           value_on, booked_on
      from transaction, generate_series(0, 1) as line
"""


def main(arguments: Sequence[str]) -> str:
    """Print seconds and bytes; the last line gives them with the postings a second."""
    parser = argparse.ArgumentParser(prog="bench.backup")
    parser.add_argument("--postings", type=int, default=2_000_000)
    postings = parser.parse_args(arguments).postings
    folder = Path(tempfile.mkdtemp(prefix="suixin-"))
    folder.chmod(0o755)
    try:
        rows = measured(folder, postings)
    finally:
        shutil.rmtree(folder)
    print(table(["what", "seconds", "megabytes"], [[name, *row] for name, row in rows.items()]))
    back, again, copy = rows.values()
    told = last_line(
        "bench.backup",
        postings=postings,
        backup=back[0],
        restore=again[0],
        basebackup=copy[0],
        ratio=back[0] / copy[0],
        smaller=copy[1] / back[1],
    )
    print(told)
    return told


def measured(folder: Path, postings: int) -> dict[str, tuple[float, float]]:
    """Seconds and megabytes of a backup, of its return, and of the server's own copy."""
    home, kept, copy = Home(folder / "bank"), folder / "kept", folder / "copy"
    with postgres.start(home) as server:
        database.ensure(server.url, database.NAME)
        point_django_at(home)
        migrate()
        number = open_institution("bank", chart_on(DAY), opened_on=DAY)
        found = database.located(home)
        with psycopg.connect(found.owner_url) as owner:
            # The checks of each transaction are the ledger's own benchmark.
            owner.execute("set session_replication_role = replica")
            owner.execute(_TRANSACTIONS, [number, DAY, DAY, postings // 2])
            owner.execute(_POSTINGS)
        backup = timed(lambda: back_up(found, kept, at=AT))
        server_copy = timed(lambda: base_backup(home, copy))
        sizes = (megabytes(kept), megabytes(copy))
    again = timed(lambda: restore(kept, Home(folder / "again")))
    return {
        "backup, with its manifest": (backup, sizes[0]),
        "put back into a new home, checked": (again, megabytes(folder / "again")),
        "pg_basebackup, unchecked": (server_copy, sizes[1]),
    }


def point_django_at(home: Home) -> None:
    """Have the store work in a home's database."""
    from django.db import connections

    found = database.located(home)
    for alias, url in (("default", found.url), (database.OWNER_ALIAS, found.owner_url)):
        role = database.APP if alias == "default" else None
        connections[alias].settings_dict.update(database.django_of(url, role=role))


def base_backup(home: Home, to: Path) -> None:
    """The peer: a copy of the server's files and of the journal that they need."""
    account = account_for(home)
    who: dict[str, Any] = dict(account.told) if account else {}
    to.mkdir()
    if account:
        shutil.chown(to, account.uid, account.gid)
    url = postgres.url_of(home)
    command = [binaries() / "pg_basebackup", f"--dbname={url}", "--pgdata", to, "--checkpoint=fast"]
    subprocess.run(command, check=True, cwd="/", **who)


def timed(work: Callable[[], object]) -> float:
    """How many seconds it takes."""
    began = perf_counter()
    work()
    return perf_counter() - began


def megabytes(folder: Path) -> float:
    """What stands in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    main(sys.argv[1:])

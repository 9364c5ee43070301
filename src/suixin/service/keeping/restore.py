"""A backup put back: into an empty home or database only, and there once all of it is checked.

For the embedded server it is made beside its place and moved there whole, so that an end at any
moment leaves an empty home. A server by URL takes it in one transaction.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.disk import sync
from suixin.service import database, postgres
from suixin.service.database import OWNER_ALIAS
from suixin.service.home import Home
from suixin.service.keeping import programs
from suixin.service.keeping.backup import DATA, Manifest, read
from suixin.service.keeping.held import Held, check_known_head, held

_ROLES: Final = Path(postgres.__file__).parent / "store" / "sql" / "roles.sql"
_EMPTY: Final = """
    select not exists (select from pg_class where relnamespace = 'public'::regnamespace
                                                  and relkind in ('r', 'p', 'v', 'm', 'S'))
"""
_AGAIN: Final = "drop schema public cascade; create schema public"
_AT_ONCE: Final = 2
_PART: Final = "restoring-"


def restore(folder: Path, home: Home, heads: Sequence[str] = ()) -> Manifest:
    """Put a backup back, bring it to today's form, and check all of it; what it held.

    `heads` are checkpoints that other parties keep: a backup that is older than one is refused.
    Raises `InputError` NOT_EMPTY, as `backup.read` does, OLDER, FORK, UNKNOWN_LOG, DIFFERS (what
    came back is not what was there), `DiskError`, `EnvironmentFault`.
    """
    made = read(folder)
    with _target(home) as url:
        with database.connected(url) as owner:
            owner.execute(_ROLES.read_text("utf-8"))
        _fill(folder, url)
        with database.connected(url) as owner, owner.transaction():
            found = held(owner)
            check_same(made.held, found)
            for told in heads:
                check_known_head(owner, found, told)
        _forward(url)
    return made


@contextmanager
def _target(home: Home) -> Iterator[str]:
    """The owner's URL of an empty database, which counts once all was well."""
    if os.environ.get("DATABASE_URL"):
        with _elsewhere() as url:
            yield url
    else:
        with _beside(home) as url:
            yield url


@contextmanager
def _elsewhere() -> Iterator[str]:
    url = database.located().owner_url
    database.checked(url)
    with database.connected(url) as owner:
        if owner.execute(_EMPTY).fetchone() != (True,):
            wrong = "The database of DATABASE_URL is not empty."
            raise InputError("NOT_EMPTY", wrong, "Create another, and name that.")
    try:
        yield url
    except BaseException:
        with database.connected(url) as owner:
            owner.execute(_AGAIN)
        raise


@contextmanager
def _beside(home: Home) -> Iterator[str]:
    """A server of its own beside the home's place for data, which are moved there at the end."""
    if home.database.exists() and any(home.database.iterdir()):
        wrong = f"There is a database in {home.database} already."
        raise InputError("NOT_EMPTY", wrong, "Name an empty home.")
    home.folder.mkdir(parents=True, exist_ok=True)
    with postgres.locked(home):
        for left in home.folder.glob(f"{_PART}*"):  # By one that was killed.
            shutil.rmtree(left, ignore_errors=True)
        part = Home(Path(tempfile.mkdtemp(prefix=_PART, dir=home.folder)))
        part.folder.chmod(0o755)  # The server's user passes through.
        try:
            with postgres.start(part) as server:
                database.ensure(server.url, database.NAME)
                yield postgres.url_of(part, database=database.NAME)
            part.database.replace(home.database)
            sync(home.folder)
        finally:
            shutil.rmtree(part.folder, ignore_errors=True)


def _fill(folder: Path, url: str) -> None:
    told = ["--format=directory", "--no-owner", "--exit-on-error"]
    # Beside its place nothing counts before the end; elsewhere all is one transaction.
    told += ["--single-transaction"] if os.environ.get("DATABASE_URL") else [f"--jobs={_AT_ONCE}"]
    programs.run("pg_restore", url, *told, str(folder / DATA), folder=folder)


def check_same(before: Held, after: Held) -> None:
    """Raises `InputError` DIFFERS, which names what is not as it was."""
    for name, rows in before.tables.items():
        there = after.tables.get(name, 0)
        if there != rows:
            raise _differs(f"The table {name} has {there} rows, not {rows}.")
    if before != after:
        names = [one.code for one in before.institutions if one not in after.institutions]
        raise _differs(
            f"Books or log of {', '.join(names) or 'an institution'} are not as they were."
        )


def _differs(wrong: str) -> InputError:
    return InputError("DIFFERS", wrong, "Take another copy of the backup; nothing was put back.")


def _forward(url: str) -> None:
    """From the form that the backup has to today's."""
    from django.db import connections

    from suixin.service.store.migrating import migrate

    settings = connections[OWNER_ALIAS].settings_dict
    before = dict(settings)
    connections[OWNER_ALIAS].close()
    settings.update(database.django_of(url))
    try:
        migrate()
    finally:
        connections[OWNER_ALIAS].close()
        settings.update(before)

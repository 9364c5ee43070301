"""`suixin database …`: the service's database, served, brought to today's form, looked at."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suixin.cli.common import ENVIRONMENT_FAULT, INPUT_FAULT, AsJson, fail, faults_exit, print_json

if TYPE_CHECKING:
    from suixin.service.home import Home

HomeFolder = Annotated[
    Path | None,
    typer.Option("--home", metavar="DIR", help="Folder of the embedded server; or SUIXIN_HOME."),
]


@faults_exit
def database_serve(home: HomeFolder = None, as_json: AsJson = False) -> None:
    """Run the embedded database until it is stopped; its first start makes it.

    Example: suixin database serve --home bank
    """
    with environment(home, as_json=as_json) as kept:
        from suixin.service import database, postgres

        if os.environ.get("DATABASE_URL"):
            wrong = "DATABASE_URL names a server that somebody else looks after."
            hint = "Unset it to serve the embedded one."
            fail("ELSEWHERE", wrong, hint, INPUT_FAULT, as_json=as_json)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with postgres.start(kept) as server:
                database.ensure(server.url, database.NAME)
                applied = _migrated()
                found = database.located(kept)
                if as_json:
                    print_json({"url": found.url, "applied": list(applied)})
                else:
                    typer.echo(f"The database is up: {found.url}")
                    typer.echo("Ctrl-C stops it.")
                status = server.child.wait()
            wrong = f"The server ended by itself, with status {status}."
            hint = f"What it said stands in {kept.log}."
            fail("ENDED", wrong, hint, ENVIRONMENT_FAULT, as_json=as_json)
        except KeyboardInterrupt:
            if not as_json:
                typer.echo("Stopped.")


@faults_exit
def database_migrate(home: HomeFolder = None, as_json: AsJson = False) -> None:
    """Bring the database to the form that this release works with: each step whole or not at all.

    Example: suixin database migrate --home bank
    """
    with environment(home, as_json=as_json) as kept:
        from suixin.service.database import served

        with served(kept):
            applied = _migrated()
    if as_json:
        print_json({"applied": list(applied)})
    else:
        typer.echo("\n".join(applied) or "It has today's form already.")


@faults_exit
def database_check(home: HomeFolder = None, as_json: AsJson = False) -> None:
    """See that the database can serve, and whether it has today's form; exit 3 where not.

    Example: suixin database check --home bank
    """
    with environment(home, as_json=as_json) as kept:
        from suixin.service import database

        if not (os.environ.get("DATABASE_URL") or (kept.database / "PG_VERSION").exists()):
            wrong, hint = (
                f"There is no database in {kept.folder}.",
                "suixin database serve makes it.",
            )
            fail("NO_DATABASE", wrong, hint, ENVIRONMENT_FAULT, as_json=as_json)
        with database.served(kept) as found:
            database.checked(found.owner_url)
            with database.connected(found.owner_url) as connection:
                version, host = connection.info.server_version, connection.info.host
            from suixin.service.store.migrating import behind

            missing = behind()
    if missing:
        wrong = f"It lacks {len(missing)} steps: {', '.join(missing)}."
        fail("BEHIND", wrong, "Run suixin database migrate.", ENVIRONMENT_FAULT, as_json=as_json)
    release = f"{version // 10_000}.{version % 10_000}"
    if as_json:
        print_json({"host": host, "postgresql": release, "missing": []})
    else:
        typer.echo(f"PostgreSQL {release} at {host} can serve, and has today's form.")


@contextmanager
def environment(home: Path | None, *, as_json: bool) -> Iterator[Home]:
    """The home that is meant; what the machine or the server refuses ends the command."""
    try:
        from suixin.service.faults import EnvironmentFault
        from suixin.service.home import usual_home
    except ModuleNotFoundError as fault:
        wrong = f"The service is not installed: {fault.name} is missing."
        hint = "Install suixin[service]."
        fail("NO_SERVICE", wrong, hint, ENVIRONMENT_FAULT, as_json=as_json)
    try:
        if home is not None:
            os.environ["SUIXIN_HOME"] = str(home.absolute())  # Where the store looks for it.
        yield usual_home()
    except EnvironmentFault as fault:
        fail(fault.code, fault.message, fault.hint, ENVIRONMENT_FAULT, as_json=as_json)


def _migrated() -> tuple[str, ...]:
    from suixin.service.store.migrating import migrate

    return migrate()

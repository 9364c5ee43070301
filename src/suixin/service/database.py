"""Which database the service uses: a server by its URL, or the embedded one of a home."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import DuplicateDatabase, UniqueViolation

from suixin.data.errors import shown
from suixin.service import postgres
from suixin.service.faults import EnvironmentFault
from suixin.service.home import Home, usual_home

VERSION_MIN: Final = 15
PORT: Final = 5432
APP: Final = "suixin_app"
NAME: Final = "suixin"
OWNER_ALIAS: Final = "owner"
# What the owner must be, so that what it checks and saves is not hidden from it by row security.
_SEES_ALL: Final = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"


@dataclass(frozen=True, slots=True)
class Database:
    """Two ways into one database: as the service works, and as its owner, who changes its form.

    Both are URLs. The service's user is `suixin_app` or a member of it.
    """

    url: str
    owner_url: str


def located(home: Home | None = None) -> Database:
    """Where the database is, up or not: `DATABASE_URL` (and `DATABASE_OWNER_URL`), or the home's.

    >>> from pathlib import Path
    >>> located(Home(Path("/srv/bank"))).url
    'postgresql://suixin_app@/suixin?host=%2Fsrv%2Fbank%2Fdatabase'
    """
    told = os.environ.get("DATABASE_URL")
    if told:
        return Database(told, os.environ.get("DATABASE_OWNER_URL", told))
    home = home or usual_home()
    return Database(
        postgres.url_of(home, user=APP, database=NAME), postgres.url_of(home, database=NAME)
    )


@contextmanager
def served(home: Home | None = None) -> Iterator[Database]:
    """The database with its server up for the while: the embedded one is started where it is not.

    Raises `EnvironmentFault` as `postgres.start` and `checked` do.
    """
    if os.environ.get("DATABASE_URL"):
        found = located()
        checked(found.owner_url)
        yield found
        return
    home = home or usual_home()
    with postgres.serving(home) as url:
        ensure(url, NAME)
        yield located(home)


def checked(url: str) -> None:
    """Refuse a server that cannot serve; raises `EnvironmentFault`.

    NO_CONNECTION, OLD_SERVER (before PostgreSQL 15), NOT_UTF8, OWNER (rows would be hidden from
    the owner, and so from its checks and its backups).
    """
    with connected(url) as connection:
        major = connection.info.server_version // 10_000
        if major < VERSION_MIN:
            raise EnvironmentFault(
                "OLD_SERVER",
                f"The server is PostgreSQL {major}; {VERSION_MIN} or later is needed.",
                "Use a newer server, or none: unset DATABASE_URL for the embedded one.",
            )
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            wrong = f"The database is encoded as {encoding}, not as UTF8."
            raise EnvironmentFault("NOT_UTF8", wrong, "Create it with ENCODING 'UTF8'.")
        if connection.execute(_SEES_ALL).fetchone() != (True,):
            raise EnvironmentFault(
                "OWNER",
                f"The user {connection.info.user} is neither superuser nor BYPASSRLS.",
                "Give the owner BYPASSRLS, and let the service use another in DATABASE_URL.",
            )


def ensure(url: str, name: str) -> None:
    """Create a database on a server of ours where it is not there yet."""
    with connected(url) as connection:
        found = connection.execute("select from pg_database where datname = %s", [name])
        if found.fetchone() is None:
            made = "create database {} template template0 encoding 'UTF8'"
            with suppress(DuplicateDatabase, UniqueViolation):  # Another made it meanwhile.
                connection.execute(sql.SQL(made).format(sql.Identifier(name)))


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own, each statement its own transaction; `EnvironmentFault` if none."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as fault:
        raise unreachable(url, fault) from fault
    except psycopg.ProgrammingError as fault:
        wrong = f"The database's URL cannot be read: {shown(fault, 200)}."
        raise EnvironmentFault("URL", wrong, "Write postgresql://user@host:5432/name.") from fault
    with connection:
        yield connection


def unreachable(url: str, fault: Exception) -> EnvironmentFault:
    """That a server does not answer, without the password that its URL may hold."""
    told = conninfo_to_dict(url)
    host, port = told.get("host", "its usual socket"), told.get("port", PORT)
    where = f"{host}, port {port}, database {told.get('dbname', '')}"
    wrong = f"No database answers at {where}: {shown(str(fault).strip(), 300)}"
    return EnvironmentFault("NO_CONNECTION", wrong, "Start its server, or correct DATABASE_URL.")


def django_of(url: str, *, role: str | None = None) -> dict[str, Any]:
    """A URL as Django's settings take it; `role` is taken on by every connection.

    >>> django_of("postgresql://bank@db.example:6432/suixin?sslmode=require")["HOST"]
    'db.example'
    """
    told = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
    found: dict[str, Any] = {ours: told.pop(theirs, "") for ours, theirs in named.items()}
    options: dict[str, Any] = {**told, "prepare_threshold": 3}
    if role is not None:
        options["assume_role"] = role
    return {
        **found,
        "ENGINE": "django.db.backends.postgresql",
        "PORT": str(options.pop("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }

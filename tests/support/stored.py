"""The database of the tests: one embedded server a process, a database of its own a module."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from other_server import start_in, stop
from server_folders import server_folder

from suixin.lending.accounts import chart_on
from suixin.lending.books import Books
from suixin.lending.ledger import Ledger
from suixin.service import database as databases
from suixin.service import postgres
from suixin.service.faults import EnvironmentFault
from suixin.service.home import Home
from suixin.service.store.books import StoredBooks
from suixin.service.store.institutions import open_institution
from suixin.service.store.migrating import migrate
from suixin.service.store.session import Actor
from tests.conftest import skip_or_fail

TEMPLATE = "suixin_template"
DAY = date(2026, 6, 30)
NewBooks = Callable[..., Ledger]

_numbers = count(1)


@cache
def home() -> Home:
    """A home with a server that is up until the tests end, and a migrated database to copy.

    `SUIXIN_POSTGRESQL` names the programs of another PostgreSQL to hold the service to.
    """
    found = Home(server_folder())
    atexit.register(shutil.rmtree, found.folder)
    other = os.environ.get("SUIXIN_POSTGRESQL")
    try:
        if other:
            atexit.register(stop, start_in(found, Path(other)))
        else:
            atexit.register(postgres.start(found).stop)
    except EnvironmentFault as fault:
        skip_or_fail(f"the embedded PostgreSQL cannot run here: {fault}")
        raise
    databases.ensure(postgres.url_of(found), TEMPLATE)
    settings.SECRET_KEY = "5" * 64  # No home of a user's is looked into.
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    use(postgres.url_of(found, user=databases.APP, database=TEMPLATE), owner_url(TEMPLATE, found))
    migrate()
    connections.close_all()
    return found


def owner_url(name: str, found: Home | None = None) -> str:
    """Where the owner reaches a database of the tests' server."""
    return postgres.url_of(found or home(), database=name)


def use(url: str, owner: str) -> None:
    """Point Django at a database."""
    connections.close_all()
    for alias, told in (("default", url), (databases.OWNER_ALIAS, owner)):
        role = databases.APP if alias == "default" else None
        connections[alias].settings_dict.update(databases.django_of(told, role=role))


def url(*, user: str = postgres.OWNER) -> str:
    """Where the database that Django is pointed at is reached by another user."""
    name = str(connections[databases.OWNER_ALIAS].settings_dict["NAME"])
    return postgres.url_of(home(), user=user, database=name)


@pytest.fixture(scope="module")
def database() -> Iterator[Home]:
    """A migrated database of the module's own."""
    found, name = home(), f"suixin_{next(_numbers)}"
    with databases.connected(postgres.url_of(found)) as owner:
        owner.execute(f"create database {name} template {TEMPLATE} strategy file_copy")
    use(postgres.url_of(found, user=databases.APP, database=name), owner_url(name))
    yield found
    connections.close_all()
    with databases.connected(postgres.url_of(found)) as owner:
        owner.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def stored_books(database: Home) -> NewBooks:
    """Makes books of a fresh institution in the database."""

    def made(name: str = "lender") -> StoredBooks:
        number = open_institution(
            f"bank-{next(_numbers)}", chart_on(DAY), opened_on=DAY, books=name
        )
        return StoredBooks(Actor(institution=number))

    return made


@pytest.fixture(scope="module", params=["memory", "database"])
def new_books(request: pytest.FixtureRequest) -> NewBooks:
    """Makes empty books: in memory, and in a database. Both are one port."""
    if request.param == "database":
        stored: NewBooks = request.getfixturevalue("stored_books")
        return stored

    def made(name: str = "lender") -> Books:
        return Books(chart_on(DAY), name)

    return made

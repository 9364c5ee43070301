"""The database's form: from empty to today's, once, also on another server of another version."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import psycopg
import pytest
from django.apps import apps
from django.db import Error, connections
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState
from other_server import other_server
from psycopg.conninfo import make_conninfo
from stored import DAY, TEMPLATE, home, owner_url, use

from suixin.data.errors import InputError
from suixin.lending.accounts import chart_on
from suixin.lending.transaction import Transaction, pair_of
from suixin.service import database as databases
from suixin.service import postgres
from suixin.service.database import OWNER_ALIAS
from suixin.service.store.books import StoredBooks
from suixin.service.store.institutions import open_institution
from suixin.service.store.migrating import behind, migrate
from suixin.service.store.session import Actor, Role

_numbers = count(1)


@pytest.fixture
def empty() -> Iterator[str]:
    """The owner's URL of an empty database to which Django is pointed."""
    name = f"suixin_empty_{next(_numbers)}"
    databases.ensure(postgres.url_of(home()), name)
    use(postgres.url_of(home(), user=databases.APP, database=name), owner_url(name))
    yield owner_url(name)
    connections.close_all()
    with databases.connected(postgres.url_of(home())) as owner:
        owner.execute(f"drop database {name} with (force)")
    use(postgres.url_of(home(), user=databases.APP, database=TEMPLATE), owner_url(TEMPLATE))


def test_it_goes_from_empty_to_today_once(empty: str) -> None:
    missing = behind()
    assert "store.0001_institutions_and_ledger" in missing
    assert migrate() == missing
    assert behind() == ()
    assert migrate() == ()


def test_of_two_at_once_one_waits_and_finds_it_done(empty: str) -> None:
    def work(_: int) -> tuple[str, ...]:
        try:
            return migrate()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        found = sorted(map(len, pool.map(work, range(2))))
    assert found[0] == 0
    assert found[1] > 0
    assert behind() == ()


def test_one_that_is_cut_off_is_as_if_it_had_not_begun(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = MigrationExecutor.record_migration

    def cut(self: MigrationExecutor, migration: object) -> None:
        if "ledger_rules" in str(migration):
            with psycopg.connect(empty, autocommit=True) as owner:
                owner.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
        whole(self, migration)

    monkeypatch.setattr(MigrationExecutor, "record_migration", cut)
    with pytest.raises(Error, match=r"terminating connection|connection is lost"):
        migrate()
    connections.close_all()
    monkeypatch.undo()
    assert behind()[0] == "store.0002_ledger_rules"
    with psycopg.connect(empty) as owner:
        assert owner.execute("select to_regproc('refuse')").fetchone() == (None,)
    migrate()
    assert behind() == ()


def test_the_models_are_what_the_migrations_make(empty: str) -> None:
    loader = MigrationExecutor(connections[OWNER_ALIAS]).loader
    found = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    assert found.changes(loader.graph, trim_to_apps={"store"}) == {}


def test_another_server_of_another_version_serves_as_well() -> None:
    """Its owner is no superuser, as with a server that somebody rents."""
    with other_server() as boss:
        with psycopg.connect(boss, autocommit=True) as connection:
            connection.execute("create role keeper login password 'k' createrole bypassrls")
            connection.execute("create database books owner keeper encoding 'UTF8'")
        keeper = make_conninfo(boss, user="keeper", password="k", dbname="books")
        databases.checked(keeper)
        use(make_conninfo(keeper, user="bank", password="horse"), keeper)
        try:
            migrate()
            with psycopg.connect(keeper) as owner:
                owner.execute("create role bank login password 'horse' in role suixin_app")
            number = open_institution("bank", chart_on(DAY), opened_on=DAY)
            books = StoredBooks(Actor(institution=number))
            books.post(Transaction("t", DAY, DAY, pair_of("1101", "1002", 5)))
            with pytest.raises(InputError):
                books.reverse("t", by="b", value_on=DAY, booked_on=DAY - timedelta(days=1))
            assert books.balances() == {"1101": 5, "1002": -5}
            auditor = StoredBooks(Actor(institution=number, role=Role.AUDITOR))
            assert auditor.balances() == books.balances()
            assert connections["default"].settings_dict["USER"] == "bank"
        finally:
            connections.close_all()
            use(postgres.url_of(home(), user=databases.APP, database=TEMPLATE), owner_url(TEMPLATE))

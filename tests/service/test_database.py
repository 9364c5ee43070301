"""Which database is meant, and what a server that cannot serve is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from other_server import other_server
from psycopg.conninfo import conninfo_to_dict
from server_folders import server_folder

from suixin.service import database, postgres
from suixin.service.faults import EnvironmentFault
from suixin.service.home import Home, usual_home


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "SUIXIN_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def other() -> Iterator[str]:
    """A server of version 16 over TCP."""
    with other_server() as url:
        yield url


def test_an_url_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://bank@db.example/books")
    assert database.located().owner_url == "postgresql://bank@db.example/books"
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://boss@db.example/books")
    found = database.located()
    assert (found.url, found.owner_url) == (
        "postgresql://bank@db.example/books",
        "postgresql://boss@db.example/books",
    )


def test_without_an_url_it_is_the_one_of_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUIXIN_HOME", "/srv/bank")
    assert usual_home() == Home(Path("/srv/bank"))
    found = conninfo_to_dict(database.located().url)
    assert found["user"] == database.APP
    assert found["host"] == "/srv/bank/database"


def test_the_embedded_one_is_served_with_a_database_of_ours() -> None:
    home = Home(server_folder())
    try:
        with database.served(home) as found, database.connected(found.owner_url) as owner:
            assert owner.info.dbname == database.NAME
            database.checked(found.owner_url)
            with database.served(home) as again:
                assert again == found
            assert postgres.is_running(home)  # It was up before, and was not theirs to stop.
        assert not postgres.is_running(home)
    finally:
        shutil.rmtree(home.folder)


def test_another_server_is_served_by_its_url(other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", other)
    with database.served() as found, database.connected(found.url) as connection:
        assert connection.info.server_version // 10_000 == 16


def test_a_port_where_nothing_answers_is_told_without_the_password() -> None:
    with (
        pytest.raises(EnvironmentFault, match="port 1, database books") as wrong,
        database.connected("postgresql://bank:secret@127.0.0.1:1/books"),
    ):
        pass
    assert wrong.value.code == "NO_CONNECTION"
    assert "secret" not in str(wrong.value)


def test_a_wrong_password_is_told_without_it(other: str) -> None:
    wrong_url = other.replace("correct", "incorrect")
    with (
        pytest.raises(EnvironmentFault, match="authentication failed") as wrong,
        database.connected(wrong_url),
    ):
        pass
    assert "horse" not in str(wrong.value)


def test_an_url_that_is_none_is_told() -> None:
    with pytest.raises(EnvironmentFault) as wrong, database.connected("postgresql://[::/x"):
        pass
    assert wrong.value.code == "URL"


@pytest.mark.parametrize(
    ("made", "user", "code"),
    [
        ("create database asked template template0 encoding 'SQL_ASCII' lc_collate 'C' "
         "lc_ctype 'C'", "boss", "NOT_UTF8"),
        ("create role plain login password 'correct horse'", "plain", "OWNER"),
    ],
)  # fmt: skip
def test_a_database_that_cannot_serve_is_refused(
    other: str, made: str, user: str, code: str
) -> None:
    with psycopg.connect(other, autocommit=True) as boss:
        boss.execute(made)  # type: ignore[call-overload]
    url = other.replace("boss", user)
    if "database asked" in made:
        url = url.replace("/postgres", "/asked")
    with pytest.raises(EnvironmentFault) as wrong:
        database.checked(url)
    assert wrong.value.code == code
    assert wrong.value.hint


def test_a_server_that_is_too_old_is_refused(other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "VERSION_MIN", 17)
    with pytest.raises(EnvironmentFault, match="PostgreSQL 16; 17 or later") as wrong:
        database.checked(other)
    assert wrong.value.code == "OLD_SERVER"

"""A disk that fills up under load: what was acknowledged is safe, and with room it goes on."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest
from server_folders import server_folder

from suixin.service import postgres
from suixin.service.faults import EnvironmentFault
from suixin.service.home import Home

ROOM = 17 * 1024 * 1024  # A file may grow to it: a segment of WAL is smaller, the table is not.
_ROWS = """
    insert into kept select %s, string_agg(md5(random()::text), '')
      from generate_series(1, 400) as row, generate_series(1, 100) as part group by row
"""


@pytest.fixture
def home() -> Iterator[Home]:
    """An empty home."""
    found = Home(server_folder())
    yield found
    shutil.rmtree(found.folder)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """What is started within may let no file grow beyond a size, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_was_acknowledged_before_the_disk_was_full_is_safe(home: Home) -> None:
    postgres.start(home).stop()
    with room_for(ROOM):
        server = postgres.start(home)
    acknowledged = 0
    with server, psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("create table kept (batch int, filling text)")
        with suppress(psycopg.errors.DiskFull, psycopg.errors.InternalError_):
            while acknowledged < 100:
                connection.execute(_ROWS, [acknowledged])
                acknowledged += 1
        assert 0 < acknowledged < 100
        # The server goes on, and so does who reads.
        assert connection.execute("select count(*) from kept").fetchone() == (400 * acknowledged,)
    with postgres.start(home) as server, psycopg.connect(server.url) as connection:
        connection.execute(_ROWS, [acknowledged])
        found = connection.execute("select count(*), count(distinct batch) from kept").fetchone()
        assert found == (400 * (acknowledged + 1), acknowledged + 1)


def test_a_start_without_room_says_so(home: Home) -> None:
    postgres.start(home).stop()
    with room_for(16), pytest.raises(EnvironmentFault) as wrong:
        postgres.start(home)
    assert wrong.value.hint
    with postgres.start(home):
        pass

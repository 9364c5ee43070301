"""`suixin database`: served in the foreground, ended by a signal, looked at, told what is wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from server_folders import server_folder

from suixin.service import postgres
from suixin.service.home import Home

COMMAND = [sys.executable, "-c", "from suixin.cli import main; main()", "database"]
PLAIN = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A home for the commands below, which follow one another."""
    found = Home(server_folder())
    yield found
    shutil.rmtree(found.folder)


def run(*given: str, **environment: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [*COMMAND, *given, "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**PLAIN, **environment},
    )
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped(home: Home, ended_by: signal.Signals) -> None:
    first = not home.database.exists()
    if first:
        status, told = run("check", "--home", str(home.folder))
        assert (status, told["error"]["code"]) == (3, "NO_DATABASE")
    with subprocess.Popen(
        [*COMMAND, "serve", "--home", str(home.folder), "--json"],
        stdout=subprocess.PIPE,
        text=True,
        env=PLAIN,
    ) as serving:
        try:
            assert serving.stdout is not None
            told = json.loads(serving.stdout.readline())
            assert bool(told["applied"]) == first
            with psycopg.connect(told["url"]) as connection:
                assert connection.execute("select count(*) from posting").fetchone() == (0,)
            if first:
                _others(home)
        finally:
            serving.send_signal(ended_by)
        assert serving.wait(30) == 0
    assert not postgres.is_running(home)


def _others(home: Home) -> None:
    """What other commands say while one serves."""
    status, told = run("serve", "--home", str(home.folder))
    assert (status, told["error"]["code"]) == (3, "ALREADY_RUNNING")
    status, told = run("check", "--home", str(home.folder))
    assert (status, told["missing"]) == (0, [])
    assert told["postgresql"].startswith("18.")
    assert run("migrate", SUIXIN_HOME=str(home.folder)) == (0, {"applied": []})


def test_what_is_wrong_is_told_by_code_and_exit_status(home: Home) -> None:
    nowhere = "postgresql://bank:secret@127.0.0.1:1/books"
    status, told = run("check", DATABASE_URL=nowhere)
    assert (status, told["error"]["code"]) == (3, "NO_CONNECTION")
    assert "secret" not in json.dumps(told)
    status, told = run("serve", DATABASE_URL=nowhere)
    assert (status, told["error"]["code"]) == (1, "ELSEWHERE")
    with postgres.start(home) as server:
        status, told = run("check", DATABASE_URL=server.url)
    assert (status, told["error"]["code"]) == (3, "BEHIND")
    assert told["error"]["hint"] == "Run suixin database migrate."

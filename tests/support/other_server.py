"""A PostgreSQL that somebody else looks after: an older version, reached over TCP by its URL."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from server_folders import server_folder

from suixin.service import postgres, postgres_data
from suixin.service.home import Home

_PASSWORD = "correct horse"


@contextmanager
def other_server() -> Iterator[str]:
    """The URL of the superuser of a PostgreSQL 16, which the same wheel brings."""
    folder = server_folder()
    account = postgres_data.account_for(Home(folder))
    postgres_data.private_folder(folder / "data", account)
    programs = postgres_data.binaries().parents[1] / "pginstall" / "bin"
    port = _free_port()
    (folder / "password").write_text(_PASSWORD)
    who = {**account.told} if account else {}
    made = ["-D", folder / "data", "-U", "boss", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync"]
    subprocess.run(
        [programs / "initdb", *made, f"--pwfile={folder / 'password'}"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        **who,
    )
    asked = ["-D", folder / "data", "-k", "", "-h", "127.0.0.1", "-p", str(port), "-F"]
    server = subprocess.Popen(
        [programs / "postgres", *asked], stderr=subprocess.DEVNULL, cwd="/", **who
    )
    url = f"postgresql://boss:{_PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}/postgres"
    try:
        _await(url, server)
        yield url
    finally:
        stop(server)
        shutil.rmtree(folder)


def stop(server: subprocess.Popen[bytes]) -> None:
    """End a server, whoever is connected."""
    server.send_signal(signal.SIGINT)
    server.wait(60)


def start_in(home: Home, programs: Path) -> subprocess.Popen[bytes]:
    """A server of other programs, such as Debian's, at the socket where a home's own would be."""
    account = postgres_data.account_for(home)
    who = {**account.told} if account else {}
    postgres_data.private_folder(home.database, account)
    made = ["-D", home.database, "-U", postgres_data.OWNER, "-A", "trust", "-E", "UTF8"]
    subprocess.run(
        [programs / "initdb", *made, "--locale=C.UTF-8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        **who,
    )
    asked = ["-D", home.database, "-k", home.database, "-h", "", "-p", str(postgres.PORT), "-F"]
    server = subprocess.Popen(
        [programs / "postgres", *asked, "-c", "timezone=UTC"],
        stderr=subprocess.DEVNULL,
        cwd="/",
        **who,
    )
    _await(postgres.url_of(home), server)
    return server


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"The other server ended with {server.returncode}.")


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])

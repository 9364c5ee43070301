"""The embedded server: it starts, says what is wrong, ends with us, and survives being killed."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from server_folders import server_folder

from suixin.service import postgres, postgres_data
from suixin.service.faults import EnvironmentFault
from suixin.service.home import Home
from tests.conftest import skip_or_fail

AS_ROOT = os.geteuid() == 0
SERVE = """
import sys, time
from pathlib import Path
from suixin.service import postgres
from suixin.service.faults import EnvironmentFault
from suixin.service.home import Home
try:
    server = postgres.start(Home(Path(sys.argv[1])))
except EnvironmentFault as fault:
    print(fault.code, flush=True)
    sys.exit(3)
print(server.child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def home() -> Iterator[Home]:
    """An empty home."""
    folder = server_folder()
    yield Home(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def made() -> Iterator[Home]:
    """A home whose data are there already, to be copied: that is quicker than making them."""
    folder = server_folder()
    found = Home(folder)
    try:
        postgres.start(found).stop()
    except EnvironmentFault as fault:
        skip_or_fail(f"the embedded PostgreSQL cannot run here: {fault}")
    yield found
    shutil.rmtree(folder)


@pytest.fixture
def ready(made: Home, home: Home) -> Home:
    """A home with data, not up."""
    shutil.copytree(made.database, home.database)
    if AS_ROOT:
        told = made.database.stat()
        for path in (home.database, *home.database.rglob("*")):
            os.chown(path, told.st_uid, told.st_gid)
    return home


def launch(home: Home, *, user: int | None = None) -> subprocess.Popen[str]:
    """A launcher in a process of its own, and of another user where one is named."""
    return subprocess.Popen(
        [sys.executable if user is None else _python(user), "-c", SERVE, str(home.folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )


def _python(user: int) -> str:
    """A Python that this user may run: ours may stand in a folder that is closed to others."""
    for program in (sys.executable, "/usr/bin/python3"):
        with suppress(OSError):
            asked = [program, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
            if not subprocess.run(asked, check=False, user=user, cwd="/").returncode:
                return program
    skip_or_fail("no Python 3.11 that an unprivileged user may run")
    return ""


def told(launcher: subprocess.Popen[str]) -> str:
    """The first line it says."""
    assert launcher.stdout is not None
    return launcher.stdout.readline().strip()


def end(launcher: subprocess.Popen[str]) -> None:
    launcher.kill()
    launcher.wait()
    assert launcher.stdout is not None
    launcher.stdout.close()


def rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute("select count(*) from kept").fetchone()
    assert found is not None
    return int(found[0])


def test_it_makes_its_data_once_and_keeps_them(home: Home) -> None:
    with postgres.start(home) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("create table kept (n int)")
            connection.execute("insert into kept values (1)")
        assert home.database.stat().st_mode & 0o777 == 0o700
        assert postgres.is_running(home)
    assert not postgres.is_running(home)
    with postgres.start(home) as server:
        assert rows(server.url) == 1
        assert server.url == postgres.url_of(home)
    server.stop()  # Twice is once.


def test_it_is_not_reached_over_the_network_and_not_run_by_root(ready: Home) -> None:
    with postgres.start(ready) as server, psycopg.connect(server.url) as connection:
        found = connection.execute("show listen_addresses").fetchone()
        assert found == ("",)
        process = Path(f"/proc/{server.child.pid}")
        if process.is_dir():
            assert process.stat().st_uid != 0
            assert process.stat().st_uid == ready.database.stat().st_uid


def test_not_by_root_it_runs_as_whoever_asks(home: Home) -> None:
    if not AS_ROOT:
        skip_or_fail("only root can become another user; every other test shows this one")
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(home.folder, nobody, -1)
    launcher = launch(home, user=nobody)
    try:
        assert told(launcher).isdigit()
        assert home.database.stat().st_uid == home.lock.stat().st_uid == nobody
    finally:
        end(launcher)
        _gone(home)


def test_its_log_is_its_own_and_tells_of_no_row(ready: Home) -> None:
    with postgres.start(ready) as server, psycopg.connect(server.url) as connection:
        connection.execute("create table kept (who text check (who <> 'h-1'))")
        with pytest.raises(psycopg.Error, match="h-1"):
            connection.execute("insert into kept values ('h-1')")
    said = ready.log.read_text()
    assert "violates check constraint" in said
    assert "h-1" not in said
    assert ready.log.stat().st_mode & 0o777 == 0o600


def test_two_launchers_and_the_second_says_so(ready: Home) -> None:
    with postgres.start(ready):
        with pytest.raises(EnvironmentFault, match="Another process runs") as wrong:
            postgres.start(ready)
        assert wrong.value.code == "ALREADY_RUNNING"
        with postgres.serving(ready) as url:  # Where any server will do, that one does.
            assert url == postgres.url_of(ready)
        assert postgres.is_running(ready)
    assert not postgres.is_running(ready)


def test_of_several_launchers_at_once_on_a_fresh_folder_one_wins(home: Home) -> None:
    launchers = [launch(home) for _ in range(3)]
    try:
        said = sorted(told(one) for one in launchers)
        assert said[1:] == ["ALREADY_RUNNING"] * 2
        assert said[0].isdigit()
    finally:
        for one in launchers:
            end(one)
        _gone(home)


def test_a_killed_launcher_takes_its_server_along_and_a_new_one_goes_on(ready: Home) -> None:
    launcher = launch(ready)
    number = int(told(launcher))
    with psycopg.connect(postgres.url_of(ready)) as connection:
        connection.execute("create table kept (n int)")
        connection.commit()
        for acknowledged in range(50):
            connection.execute("insert into kept values (%s)", [acknowledged])
            connection.commit()
        end(launcher)
    with postgres.start(ready) as server:  # At once: it waits for what is ending.
        assert server.child.pid != number
        assert rows(server.url) == 50


def test_a_killed_server_loses_nothing_that_was_acknowledged(ready: Home) -> None:
    server = postgres.start(ready)
    with psycopg.connect(server.url) as connection:
        connection.execute("create table kept (n int)")
        connection.commit()
        for acknowledged in range(50):
            connection.execute("insert into kept values (%s)", [acknowledged])
            connection.commit()
        server.child.kill()
        server.child.wait()
    server.stop()
    with postgres.start(ready) as again:
        assert rows(again.url) == 50


def test_what_a_kill_left_half_made_is_made_anew(home: Home) -> None:
    half = home.folder / "database.new-1"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with postgres.start(home):
        assert not half.exists()


def test_a_number_that_another_program_has_by_now_is_no_server(ready: Home) -> None:
    with postgres.start(ready):
        said = (ready.database / "postmaster.pid").read_text()
    owner = ready.database.stat().st_uid if AS_ROOT else None  # Of others it would not be misled.
    with subprocess.Popen(["sleep", "60"], user=owner) as stranger:
        lines = said.splitlines()
        lines[0] = str(stranger.pid)
        (ready.database / "postmaster.pid").write_text("\n".join(lines) + "\n")
        with postgres.start(ready) as server:
            assert server.child.pid != stranger.pid
        assert stranger.poll() is None  # It was not signalled.
        stranger.kill()


def test_a_server_that_is_not_ours_is_left_alone(
    ready: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LEFT_SECONDS", 0.1)
    server = postgres.start(ready)
    server.lock.close()  # As if it had been started by hand.
    try:
        with pytest.raises(EnvironmentFault, match="not ours") as wrong:
            postgres.start(ready)
        assert wrong.value.code == "ALREADY_RUNNING"
        assert server.child.poll() is None
    finally:
        server.stop()


def test_a_folder_that_holds_something_else_is_not_written_over(home: Home) -> None:
    home.database.mkdir()
    (home.database / "letters.txt").write_text("dear bank")
    with pytest.raises(EnvironmentFault) as wrong:
        postgres.start(home)
    assert wrong.value.code == "NOT_OURS"
    assert (home.database / "letters.txt").read_text() == "dear bank"


def test_a_folder_that_the_servers_user_cannot_reach_is_named(home: Home) -> None:
    closed = home.folder / "closed"
    closed.mkdir(mode=0o700)
    if not AS_ROOT:
        closed.chmod(0o500)
    with pytest.raises(EnvironmentFault, match=str(closed)) as wrong:
        postgres.start(Home(closed / "bank"))
    assert wrong.value.code == "NOT_PERMITTED"
    assert not (closed / "bank" / "database").exists()


def test_a_path_too_long_for_a_socket_gets_a_short_one(home: Home) -> None:
    long = Home(home.folder / ("x" * 100))
    with postgres.start(long) as server:
        folder = postgres.socket_folder(long)
        assert folder != long.database
        assert folder.stat().st_mode & 0o777 == 0o700
        with psycopg.connect(server.url):
            pass
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("says", "code"),
    [
        (
            'FATAL:  could not write lock file "postmaster.pid": No space left on device',
            "DISK_FULL",
        ),
        ("could not open file: Read-only file system", "READ_ONLY"),
        ('FATAL:  lock file "postmaster.pid" already exists', "ALREADY_RUNNING"),
        ('FATAL:  data directory "/srv" has wrong ownership', "NOT_PERMITTED"),
        ("FATAL:  database files are incompatible with server", "OTHER_VERSION"),
        ("FATAL:  could not map anonymous shared memory: Cannot allocate memory", "NO_MEMORY"),
        ("FATAL:  something new", "NOT_STARTED"),
    ],
)
def test_what_the_server_says_is_told_with_what_to_do(
    home: Home, monkeypatch: pytest.MonkeyPatch, says: str, code: str
) -> None:
    programs = home.folder / "programs"
    programs.mkdir()
    program = programs / "initdb"
    program.write_text(f"#!/bin/sh\ncat <<'SAID' >&2\nnote\n{says}\nSAID\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(postgres, "binaries", lambda: programs)
    with pytest.raises(EnvironmentFault) as wrong:
        postgres.start(home)
    assert wrong.value.code == code
    assert says.split(":")[-1].strip() in str(wrong.value)
    assert wrong.value.hint
    assert not list(home.folder.glob("database*new*"))


def test_what_ends_as_it_starts_is_told_from_its_log(ready: Home) -> None:
    (ready.database / "PG_VERSION").write_text("12\n")
    with pytest.raises(EnvironmentFault) as wrong:
        postgres.start(ready)
    assert wrong.value.code == "OTHER_VERSION"


def test_without_the_wheel_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_data.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EnvironmentFault, match=r"suixin\[service\]") as wrong:
        postgres_data.binaries()
    assert wrong.value.code == "NO_SERVER"


def _gone(home: Home) -> None:
    """Until the server of a killed launcher has ended."""
    for _ in range(500):
        if not postgres.is_running(home):
            return
        time.sleep(0.02)
    os.kill(int(postgres._status(home)[0]), signal.SIGKILL)
    raise AssertionError("The server outlived its launcher.")

"""`suixin up`: one command, a line each, and whatever dies is started again; nothing is left."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from server_folders import server_folder

from bench._service_up import UP, ServiceUp, descendants, gone, service_up
from suixin.service.faults import EnvironmentFault
from suixin.service.home import Home
from suixin.service.running import ports


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A home."""
    found = Home(server_folder())
    yield found
    shutil.rmtree(found.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def up(home: Home) -> Iterator[ServiceUp]:
    """The service, up."""
    with service_up(home, "--workers", "2") as found:
        yield found


def pids(up: ServiceUp, *words: str) -> list[int]:
    """The processes whose command has all of these words."""
    return [n for n, told in up.processes().items() if all(word in told for word in words)]


def test_a_line_each_as_it_becomes_ready_and_the_address_last(up: ServiceUp) -> None:
    assert up.url.startswith("http://127.0.0.1:")
    ready = [line["name"] for line in up.lines if line["state"] == "ready"]
    assert ready[:2] == ["database", "form"]
    assert ready[-1] == "service"
    assert {"web 1", "web 2", "events", "jobs, quick", "jobs, long", "upkeep"} <= set(ready)


def test_it_tells_whether_it_lives_and_can_be_used(up: ServiceUp) -> None:
    assert up.get("health") == (200, "ok\n")
    status, told = up.get("ready")
    assert status == 200
    assert '"ready": true' in told
    status, told = up.get("metrics")
    assert status == 200
    assert "suixin_workers 2.0" in told


def test_two_web_processes_count_together(up: ServiceUp) -> None:
    for _ in range(20):
        up.get("health")
    _, told = up.get("metrics")
    line = next(one for one in told.splitlines() if 'route="health",status="200"' in one)
    assert float(line.split()[-1]) >= 20


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("web 1", ("suixin-web",)),
        ("jobs, quick", ("suixin-j-quick",)),
        ("upkeep", ("suixin-upkeep",)),
    ],
)
def test_what_is_killed_is_started_again(up: ServiceUp, name: str, words: tuple[str, ...]) -> None:
    since = len(up.lines)
    os.kill(min(pids(up, *words)), signal.SIGKILL)
    died = next(
        line for line in _lines(up, since, "died") if line["name"].startswith(name.split()[0])
    )
    assert "killed by SIGKILL; it is started again" in died["told"]
    up.awaited(died["name"], "ready", since=since)
    assert up.get("health")[0] == 200


def _lines(up: ServiceUp, since: int, state: str) -> list[dict[str, str]]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found = [line for line in up.lines[since:] if line["state"] == state]
        if found:
            return found
        time.sleep(0.02)
    return []


def test_the_worker_that_a_web_process_forked_does_not_outlive_it(up: ServiceUp) -> None:
    since = len(up.lines)
    server = min(pids(up, "suixin-web"))
    forked = list(descendants(server))
    assert forked
    os.kill(server, signal.SIGKILL)
    assert gone(forked, 5) == []
    _lines(up, since, "ready")


def test_the_database_is_started_again_and_all_goes_on(up: ServiceUp, home: Home) -> None:
    since = len(up.lines)
    os.kill(int((home.database / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    up.awaited("database", "died", since=since)
    up.awaited("database", "ready", since=since)
    until = time.monotonic() + 20
    while up.get("ready")[0] != 200:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_body_of_a_hundred_megabytes_is_not_taken(up: ServiceUp) -> None:
    where = urlsplit(up.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
    connection.putrequest("POST", "/accounts/login/")
    connection.putheader("Content-Length", str(100_000_000))
    connection.endheaders()
    with socket.socket():  # The body itself is never sent: the answer comes before it.
        assert connection.getresponse().status == 413
    connection.close()
    assert up.get("health")[0] == 200


def test_slow_clients_keep_nobody_waiting(up: ServiceUp) -> None:
    where = urlsplit(up.url)
    slow = [socket.create_connection((where.hostname, where.port)) for _ in range(40)]
    try:
        for one in slow:  # A head that never ends, a letter now and then.
            one.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        began = time.monotonic()
        for _ in range(10):
            assert up.get("health")[0] == 200
        assert time.monotonic() - began < 5
    finally:
        for one in slow:
            one.close()


def test_its_log_is_its_own(up: ServiceUp, home: Home) -> None:
    assert home.service_log.stat().st_mode & 0o777 == 0o600
    assert '"event": "request"' in home.service_log.read_text()


def test_a_second_one_of_the_same_home_says_so(up: ServiceUp, home: Home) -> None:
    second = [*UP, "--home", str(home.folder), "--port", "0", "--events-port", "0"]
    told = subprocess.run(second, capture_output=True, text=True, check=False)
    assert told.returncode == 3
    assert '"ALREADY_RUNNING"' in told.stdout


def test_a_port_that_is_taken_and_one_that_is_not_allowed() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(EnvironmentFault) as wrong, ports.kept("127.0.0.1", taken):
            pass
        assert wrong.value.code == "PORT_TAKEN"
        told = subprocess.run(
            [*UP, "--home", "/nonexistent", "--port", str(taken)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 3
        assert '"PORT_TAKEN"' in told.stdout
    with pytest.raises(EnvironmentFault) as wrong, ports.kept("203.0.113.9", 0):
        pass
    assert wrong.value.code == "HOST"


def test_of_two_services_on_one_port_the_second_says_so() -> None:
    with (
        ports.kept("127.0.0.1", 0) as (port,),
        pytest.raises(EnvironmentFault) as wrong,
        ports.kept("127.0.0.1", port),
    ):
        pass
    assert wrong.value.code == "PORT_TAKEN"


def test_asked_to_stop_it_ends_cleanly_and_killed_at_once(up: ServiceUp, home: Home) -> None:
    """Last here: the service that the others use is stopped by it."""
    running = list(up.processes())
    assert len(running) > 8
    assert up.stop(signal.SIGINT) == 0
    assert up.lines[-1]["state"] == "stopped"
    assert gone(running) == []
    with service_up(home, "--workers", "1") as again:  # The same home goes on.
        running = list(again.processes())
        assert again.stop(signal.SIGKILL) == -signal.SIGKILL
        assert gone(running, 5) == []

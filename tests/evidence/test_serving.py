"""Over HTTP: what a server refuses unread, and what whoever asks will not wait for."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from suixin.data.errors import InputError
from suixin.evidence import key_file
from suixin.evidence.fetch import FetchFault, ask, files
from suixin.evidence.keys import ED25519, KeyFault, Signer
from suixin.evidence.serving import AT_ONCE_MAX, Call, Route, Server, Told


@contextmanager
def serving(route: Route, *, body_max: int = 100, seconds: float = 15.0) -> Iterator[str]:
    server = Server("127.0.0.1", 0, route, body_max=body_max)
    server.seconds = seconds
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def echo(call: Call) -> Told:
    return Told(200, f"{call.method} {call.path} ".encode() + call.body)


def said(url: str, raw: bytes) -> bytes:
    """What comes back for these bytes, whatever they are."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65_536), b""))


def test_a_call_is_its_method_path_and_body() -> None:
    with serving(echo) as url:
        assert ask(f"{url}/a/b?c=d").body == b"GET /a/b "
        assert ask(f"{url}/a", b"body").body == b"POST /a body"


@pytest.mark.parametrize(
    "headers",
    [
        b"GET / HTTP/1.1\r\nContent-Length: 20\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 20\r\n",
        b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 20\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n",
    ],
)
def test_a_body_that_a_proxy_may_count_otherwise_is_no_second_call(headers: bytes) -> None:
    with serving(echo) as url:
        told = said(url, headers + b"\r\nGET /b HTTP/1.1\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 4")
    assert told.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"POST / HTTP/1.1\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"411"),
        ("POST / HTTP/1.1\r\nContent-Length: ４\r\n\r\nbody".encode(), b"411"),
        (b"POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n", b"413"),
        (b"PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", b"501"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\ncut short", b""),
        (b"", b""),
    ],
)
def test_what_is_no_call(raw: bytes, status: bytes) -> None:
    asked: list[Call] = []

    def route(call: Call) -> Told:
        asked.append(call)
        return Told(200)

    with serving(route) as url:
        told = said(url, raw)
        assert status in told.partition(b"\r\n")[0]
        assert bool(told) is bool(status)
        assert not asked
        assert ask(url).status == 200  # It goes on.


@pytest.mark.parametrize(
    "start", [b"", b"GET / HT", b"POST / HTTP/1.1\r\nContent-Length: 90\r\n\r\n"]
)
def test_who_sends_a_byte_now_and_then_is_cut_off(start: bytes) -> None:
    asked: list[Call] = []

    def route(call: Call) -> Told:
        asked.append(call)
        Event().wait(0.4)  # What a route takes itself does not count.
        return Told(200)

    with serving(route, seconds=0.2) as url:
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line, suppress(OSError):
            line.sendall(start)
            for _ in range(100):
                line.sendall(b"x")
                Event().wait(0.02)
            pytest.fail("it listened to the end")
        assert not asked
        assert ask(url).status == 200


def test_a_route_that_fails_takes_the_server_down_for_nobody(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def route(call: Call) -> Told:
        if call.path == "/bug":
            raise AssertionError("a bug")
        return Told(200)

    with serving(route) as url:
        with pytest.raises(FetchFault):
            ask(f"{url}/bug")
        assert ask(url).status == 200
    assert "a bug" in capfd.readouterr().err


def test_past_so_many_at_once_the_others_are_closed() -> None:
    go, inside = Event(), []

    def route(call: Call) -> Told:
        inside.append(call)
        go.wait(10)
        return Told(200)

    with serving(route) as url:
        host, port = url.removeprefix("http://").split(":")
        lines = [socket.create_connection((host, int(port))) for _ in range(AT_ONCE_MAX)]
        try:
            for line in lines:
                line.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert said(url, b"GET / HTTP/1.1\r\n\r\n") == b"" or len(inside) < AT_ONCE_MAX
        finally:
            go.set()
            for line in lines:
                line.close()


@contextmanager
def raw_server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Something on a port that is no server of ours."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            with line:
                line.recv(65_536)
                answer(line)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(10)


def dripping(line: socket.socket) -> None:
    """A byte now and then: no single wait is long, and it never ends."""
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    try:
        while True:
            line.sendall(b"x")
            Event().wait(0.02)
    except OSError:
        return


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (dripping, "LATE"),
        (lambda line: Event().wait(0.5), "LATE"),
        (lambda line: line.sendall(b"SSH-2.0-OpenSSH\r\n"), "DOWN"),
        (lambda line: line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"), "DOWN"),
        (lambda line: line.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(2_000)), "LONG"),
        (lambda line: None, "DOWN"),
    ],
)
def test_what_is_no_whole_reply_in_time(answer: Callable[[socket.socket], None], code: str) -> None:
    with raw_server(answer) as url, pytest.raises(FetchFault) as refused:
        ask(url, seconds=0.3, bytes_max=1_000)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "ADDRESS"),
        ("bank.example/log", "ADDRESS"),
        ("file:///etc/passwd", "ADDRESS"),
        ("http://", "ADDRESS"),
        ("http://[::1", "ADDRESS"),
        ("http://bank.example:99999999", "ADDRESS"),
        ("http://127.0.0.1:1", "DOWN"),
    ],
)
def test_what_is_no_address(url: str, code: str) -> None:
    with pytest.raises(FetchFault) as refused:
        ask(url, seconds=1)
    assert refused.value.code == code


def test_files_are_fetched_once_and_a_failing_server_is_no_missing_file() -> None:
    asked: list[str] = []

    def route(call: Call) -> Told:
        asked.append(call.path)
        return {"/log/one": Told(200, b"1"), "/log/two": Told(404)}.get(call.path, Told(500))

    with serving(route) as url:
        read = files(ask, f"{url}/log")
        assert [read("one"), read("two"), read("one")] == [b"1", None, b"1"]
        assert asked == ["/log/one", "/log/two"]
        with pytest.raises(FetchFault, match="answers 500"):
            read("three")


def test_a_key_others_may_read_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "below/key"
    made = Signer("bank.example/author", ED25519, bytes(range(32)))
    key_file.write(path, made)
    assert key_file.read(path) == made
    with pytest.raises(InputError) as refused:
        key_file.write(path, made)
    assert refused.value.code == "EXISTS"
    path.chmod(0o640)
    with pytest.raises(InputError) as refused:
        key_file.read(path)
    assert refused.value.code == "KEY_SEEN"
    path.chmod(0o600)
    for raw in (b"\xff\xfe", b"", str(made.verifier).encode()):
        path.write_bytes(raw)
        with pytest.raises(KeyFault) as wrong:
            key_file.read(path)
        assert made.text() not in str(wrong.value)
    with pytest.raises(InputError) as refused:
        key_file.read(tmp_path / "none")
    assert refused.value.code == "NO_KEY"

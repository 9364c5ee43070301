"""The session of docs/api.md is run as it stands there, against a service that answers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import api_stage
import pytest
from lending_world import VILLAGE, World, good_file, world
from sign_in import signed_in
from stored import database

from suixin.service import clock
from suixin.service.api.clients import scopes_there_are
from suixin.service.app import payments
from suixin.service.app.caller import Duty
from suixin.service.home import usual_home
from suixin.service.identity.secret import ensure_secret
from suixin.service.store.session import acting, query

__all__ = ["database", "world"]
PAGE = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"^```sh fragment\n(.*?)^```", re.MULTILINE | re.DOTALL)
# In a test an hour passes at once, and the bank pays meanwhile.
PRELUDE = 'set -euo pipefail\nsleep() { curl -sS --fail "$BASE/test/sleep/$1"; }\n'


class Threading(ThreadingMixIn, WSGIServer):
    """A request a thread, as a web server has."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""


@pytest.fixture
def served(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    from django.db import connections

    from suixin.service.wsgi import application

    monkeypatch.setattr(clock, "now", lambda: world.at)
    ensure_secret(usual_home())

    def answered(environ: dict[str, Any], start: Any) -> Any:
        try:
            path = environ["PATH_INFO"]
            if path.startswith("/test/sleep/"):
                passed(world, int(path.rpartition("/")[2]))
                start("200 OK", [("Content-Type", "text/plain")])
                return [b""]
            return list(application(environ, start))
        finally:
            connections.close_all()

    server = make_server("127.0.0.1", 0, answered, server_class=Threading, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def passed(world: World, seconds: int) -> None:
    """Time passes; the bank settles what waits."""
    world.later(seconds=seconds)
    waiting = payments.payments(world.officer)
    for one in waiting:
        world.settled(one.agreement, one.id, one.fen)


def jar(folder: Path, name: str, world: World, duty: Duty, **told: Any) -> None:
    """The cookies of one who is signed in, as curl keeps them."""
    client, _ = signed_in(world.institution, duty, **told)
    session = client.cookies["suixin_session"].value
    lines = ["# Netscape HTTP Cookie File"]
    for cookie, value in (("suixin_session", session), ("suixin_csrf", "a" * 32)):
        lines.append("\t".join(("127.0.0.1", "FALSE", "/", "FALSE", "0", cookie, value)))
    (folder / f"{name}.cookies").write_text("\n".join(lines) + "\n")


@pytest.mark.mechanism("C12")
def test_the_pages_session_runs(world: World, served: str, tmp_path: Path) -> None:
    house = api_stage.House(world.institution)
    client = api_stage.partner(house, "platform", scopes_there_are())
    for name, duty in (
        ("officer", Duty.CREDIT_OFFICER),
        ("risk", Duty.RISK_OFFICER),
        ("cashier", Duty.CASHIER),
        ("auditor", Duty.AUDITOR),
    ):
        jar(tmp_path, name, world, duty)
    jar(tmp_path, "household", world, Duty.HOUSEHOLD, party_id="h-1")
    world.files["h-1"] = good_file(world.day)
    session = PRELUDE + "\n".join(BLOCK.findall(PAGE.read_text("utf-8")))
    environ = {
        **os.environ,
        "BASE": served,
        "CLIENT": client,
        "SECRET": house.secrets["platform"],
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    told = subprocess.run(
        ["bash", "-c", session],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-3_000:] + told.stderr[-3_000:]
    assert "VALID" in told.stdout
    assert "INVALID" not in told.stdout
    with acting(world.actor):
        rows = query("select kind from agreement_event order by booked_on, key")
    assert ("Sale",) in [(kind,) for (kind,) in rows] or ("sale",) in rows
    assert VILLAGE in session

"""Logs and witnesses as processes of their own, on free ports; none outlives its test."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from evidence_hosts import Hosts
from evidence_parties import NAMES, ORIGIN, author_key, log_key, witness_key

from suixin.evidence import file_store, key_file
from suixin.evidence.fetch import Reply
from suixin.evidence.witness import origin_id

COMMAND = Path(sys.executable).with_name("suixin")
ID = origin_id(ORIGIN)
# On a host's port, somebody who answers every request with one line.
LIAR = """
import http.server, sys
host, port, line = sys.argv[1:]
class Liar(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(line.encode())
    do_GET = lambda self: self.send_error(404)
    log_message = lambda self, *told: None
with http.server.ThreadingHTTPServer((host, int(port)), Liar) as server:
    print('{"url": true}', flush=True)
    server.serve_forever()
"""
LOGS = ("log", "rogue")


def begun(
    *words: object, before: Sequence[str] = (), as_json: bool = True
) -> subprocess.Popen[str]:
    """`suixin` with these words as a process of its own, by default with a line of JSON."""
    command = [*before, str(COMMAND), *map(str, words), *(["--json"] if as_json else [])]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def ready(run: subprocess.Popen[str]) -> None:
    """Wait until it listens."""
    assert run.stdout is not None
    said = run.stdout.readline()
    assert said, f"{run.args} ended with {run.wait(timeout=10)}"
    assert json.loads(said)["url"]


def ended(runs: Iterable[subprocess.Popen[str]]) -> None:
    """Stop them all, even those that are paused; one that does not end is killed, and told."""
    every = list(runs)
    left = [run for run in every if run.poll() is None]
    for run in left:
        run.send_signal(signal.SIGCONT)
        run.terminate()
    stuck = []
    for run in left:
        try:
            run.wait(timeout=10)
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait(timeout=10)
            stuck.append(run.args)
    for run in every:
        if run.stdout is not None:
            run.stdout.close()
    assert not stuck


def until(found: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until something is so; a test fails when it never is."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.05)


@dataclass
class Network:
    """A log and three witnesses in folders below `root`, each to be started as a process.

    Two operators with one key are two logs, `log` and `rogue`; `misled` witnesses mirror the rogue.
    """

    root: Path
    hosts: Hosts
    misled: tuple[str, ...] = ()
    running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    all: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in LOGS:
            file_store.create(self.root / name, log_key().verifier)
            key_file.write(self.root / name / "key", log_key())
            self.asks(name, *NAMES)
        for name in NAMES:
            folder = self.root / name
            key_file.write(folder / "key", witness_key(name))
            (folder / "policy").write_text(self.policy_text(name), "utf-8")
        self.policy.write_text(self.policy_text(""), "utf-8")

    @property
    def policy(self) -> Path:
        """The policy as whoever tests reads it, on no host."""
        return self.root / "parties.policy"

    def asks(self, log: str, *names: str) -> None:
        """Let a log ask these witnesses alone, though its policy lists all."""
        (self.root / log / "parties").write_text(self.policy_text(log, names), "utf-8")

    def policy_text(self, by: str, asked: Sequence[str] = NAMES) -> str:
        """The policy as a host has it: others stand at the addresses where that host finds them."""
        mirrored = by if by in LOGS else "rogue" if by in self.misled else "log"
        lines = [f"log {log_key().verifier} {self.url(mirrored, by)}"]
        for name in NAMES:
            url = f" {self.url(name, by)}" if name in asked else ""
            lines.append(f"witness {name} {witness_key(name).verifier}{url}")
        lines += ["group parties 2 " + " ".join(NAMES), "quorum parties"]
        lines += [f"#author {author_key(name).verifier}" for name in NAMES]
        return "\n".join([*lines, ""])

    def url(self, name: str, seen_by: str = "") -> str:
        below = "log" if name in LOGS else "witness"
        host, port = self.hosts.address(name, "" if seen_by == name else seen_by)
        return f"http://{host}:{port}/{below}"

    def start(self, *names: str, with_words: Sequence[object] = ()) -> None:
        """Start these as processes, all at once; a log after its witnesses, for it asks them."""
        logs = [name for name in names if name in LOGS]
        if logs and len(names) > len(logs):
            self.start(*(name for name in names if name not in logs))
            self.start(*logs, with_words=with_words)
            return
        for name in names:
            noun = "log" if name in LOGS else "witness"
            host, port = self.hosts.listens(name)
            words: list[object] = [noun, "serve", self.root / name, "--host", host, "--port", port]
            if noun == "log":
                words += ["--policy", self.root / name / "parties"]
            self.running[name] = begun(*words, *with_words, before=self.hosts.before(name))
            self.all.append(self.running[name])
        for name in names:
            ready(self.running[name])

    def lies(self, name: str, line: str) -> None:
        """In a witness's place, somebody who answers this to whatever is asked."""
        host, port = self.hosts.listens(name)
        words = [sys.executable, "-I", "-c", LIAR, host, str(port), line]
        run = subprocess.Popen(
            [*self.hosts.before(name), *words], stdout=subprocess.PIPE, text=True
        )
        self.running[name] = run
        self.all.append(run)
        ready(run)

    def stop(self, name: str, sig: int = signal.SIGKILL) -> None:
        """End a process, by default as a power cut would."""
        run = self.running.pop(name)
        run.send_signal(sig)
        run.wait(timeout=10)

    def pause(self, name: str) -> None:
        self.running[name].send_signal(signal.SIGSTOP)

    def get(self, name: str, path: str) -> Reply:
        return self.hosts.ask(name, f"{self.url(name)}/{path}")

    def post(self, name: str, path: str, body: bytes) -> Reply:
        return self.hosts.ask(name, f"{self.url(name)}/{path}", body)

    def says(self, host: str, *words: object, status: int = 0) -> str:
        """What the command prints on a host."""
        run = begun(*words, before=self.hosts.before(host), as_json=False)
        told, _ = run.communicate(timeout=60)
        assert run.returncode == status, told
        return told

    def record(self, entries: Sequence[bytes], name: str = "log") -> None:
        """Send entries to a log; it must take them."""
        reply = self.post(name, "entries", b"\n".join(entries))
        assert reply.status == 200, reply

    def standing(self, leaf: bytes, name: str = "log") -> str:
        reply = self.get(name, f"standing/{leaf.hex()}")
        return str(json.loads(reply.body)["standing"]) if reply.status == 200 else ""

    def witnesses(self, name: str = "log") -> dict[str, str]:
        """What came of asking each witness the last time."""
        told = json.loads(self.get(name, "witnesses").body)
        return {one["name"]: one["outcome"] for one in told["asked"]}

    def stopped(self, name: str = "log") -> str:
        """Why a log takes nothing in, or an empty text."""
        return str(json.loads(self.get(name, "witnesses").body)["stopped"])

    def held(self, name: str) -> str:
        """The checkpoint that a witness has cosigned last."""
        reply = self.get(name, f"{ID}/checkpoint")
        return reply.body.decode() if reply.status == 200 else ""

    def frozen(self, name: str) -> str:
        return str(json.loads(self.get(name, f"{ID}/forks").body)["frozen"])


@contextmanager
def network(root: Path, hosts: Hosts, misled: tuple[str, ...] = ()) -> Iterator[Network]:
    """Parties in folders; whatever was started is ended with the block."""
    made = Network(root, hosts, misled)
    try:
        yield made
    finally:
        ended(made.all)

"""Parties in one process: a log and its witnesses at work, on a wire that can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from evidence_parties import NAMES, NOON, ORIGIN, author_key, log_key, witness_key

from suixin.evidence import file_store, key_file, log_server, policy, quorum, witness_server
from suixin.evidence.fetch import FetchFault, Reply
from suixin.evidence.file_store import FileStore
from suixin.evidence.keys import Signer
from suixin.evidence.log_service import LogService
from suixin.evidence.quorum import Dated
from suixin.evidence.serving import Call, Route, Told
from suixin.evidence.witness import origin_id
from suixin.evidence.witness_folder import WitnessFolder

TODAY = date(2026, 6, 30)
ID = origin_id(ORIGIN)


@dataclass
class Wire:
    """Addresses and who answers there; who is `down` cannot be reached, who is `late` is too."""

    routes: dict[str, Route] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    now: int = NOON

    def ask(self, url: str, body: bytes | None = None) -> Reply:
        name, _, path = url.removeprefix("http://").partition("/")
        if name in self.down or name not in self.routes:
            raise FetchFault("DOWN", f"{url} cannot be reached.")
        if name in self.late:
            raise FetchFault("LATE", f"{url} did not answer in 10 s.")
        told = self.routes[name](Call("GET" if body is None else "POST", f"/{path}", body or b""))
        return Reply(told.status, told.body)

    def clock(self) -> int:
        return self.now

    def lies(self, name: str, answer: Callable[[Call], Told]) -> None:
        self.routes[name] = answer


def policy_of(
    mirrored: str = "log",
    *,
    witnesses: Sequence[Signer] = (),
    logs: Sequence[Signer] = (),
    names: Sequence[str] = NAMES,
) -> str:
    """A policy whose addresses are on the wire; two witnesses suffice."""
    keys = witnesses or [witness_key(name) for name in names]
    lines = [f"log {one.verifier} http://{mirrored}/log" for one in (*logs, log_key())]
    lines += [
        f"witness {name} {key.verifier} http://{name}/witness"
        for name, key in zip(names, keys, strict=True)
    ]
    lines += [f"group parties 2 {' '.join(names)}", "quorum parties"]
    return "\n".join([*lines, *(f"#author {author_key(name).verifier}" for name in NAMES), ""])


@dataclass
class Room:
    """Folders below `root`, each opened at most once; all are closed when the room is left."""

    root: Path
    wire: Wire = field(default_factory=Wire)
    _open: dict[str, ExitStack] = field(default_factory=dict)

    def witness(self, name: str, *, mirrored: str = "log", text: str = "") -> WitnessFolder:
        """A witness at work; begun where there is none."""
        folder = self.root / name
        if not (folder / "key").exists():
            key_file.write(folder / "key", witness_key(name))
            (folder / "policy").write_text(text or policy_of(mirrored), "utf-8")
        kept = WitnessFolder(folder, self.wire.ask)
        self._held(name).callback(kept.close)
        self.wire.routes[name] = witness_server.route(kept, self.wire.clock)
        return kept

    def log(
        self, name: str = "log", by: Signer | None = None, policies: Sequence[Dated] = ()
    ) -> LogService:
        """A log at work; begun where there is none."""
        folder = self.root / name
        if not (folder / "policy").exists():
            file_store.create(folder, log_key().verifier)
        store = FileStore(folder)
        self._held(name).callback(store.close)
        dated = policies or (Dated(None, policy.parse(policy_of(name))),)
        made = LogService(store, by or log_key(), dated, self.wire.ask, self.wire.now)
        self.wire.routes[name] = log_server.route(made, self.wire.clock, lambda: TODAY)
        return made

    def close(self, *names: str) -> None:
        """Close these, or all; whoever is closed cannot be reached."""
        for name in names or tuple(self._open):
            self._open.pop(name).close()
            self.wire.routes.pop(name, None)

    def _held(self, name: str) -> ExitStack:
        if name in self._open:
            raise AssertionError(f"{name} is open")
        self._open[name] = ExitStack()
        return self._open[name]


@contextmanager
def room(root: Path) -> Iterator[Room]:
    made = Room(root)
    try:
        yield made
    finally:
        made.close()


def quorums(*dated: tuple[date | None, str]) -> tuple[Dated, ...]:
    return tuple(quorum.Dated(since, policy.parse(text)) for since, text in dated)

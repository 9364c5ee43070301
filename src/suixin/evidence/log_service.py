"""A log at work: entries in, a head each second, cosignatures from the other parties, proofs out.

Around the store stands one lock; nobody is asked over the network while it is held. The newest head
that the quorum cosigned is kept beside the newest head, since proofs are made from it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

from suixin.data.errors import InputError
from suixin.evidence import checkpoint, fork, log, note, quorum, receipt
from suixin.evidence import entry as entries
from suixin.evidence.cosign import Asked, Collector, Outcome
from suixin.evidence.disk import disk_faults, write_file
from suixin.evidence.entry import authors
from suixin.evidence.fetch import Ask, FetchFault, files
from suixin.evidence.file_store import FileStore
from suixin.evidence.keys import Signer, Verifier
from suixin.evidence.merkle import ProofError, consistency, inclusion
from suixin.evidence.note import NoteError
from suixin.evidence.policy import Party, Policy, satisfied
from suixin.evidence.proof import Proof
from suixin.evidence.quorum import Standing
from suixin.evidence.tiles import Static
from suixin.evidence.witness import origin_id
from suixin.kernel.day import date_of, local_day
from suixin.kernel.policy import load_policy


class ServiceFault(InputError):
    """What a log at work refuses: FROZEN; or AHEAD, where it lacks what it has signed."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A head that a quorum cosigned, and the day on which it did."""

    note: str
    size: int
    on: date


class LogService:
    """One log, its one writer, and the witnesses of its policy, whom `ask` reaches.

    `fork` is the proof that this log signed two histories, `ahead` says that a witness holds more
    than the log; with either it takes nothing in and signs nothing.
    """

    def __init__(self, store: FileStore, by: Signer, policy: Policy, ask: Ask) -> None:
        self.store = store
        self.policy = policy
        self.origin = by.name
        self._by = by
        self._ask = ask
        self._lock = Lock()
        self._collector = Collector(policy, ask)
        self._authors = authors(policy.authors)
        self.asked: tuple[Asked, ...] = ()
        self.ahead = ""
        with disk_faults(store.folder):
            (store.folder / "heads").mkdir(exist_ok=True)
            self._newest = self._kept("cosigned")[-1:]
            self._finals = self._kept("final")
            kept = store.folder / "fork"
            self.fork = fork.read(kept.read_bytes()) if kept.exists() else None

    @property
    def state(self) -> str:
        """Why it takes nothing in, or an empty text while it does."""
        return "It signed two histories; it is frozen." if self.fork is not None else self.ahead

    def add(self, raws: Sequence[bytes], now: int) -> str:
        """Log entries together or not at all; the receipt. Raises `EntryFault`, `LogFault` …"""
        self._may_grow()
        sealed = [entries.open(raw, self._authors) for raw in raws]
        with self._lock:
            log.append(self.store, sealed)
        seconds = load_policy("evidence").on(_day(now))["receipt.seconds"]
        return receipt.promise([one.leaf for one in sealed], now + seconds, self._by)

    def beat(self, now: int) -> tuple[Asked, ...]:
        """Sign what is new and ask who has not cosigned it; each second, and at day's end."""
        self._may_grow()
        with self._lock:
            if self.store.size() == 0:
                return ()
            told = log.checkpoint(self.store, self._by)
        asked = self._collector.collect(told, self._prove)
        signatures = [one.signature for one in asked if one.signature is not None]
        if signatures:
            with self._lock:
                whole = log.cosign(self.store, signatures, self._witnesses())
            self._keep(whole, _day(now))
        for one in asked:
            self._look_into(one)
        self.asked = asked or self.asked
        return asked

    def proof(self, leaf: bytes) -> Proof | None:
        """The proof of an entry, under a head that the quorum cosigned where one counts it."""
        with self._lock:
            index = self.store.find(leaf)
            if index is None:
                return None
            best = self._newest[-1] if self._newest else None
            if best is None or index >= best.size:
                return log.prove(self.store, index)
            return Proof(index, inclusion(index, best.size, self.store.node), best.note)

    def standing(self, leaf: bytes, today: date) -> Standing | None:
        """What may rest on an entry, or None where it is not logged: see `quorum.standing`.

        It is held to the first head that was final and counts it, else to the newest cosigned.
        """
        with self._lock:
            index = self.store.find(leaf)
            if index is None:
                return None
            (raw,) = self.store.entries(index, index + 1)
        recorded_on = _day(entries.open(raw, self._authors).body.at)
        of = quorum.of_policy(recorded_on, self.policy)
        counting = [one for one in (*self._finals, *self._newest) if index < one.size]
        if self.fork is not None or not counting:
            return quorum.standing(of, (), recorded_on, today)
        signed = note.open(counting[0].note, self._witnesses()).signed
        return quorum.standing(of, signed, recorded_on, today)

    def refill(self) -> int:
        """After a restore: bring back from the mirrors what was signed since; how many entries.

        Every witness must answer, for the one that is silent may have cosigned more. Raises
        `FetchFault`, `NoteError`, `LogFault`.
        """
        best: tuple[int, str, str] | None = None
        for party in self.policy.witnesses.values():
            told = self._cosigned_by(party)
            size = checkpoint.read(note.read(told).text).size if told else 0
            if told and (best is None or size > best[0]):
                best = size, told, f"{party.url}/{origin_id(self.origin)}"
        if best is None:
            return 0
        size, told, url = best
        with self._lock:
            added = log.refill(
                self.store, told, Static(files(self._ask, url), size), self._by.verifier
            )
        self.ahead = ""
        return added

    def _may_grow(self) -> None:
        if self.fork is not None:
            raise ServiceFault("FROZEN", self.state, "The parties begin a new log: witnesses.md.")
        if self.ahead:
            raise ServiceFault("AHEAD", self.ahead, "Refill it: suixin log serve --restored.")

    def _prove(self, old: int, new: int) -> tuple[bytes, ...]:
        with self._lock:
            return consistency(old, new, self.store.node)

    def _witnesses(self) -> list[Verifier]:
        keys = (one.key for one in self.policy.witnesses.values())
        return [key for key in keys if isinstance(key, Verifier)]

    def _cosigned_by(self, party: Party) -> str:
        """The newest head that a witness holds, which it and this log signed; empty for none."""
        url = f"{party.url}/{origin_id(self.origin)}/checkpoint"
        reply = self._ask(url, None)
        if reply.status == 404:
            return ""
        if reply.status != 200 or not isinstance(party.key, Verifier):
            raise FetchFault("STATUS", f"{url} answers {reply.status}.")
        opened = note.open(reply.body, [self._by.verifier, party.key])
        if len(opened.signed) < 2 or checkpoint.read(opened.text).origin != self.origin:
            raise FetchFault("STATUS", f"{url} is not what {party.name} and this log signed.")
        return reply.body.decode()

    def _look_into(self, one: Asked) -> None:
        """What a witness says of a fork, or of more entries, must bear our own signature."""
        party = self.policy.witnesses[one.name]
        try:
            if one.outcome is Outcome.AHEAD:
                told = self._cosigned_by(party)
                size = checkpoint.read(note.read(told).text).size if told else 0
                if size > self.store.size():
                    self.ahead = f"{party.name} holds {size} entries of ours that are not here."
            elif one.outcome is Outcome.REFUSED:
                self._look_for_fork(f"{party.url}/{origin_id(self.origin)}/forks")
        except (FetchFault, NoteError, ProofError):
            return  # What it says does not prove itself, so it stops nothing.

    def _look_for_fork(self, url: str) -> None:
        reply = self._ask(url, None)
        try:
            told = json.loads(reply.body)["forks"] if reply.status == 200 else []
            found = [fork.of(one) for one in told]
            for one in found:
                one.check([self._by.verifier])
        except (ValueError, KeyError, TypeError, InputError) as fault:
            raise FetchFault("STATUS", f"{url} proves no fork.") from fault
        if found:
            with disk_faults(self.store.folder):
                write_file(self.store.folder / "fork", found[0].text().encode())
            self.fork = found[0]

    def _keep(self, whole: str, on: date) -> None:
        """Keep a head that enough witnesses cosigned: the newest, and each day's last final."""
        size = checkpoint.read(note.read(whole).text).size
        opened = note.open(whole, [self._by.verifier, *self._witnesses()])
        signed = [one.by for one in opened.signed]
        of, one = quorum.of_policy(on, self.policy), Cosigned(whole, size, on)
        heads = self.store.folder / "heads"
        with disk_faults(heads):
            if satisfied(of.proceed, signed):
                write_file(heads / f"cosigned-{on}", whole.encode())
                self._newest = [one]
            if satisfied(of.final, signed):
                write_file(heads / f"final-{on}", whole.encode())
                self._finals = [*(kept for kept in self._finals if kept.on != on), one]

    def _kept(self, kind: str) -> list[Cosigned]:
        """Heads kept of a kind, oldest first."""
        found = []
        for path in sorted((self.store.folder / "heads").glob(f"{kind}-*")):
            whole = path.read_text("utf-8")
            size = checkpoint.read(note.open(whole, self._witnesses()).text).size
            found.append(
                Cosigned(whole, size, date.fromisoformat(path.name.removeprefix(f"{kind}-")))
            )
        return found


def _day(now: int) -> date:
    return date_of(local_day(now))

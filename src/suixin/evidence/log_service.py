"""A log at work: entries in, a head each second, cosignatures from the other parties, proofs out.

Around the store stands one lock; nobody is asked over the network while it is held. The newest head
that the quorum cosigned is kept beside the newest head, since proofs are made from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Any

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
from suixin.evidence.policy import Party, satisfied
from suixin.evidence.proof import Proof
from suixin.evidence.quorum import Dated, Standing
from suixin.evidence.shape import members, parsed
from suixin.evidence.tiles import Static
from suixin.evidence.witness import origin_id
from suixin.kernel.day import date_of, local_day
from suixin.kernel.policy import load_policy


class ServiceFault(InputError):
    """Why a log takes nothing in: FROZEN; AHEAD, it lacks what it has signed; UNSEEN, it may."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A head that a quorum cosigned, and the day on which it did."""

    note: str
    size: int
    on: date


class LogService:
    """One log, its one writer, and the witnesses of its policies, whom `ask` reaches.

    `fork` is the proof that this log signed two histories, `ahead` says that a witness holds more
    than the log; with either it takes nothing in and signs nothing. Neither does it at first, until
    so many witnesses have shown what they hold that no quorum can know of more: a folder out of a
    backup looks like any other.
    """

    def __init__(
        self, store: FileStore, by: Signer, policies: Sequence[Dated], ask: Ask, now: int
    ) -> None:
        """Raises `PolicyFault` where today no policy holds, or it has too few other parties."""
        self.store = store
        self.origin = by.name
        self.asked: tuple[Asked, ...] = ()
        self.ahead = ""
        self._by = by
        self._policies = policies
        self._ask = ask
        self._lock = Lock()
        self._turn(_day(now))
        self._silent = dict(self.policy.witnesses)
        with disk_faults(store.folder):
            (store.folder / "heads").mkdir(exist_ok=True)
            self._newest = self._kept("cosigned")[-1:]
            self._finals = self._kept("final")
            kept = store.folder / "fork"
            self.fork = fork.read(kept.read_bytes()) if kept.exists() else None

    def as_left(self) -> None:
        """Somebody's word that the folder is no backup: sign before any witness has answered."""
        self._silent = {}

    def _turn(self, day: date) -> None:
        """Take up the policy of a day: its witnesses, its authors, and how many suffice."""
        of_day = quorum.in_force(self._policies, day)
        self._of_day = of_day
        proceed = quorum.of_policy(day, of_day, self.origin).proceed
        self.policy = replace(proceed, logs=(Party(self.origin, self._by.verifier),))
        self._collector = Collector(self.policy, self._ask)
        self._authors = authors(of_day.authors)
        known = {*self.store.keys.authors, *_keys(self.store.keys.witnesses.values())}
        for key in (*of_day.authors, *self._witnesses()):
            if key not in known:
                self.store.admit(key)

    @property
    def state(self) -> str:
        """Why it takes nothing in, or an empty text while it does."""
        if self.fork is not None:
            return "It signed two histories; it is frozen."
        if not self.ahead and self._unsettled():
            names = ", ".join(sorted(self._silent))
            return f"Whether more was cosigned than is here is not known yet: {names} must answer."
        return self.ahead

    def add(self, raws: Sequence[bytes], now: int) -> str:
        """Log entries together or not at all; the receipt. Raises `EntryFault`, `LogFault` …"""
        self._may_grow()
        sealed = [entries.open(raw, self._authors) for raw in raws]
        for one in sealed:
            entries.check_enters(one, self.origin)
        with self._lock:
            log.append(self.store, sealed)
        seconds = load_policy("evidence").on(_day(now))["receipt.seconds"]
        return receipt.promise([one.leaf for one in sealed], now + seconds, self._by)

    def beat(self, now: int) -> tuple[Asked, ...]:
        """Sign what is new and ask who has not cosigned it; each second, and at day's end."""
        if quorum.in_force(self._policies, _day(now)) is not self._of_day:
            with self._lock:
                self._turn(_day(now))
        self.look_back()
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
        recorded_on = date_of(local_day(int(json.loads(raw)["body"]["at"])))
        counting = [one for one in (*self._finals, *self._newest) if index < one.size]
        if self.fork is not None or not counting:
            return Standing.RECORDED
        head = counting[0]
        of_day = quorum.in_force(self._policies, head.on)
        of = quorum.of_policy(head.on, of_day, self.origin)
        known = [*self._own(), *_keys(of.proceed.witnesses.values())]
        signed = note.open(head.note, known).signed
        return quorum.standing(of, signed, recorded_on, today)

    def refill(self) -> int:
        """After a restore: bring back from the mirrors what was signed since; how many entries.

        Every witness must answer, for the one that is silent may have cosigned more. Raises
        `FetchFault`, `NoteError`, `LogFault`.
        """
        held = {name: self._held_by(one) for name, one in self.policy.witnesses.items()}
        name = max(held, key=lambda name: _size(held[name]))
        if not held[name]:
            return 0
        url = f"{self.policy.witnesses[name].url}/{origin_id(self.origin)}"
        source = Static(files(self._ask, url), _size(held[name]))
        key = self._signer_of(held[name])
        with self._lock:
            added = log.refill(self.store, held[name], source, key)
        self.ahead, self._silent = "", {}
        return added

    def look_back(self) -> None:
        """Before anything is signed: does a witness hold more of ours than is here?"""
        for party in list(self._silent.values()) if self._unsettled() else ():
            with suppress(FetchFault, NoteError, ProofError):
                self._not_ahead(party)
                del self._silent[party.name]

    def _unsettled(self) -> bool:
        """Whether those that have not answered yet could make a quorum among themselves."""
        return satisfied(self.policy, _keys(self._silent.values()))

    def _not_ahead(self, party: Party) -> None:
        size = _size(self._held_by(party))
        if size > self.store.size():
            self.ahead = f"{party.name} holds {size} entries of ours that are not all here."

    def _may_grow(self) -> None:
        if self.fork is not None:
            raise ServiceFault("FROZEN", self.state, "The parties begin a new log.")
        if self.state:
            code = "AHEAD" if self.ahead else "UNSEEN"
            hint = "See docs/witnesses.md: suixin log serve --restored, or --as-left."
            raise ServiceFault(code, self.state, hint)

    def _prove(self, old: int, new: int) -> tuple[bytes, ...]:
        with self._lock:
            return consistency(old, new, self.store.node)

    def _witnesses(self) -> list[Verifier]:
        return _keys(self.policy.witnesses.values())

    def _own(self) -> list[Verifier]:
        """The log's key, and those it had before, as long as a policy still names them."""
        logs = (log for one in self._policies for log in one.policy.logs)
        named = [key for key in _keys(logs) if key.name == self.origin]
        first = _keys(self.store.keys.logs)
        return list(dict.fromkeys([self._by.verifier, *first, *named]))

    def _signer_of(self, told: str) -> Verifier:
        """Which of its keys signed a head."""
        return note.open(told, self._own()).signed[0].by

    def _held_by(self, party: Party) -> str:
        """The newest head that a witness holds, which it and this log signed; empty for none."""
        url = f"{party.url}/{origin_id(self.origin)}/checkpoint"
        reply = self._ask(url, None)
        if reply.status == 404:
            return ""
        if reply.status != 200 or not isinstance(party.key, Verifier):
            raise FetchFault("STATUS", f"{url} answers {reply.status}.")
        opened = note.open(reply.body, [*self._own(), party.key])
        signed = {one.by for one in opened.signed}
        ours = party.key in signed and len(signed) > 1
        if not ours or checkpoint.read(opened.text).origin != self.origin:
            raise FetchFault("STATUS", f"{url} is not what {party.name} and this log signed.")
        return reply.body.decode()

    def _look_into(self, one: Asked) -> None:
        """What a witness says of a fork, or of more entries, must bear our own signature."""
        party = self.policy.witnesses[one.name]
        with suppress(FetchFault, NoteError, ProofError):  # Else it stops nothing.
            if one.outcome is Outcome.AHEAD:
                self._not_ahead(party)
            elif one.outcome is Outcome.REFUSED:
                self._look_for_fork(f"{party.url}/{origin_id(self.origin)}/forks")

    def _look_for_fork(self, url: str) -> None:
        reply = self._ask(url, None)
        try:
            told = _forks(reply.body) if reply.status == 200 else []
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
        opened = note.open(whole, [self._by.verifier, *self._witnesses()])
        signed = [one.by for one in opened.signed]
        of_day = quorum.in_force(self._policies, on)
        of, one = quorum.of_policy(on, of_day, self.origin), Cosigned(whole, _size(whole), on)
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
            if path.suffix == ".part":  # A kill left it; it was never whole.
                path.unlink()
                continue
            whole = path.read_text("utf-8")
            size = _size(whole)
            found.append(
                Cosigned(whole, size, date.fromisoformat(path.name.removeprefix(f"{kind}-")))
            )
        return found


def _keys(parties: Iterable[Party]) -> list[Verifier]:
    return [one.key for one in parties if isinstance(one.key, Verifier)]


def _size(told: str) -> int:
    return checkpoint.read(note.read(told).text).size if told else 0


def _day(now: int) -> date:
    return date_of(local_day(now))


def _forks(body: bytes) -> Any:
    return members(parsed(body.decode("utf-8")), "the reply")["forks"]

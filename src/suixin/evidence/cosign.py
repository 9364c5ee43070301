"""Collecting cosignatures: ask every witness at once, take those that come, name those that do not.

A witness that is down, late, behind or lying stops nothing while enough of the others sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Final

from suixin.evidence import checkpoint, note
from suixin.evidence.checkpoint import Checkpoint, decimal
from suixin.evidence.fetch import Ask, FetchFault, Reply
from suixin.evidence.keys import Verifier
from suixin.evidence.note import NoteError
from suixin.evidence.policy import Party, Policy, satisfied
from suixin.evidence.witness import CONFLICT, OK, Request, write_request

SECONDS_MAX: Final = 3.0
GRACE_SECONDS: Final = 0.5

Prove = Callable[[int, int], tuple[bytes, ...]]
"""The consistency proof from an old to a new size; asked for on several threads at once."""


class Outcome(StrEnum):
    """What came of asking one witness."""

    SIGNED = "signed"
    REFUSED = "refused"  # It answered with a reason.
    AHEAD = "ahead"  # It has cosigned more than we have: ours was restored, or another signs as us.
    LIED = "lied"  # It answered what is not its signature over what was asked.
    DOWN = "down"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Asked:
    """One witness: what came of it, in words, and the size it says to have seen."""

    name: str
    outcome: Outcome
    told: str = ""
    size: int | None = None
    signature: note.Signature | None = None


class Collector:
    """Asks the witnesses of a policy; remembers what each has seen, and who is still asked.

    Who answers after time is up is asked again at the next head, and answers then.
    """

    def __init__(self, policy: Policy, ask: Ask, *, seconds: float = SECONDS_MAX) -> None:
        self._policy = policy
        self._ask = ask
        self._seconds = seconds
        self._sizes: dict[str, int] = {}
        self._busy: set[str] = set()

    def collect(self, signed: str, prove: Prove) -> tuple[Asked, ...]:
        """Ask all who have not signed this checkpoint; back when all answered or time is up."""
        opened = note.open(signed, self._policy.verifiers())
        found = checkpoint.read(opened.text)
        have = {one.by for one in opened.signed}
        answers: SimpleQueue[Asked] = SimpleQueue()
        waiting, asked = set(), []
        for party in self._policy.witnesses.values():
            if not party.url or party.key in have or not isinstance(party.key, Verifier):
                continue
            if party.name in self._busy:
                asked.append(Asked(party.name, Outcome.LATE, "It has not answered the last time."))
                continue
            self._busy.add(party.name)
            waiting.add(party.name)
            words = (party, found, signed, prove, answers)
            Thread(target=self._one, args=words, daemon=True).start()
        return (*asked, *self._answers(answers, waiting, have))

    def _answers(
        self, answers: SimpleQueue[Asked], waiting: set[str], have: set[Verifier]
    ) -> list[Asked]:
        """What comes before time is up, which is soon once enough have signed."""
        found: list[Asked] = []
        until = monotonic() + self._seconds
        while waiting:
            if satisfied(self._policy, have):
                until = min(until, monotonic() + GRACE_SECONDS)
            try:
                one = answers.get(timeout=max(until - monotonic(), 0.0))
            except Empty:
                late = "It did not answer in time."
                return [*found, *(Asked(name, Outcome.LATE, late) for name in sorted(waiting))]
            waiting.discard(one.name)
            found.append(one)
            key = self._policy.witnesses[one.name].key
            if one.outcome is Outcome.SIGNED and isinstance(key, Verifier):
                have.add(key)
        return found

    def _one(
        self,
        party: Party,
        found: Checkpoint,
        signed: str,
        prove: Prove,
        answers: SimpleQueue[Asked],
    ) -> None:
        try:
            answers.put(self._asked(party, found, signed, prove))
        finally:
            self._busy.discard(party.name)

    def _asked(self, party: Party, found: Checkpoint, signed: str, prove: Prove) -> Asked:
        old = min(self._sizes.get(party.name, 0), found.size)
        try:
            reply = self._sent(party, old, found, signed, prove)
            size = _told_size(reply)
            if size is not None and size <= found.size and size != old:
                self._sizes[party.name] = size
                reply = self._sent(party, size, found, signed, prove)
                size = _told_size(reply)
        except FetchFault as fault:
            late = Outcome.LATE if fault.code == "LATE" else Outcome.DOWN
            return Asked(party.name, late, fault.message)
        if size is not None and size > found.size:
            return Asked(party.name, Outcome.AHEAD, f"It has cosigned {size} entries.", size)
        if reply.status != OK:
            told = reply.body.decode("utf-8", "replace").strip()[:300]
            return Asked(party.name, Outcome.REFUSED, f"{reply.status}: {told}")
        return self._signed(party, found, reply)

    def _sent(self, party: Party, old: int, found: Checkpoint, signed: str, prove: Prove) -> Reply:
        path = prove(old, found.size) if old else ()
        return self._ask(f"{party.url}/add-checkpoint", write_request(Request(old, path, signed)))

    def _signed(self, party: Party, found: Checkpoint, reply: Reply) -> Asked:
        """The answer is believed only as this witness's signature over what was asked."""
        if not isinstance(party.key, Verifier):
            raise AssertionError("a key of an unknown type is never asked")
        try:
            whole = f"{found.text}\n{reply.body.decode('utf-8')}"
            lines = note.read(whole).signatures
            note.open(whole, [party.key])
        except (NoteError, UnicodeDecodeError):
            wrong = "What it answered is not its signature over this checkpoint."
            return Asked(party.name, Outcome.LIED, wrong)
        mine = next(
            line for line in lines if (line.name, line.id) == (party.key.name, party.key.id)
        )
        self._sizes[party.name] = found.size
        return Asked(party.name, Outcome.SIGNED, "", found.size, mine)


def _told_size(reply: Reply) -> int | None:
    if reply.status != CONFLICT:
        return None
    return decimal(reply.body.decode("ascii", "replace").removesuffix("\n"))

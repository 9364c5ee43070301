"""What follows a fork or a lost key: what a frozen log may do, a new key, a new log.

A log frozen anywhere is read and proved as before at the sizes that were cosigned; it grows no
further. People decide what comes next, and what they decide is a note that the parties sign with
the keys by which they sign entries: two of them a new key, all of them a new log.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from suixin.data.errors import InputError, shown
from suixin.evidence import note
from suixin.evidence.checkpoint import decimal
from suixin.evidence.keys import ED25519, Verifier, decoded, verifier
from suixin.evidence.merkle import EMPTY, HASH_BYTES, Head, Node, root
from suixin.evidence.policy import holder
from suixin.evidence.witness import LogKey, Seen

NEW_KEY: Final = "suixin/new-key/1"
NEW_LOG: Final = "suixin/new-log/1"
NEW_KEY_SIGNERS: Final = 2  # evidence.md: two parties sign the new key.


class DecisionFault(InputError):
    """A note of the parties that cannot be carried out.

    FORM: it is none. SIGNERS: too few parties signed. HEAD: it names a head that is not ours.
    KEY: it replaces a key that is not in use. FROZEN: the log is frozen, or is not.
    """


class Act(StrEnum):
    """What may be asked of a log."""

    READ = "read"
    PROVE = "prove"  # At a size that was cosigned.
    APPEND = "append"
    SIGN = "sign"  # A checkpoint, by the log or by a witness.
    DISBURSE = "disburse"
    SUCCEED = "succeed"  # Begin the log that takes its place.


WHILE_FROZEN: Final = frozenset({Act.READ, Act.PROVE, Act.SUCCEED})


@dataclass(frozen=True, slots=True)
class NewKey:
    """The parties' word that a log's key is another from this head on."""

    old: Verifier
    new: Verifier
    head: Head

    @property
    def text(self) -> str:
        """The text they sign."""
        return _text(NEW_KEY, str(self.old), self.head, self.new)


@dataclass(frozen=True, slots=True)
class NewLog:
    """The parties' word that another log takes the place of a frozen one, after this head."""

    old: str  # The origin.
    new: Verifier
    head: Head

    @property
    def text(self) -> str:
        """The text they sign."""
        return _text(NEW_LOG, self.old, self.head, self.new)


def may(seen: Seen, act: Act) -> bool:
    """Whether a log may be asked for this: all while it runs, reading and proving once frozen.

    >>> may(Seen("bank.example/suixin/1", (), frozen="fork"), Act.DISBURSE)
    False
    """
    return not seen.frozen or act in WHILE_FROZEN


def read(raw: bytes | str, parties: Collection[Verifier]) -> NewKey | NewLog:
    """What the parties decided; raises `DecisionFault` or `NoteError` unless enough of them signed.

    Two suffice for a key; a new log needs all. Who holds several keys is one party: the name of a
    key begins with its holder's domain.
    """
    opened = note.open(raw, parties)
    kind, old, size, hashed, new, *rest = [*opened.text.split("\n"), "", "", "", "", ""]
    found, number = decoded(hashed), decimal(size)
    if kind not in (NEW_KEY, NEW_LOG) or number is None or found is None or any(rest):
        raise DecisionFault("FORM", f"{shown(kind)!r} is no decision on a log, or not whole.")
    if len(found) != HASH_BYTES:
        raise DecisionFault("FORM", "The root of a head has 32 bytes.")
    head, key = Head(number, found), verifier(new)
    decided = NewKey(verifier(old), key, head) if kind == NEW_KEY else NewLog(old, key, head)
    every = {holder(one.name) for one in parties}
    needed = NEW_KEY_SIGNERS if kind == NEW_KEY else len(every)
    signed = len({holder(one.by.name) for one in opened.signed})
    if signed < needed or decided.text != opened.text or key.type != ED25519:
        wrong = f"{signed} of {len(every)} parties signed; it needs {needed}."
        code = "SIGNERS" if signed < needed else "FORM"
        raise DecisionFault(code, wrong, "Have the others sign the same text.")
    return decided


def with_new_key(seen: Seen, decided: NewKey) -> Seen:
    """The log under its new key; the old one counts only at sizes that were cosigned here by now.

    A witness that lags behind the head named there takes the rest from the new key alone.
    """
    if not may(seen, Act.SIGN):
        raise DecisionFault("FROZEN", f"{seen.origin} is frozen: {seen.frozen}", "Begin a new log.")
    keys = {one.key for one in seen.keys if one.size_max is None}
    if decided.old.name != seen.origin or decided.new.name != seen.origin:
        raise DecisionFault("KEY", f"The keys are not of {seen.origin}.")
    if decided.old not in keys or decided.new in {one.key for one in seen.keys}:
        raise DecisionFault("KEY", f"The key {decided.old.id.hex()} is not in use, or the new is.")
    if decided.head.size == seen.head.size and decided.head != seen.head:
        raise DecisionFault("HEAD", f"At size {seen.head.size} the head here is another.")
    kept = tuple(
        replace(one, size_max=seen.head.size) if one.key == decided.old else one
        for one in seen.keys
    )
    return replace(seen, keys=(*kept, LogKey(decided.new)))


def successor(seen: Seen, decided: NewLog, node: Node) -> Seen:
    """The new log as a witness sees it before its first entry; the old stays frozen.

    `node` is the old log's tree as this witness keeps it: the head named must be in its past.
    """
    if not seen.frozen or decided.old != seen.origin:
        raise DecisionFault(
            "FROZEN", f"{seen.origin} is not frozen, or the note is of another log."
        )
    if decided.new.name == seen.origin:
        raise DecisionFault("KEY", "A new log has an origin of its own.")
    if decided.head.size > seen.head.size or root(decided.head.size, node) != decided.head.root:
        raise DecisionFault("HEAD", f"The head of size {decided.head.size} is not in our past.")
    return Seen(decided.new.name, (LogKey(decided.new),), EMPTY)


def _text(kind: str, old: str, head: Head, new: Verifier) -> str:
    return f"{kind}\n{old}\n{head.size}\n{b64encode(head.root).decode()}\n{new}\n"

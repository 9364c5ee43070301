"""Whose signatures suffice (C2SP tlog-policy): logs, witnesses, groups and one quorum."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from suixin.data.errors import InputError, shown
from suixin.evidence import checkpoint, note
from suixin.evidence.checkpoint import Checkpoint, decimal
from suixin.evidence.keys import (
    COSIGNATURE,
    ED25519,
    KNOWN_TYPES,
    KeyFault,
    KeyText,
    Verifier,
    key_text,
    verifier,
)
from suixin.evidence.note import Opened, Signed

NONE: Final = "none"
_OURS: Final = re.compile(r"[^\s+/]+/suixin/[0-9]+")


class PolicyFault(InputError):
    """POLICY: a file that cannot be used. LOG, QUORUM: a checkpoint that is not accepted."""


@dataclass(frozen=True, slots=True)
class Party:
    """A log or a witness. A key of a type unknown here is kept, and never counts."""

    name: str
    key: Verifier | KeyText
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these members; each is a witness or a group above it in the file."""

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Any of the logs, and the quorum: a witness, a group, or `none`.

    `authors` may sign entries: a line of comment `#author <vkey>`, which other programs pass over.
    """

    logs: tuple[Party, ...]
    witnesses: Mapping[str, Party]
    groups: Mapping[str, Group]
    quorum: str
    authors: tuple[Verifier, ...] = ()

    def __str__(self) -> str:
        """The file that says this, and nothing else; `parse` gives the same back."""
        lines = [f"log {log.key} {log.url}" for log in self.logs]
        lines += [f"#author {key}" for key in self.authors]
        lines += [f"witness {name} {one.key} {one.url}" for name, one in self.witnesses.items()]
        for name, group in self.groups.items():
            lines.append(f"group {name} {group.needed} {' '.join(group.members)}")
        return "".join(f"{line.rstrip()}\n" for line in [*lines, f"quorum {self.quorum}"])

    def verifiers(self) -> tuple[Verifier, ...]:
        """The keys by which a checkpoint is opened: of logs and witnesses, where known."""
        parties = (*self.logs, *self.witnesses.values())
        return tuple(one.key for one in parties if isinstance(one.key, Verifier))


@dataclass(frozen=True, slots=True)
class Accepted:
    """A checkpoint that a policy accepts, the log that signed it, and the witnesses that did."""

    checkpoint: Checkpoint
    log: Verifier
    witnesses: tuple[Signed, ...]


def parse(raw: bytes | str) -> Policy:
    """Read a policy file; raises `PolicyFault` that names the first wrong line.

    >>> parse("quorum none\\n").quorum
    'none'
    >>> parse("group both all one two\\nquorum both\\n")
    Traceback (most recent call last):
    ...
    suixin.evidence.policy.PolicyFault: Line 1: 'one' is not defined above.
    """
    text = raw if isinstance(raw, str) else raw.decode("utf-8", "surrogateescape")
    page = _Page()
    if text and not text.endswith("\n"):
        raise PolicyFault("POLICY", "The last line does not end; the file may be cut short.")
    for number, line in enumerate(text.split("\n")[:-1], 1):
        if any((letter < " " and letter != "\t") or letter == "\x7f" for letter in line):
            raise _fault(number, "a control character")
        words = [word for word in line.replace("\t", " ").split(" ") if word]
        if words and words[0] == "#author":
            page.author(number, words)
        elif words and not words[0].startswith("#"):
            page.line(number, words)
    if page.quorum is None:
        raise PolicyFault(
            "POLICY", "The file has no quorum line.", "Write `quorum none` or a name."
        )
    logs, authors = tuple(page.logs), tuple(page.authors)
    return Policy(logs, page.witnesses, page.groups, page.quorum, authors)


def operates(party: Party, origin: str) -> bool:
    """Whether a witness is the operator of this log of ours itself, and so counts for nothing.

    The name of a key begins with its holder's domain, as the origin of a log does.

    >>> from suixin.evidence.keys import Signer
    >>> key = Signer("bank.example/witness", COSIGNATURE, bytes(32)).verifier
    >>> operates(Party("bank", key), "bank.example/suixin/1")
    True
    >>> operates(Party("bank", key), "county.example/suixin/1")
    False
    """
    return is_ours(origin) and holder(party.key.name) == holder(origin)


def holder(name: str) -> str:
    """Whose a key or a log is: the domain with which its name begins, however it is spelt.

    >>> holder("bank.example/witness"), holder("Bank.example./suixin/1")
    ('bank.example', 'bank.example')
    """
    return name.partition("/")[0].rstrip(".").lower()


def is_ours(origin: str) -> bool:
    """Whether a log of this origin is a Suixin log, whose entries have authors.

    >>> is_ours("bank.example/suixin/1"), is_ours("bank.example/log")
    (True, False)
    """
    return _OURS.fullmatch(origin) is not None


def satisfied(policy: Policy, signed: Iterable[Verifier], origin: str = "") -> bool:
    """Whether these keys, each with a verified signature, make up the quorum for a log.

    Logs do not count, and who operates the log of this origin does not count as its witness.
    """
    keys = frozenset(signed)
    held = {
        name
        for name, witness in policy.witnesses.items()
        if witness.key in keys and not operates(witness, origin)
    }
    for group in policy.groups.values():  # In the order of the file: members stand above.
        if sum(member in held for member in group.members) >= group.needed:
            held.add(group.name)
    return policy.quorum == NONE or policy.quorum in held


def accept(policy: Policy, raw: bytes | str) -> Accepted:
    """Open a checkpoint: a listed log of that origin signed it, and enough witnesses did.

    Raises `NoteError` where it is no checkpoint or a known key's signature fails, `PolicyFault` LOG
    where no listed log signed, QUORUM where too few witnesses did.
    """
    opened = note.open(raw, policy.verifiers())
    found = checkpoint.read(opened.text)
    log = signing_log(policy, opened, found.origin)
    witnesses = tuple(
        one for one in opened.signed if any(one.by == w.key for w in policy.witnesses.values())
    )
    if not satisfied(policy, (one.by for one in witnesses), found.origin):
        names = ", ".join(shown(one.by.name) for one in witnesses) or "none"
        raise PolicyFault("QUORUM", f"Too few witnesses signed; of those listed: {names}.")
    return Accepted(found, log, witnesses)


def signing_log(policy: Policy, opened: Opened, origin: str) -> Verifier:
    """The listed log of this origin that signed, or `PolicyFault` LOG."""
    logs = {log.key for log in policy.logs}
    for one in opened.signed:
        if one.by in logs and one.by.name == origin:
            return one.by
    raise PolicyFault("LOG", f"No log of the policy with the origin {shown(origin)} signed.")


class _Page:
    """A policy file being read, line by line."""

    def __init__(self) -> None:
        self.logs: list[Party] = []
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, Group] = {}
        self.authors: list[Verifier] = []
        self.quorum: str | None = None
        self._keys: set[bytes] = set()
        self._writing: set[bytes] = set()
        self._placed: set[str] = set()

    def line(self, number: int, words: list[str]) -> None:
        kind, count = words[0], len(words)
        if kind == "log" and count in (2, 3):
            key = self._key(number, words[1], ED25519)
            self.logs.append(Party(key.name, key, *words[2:]))
        elif kind == "witness" and count in (3, 4):
            self._fresh(number, words[1])
            key = self._key(number, words[2], COSIGNATURE)
            self.witnesses[words[1]] = Party(words[1], key, *words[3:])
        elif kind == "group" and count >= 4:
            self._group(number, words[1], words[2], words[3:])
        elif kind == "quorum" and count == 2:
            if self.quorum is not None:
                raise _fault(number, "a second quorum")
            if words[1] != NONE:
                self._known(number, words[1])
            self.quorum = words[1]
        else:
            raise _fault(
                number, f"{shown(' '.join(words))!r} is no line of log, witness, group or quorum"
            )

    def author(self, number: int, words: list[str]) -> None:
        """Who writes entries may have other roles too, with the same key."""
        try:
            (text,) = words[1:]
            key = verifier(text)
        except (ValueError, KeyFault) as fault:
            raise _fault(number, f"no key of an author: {shown(' '.join(words[1:]))!r}") from fault
        if key.type != ED25519:
            raise _fault(number, f"a key of type {key.type:#04x} where {ED25519:#04x} is meant")
        if key.key in self._writing:
            raise _fault(number, f"the key of {shown(key.name)} is listed already")
        self._writing.add(key.key)
        self.authors.append(key)

    def _group(self, number: int, name: str, told: str, members: list[str]) -> None:
        self._fresh(number, name)
        for member in members:
            self._known(number, member)
            if member in self._placed:
                raise _fault(number, f"{shown(member)!r} is a member already")
            self._placed.add(member)
        needed = {"any": 1, "all": len(members)}.get(told, decimal(told))
        if needed is None or not 1 <= needed <= len(members):
            raise _fault(number, f"{shown(told)!r} of {len(members)} members cannot be")
        self.groups[name] = Group(name, needed, tuple(members))

    def _key(self, number: int, text: str, type: int) -> Verifier | KeyText:
        try:
            read = key_text(text)
            key = verifier(text) if read.type in KNOWN_TYPES else read
        except KeyFault as fault:
            raise _fault(number, fault.message) from fault
        if isinstance(key, Verifier) and key.type != type:
            raise _fault(number, f"a key of type {key.type:#04x} where {type:#04x} is meant")
        if key.key in self._keys:
            raise _fault(number, f"the key of {shown(key.name)} is listed already")
        self._keys.add(key.key)
        return key

    def _fresh(self, number: int, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise _fault(number, f"the name {shown(name)!r} is taken")

    def _known(self, number: int, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise _fault(number, f"{shown(name)!r} is not defined above")


def _fault(number: int, wrong: str) -> PolicyFault:
    return PolicyFault("POLICY", f"Line {number}: {wrong}.")

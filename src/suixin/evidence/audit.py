"""Auditing a log in a folder: everything is computed again, and the first wrong entry is named.

What is held: the signatures of the head; each entry against its hash, the hashes against the
signed root, tiles and bundles against what they are made of; the journal against the entries; the
signature of each author, and that an author's entries are numbered without a gap. Files that are
no part of a log are told, and left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from suixin.data.errors import InputError, shown
from suixin.evidence import audit_tree, checkpoint, journal, note
from suixin.evidence.audit_tree import Claims, Fault, Files, Journaled, Wrong
from suixin.evidence.checkpoint import Checkpoint
from suixin.evidence.file_store import entries_of, parse_keys, read_batch, read_start
from suixin.evidence.note import Opened
from suixin.evidence.policy import Policy
from suixin.evidence.tiles import BUNDLE_BYTES_MAX

_KEPT: Final = "heads/"  # Heads that a log at work keeps, for the proofs made from them.


class Verdict(StrEnum):
    """What an audit comes to."""

    VALID = "VALID"
    INVALID = "INVALID"
    UNUSABLE = "UNUSABLE"  # There is no signed head, or no key to hold it against.


@dataclass(frozen=True, slots=True)
class Audit:
    """The verdict, a line for each check that held, and the first fault."""

    verdict: Verdict
    checks: tuple[tuple[str, str], ...]
    fault: Fault | None = None

    def lines(self) -> list[str]:
        """As it is printed: a line for each check, then the verdict.

        >>> Audit(Verdict.INVALID, (), Fault("tile/entries/000", "is altered", 7)).lines()
        ['INVALID: entry 7 (tile/entries/000): is altered']
        """
        told = f": {self.fault}" if self.fault else ""
        return [*(f"{name:<11}{what}" for name, what in self.checks), f"{self.verdict}{told}"]


@dataclass(frozen=True, slots=True)
class Folder:
    """Files on a disk."""

    path: Path

    def names(self) -> Iterator[str]:
        """Every file below the folder."""
        found = (path for path in self.path.rglob("*") if path.is_file())
        return (path.relative_to(self.path).as_posix() for path in found)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; of a tile no more than a tile can have, whatever stands there."""
        path = self.path / name
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(-1 if name == "journal" else BUNDLE_BYTES_MAX + 1)


class _Unusable(Exception):
    """There is nothing to hold anything against."""


@dataclass(slots=True)
class _Checks:
    """The lines of the checks that held."""

    lines: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, name: str, what: str) -> None:
        self.lines.append((name, what))


def audit(
    files: Files,
    trusted: Policy | None = None,
    told: Callable[[int, int], None] = lambda done, size: None,
) -> Audit:
    """Hold everything in a log's folder against what must be; nothing is changed.

    With `trusted` the keys are the reader's own; without, those that the folder names, and the
    answer is no better than they are. `told` hears how many entries are done, of how many.

    >>> class Nothing:
    ...     def names(self): return []
    ...     def read(self, name): return None
    >>> audit(Nothing()).lines()
    ['UNUSABLE: policy: there are no keys; name a policy that you trust']
    """
    holds = _Checks()
    try:
        keys = _keys(files, trusted, holds)
        heads = _heads(files, keys, holds)
        claims = Claims(heads, _journal(files, holds), keys.authors)
        for name, what in audit_tree.held(files, claims, told):
            holds(name, what)
    except Wrong as wrong:
        return Audit(Verdict.INVALID, tuple(holds.lines), wrong.fault)
    except _Unusable as wrong:
        file, why = wrong.args
        return Audit(Verdict.UNUSABLE, tuple(holds.lines), Fault(file, why))
    return Audit(Verdict.VALID, tuple(holds.lines))


def _keys(files: Files, trusted: Policy | None, holds: _Checks) -> Policy:
    raw, found = files.read("policy"), None
    if raw is not None:
        try:
            found = parse_keys(raw)
        except InputError as fault:
            raise Wrong("policy", fault.message) from fault
    if trusted is None and found is None:
        raise _Unusable("policy", "there are no keys; name a policy that you trust")
    keys = trusted or found
    if keys is None:
        raise AssertionError("one of the two is there")
    if not keys.authors and found is not None:
        keys = Policy(keys.logs, keys.witnesses, keys.groups, keys.quorum, found.authors)
    whose = "those in the folder" if trusted is None else "your own"
    counts = f"{len(keys.logs)} log, {len(keys.witnesses)} witnesses, {len(keys.authors)} authors"
    holds("keys", f"{counts}; {whose}")
    return keys


def _heads(files: Files, keys: Policy, holds: _Checks) -> tuple[tuple[str, Checkpoint], ...]:
    """The last signed head, then those that were kept; each signed by the log."""
    raw = files.read("checkpoint")
    if raw is None:
        raise _Unusable("checkpoint", "there is no signed head to hold the entries against")
    signed, opened = _head("checkpoint", raw, keys)
    witnesses = sum(one.time is not None for one in opened.signed)
    unread = f", {len(opened.unknown)} signatures of a type not known here" * bool(opened.unknown)
    holds("checkpoint", f"{signed.size} entries, signed by the log, {witnesses} witnesses{unread}")
    kept = sorted(name for name in files.names() if name.startswith(_KEPT))
    older = [(name, _head(name, files.read(name) or b"", keys)[0]) for name in kept]
    for name, head in older:
        if head.origin != signed.origin:
            raise Wrong(name, f"is a head of {shown(head.origin)}, not of {shown(signed.origin)}")
    return ("checkpoint", signed), *older


def _head(name: str, raw: bytes, keys: Policy) -> tuple[Checkpoint, Opened]:
    """A head that a trusted key of its log signed, and under which nothing stands unread."""
    try:
        opened = note.open(raw, keys.verifiers())
        signed = checkpoint.read(opened.text)
    except InputError as fault:
        wrong = fault.message
        if fault.code == note.UNVERIFIED:
            wrong += " Where the log's key was replaced, name the parties' policy"
        raise Wrong(name, wrong) from fault
    logs = {log.key for log in keys.logs}
    if not any(one.by in logs and one.by.name == signed.origin for one in opened.signed):
        raise Wrong(name, f"no trusted key of {shown(signed.origin)} signed it")
    parties = (*keys.logs, *keys.witnesses.values())
    listed = {(party.key.name, party.key.id) for party in parties}
    for one in opened.unknown:
        if (one.name, one.id) not in listed:
            wrong = f"the signature of {shown(one.name)} is of no key that is listed or trusted"
            raise Wrong(name, wrong)
    return signed, opened


def _journal(files: Files, holds: _Checks) -> Journaled:
    raw = files.read("journal")
    if raw is None:
        return Journaled()
    found, end = Journaled(), 0
    try:
        for record in journal.records(raw):
            if not end:
                found.first, authors = read_start(record.content)
                found.authors = dict(authors)
            else:
                _take(found, record.content)
            end = record.end
    except InputError as fault:
        at = found.first + len(found.entries) if end else None
        if at is not None and isinstance(fault, journal.Damaged):
            at = audit_tree.altered(files, at, entries_of(fault.content)) or at
        raise Wrong("journal", fault.message, at) from fault
    if not end:
        raise Wrong("journal", "it has no beginning")
    short = f", {len(raw) - end} bytes of a batch never completed" * (end < len(raw))
    holds("journal", f"{len(found.entries)} entries from {found.first} on{short}")
    return found


def _take(found: Journaled, content: bytes) -> None:
    batch = read_batch(content)
    at = found.first + len(found.entries)
    if batch.first != at:
        raise Wrong("journal", f"begins a batch that says it begins at {batch.first}", at)
    found.entries += batch.entries
    found.authors = {**(found.authors or {}), **batch.authors}

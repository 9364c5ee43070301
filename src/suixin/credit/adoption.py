"""Two people for every change of a model: one proposes with evidence, another adopts.

Proposals and adoptions are dated YAML files that are added to and never edited; each carries the
digest of what it says, so that a changed byte is found when it is read.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from suixin.data.errors import InputError, shown
from suixin.data.write import atomic_path
from suixin.kernel.signatory import signatory

Figure = float | int | str
_CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that somebody asks for: what kind of thing, which one, which version, and why.

    `evidence` holds figures by name (counts, AUC before and after, ends of intervals); `digest` is
    the SHA-256 of the thing itself (a model card, a table of weights), in hex.
    """

    kind: str
    name: str
    version: str
    evidence: Mapping[str, Figure]
    digest: str
    proposed_by: str
    proposed_on: date

    def __post_init__(self) -> None:
        for what in ("kind", "name", "version"):
            if not _NAME.fullmatch(getattr(self, what)):
                raise InputError(
                    "BAD_NAME",
                    f"{shown(getattr(self, what))!r} is no {what} of a proposal.",
                    "Use small letters, digits, dot, hyphen and underscore, 64 at most.",
                )
        if not re.fullmatch(r"[0-9a-f]{64}", self.digest):
            raise InputError("BAD_DIGEST", f"{shown(self.digest)!r} is no SHA-256 in hex.")
        _person(self.proposed_by)
        for figure, value in self.evidence.items():
            for text in (figure, value):
                if isinstance(text, str):
                    _one_line(text)
            if isinstance(value, float) and not math.isfinite(value):
                raise InputError("BAD_EVIDENCE", f"The figure {shown(figure)} is {value}.")


@dataclass(frozen=True, slots=True)
class Adoption:
    """A proposal that a second person approved, in force from `adopted_on`."""

    proposal: Proposal
    approved_by: str
    adopted_on: date


def adopt(proposal: Proposal, *, approved_by: str, on: date) -> Adoption:
    """Adopt a proposal by a second person, or refuse: `SAME_PERSON`, `BEFORE_PROPOSAL`.

    Two spellings of one name are one person.

    >>> weights = Proposal("weights", "fruit", "2026-06", {"n": 640}, "0" * 64, "risk officer",
    ...                    date(2026, 6, 1))
    >>> adopt(weights, approved_by="head of credit", on=date(2026, 6, 2)).adopted_on
    datetime.date(2026, 6, 2)
    >>> adopt(weights, approved_by=" Risk  Officer", on=date(2026, 6, 2))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    suixin.data.errors.InputError: Risk  Officer proposed weights fruit 2026-06 and may not ...
    """
    approver = _person(approved_by)
    if approver == _person(proposal.proposed_by):
        told = f"{proposal.kind} {proposal.name} {proposal.version}"
        raise InputError(
            "SAME_PERSON",
            f"{shown(approved_by.strip())} proposed {told} and may not approve it.",
            "Have another person approve.",
        )
    if on < proposal.proposed_on:
        raise InputError(
            "BEFORE_PROPOSAL",
            f"It was proposed on {proposal.proposed_on}, after {on}.",
            "Approve it on that day or later.",
        )
    return Adoption(proposal, approved_by.strip(), on)


def _one_line(text: str) -> None:
    """Refuse what a record would not give back as it was written: controls, ends of lines."""
    if any(unicodedata.category(sign) in _CONTROLS for sign in text):
        raise InputError(
            "BAD_TEXT",
            f"{shown(text)!r} holds a control character.",
            "Write it on one line, without control characters.",
        )


def _person(name: str) -> str:
    """A name as two spellings of it compare; an empty one is refused."""
    _one_line(name)
    same = signatory(name)
    if not same:
        raise InputError("NO_PERSON", "Nobody is named.", "Say who, such as --by 'risk officer'.")
    return same


def write_proposal(path: Path, proposal: Proposal) -> None:
    """Write a proposal; a file that stands there already is never replaced."""
    _write(path, _told(proposal))


def read_proposal(path: Path) -> Proposal:
    """Read a proposal; raises `InputError` where a byte of what it says was changed."""
    return _proposal(path, _read(path))


def write_adoption(folder: Path, adoption: Adoption) -> Path:
    """Add an adoption to a folder: a new file named by kind, name and version.

    The same adoption again changes nothing; the same version saying anything else is refused.
    """
    of = adoption.proposal
    path = folder / f"{of.kind}.{of.name}.{of.version}.yaml"
    record = {
        "proposal": _told(of),
        "approved_by": adoption.approved_by,
        "adopted_on": adoption.adopted_on,
    }
    if path.exists() and read_adoption(path) == adoption:
        return path
    _write(path, record)
    return path


def read_adoption(path: Path) -> Adoption:
    """Read one adoption; raises `InputError` where a byte of what it says was changed."""
    record = _read(path)
    try:
        proposal = _proposal(path, record["proposal"])
        return adopt(proposal, approved_by=record["approved_by"], on=record["adopted_on"])
    except (KeyError, TypeError) as fault:
        raise InputError("BAD_ADOPTION", f"{shown(path.name)} is no adoption: {fault}.") from fault


def adoptions(folder: Path, kind: str) -> tuple[Adoption, ...]:
    """All adoptions of a kind in a folder, oldest first; none where there is no such folder."""
    found = (read_adoption(path) for path in sorted(folder.glob(f"{kind}.*.yaml")))
    return tuple(sorted(found, key=lambda one: (one.adopted_on, one.proposal.version)))


def adopted_on(folder: Path, kind: str, name: str, day: date) -> Adoption | None:
    """The adoption in force on a day: the latest not after it."""
    known = [
        one
        for one in adoptions(folder, kind)
        if one.proposal.name == name and one.adopted_on <= day
    ]
    return known[-1] if known else None


def _told(proposal: Proposal) -> dict[str, Any]:
    return {
        "kind": proposal.kind,
        "name": proposal.name,
        "version": proposal.version,
        "evidence": dict(proposal.evidence),
        "digest": proposal.digest,
        "proposed_by": proposal.proposed_by,
        "proposed_on": proposal.proposed_on,
    }


def _proposal(path: Path, record: Mapping[str, Any]) -> Proposal:
    try:
        evidence = MappingProxyType(dict(record["evidence"]))
        return Proposal(**{**record, "evidence": evidence})
    except (KeyError, TypeError, ValueError) as fault:
        raise InputError("BAD_PROPOSAL", f"{shown(path.name)} is no proposal: {fault}.") from fault


def _seal(record: Mapping[str, Any]) -> str:
    """The SHA-256 of what a record says, whatever the order or layout of its file."""
    told = json.dumps(record, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode("utf-8")).hexdigest()


def _write(path: Path, record: dict[str, Any]) -> None:
    if path.exists():
        raise InputError(
            "WRITTEN_ALREADY",
            f"{shown(path.name)} stands there already and is never replaced.",
            "Propose a new version.",
        )
    sealed = {**record, "seal": _seal(record)}
    with atomic_path(path) as fresh:
        text = yaml.safe_dump(sealed, allow_unicode=True, sort_keys=False)
        fresh.write_text(text, encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    try:
        record = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError as fault:
        raise InputError("NO_FILE", f"There is no file {shown(path)}.") from fault
    except (ValueError, yaml.YAMLError) as fault:  # ValueError: no UTF-8, or a day such as 32.
        raise InputError("UNREADABLE", f"{shown(path.name)} is no YAML: {shown(fault)}.") from fault
    if not isinstance(record, dict) or "seal" not in record:
        raise InputError("NO_SEAL", f"{shown(path.name)} holds no sealed record.")
    seal = record.pop("seal")
    if seal != _seal(record):
        raise InputError(
            "ALTERED",
            f"{shown(path.name)} was changed after it was written: its seal does not match.",
            "Take the file as it was written; a change is a new proposal.",
        )
    return record

"""Anchor: the last head of every log, which grows by proof alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import NOTHING, Act, Event, Question, told_in


@dataclass(frozen=True, slots=True)
class Head:
    """A log's head on the chain; `accusers` are roles, a bit each, and two of them freeze it."""

    size: int
    root: bytes
    on: date
    accusers: int = 0
    successor: bytes = NOTHING

    @property
    def frozen(self) -> bool:
        """Whether two parties laid evidence against it."""
        return self.accusers.bit_count() > 1


class _Anchor(Act):
    __slots__ = ()
    contract = "Anchor"


@dataclass(frozen=True, slots=True)
class Anchor(_Anchor):
    """Move the caller's log to a larger head; `path` is `merkle.consistency`, none at the first."""

    function = "anchor"
    origin: bytes
    size: int
    root: bytes
    path: tuple[bytes, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Accuse(_Anchor):
    """Lay evidence, by its hash, against another party's log; the second accuser freezes it."""

    function = "accuse"
    role: Role
    origin: bytes
    evidence: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Succeed(_Anchor):
    """End one of the caller's logs and name the origin that goes on."""

    function = "succeed"
    origin: bytes
    successor: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Adopt(_Anchor):
    """Take over a head from the predecessor."""

    function = "adopt"
    role: Role
    origin: bytes


@dataclass(frozen=True, slots=True)
class Anchored(Event):
    """A log grew."""

    role: Role
    origin: bytes
    size: int
    root: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Accused(Event):
    """A party laid evidence against a log."""

    role: Role
    origin: bytes
    by: Role
    evidence: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Succeeded(Event):
    """A log ended and goes on under another origin."""

    role: Role
    origin: bytes
    successor: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Adopted(Event):
    """A head was taken over as it stood."""

    role: Role
    origin: bytes
    head: Head


EVENTS: Final = told_in(__name__)


def head(role: Role, origin: bytes) -> Question[Head]:
    """The head of a party's log."""
    return Question("Anchor", "head", (role, origin), Head)


def origin_id(origin: str) -> bytes:
    """An origin as the chain names it, the SHA-256 of its text.

    >>> origin_id("bank.example/suixin/1").hex()[:8]
    'f2f2c30b'
    """
    return sha256(origin.encode()).digest()

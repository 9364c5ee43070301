"""Parties: who holds which role, which contract is in force where, and the stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from suixin.evidence.chain.calls.value import Act, Event, Question, told_in
from suixin.evidence.chain.port import Address


class Role(IntEnum):
    """Roles by number: five parties that vote, and the scorer that only decides."""

    BANK = 1
    GOVERNMENT = 2
    PLATFORM = 3
    COOPERATIVE = 4
    AUDITOR = 5
    SCORER = 6


class Place(IntEnum):
    """Where a contract is in force."""

    ANCHOR = 1
    AGREEMENT = 2
    GROUP = 3
    POOL = 4


NO_ADDRESS: Final[Address] = "0x" + "0" * 40


class _Parties(Act):
    __slots__ = ()
    contract = "Parties"


@dataclass(frozen=True, slots=True)
class ChangeKey(_Parties):
    """Vote for another key of a role; the second vote changes it."""

    function = "change_key"
    role: Role
    key: Address
    on: date


@dataclass(frozen=True, slots=True)
class SetPlaces(_Parties):
    """Vote for the contracts in force: anchor, agreement, group, pool."""

    function = "set_places"
    places: tuple[Address, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Stop(_Parties):
    """Vote to stop; `reason` is the leaf of the log that says why, the same for both parties."""

    function = "stop"
    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Restart(_Parties):
    """Vote to go on."""

    function = "restart"
    on: date


@dataclass(frozen=True, slots=True)
class Succeed(_Parties):
    """Vote for the Parties that follow these."""

    function = "succeed"
    successor: Address
    on: date


@dataclass(frozen=True, slots=True)
class Founded(Event):
    """The first keys, in the order of the roles."""

    keys: tuple[Address, ...]
    on: date


@dataclass(frozen=True, slots=True)
class KeyChanged(Event):
    """A role has another key."""

    role: Role
    old: Address
    key: Address
    on: date


@dataclass(frozen=True, slots=True)
class PlacesChanged(Event):
    """Other contracts are in force."""

    anchor: Address
    agreement: Address
    group: Address
    pool: Address
    on: date


@dataclass(frozen=True, slots=True)
class Voted(Event):
    """A party voted; `what` names the decision."""

    what: bytes
    role: Role
    on: date


@dataclass(frozen=True, slots=True)
class Stopped(Event):
    """Two parties stopped all that binds anyone anew."""

    reason: bytes
    on: date


@dataclass(frozen=True, slots=True)
class Restarted(Event):
    """Two parties let it go on."""

    on: date


@dataclass(frozen=True, slots=True)
class Succeeded(Event):
    """Other Parties follow; nothing under these is in force."""

    successor: Address
    on: date


EVENTS: Final = told_in(__name__)


def key(role: Role) -> Question[str]:
    """The key of a role."""
    return Question("Parties", "key", (role,), str)


def role_of(address: Address) -> Question[int]:
    """The role of a key, 0 for none."""
    return Question("Parties", "role_of", (address,), int)


def place(number: Place) -> Question[str]:
    """The contract in force at a place."""
    return Question("Parties", "place", (number,), str)


def stopped() -> Question[bool]:
    """Whether all is stopped."""
    return Question("Parties", "stopped", (), bool)


def successor() -> Question[str]:
    """The Parties that follow these."""
    return Question("Parties", "successor", (), str)


def decisions() -> Question[int]:
    """How many decisions two parties made."""
    return Question("Parties", "decisions", (), int)


def votes(what: bytes) -> Question[int]:
    """Who voted for a decision, a bit each role."""
    return Question("Parties", "votes", (what,), int)

"""Python values and what the ABI has for them: days, enums, parts and records by their fields."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from enum import IntEnum, IntFlag
from functools import cache
from typing import Any, ClassVar, Final, Generic, TypeVar, get_args, get_origin, get_type_hints

from suixin.data.errors import InputError

T = TypeVar("T")

HASH_BYTES: Final = 32
NOTHING: Final = bytes(HASH_BYTES)
NO_DAY: Final = date(1970, 1, 1)  # Day 0: none was said.


@dataclass(frozen=True, slots=True)
class Act:
    """What a party does to a contract; the fields of a subclass are the arguments, in order."""

    contract: ClassVar[str]
    function: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Event:
    """What a contract said; a subclass has the name and the fields of the event."""


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What is asked of a contract, and as what it answers."""

    contract: str
    function: str
    arguments: tuple[Any, ...]
    answer: type[T]


@dataclass(frozen=True, slots=True)
class Parts:
    """An amount of a debt by its parts, in fen, in the order of the contracts.

    >>> Parts(interest=5, principal=100).total
    105
    """

    penalty: int = 0
    fee: int = 0
    interest: int = 0
    principal: int = 0

    @property
    def total(self) -> int:
        """The sum of the parts."""
        return self.penalty + self.fee + self.interest + self.principal


def arguments(act: Act) -> tuple[Any, ...]:
    """The arguments of an act as the ABI takes them; raises `InputError` VALUE."""
    return tuple(to_abi(getattr(act, one.name)) for one in fields(act))


def to_abi(value: Any) -> Any:
    """A value as the ABI takes it.

    >>> to_abi(date(1970, 1, 11)), to_abi(Parts(fee=1))
    (10, (0, 1, 0, 0))
    """
    if isinstance(value, date):
        return (value - NO_DAY).days
    if isinstance(value, bytes):
        if len(value) != HASH_BYTES:
            wrong = f"{value.hex()!r} has {len(value)} bytes; an id or hash has 32."
            raise InputError("VALUE", wrong)
        return value
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if value < 0:
            raise InputError("VALUE", f"{value} is below 0; a contract counts from 0.")
        return int(value)
    if isinstance(value, tuple | list):
        return tuple(to_abi(one) for one in value)
    if is_dataclass(value):
        return tuple(to_abi(getattr(value, one.name)) for one in fields(value))
    raise TypeError(f"{value!r} has no form in the ABI.")


def from_abi(kind: Any, value: Any) -> Any:
    """What the ABI gave, as a type of ours.

    >>> from_abi(date, 10), from_abi(tuple[int, ...], (1, 2)), from_abi(Parts, (0, 1, 0, 0)).fee
    (datetime.date(1970, 1, 11), (1, 2), 1)
    """
    if kind is date:
        return NO_DAY + timedelta(days=value)
    if get_origin(kind) is tuple:
        return tuple(from_abi(get_args(kind)[0], one) for one in value)
    if is_dataclass(kind):
        return record(kind, value)
    if isinstance(kind, type) and issubclass(kind, IntEnum | IntFlag):
        return kind(value)
    return value


def record(kind: Any, values: Any) -> Any:
    """A dataclass of ours from the ABI's values of its fields."""
    return kind(*(from_abi(of, one) for of, one in zip(_types(kind), values, strict=True)))


def told_in(module: str) -> Mapping[str, type[Event]]:
    """The events that a module of `calls` names."""
    return {
        name: kind
        for name, kind in vars(sys.modules[module]).items()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    }


@cache
def _types(kind: type) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    return tuple(hints[one.name] for one in fields(kind))

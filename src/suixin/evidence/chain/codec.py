"""The contracts' interfaces: calls, answers, events and refusals as bytes and as Python values.

What was compiled stands in `contracts/*.json`; a type here is what the ABI says, no more: `calls`
has the names that people use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from suixin.data.errors import InputError, shown

CONTRACTS: Final = ("Parties", "Anchor", "Agreement", "Group", "Pool")
_ERROR: Final = keccak(b"Error(string)")[:4]
_PANIC: Final = keccak(b"Panic(uint256)")[:4]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its selector, and the types that go in and come out."""

    name: str
    selector: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def data(self, arguments: Sequence[Any]) -> bytes:
        """A call with these arguments."""
        return self.selector + encode(self.inputs, arguments)

    def answer(self, data: bytes) -> tuple[Any, ...]:
        """What a call gave back."""
        found: tuple[Any, ...] = decode(self.outputs, data)
        return found


@dataclass(frozen=True, slots=True)
class EventType:
    """An event: fields in their order, and which of them are topics."""

    name: str
    topic: bytes
    types: tuple[str, ...]
    indexed: tuple[bool, ...]

    def values(self, topics: Sequence[bytes], data: bytes) -> tuple[Any, ...]:
        """The fields of one event, in their order."""
        plain = [kind for kind, at in zip(self.types, self.indexed, strict=True) if not at]
        rest, told = iter(decode(plain, data)), iter(topics[1:])
        return tuple(
            decode([kind], next(told))[0] if at else next(rest)
            for kind, at in zip(self.types, self.indexed, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Contract:
    """A compiled contract and its interface."""

    name: str
    bytecode: bytes
    constructor: tuple[str, ...]
    functions: Mapping[str, Function]
    events: Mapping[bytes, EventType]

    def creation(self, arguments: Sequence[Any]) -> bytes:
        """What is sent to deploy it."""
        return self.bytecode + encode(self.constructor, arguments)


@cache
def contract(name: str) -> Contract:
    """A contract of the package; raises `InputError` CONTRACT where it has none of the name.

    >>> sorted(contract("Parties").functions)[:3]
    ['change_key', 'decisions', 'key']
    """
    if name not in CONTRACTS:
        raise InputError("CONTRACT", f"There is no contract {name!r}.", f"Name one of {CONTRACTS}.")
    text = (files(__package__) / "contracts" / f"{name}.json").read_text("utf-8")
    built = json.loads(text)
    functions: dict[str, Function] = {}
    events: dict[bytes, EventType] = {}
    constructor: tuple[str, ...] = ()
    for entry in built["abi"]:
        types = tuple(_type(field) for field in entry.get("inputs", ()))
        signature = f"{entry.get('name')}({','.join(types)})"
        if entry["type"] == "function":
            out = tuple(_type(field) for field in entry["outputs"])
            selector = keccak(signature.encode())[:4]
            functions[entry["name"]] = Function(entry["name"], selector, types, out)
        elif entry["type"] == "event":
            topic, at = keccak(signature.encode()), tuple(one["indexed"] for one in entry["inputs"])
            events[topic] = EventType(entry["name"], topic, types, at)
        elif entry["type"] == "constructor":
            constructor = types
    return Contract(
        name,
        bytes.fromhex(built["bytecode"][2:]),
        constructor,
        MappingProxyType(functions),
        MappingProxyType(events),
    )


def refusal_text(data: bytes) -> str:
    """Why a contract refused, from what it gave back; whatever a stranger's gives back is text.

    >>> refusal_text(b"")
    'refused without a text'
    """
    if data[:4] == _PANIC:
        return "refused: a number out of range"
    text = ""
    if data[:4] == _ERROR:
        with suppress(DecodingError, UnicodeDecodeError):
            text = shown(decode(["string"], data[4:])[0])
    return text or "refused without a text"


def _type(field: Mapping[str, Any]) -> str:
    kind: str = field["type"]
    if not kind.startswith("tuple"):
        return kind
    inside = ",".join(_type(part) for part in field["components"])
    return f"({inside}){kind.removeprefix('tuple')}"

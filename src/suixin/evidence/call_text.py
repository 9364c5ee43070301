"""A call as text and back, so that an outbox may be kept: in a file, or as a row of a database."""

from __future__ import annotations

import json
import types
from dataclasses import fields, is_dataclass
from datetime import date
from enum import IntEnum, IntFlag
from functools import cache
from typing import Any, Final, get_args, get_origin, get_type_hints

from suixin.data.errors import InputError
from suixin.evidence.chain.calls import agreement, anchor, group, parties, pool
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act, to_abi
from suixin.evidence.outbox import Call

_MODULES: Final[tuple[types.ModuleType, ...]] = (agreement, anchor, group, parties, pool)


def text_of_call(call: Call) -> str:
    """A call as one line of JSON; `call_of_text` reads it back.

    >>> from suixin.evidence.chain.calls.pool import Settle
    >>> day = date(2026, 6, 30)
    >>> text_of_call(Call("c-1", "a-1", Role.BANK, Settle(day), day))[:51]
    '{"id":"c-1","of":"a-1","by":"bank","day":"2026-06-3'
    """
    value = {
        "id": call.id,
        "of": call.of,
        "by": call.by.name.lower(),
        "day": str(call.day),
        "contract": call.act.contract,
        "function": call.act.function,
        "given": [_plain(to_abi(getattr(call.act, one.name))) for one in fields(call.act)],
    }
    return json.dumps(value, separators=(",", ":"))


def call_of_text(text: str) -> Call:
    """The call that a line tells; raises `InputError` BAD_CALL."""
    try:
        told = json.loads(text)
        kind = _acts()[told["contract"], told["function"]]
        hints = get_type_hints(kind)
        given = [
            _typed(hints[one.name], value)
            for one, value in zip(fields(kind), told["given"], strict=True)
        ]
        day = date.fromisoformat(told["day"])
        return Call(told["id"], told["of"], Role[told["by"].upper()], kind(*given), day)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        wrong = f"This is no call: {text[:80]!r}."
        raise InputError("BAD_CALL", wrong, "Keep calls with text_of_call.") from fault


@cache
def _acts() -> dict[tuple[str, str], type[Act]]:
    """Every act by its contract and function."""
    kinds = [one for module in _MODULES for one in vars(module).values()]
    acts = [one for one in kinds if isinstance(one, type) and issubclass(one, Act)]
    return {(one.contract, one.function): one for one in acts if "function" in vars(one)}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _typed(kind: Any, value: Any) -> Any:
    if kind is bytes:
        return bytes.fromhex(value)
    if kind is date:
        return date.fromordinal(value + date(1970, 1, 1).toordinal())
    if get_origin(kind) is tuple:
        return tuple(_typed(get_args(kind)[0], one) for one in value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        named = zip(fields(kind), value, strict=True)
        return kind(*(_typed(hints[one.name], of) for one, of in named))  # type: ignore[operator]
    if issubclass(kind, IntEnum | IntFlag):
        return kind(value)
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}.")
    return value

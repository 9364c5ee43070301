"""Every use case there is, found in the code itself, with arguments made from its own types.

A use case is a public function of `suixin.service.app` that is told first who asks. Whatever checks
each of them against every duty, or against another institution's ids, goes over this list, so that
a new one is checked as soon as it is written.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import io
import pkgutil
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from suixin.service import app
from suixin.service.app.caller import Caller
from suixin.service.app.permits import Act
from suixin.service.app.proposals import Proposal

AT = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
# Where they stand is asked by others; they are no acts.
_NO_ACTS = frozenset({"caller", "permits", "proposals"})
_EMPTY = io.BytesIO()
_OF_PROPOSALS = ("confirm", "reject", "proposed", "proposals_about")


@dataclass(frozen=True)
class UseCase:
    """One use case; `act` is what it checks first, where its source says so."""

    name: str
    run: Callable[..., object]
    act: Act | None
    wants: Mapping[str, Any] = field(repr=False)

    def arguments(self, ids: Mapping[str, Any]) -> dict[str, Any]:
        """What it may be called with beside a caller: `ids` by name, all else made up."""
        signature = inspect.signature(self.run)
        return {
            name: made(kind, name, ids)
            for name, kind in self.wants.items()
            if name in ids or signature.parameters[name].default is inspect.Parameter.empty
        }


def use_cases() -> tuple[UseCase, ...]:
    """All of them, by module and name."""
    found = []
    for module in _modules():
        short = module.__name__.rpartition(".")[2]
        for name, function in sorted(vars(module).items()):
            if name.startswith("_") or not inspect.isfunction(function):
                continue
            if function.__module__ != module.__name__:
                continue
            if short in _NO_ACTS and name not in _OF_PROPOSALS:
                continue
            hints = typing.get_type_hints(function)
            hints.pop("return", None)
            kinds = list(hints.values())
            if not kinds or kinds[0] is not Caller or Proposal in kinds:
                continue
            wants = dict(list(hints.items())[1:])
            found.append(UseCase(f"{short}.{name}", function, act_of(function), wants))
    return tuple(found)


def act_of(function: Callable[..., object]) -> Act | None:
    """The act that a function checks first, itself or by what it calls in its own module."""
    return _act_of(function, 3)


def made(kind: Any, name: str, ids: Mapping[str, Any]) -> Any:
    """A value of a type: an id where the name says of what, else something that may be."""
    if name in ids and _fits(ids[name], kind):
        return ids[name]
    origin, given = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if type(None) in given else made(given[0], name, ids)
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, ids)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    plain: dict[Any, Any] = {
        str: f"made-up-{name}",
        int: 1,
        bool: False,
        bytes: bytes(32),
        float: 1.0,
        Decimal: Decimal(1),
        datetime: AT,
        date: AT.date(),
        Path: Path("nowhere"),
    }
    if kind in plain:
        return plain[kind]
    if kind in (typing.BinaryIO, typing.IO[bytes]):
        return _EMPTY
    if origin is not None:
        kind = origin
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return {}
    if isinstance(kind, type) and issubclass(kind, frozenset | set):
        return frozenset()
    if kind in (type, Callable) or kind is typing.get_origin(Callable[..., object]):
        return lambda *_: None
    return ()


def _fits(one: Any, kind: Any) -> bool:
    """Whether an id may stand where that type is wanted; a party may also be a record of one."""
    kinds = typing.get_args(kind) or (kind,)
    return not isinstance(one, str) or str in kinds


def _dataclass(kind: type, ids: Mapping[str, Any]) -> Any:
    hints = typing.get_type_hints(kind)
    return kind(
        **{
            one.name: made(hints[one.name], one.name, ids)
            for one in fields(kind)
            if one.init
            and (one.name in ids or (one.default is MISSING and one.default_factory is MISSING))
        }
    )


def _modules() -> list[types.ModuleType]:
    names = sorted(one.name for one in pkgutil.iter_modules(app.__path__))
    return [importlib.import_module(f"{app.__name__}.{name}") for name in names]


def _act_of(function: Callable[..., object], depth: int) -> Act | None:
    told = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function)))
    around = getattr(function, "__globals__", {})
    calls = [node for node in ast.walk(told) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in {"check_may", "propose"} and len(call.args) > 1:
            act = call.args[1]
            if isinstance(act, ast.Attribute):
                return Act[act.attr]
        within = around.get(name) if depth else None
        asked = any(isinstance(arg, ast.Name) and arg.id == "caller" for arg in call.args)
        if asked and inspect.isfunction(within) and within.__module__ == function.__module__:
            found = _act_of(within, depth - 1)
            if found is not None:
                return found
    return None

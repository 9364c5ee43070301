"""One transaction, for one institution, in one role: the only way to the rows of the store.

A transaction that names no institution sees no rows. The rows of others are not refused, they are
not there; so a query that forgets to ask whose rows it wants gets its own institution's.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import uuid4

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.utils import DatabaseError, OperationalError
from psycopg import errors

from suixin.data.errors import InputError, shown

Made = TypeVar("Made")

# How often what met a deadlock is tried anew, and how long the first rest is (seconds).
_TRIES: Final = 6
_REST: Final = 0.01
_SETTINGS: Final = """
    select set_config('role', %s, true), set_config('suixin.institution', %s, true),
           set_config('suixin.villages', %s, true), set_config('pghistory.context_id', %s, true),
           set_config('pghistory.context_metadata', %s, true)
"""
_ROLE: Final = "select set_config('role', %s, true), set_config('suixin.villages', %s, true)"


class Role(StrEnum):
    """Who works in a transaction: the service itself, a station agent, or an auditor."""

    APP = "suixin_app"
    AGENT = "suixin_agent"
    AUDITOR = "suixin_auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """For whom a transaction works. `by` and `why` go into the history of what it changes.

    `villages` are an agent's own; `by` is a user's id, never a name.
    """

    institution: int
    role: Role = Role.APP
    villages: tuple[str, ...] = ()
    by: str = ""
    why: str = ""


_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)

LastWork = Callable[[Actor, Sequence[Any]], None]
# What is to be done as the transaction's last step: each work with one of the things it is for.
_last: ContextVar[list[tuple[LastWork, Any]] | None] = ContextVar("last", default=None)


def acting_now() -> Actor | None:
    """For whom the transaction that is under way works, if one is."""
    return _acting.get()


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """A transaction for an actor: committed at the end, taken back whole where something raises.

    Inside another for the same institution it is a part of that one, in its own role; inside one
    of another institution it raises, since a movement between two books is two transactions.
    """
    now = _acting.get()
    if now is not None:
        if now.institution != actor.institution:
            raise AssertionError(f"A transaction for {now} cannot turn to {actor}.")
        with _taken_back_with(_last.get()), transaction.atomic(), _turned(now, actor):
            yield
        return
    history = json.dumps({"by": actor.by, "why": actor.why})
    told, last = _acting.set(actor), _last.set([])
    try:
        with transaction.atomic(), refusals():
            query(
                _SETTINGS,
                [
                    *(actor.role.value, str(actor.institution), ",".join(actor.villages)),
                    *(str(uuid4()), history),
                ],
            )
            yield
            _do_last(actor)
    finally:
        _last.reset(last)
        _acting.reset(told)


@contextmanager
def reading(actor: Actor) -> Iterator[None]:
    """As `acting`, for what reads alone: within a transaction in the same role it costs nothing.

    It is no part that could be taken back by itself.
    """
    now = _acting.get()
    if now is not None and (now.institution, now.role, now.villages) == (
        actor.institution,
        actor.role,
        actor.villages,
    ):
        yield
        return
    with acting(actor):
        yield


@contextmanager
def _turned(now: Actor, actor: Actor) -> Iterator[None]:
    """A part in another role, after which it goes on in the one before.

    Where the part raises, the database takes the role back with it.
    """
    if (now.role, now.villages) == (actor.role, actor.villages):
        yield
        return
    query(_ROLE, [actor.role.value, ",".join(actor.villages)])
    told = _acting.set(actor)
    try:
        yield
        query(_ROLE, [now.role.value, ",".join(now.villages)])
    finally:
        _acting.reset(told)


def at_last(work: LastWork, thing: Any) -> None:
    """Have work done for a thing as the last step of the transaction that is under way.

    Each work is called once, with all its things in their order, by the service itself whoever
    acts. So locks at which every transaction meets are taken last, in one order, and held shortly.
    What a part of the transaction asked for is taken back with that part.
    """
    asked = _last.get()
    if asked is None:
        raise AssertionError("No transaction is under way.")
    asked.append((work, thing))


def _do_last(actor: Actor) -> None:
    asked = _last.get()
    if not asked:
        return
    service = replace(actor, role=Role.APP, villages=())
    if actor.role is not Role.APP:
        query(_ROLE, [Role.APP.value, ""])
    _acting.set(service)
    for work in dict.fromkeys(work for work, _ in asked):
        work(service, [thing for known, thing in asked if known is work])


@contextmanager
def _taken_back_with(asked: list[tuple[LastWork, Any]] | None) -> Iterator[None]:
    if asked is None:
        raise AssertionError("No transaction is under way.")
    known = len(asked)
    try:
        yield
    except BaseException:
        del asked[known:]
        raise


def query(text: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement, its values bound by the server; nothing where it tells no rows.

    What the database refuses by the library's codes raises `InputError`.
    """
    with refusals(), cursor() as asked:
        asked.execute(text, values)
        return [] if asked.description is None else asked.fetchall()


@contextmanager
def cursor() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor of the connection below Django's, whose statements the server keeps prepared."""
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as opened:
        yield opened


@contextmanager
def refusals() -> Iterator[None]:
    """What the database refuses by the library's own codes is raised as the library would."""
    try:
        yield
    except DatabaseError as fault:
        found = refusal(fault)
        if found is None:
            raise
        raise found from fault


def refusal(fault: DatabaseError) -> InputError | None:
    """The library's error for what the database refused, or None where it is something else."""
    cause = fault.__cause__
    if not isinstance(cause, psycopg.Error):
        return None
    if isinstance(cause, psycopg.DataError):
        wrong = f"The database does not take a value: {shown(cause, 200)}."
        return InputError("VALUE", wrong, "Amounts are 64-bit whole numbers, texts without NUL.")
    told = cause.diag
    if cause.sqlstate == "23S01":
        code, wrong = told.constraint_name or "", told.message_primary or ""
        return InputError(code, wrong, told.message_hint or "")
    if isinstance(cause, errors.UniqueViolation):
        if told.constraint_name == "transaction_reversed_once":
            return InputError("ALREADY_REVERSED", "It was taken back already.", "")
        if told.constraint_name == "transaction_key":
            return InputError("KEY_TAKEN", "The key was taken meanwhile.", "Use a new key.")
        wrong = f"There is such a row of {told.table_name} already."
        return InputError("KEPT", wrong, "Send the same again, or let the service change it.")
    if isinstance(cause, errors.InsufficientPrivilege):
        wrong = f"The database does not let this role do that: {told.message_primary}."
        return InputError("NOT_YOURS", wrong, "Ask one who may.")
    if isinstance(cause, errors.CheckViolation):
        wrong = f"A row of {told.table_name} breaks the rule {told.constraint_name}."
        return InputError("ROW", wrong, "docs/service.md tells what the database refuses.")
    return None


def again(work: Callable[[], Made]) -> Made:
    """The result of some work, done anew where the database ended it for another's sake.

    That is a deadlock, or a transaction that could not be put in order. Inside a transaction it is
    done once: the whole transaction must be done anew, which its owner decides.
    """
    for tried in range(_TRIES):
        try:
            return work()
        except OperationalError as fault:
            ended = isinstance(
                fault.__cause__, errors.DeadlockDetected | errors.SerializationFailure
            )
            if not ended or _acting.get() is not None or tried == _TRIES - 1:
                raise
            time.sleep(_REST * 2**tried)
    raise AssertionError("The last try either answers or raises.")

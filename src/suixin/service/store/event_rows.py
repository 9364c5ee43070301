"""Events of an agreement as rows and back: each kind has what its class has, by the same names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any, Final, get_type_hints

from suixin.lending.events import IN_A_DAY, Event, PlannedDue

_KINDS: Final = {kind.__name__: kind for kind in IN_A_DAY}
_COMMON: Final = frozenset({"key", "on", "booked_on"})


def content_of(event: Event) -> dict[str, Any]:
    """What an event has beside its key and its days.

    >>> from suixin.lending.events import Receipt
    >>> day = date(2026, 6, 30)
    >>> content_of(Receipt(key="r", on=day, booked_on=day, fen=500))
    {'fen': 500}
    """
    names = [field.name for field in fields(event) if field.name not in _COMMON]
    return {name: _plain(getattr(event, name)) for name in names}


def event_of(
    kind: str, key: str, value_on: date, booked_on: date, content: Mapping[str, Any]
) -> Event:
    """An event from its row.

    >>> day = date(2026, 6, 30)
    >>> event_of("WriteOff", "w", day, day, {"by": ["officer", "auditor"]}).by
    ('officer', 'auditor')
    """
    hints = _hints(kind)
    given = {name: _typed(hints[name], told) for name, told in content.items()}
    return _KINDS[kind](key=key, on=value_on, booked_on=booked_on, **given)


def rows_of(rows: tuple[PlannedDue, ...]) -> list[list[Any]]:
    """The rows of a schedule as lists.

    >>> rows_of((PlannedDue(date(2026, 6, 30), 500),))
    [['2026-06-30', 500, None, 0]]
    """
    return [
        [row.due_on.isoformat(), row.principal_fen, row.interest_fen, row.fee_fen] for row in rows
    ]


def planned_of(told: list[list[Any]]) -> tuple[PlannedDue, ...]:
    """The rows of a schedule from lists.

    >>> planned_of([["2026-06-30", 500, None, 0]])[0].due_on
    datetime.date(2026, 6, 30)
    """
    return tuple(PlannedDue(date.fromisoformat(due_on), *amounts) for due_on, *amounts in told)


@cache
def _hints(kind: str) -> dict[str, Any]:
    return get_type_hints(_KINDS[kind])


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        whole = all(isinstance(one, PlannedDue) for one in value)
        return rows_of(value) if whole else list(value)
    return value


def _typed(hint: Any, told: Any) -> Any:
    if hint is date:
        return date.fromisoformat(told)
    if hint == tuple[PlannedDue, ...]:
        return planned_of(told)
    return tuple(told) if isinstance(told, list) else told

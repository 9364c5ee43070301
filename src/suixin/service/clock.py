"""The clock of the edges: nothing below an edge asks it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache

from suixin.service.home import usual_home


def now() -> datetime:
    """This moment, in UTC; in a demonstration's home, the moment that it lives in."""
    return datetime.now(UTC) - _behind()


@cache
def _behind() -> timedelta:
    """How far a demonstration lives in the past: its county's days end on a fixed day."""
    told = usual_home().demonstration
    if not told.is_file():
        return timedelta()
    return timedelta(seconds=json.loads(told.read_text("utf-8"))["seconds_behind"])


def set_anew() -> None:
    """What was read of a demonstration counts no more: it was made just now."""
    _behind.cache_clear()

"""What an act leaves to be done after it: a job in the act's own transaction.

It stands or falls with the act: not lost where the process dies after the commit, not done where
the act was taken back. It is done at least once, so what does it must bear being done twice.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from enum import StrEnum
from typing import Final

from suixin.service.store.session import Actor, acting, query

_DEFER: Final = "select defer_job(%s, %s, %s, %s, %s, %s)"
_ID: Final = re.compile(r"[\w.:/@+-]{0,128}", re.ASCII)


class Queue(StrEnum):
    """Who works a job: one that ends within seconds is not to wait behind one of minutes."""

    QUICK = "quick"
    LONG = "long"


def later(
    actor: Actor,
    task: str,
    *,
    lock: str = "",
    queue: Queue = Queue.QUICK,
    at: datetime | None = None,
    **ids: str | int,
) -> int:
    """Have a task done once the transaction under way is committed; the number of its job.

    `ids` are what the task is told, besides the institution: ids, never anything personal. Of jobs
    under one `lock` one is done at a time, in their order. `at` is the earliest moment.
    """
    for name, value in ids.items():
        if isinstance(value, str) and _ID.fullmatch(value) is None:
            raise AssertionError(f"A job is told ids alone: {name} is none.")
    with acting(actor):
        ((made,),) = query(_DEFER, [task, queue.value, lock, 0, json.dumps(ids), at])
    return int(made)

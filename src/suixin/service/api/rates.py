"""How often a client may ask: one bucket in the database, whatever processes serve it.

A process takes a few requests at a time out of the bucket and spends them itself, so most requests
cost no query; what it took is gone from the bucket, so together they never exceed the rate.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import Final

from suixin.service.api.problems import Problem
from suixin.service.store.session import Actor, acting, query

# What a process may hold: a twentieth of a second's requests, for half a second at most.
_SHARE: Final = 20
_HELD_SECONDS: Final = 0.5
_NAMES_MAX: Final = 10_000


@dataclass(slots=True)
class _Held:
    left: int
    until: float


_held: dict[tuple[int, str], _Held] = {}
_lock = threading.Lock()


def spend(institution: int, name: str, *, per_second: int, burst: int) -> None:
    """One request of a client; raises `Problem` TOO_MANY with Retry-After where none is left."""
    key, now = (institution, name), time.monotonic()
    with _lock:
        held = _held.get(key)
        if held is not None and held.left > 0 and now < held.until:
            held.left -= 1
            return
    wanted = max(1, per_second // _SHARE)
    with acting(Actor(institution=institution)):
        query("set local synchronous_commit = off")
        ((had, wait),) = query(
            "select had, wait from take_requests(%s, %s, %s, %s)",
            [name, wanted, float(per_second), float(burst)],
        )
    if had == 0:
        seconds = max(1, math.ceil(wait))
        raise Problem(
            "TOO_MANY",
            f"More than {per_second} requests a second.",
            f"Ask again in {seconds} s, and more slowly.",
            headers={"Retry-After": str(seconds)},
        )
    with _lock:
        if len(_held) > _NAMES_MAX:
            _held.clear()
        _held[key] = _Held(had - 1, now + _HELD_SECONDS)

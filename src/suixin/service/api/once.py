"""An act is done once for its key, and its answer kept in the transaction of the act itself.

Of ten requests at once with one key, one does the act; the others wait for it and are told its
answer. An act that was refused leaves nothing, so its key may be used again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from suixin.data.errors import InputError
from suixin.service.app.caller import Caller
from suixin.service.store.session import Role, acting, again, query

KEY: Final = re.compile(r"[!-~]{1,200}")
HEADER: Final = "Idempotency-Key"
KEPT_FOR: Final = timedelta(days=30)
_CLAIM: Final = """
    insert into api_answer (institution_id, "by", key, fingerprint) values (%s, %s, %s, %s)
    on conflict do nothing returning true
"""
_KEPT: Final = """
    select fingerprint, status, body from api_answer
     where institution_id = %s and "by" = %s and key = %s
"""
_KEEP: Final = """
    update api_answer set status = %s, body = %s
     where institution_id = %s and "by" = %s and key = %s
"""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: its status and bytes, and whether it was given before."""

    status: int
    body: bytes
    again: bool = False


def fingerprint(method: str, path: str, body: bytes) -> bytes:
    """What a key stands for: the whole of a request that matters to the act.

    >>> fingerprint("POST", "/a", b"1") == fingerprint("POST", "/a", b"2")
    False
    """
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).digest()


def check_key(told: str | None) -> str:
    """The key of a request; raises `InputError` IDEMPOTENCY_KEY."""
    if told is None or not KEY.fullmatch(told):
        wrong = "There is no Idempotency-Key of 1 to 200 visible characters."
        hint = "Send one, new for each act and the same when you send that act again: a UUID does."
        raise InputError("IDEMPOTENCY_KEY", wrong, hint)
    return told


def once(caller: Caller, key: str, mark: bytes, why: str, act: Callable[[], Told]) -> Told:
    """Do an act for its key, or tell the answer it had.

    Raises `InputError` IDEMPOTENCY_KEY_REUSED, and what the act itself refuses by.
    """
    about: list[int | str] = [caller.institution, caller.by, key]

    def work() -> Told:
        with acting(caller.actor(why)):
            if caller.actor().role is not Role.APP:
                query("select set_config('suixin.by', %s, true)", [caller.by])
            if not query(_CLAIM, [*about, mark]):
                return _kept(about, mark)
            told = act()
            query(_KEEP, [told.status, told.body, *about])
            return told

    return again(work)


def _kept(about: list[int | str], mark: bytes) -> Told:
    ((of, status, body),) = query(_KEPT, about)
    if bytes(of) != mark:
        wrong = "The Idempotency-Key was used for another request."
        raise InputError("IDEMPOTENCY_KEY_REUSED", wrong, "Use a new key for a new act.")
    return Told(status, bytes(body), again=True)


def forget_answers(caller: Caller, *, at: datetime) -> int:
    """Drop the answers that are older than `KEPT_FOR`; how many. Their keys may be used anew."""
    with acting(caller.actor("old answers")):
        rows = query(
            "with gone as (delete from api_answer where institution_id = %s and at < %s"
            " returning 1) select count(*) from gone",
            [caller.institution, at - KEPT_FOR],
        )
    return int(rows[0][0])

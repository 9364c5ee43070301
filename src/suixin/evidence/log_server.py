"""A log over HTTP: entries in, and everything that proves them out.

POST /log/entries          entries, one a line as they were sealed; the answer is a receipt
GET  /log/checkpoint       the newest signed head, with the cosignatures it has
GET  /log/tile/…           the log as static files (C2SP tlog-tiles)
GET  /log/proof/LEAF       the proof of an entry by its leaf hash (hex), as X.tlog-proof
GET  /log/standing/LEAF    what may rest on it: recorded, proceed, final, late, overdue
GET  /log/witnesses        what came of asking each witness the last time
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from threading import Event, Thread
from typing import Any, Final

from suixin.data.errors import DiskError, InputError
from suixin.evidence.disk import read_if_there
from suixin.evidence.entry import EntryFault
from suixin.evidence.log import LogFault
from suixin.evidence.log_service import LogService, ServiceFault
from suixin.evidence.serving import BYTES, JSON, Call, Route, Told, refused
from suixin.evidence.store import StoreFault
from suixin.evidence.tiles import read_path

ENTRIES_MAX: Final = 1_000
BEAT_SECONDS: Final = 1.0

_STATUS: Final = {"SEQ": 409, "FROZEN": 403, "AUTHOR": 403, "SIGNATURE": 403, "KIND": 403}
_BY_LEAF: Final = re.compile(r"/log/(proof|standing)/([0-9a-f]{64})")


def route(service: LogService, clock: Callable[[], int], today: Callable[[], date]) -> Route:
    """How this log answers; `clock` tells POSIX seconds, `today` the day in the county."""

    def answer(call: Call) -> Told:
        if call.path == "/log/entries":
            return _added(service, call, clock()) if call.method == "POST" else _not("POST")
        if call.method != "GET":
            return _not("GET")
        if call.path == "/log/checkpoint":
            told = service.store.published()
            return Told(200, told.encode()) if told else refused(404, "None is signed yet.")
        if call.path == "/log/witnesses":
            asked = [{"name": one.name, "outcome": one.outcome, "told": one.told}
                     for one in service.asked]  # fmt: skip
            return _json({"stopped": service.state, "asked": asked})
        found = _BY_LEAF.fullmatch(call.path)
        if found:
            return _of_leaf(service, found[1], bytes.fromhex(found[2]), today())
        return _tile(service, call.path.removeprefix("/log/"))

    return answer


@contextmanager
def beating(service: LogService, clock: Callable[[], int]) -> Iterator[None]:
    """Sign and ask each second, on a thread that ends with the block; a fault is told once."""
    ended, told = Event(), ""

    def beat() -> None:
        nonlocal told
        while not ended.wait(BEAT_SECONDS):
            try:
                service.beat(clock())
            except (DiskError, InputError) as fault:
                if str(fault) != told:
                    told = str(fault)
                    sys.stderr.write(f"{told}\n")

    thread = Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _added(service: LogService, call: Call, now: int) -> Told:
    raws = call.body.removesuffix(b"\n").split(b"\n")
    if len(raws) > ENTRIES_MAX:
        return refused(413, f"Send at most {ENTRIES_MAX} entries at once.")
    try:
        return Told(200, service.add(raws, now).encode())
    except EntryFault as fault:
        return refused(_STATUS.get(fault.code, 400), str(fault))
    except (LogFault, ServiceFault, StoreFault) as fault:
        return refused(_STATUS.get(fault.code, 503), str(fault))
    except DiskError as fault:
        return refused(503, str(fault))


def _of_leaf(service: LogService, what: str, leaf: bytes, today: date) -> Told:
    missing = refused(404, "No such entry is logged.")
    if what == "standing":
        standing = service.standing(leaf, today)
        return missing if standing is None else _json({"standing": standing})
    try:
        proof = service.proof(leaf)
    except LogFault as fault:  # It is logged, and no head counts it yet.
        return refused(404, str(fault))
    return missing if proof is None else Told(200, str(proof).encode())


def _tile(service: LogService, path: str) -> Told:
    raw = read_if_there(service.store.folder / path) if read_path(path) is not None else None
    if raw is None:
        return refused(404, "There is nothing of that name.")
    return Told(200, raw, BYTES, lasting=True)


def _json(value: dict[str, Any]) -> Told:
    return Told(200, (json.dumps(value, ensure_ascii=False) + "\n").encode(), JSON)


def _not(method: str) -> Told:
    return refused(405, f"{method} it.")

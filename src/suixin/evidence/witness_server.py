"""A witness over HTTP (C2SP tlog-witness), with its copy of the entries for whoever asks.

POST /witness/add-checkpoint       what a log asks: a cosignature
POST /witness/add-fork             the proof of a fork, from anybody
GET  /witness/ID/checkpoint        the newest checkpoint it cosigned
GET  /witness/ID/tile/…            its copy of the log
GET  /witness/ID/forks             whether the log is frozen here, and the proofs
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final

from suixin.data.errors import DiskError
from suixin.evidence.serving import BYTES, JSON, TEXT, Call, Route, Told, refused
from suixin.evidence.tiles import read_path
from suixin.evidence.witness import CONFLICT, OK, UNAVAILABLE, Answer, Seen
from suixin.evidence.witness_folder import WitnessFolder

SIZE: Final = "text/x.tlog.size"
_OF_LOG: Final = re.compile(r"/witness/([0-9a-f]{64})/(checkpoint|forks|tile/.*)")


def route(kept: WitnessFolder, clock: Callable[[], int]) -> Route:
    """How this witness answers; `clock` tells POSIX seconds."""

    def answer(call: Call) -> Told:
        posts = {
            "/witness/add-checkpoint": lambda: _told(kept.add_checkpoint(call.body, clock())),
            "/witness/add-fork": lambda: _told(kept.add_fork(call.body)),
        }
        if call.path in posts and call.method == "POST":
            try:
                return posts[call.path]()
            except DiskError as fault:  # What could not be kept is not signed.
                return refused(UNAVAILABLE, fault.message)
        if call.path in posts:
            return refused(405, "POST it.")
        found = _OF_LOG.fullmatch(call.path)
        seen = kept.seen(found[1]) if found else None
        if found is None or seen is None:
            return refused(404, "No such log is known here.")
        return _of_log(kept, seen, found[2]) if call.method == "GET" else refused(405, "GET it.")

    return answer


def _of_log(kept: WitnessFolder, seen: Seen, what: str) -> Told:
    if what == "checkpoint":
        return Told(OK, seen.note.encode()) if seen.note else refused(404, "None is cosigned yet.")
    if what == "forks":
        forks = [json.loads(one.text()) for one in seen.forks]
        told = {"frozen": seen.frozen, "forks": forks}
        return Told(OK, (json.dumps(told, ensure_ascii=False) + "\n").encode(), JSON)
    raw = kept.static(seen.id, what)
    if raw is None or read_path(what) is None:
        return refused(404, "There is no such tile.")
    return Told(OK, raw, BYTES, lasting=True)


def _told(answer: Answer) -> Told:
    return Told(answer.status, answer.body.encode(), SIZE if answer.status == CONFLICT else TEXT)

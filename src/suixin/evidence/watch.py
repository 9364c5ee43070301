"""Each hour a witness holds what the others have against its own, and tells a fork to all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from suixin.data.errors import DiskError, InputError
from suixin.evidence import monitor
from suixin.evidence.fetch import Ask, FetchFault
from suixin.evidence.fork import Finding
from suixin.evidence.monitor import Compared
from suixin.evidence.witness_folder import WitnessFolder

LOOK_SECONDS: Final = 3_600.0
NO_PROOF: Final = "no proof could be had, twice, that what two witnesses hold is one history."


class Watch:
    """Looks after the logs of a witness; what could not be proved twice in a row freezes."""

    def __init__(self, kept: WitnessFolder, ask: Ask) -> None:
        self._kept = kept
        self._ask = ask
        self._unproven: set[str] = set()

    def look(self) -> list[Compared]:
        """Compare each log once; a fork freezes it here and is sent to every other witness."""
        policy = self._kept.policy
        origins = dict.fromkeys(one.key.name for one in policy.logs)
        return [self._one(origin) for origin in origins]

    def _one(self, origin: str) -> Compared:
        policy = self._kept.policy
        found = monitor.look(origin, policy, self._ask)
        if found.finding is Finding.FORK:
            for fork in found.pairs:
                raw = fork.text().encode()
                self._kept.add_fork(raw)
                for party in policy.witnesses.values():
                    self._tell(f"{party.url}/add-fork", raw)
        elif found.finding is Finding.UNPROVEN and origin in self._unproven:
            self._kept.freeze(origin, found.pairs, NO_PROOF)
        self._unproven.discard(origin)
        if found.finding is Finding.UNPROVEN:
            self._unproven.add(origin)
        return found

    def _tell(self, url: str, raw: bytes) -> None:
        try:
            self._ask(url, raw)
        except FetchFault:
            return  # Whoever is down now finds it himself, an hour later.


@contextmanager
def watching(watch: Watch, seconds: float = LOOK_SECONDS) -> Iterator[None]:
    """Look each hour, on a thread that ends with the block."""
    ended = Event()

    def looks() -> None:
        while not ended.wait(seconds):
            try:
                for found in watch.look():
                    if found.finding is not Finding.AGREE:
                        sys.stderr.write(f"{found.origin}: {found.finding}\n")
            except (DiskError, InputError) as fault:
                sys.stderr.write(f"{fault}\n")

    thread = Thread(target=looks)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()

"""An outbox in a file: every call and every signature is on the disk before it counts.

The file is a journal (`suixin.evidence.journal`) whose records are calls put in and bytes signed. A
kill may leave the last record short; it was acknowledged to nobody and is cut away.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.evidence import journal
from suixin.evidence.call_text import call_of_text, text_of_call
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.disk import disk_faults
from suixin.evidence.journal import Journal
from suixin.evidence.outbox import Call, Outbox, Signed
from suixin.evidence.store import StoreFault

_HEAD: Final = b"suixin/outbox/1"


class OutboxFile(Outbox):
    """The outbox of a file, begun where there is none; one process has it open.

    Raises `StoreFault` DAMAGED where a record was changed, FORM where it is no outbox, BUSY where
    another process has it; `DiskError` where the disk refuses.

    >>> from datetime import date
    >>> from tempfile import TemporaryDirectory
    >>> from suixin.evidence.chain.calls.pool import Settle
    >>> day = date(2026, 6, 30)
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "outbox")
    ...     with OutboxFile(path) as outbox:
    ...         new = outbox.put(Call("c-1", "fund", Role.BANK, Settle(day), day))
    ...     with OutboxFile(path) as outbox:
    ...         new, [call.id for call in outbox.unsigned({Role.BANK})]
    (True, ['c-1'])
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        with disk_faults(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                raise StoreFault("BUSY", f"Another process has {path} open.", "Stop it.") from fault
            with disk_faults(path):
                if not path.exists():
                    journal.begin(path, [_HEAD])
                kept = list(journal.records(path.read_bytes()))
                self._taken_in(path, [one.content for one in kept])
                self._journal = Journal(path, kept[-1].end, kept[-1].digest)
        except BaseException:
            os.close(self._lock)
            raise

    def __enter__(self) -> OutboxFile:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    def close(self) -> None:
        """Let another process have it."""
        self._journal.close()
        os.close(self._lock)

    def put(self, call: Call) -> bool:
        if call.id in self._calls:
            return super().put(call)
        with disk_faults(self._path):
            self._journal.write(b"call " + text_of_call(call).encode())
        return super().put(call)

    def sign(self, signed: Sequence[Signed]) -> None:
        for one in signed:
            self.call(one.call)
        told = json.dumps([_told(one) for one in signed], separators=(",", ":"))
        with disk_faults(self._path):
            self._journal.write(b"sign " + told.encode())
        super().sign(signed)

    def _taken_in(self, path: Path, contents: Sequence[bytes]) -> None:
        """What the records say, in their order."""
        try:
            if not contents or contents[0] != _HEAD:
                raise ValueError("it does not begin as one")
            for content in contents[1:]:
                kind, _, text = content.decode().partition(" ")
                if kind == "call":
                    super().put(call_of_text(text))
                elif kind == "sign":
                    super().sign([_signed(one) for one in json.loads(text)])
                else:
                    raise ValueError(f"it has a record of {kind!r}")
        except (ValueError, KeyError, TypeError, InputError) as fault:
            raise StoreFault("FORM", f"{path} is no outbox: {fault}.", "Name another.") from fault


def _told(one: Signed) -> dict[str, Any]:
    return {
        "call": one.call,
        "by": one.by.name.lower(),
        "turn": one.turn,
        "raw": one.raw.hex(),
        "transaction": one.transaction.hex(),
    }


def _signed(told: dict[str, Any]) -> Signed:
    return Signed(
        told["call"],
        Role[told["by"].upper()],
        told["turn"],
        bytes.fromhex(told["raw"]),
        bytes.fromhex(told["transaction"]),
    )

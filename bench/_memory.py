"""How much memory a process and all that it started hold, at most."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_PROC = Path("/proc")
_EVERY = 0.1


class Peak:
    """The most that this process and its descendants hold together while it is entered (MB).

    Pages that several share are counted once (`Pss`), looked at ten times a second.
    """

    def __init__(self) -> None:
        self.mb = 0.0
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._looking.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._looking.join()

    def _look(self) -> None:
        while True:
            self.mb = max(self.mb, held_mb(os.getpid()))
            if self._over.wait(_EVERY):
                return


def held_mb(process: int) -> float:
    """What a process and its descendants hold now (MB); one that ends meanwhile counts nothing."""
    parents: dict[int, int] = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            told = _read(folder / "stat")
            if told:
                parents[int(folder.name)] = int(told.rpartition(")")[2].split()[1])
    family, size = {process}, 0
    while len(family) > size:
        size = len(family)
        family |= {one for one, parent in parents.items() if parent in family}
    return sum(_pss_kb(one) for one in family) / 1_024


def _pss_kb(process: int) -> int:
    for line in _read(_PROC / str(process) / "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""

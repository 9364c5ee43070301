"""How long processors worked for a process and all that it started: what load of others leaves."""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


def spent(process: int | None = None) -> float:
    """Seconds of user and system time of a process and its descendants, those that ended too."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                told = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            except OSError:
                continue  # It ended meanwhile; who started it counts it.
            number = int(folder.name)
            parents[number] = int(told[1])
            ticks[number] = sum(int(one) for one in told[11:15])
    family, size = {process or os.getpid()}, 0
    while len(family) > size:
        size = len(family)
        family |= {one for one, parent in parents.items() if parent in family}
    return sum(ticks.get(one, 0) for one in family) / _TICKS

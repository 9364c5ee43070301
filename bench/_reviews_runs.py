"""How fast and how small: reviews a second on two cores, start-up, and memory for a long file."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from suixin.credit.reading.reader import read_reviews

CORES = 2
_MEGABYTE = 1_024  # Kilobytes, as the system tells them.
_CHUNK = 16_384
_held: Sequence[str] = ()  # What a process reads, again and again.
_ONE = "from suixin.credit.reading.reader import read_reviews; read_reviews(['好吃'])"
_FILE = """
import resource, sys
from pathlib import Path
from suixin.credit.reading.file import read_file
counts = read_file(Path(sys.argv[1]), out=Path(sys.argv[2]))
# Its own peak; what getrusage tells holds that of the process that started it as well.
status = Path("/proc/self/status")
own = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")] \
    if status.exists() else [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]
print(counts["overall"].total(), own[0])
"""


def per_second(texts: Sequence[str], count: int) -> tuple[float, float]:
    """Reviews read a second by one process and by `CORES`: texts again and again, `count` in all.

    From text to readings by aspect; processes are started, hold the texts and are warm beforehand.
    """
    _hold(texts)
    parts = [(first, min(first + _CHUNK, count)) for first in range(0, count, _CHUNK)]
    _read(parts[0])
    began = time.perf_counter()
    read = sum(map(_read, parts))
    one = read / (time.perf_counter() - began)
    with ProcessPoolExecutor(CORES, initializer=_hold, initargs=(texts,)) as pool:
        list(pool.map(_read, parts[:CORES] * 2))
        began = time.perf_counter()
        read = sum(pool.map(_read, parts))
        return one, read / (time.perf_counter() - began)


def start_up() -> float:
    """Seconds from starting Python to the first review read: the median of five."""
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", _ONE], check=True)
        seconds.append(time.perf_counter() - began)
    return sorted(seconds)[2]


def long_file(texts: Sequence[str], count: int) -> tuple[float, float]:
    """A file of `count` reviews read into a file of readings: megabytes at most, and seconds."""
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "reviews.csv", Path(name) / "read.csv"
        with source.open("w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file)
            lines.writerow(["review"])
            for k in range(count):
                lines.writerow([texts[k % len(texts)]])
        began = time.perf_counter()
        asked = [sys.executable, "-c", _FILE, str(source), str(target)]
        told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
        seconds = time.perf_counter() - began
        if int(told[0]) != count or not target.stat().st_size:
            raise RuntimeError(f"{told[0]} of {count} reviews were read")
        return int(told[1]) / _MEGABYTE, seconds


def _hold(texts: Sequence[str]) -> None:
    global _held
    _held = texts


def _read(part: tuple[int, int]) -> int:
    texts = [_held[k % len(_held)] for k in range(*part)]
    return len(read_reviews(texts).share)

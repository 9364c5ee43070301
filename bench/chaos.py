"""How soon a service is of use again after a kill -9, and whether anything is lost.

`python -m bench.chaos [--kills N]` runs `suixin up` with processes that write (each transaction a
posting, a log entry and a job), kills one process after another, the launcher and the database
too, and waits each time until /ready answers. At the end nothing acknowledged may be missing.
Beside it a start of the same service, when nobody was killed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from bench import last_line, table
from bench._chaos import TARGETS, storm
from bench._service_up import service_up
from suixin.service.home import Home

SMALL = ("--kills", "2")


def main(arguments: Sequence[str]) -> str:
    """Print how soon, by what was killed; raises `AssertionError` where anything is lost."""
    parser = argparse.ArgumentParser(prog="bench.chaos")
    parser.add_argument("--kills", type=int, default=50)
    asked = parser.parse_args(arguments)
    home = Home(Path(tempfile.mkdtemp(prefix="suixin-")))
    home.folder.chmod(0o755)
    try:
        found = storm(home, list(islice(cycle(TARGETS), asked.kills)))
        began = time.perf_counter()
        with service_up(home):
            start = time.perf_counter() - began
    finally:
        shutil.rmtree(home.folder)
    by_target: dict[str, list[float]] = defaultdict(list)
    for target, seconds in zip(found.killed, found.recovered, strict=True):
        by_target[target].append(seconds)
    rows = [
        [target, len(seconds), median(seconds), max(seconds)]
        for target, seconds in by_target.items()
    ]
    rows.append(["nobody: a start", 1, start, start])
    print(table(["killed", "times", "median s", "slowest s"], rows))
    told = last_line(
        "bench.chaos",
        kills=len(found.killed),
        acknowledged=len(found.acknowledged),
        kept=found.kept,
        lost=0,
        slowest=max(found.recovered),
        start=start,
    )
    print(told)
    return told


if __name__ == "__main__":
    main(sys.argv[1:])

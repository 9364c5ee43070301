"""Features at scale: from feeds to operating stability, against hand-written SQL for DuckDB.

Both sides read the same Parquet files, run in turn, each in a process of its own under the same
settings, and must give every subject the same seven measures.

`python -m bench.features --orders N`
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
import numpy.typing as npt

from bench import last_line, table
from suixin.county import bulk, make_county
from suixin.county.make import UNTIL
from suixin.credit import stability
from suixin.credit.index import Measures
from suixin.credit.sheets import policy_on
from suixin.credit.subject import subjects_of
from suixin.credit.trade import trade_of
from suixin.data.lake import Limits
from suixin.data.read import read_feeds
from suixin.kernel.day import day_end, epoch_day
from suixin.kernel.policy import PolicyOn

Floats = npt.NDArray[np.float64]
Values = dict[str, Floats]  # By measure, `_x` raw and `_n` observations, one a subject.

SMALL = ("--orders", "1000000")

SEED = 7
ORDERS_A_HOUSEHOLD = 200
REPEATS, MANY = 3, 2_000_000  # From MANY orders on, each side runs once.
MEMORY, THREADS = "5GB", 2
SAME = 1e-9
SQL = Path(__file__).with_suffix(".sql")


@dataclass(frozen=True, slots=True)
class Run:
    """What one side took and gave."""

    seconds: float
    cpu_seconds: float
    peak_mb: float  # Of the whole process, its database and its loading included.
    values: Values


def county_of(orders: int) -> Path:
    """The folder of a county with so many orders, made anew when what makes it has changed."""
    maker = hashlib.sha256(inspect.getsource(bulk).encode()).hexdigest()[:12]
    place = Path(tempfile.gettempdir()) / f"suixin-bench-{os.getuid()}"
    folder = place / f"county-{orders}-{maker}"
    if not folder.is_dir():
        place.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place) as parent:
            made = Path(parent) / "county"
            make_county(max(1, orders // ORDERS_A_HOUSEHOLD), SEED, made, orders=orders)
            made.rename(folder)
    return folder


def ours(folder: Path) -> Run:
    """The library: feeds loaded first, then clean sales, sums and measures against the clock."""
    limits = Limits(memory=MEMORY, threads=THREADS)
    with read_feeds(folder, today=UNTIL, limits=limits) as feeds:
        policy = policy_on(UNTIL)
        clock = _Clock()
        known = feeds.on(UNTIL)
        subjects = subjects_of(known, feeds.connection)
        trade = trade_of(known, subjects, policy)
        found = stability.measure(known, subjects, policy, trade=trade)
        return clock.stop(_values(found))


def by_hand(folder: Path) -> Run:
    """The peer: the SQL beside this module over the same files and settings."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY, "threads": THREADS, "temp_directory": f"{place}/spill"
        }  # fmt: skip
        with duckdb.connect(f"{place}/peer.duckdb", config=config) as connection:
            connection.execute("SET preserve_insertion_order = false")
            connection.execute("SET enable_progress_bar = false")
            for file in folder.glob("*.parquet"):
                connection.execute(
                    f"CREATE TEMP VIEW {file.stem} AS SELECT * FROM read_parquet('{file}') "
                    f"WHERE occurred_at <= {day_end(UNTIL)} AND recorded_at <= {day_end(UNTIL)}"
                )
            for name, value in _constants(policy_on(UNTIL)).items():
                connection.execute(f"SET VARIABLE {name} = {value}")
            text = SQL.read_text("utf-8")
            clock = _Clock()
            connection.execute(text)
            asked = connection.sql("SELECT * EXCLUDE (subject) FROM measures ORDER BY subject")
            columns = asked.fetchnumpy()
            return clock.stop(
                {
                    name: np.ma.filled(np.ma.asarray(column, np.float64), np.nan)
                    for name, column in columns.items()
                }
            )


def _constants(policy: PolicyOn) -> dict[str, float]:
    """The dated values that the SQL asks for, and the day."""
    quick, burst, cap = (policy[f"clean.{name}"] for name in ("quick_refund", "burst", "buyer_cap"))
    windows, span = policy["stability.windows"], policy["stability.span"]
    today = epoch_day(UNTIL)
    return {
        "today": today,
        "cutoff": day_end(UNTIL),
        "last_week": (today + 3) // 7 - 1,
        "this_month": UNTIL.year * 12 + UNTIL.month - 1,
        "quick_seconds": quick["hours"] * 3600,
        "quick_bps": quick["share_bps"],
        "burst_floor": burst["floor"],
        "burst_deviations": burst["deviations"],
        "burst_hours": burst["days"] * 24,
        "cap_bps": cap["share_bps"],
        "cap_orders": cap["orders"],
        "season_weeks": policy["stability.season"]["weeks_min"],
        "span_weeks": span["weeks"],
        "span_tenure": span["tenure"],
        "span_recency": span["recency"],
        "tenure_days": windows["tenure_days"],
        "half_life": windows["recency_half_life_days"],
        "fulfilment_days": windows["fulfilment_days"],
        "returns_days": windows["returns_days"],
        "concentration_days": windows["concentration_days"],
    }


def _values(found: Measures) -> Values:
    raw = {f"{part}_x": values for part, values in found.x.items()}
    return raw | {f"{part}_n": values for part, values in found.n.items()}


class _Clock:
    """Seconds from its making to `stop`."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def stop(self, values: Values) -> Run:
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        # The kernel counts in KiB, except Apple's, which counts in bytes.
        return Run(wall, cpu, peak / (2**20 if sys.platform == "darwin" else 2**10), values)


def differences(one: Values, other: Values) -> list[str]:
    """What of two sides is not the same, in words; empty when every number agrees.

    >>> differences({"level_x": np.array([3.5, np.nan])}, {"level_x": np.array([3.5, np.nan])})
    []
    >>> differences({"level_x": np.array([3.5])}, {"level_x": np.array([3.6])})
    ['level_x: 1 of 1 subjects differ, the first 3.5 against 3.6']
    """
    if one.keys() != other.keys():
        return [f"measures differ: {sorted(one.keys() ^ other.keys())}"]
    told = []
    for name, mine in one.items():
        yours = other[name]
        if mine.shape != yours.shape:
            told.append(f"{name}: {mine.size} subjects against {yours.size}")
            continue
        off = np.flatnonzero(~np.isclose(mine, yours, rtol=SAME, atol=1e-12, equal_nan=True))
        if off.size:
            first = f"{mine[off[0]]} against {yours[off[0]]}"
            told.append(f"{name}: {off.size} of {mine.size} subjects differ, the first {first}")
    return told


def race(folder: Path, repeats: int) -> dict[str, list[Run]]:
    """Run both sides in turn, each time in a fresh process."""
    runs: dict[str, list[Run]] = {"ours": [], "by hand": []}
    for _ in range(repeats):
        for name, side in (("ours", ours), ("by hand", by_hand)):
            fresh = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(1, mp_context=fresh) as pool:
                runs[name].append(pool.submit(side, folder).result())
    return runs


def main(arguments: Sequence[str]) -> str:
    """Print a row a run and return the last line; raises SystemExit where the sides disagree."""
    parser = argparse.ArgumentParser(prog="python -m bench.features", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int)
    asked = parser.parse_args(arguments)
    repeats = asked.repeats or (1 if asked.orders >= MANY else REPEATS)
    runs = race(county_of(asked.orders), repeats)
    rows = [
        [name, k + 1, run.seconds, run.cpu_seconds, round(run.peak_mb)]
        for name, side in runs.items()
        for k, run in enumerate(side)
    ]
    print(table(["side", "run", "seconds", "cpu seconds", "peak MB"], rows))
    told = differences(runs["ours"][0].values, runs["by hand"][0].values)
    if told:
        raise SystemExit("the two sides disagree:\n" + "\n".join(told))
    subjects = runs["ours"][0].values["level_x"].size
    print(f"{subjects} subjects agree in {len(runs['ours'][0].values)} numbers each to {SAME}")
    line = last_line("bench.features", **_figures(runs))
    print(line)
    return line


def _figures(runs: Mapping[str, Sequence[Run]]) -> dict[str, float]:
    """Medians over the runs; the ratio is taken pair by pair."""
    mine, hand = runs["ours"], runs["by hand"]
    return {
        "seconds": median(run.seconds for run in mine),
        "raw_sql_seconds": median(run.seconds for run in hand),
        "ratio": median(a.seconds / b.seconds for a, b in zip(mine, hand, strict=True)),
        "peak_mb": max(round(run.peak_mb) for run in mine),
    }


if __name__ == "__main__":
    main(sys.argv[1:])

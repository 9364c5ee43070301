"""Where frames run: what is kept, what comes back as arrays, and what is left at the end."""

from __future__ import annotations

import subprocess
import sys

import duckdb
import narwhals as nw
import numpy as np

from suixin.credit.engine import Engine

SCRIPT = """
import duckdb, numpy as np
from suixin.credit.engine import Engine
engine = Engine(duckdb.connect())
frame = engine.lay("crates", {"crate": np.array([1, 2])})
"""


def run(end: str) -> subprocess.CompletedProcess[str]:
    script = SCRIPT + end
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)


def test_a_script_that_ends_prints_nothing_of_its_own() -> None:
    assert run("print(len(engine.fetch(frame)['crate']))").stderr == ""


def test_a_script_that_fails_prints_its_own_fault_only() -> None:
    assert run("raise SystemExit('no crates')").stderr == "no crates\n"


def test_null_numbers_come_back_as_nan_and_null_texts_as_none() -> None:
    engine = Engine(duckdb.connect())
    engine.connection.execute("CREATE TABLE t AS VALUES (1, 'a'), (NULL, NULL)")
    found = engine.fetch(nw.from_native(engine.connection.table("t")))
    assert np.array_equal(found["col0"], [1.0, np.nan], equal_nan=True)
    assert found["col1"].tolist() == ["a", None]


def test_what_is_kept_is_computed_once_and_replaces_what_had_its_name() -> None:
    engine = Engine(duckdb.connect())
    laid = engine.lay("crates", {"crate": np.array([1, 2, 3])})
    engine.keep("kept", laid)
    kept = engine.keep("kept", laid.filter(nw.col("crate") > 2))
    assert engine.fetch(kept)["crate"].tolist() == [3]

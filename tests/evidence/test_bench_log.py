"""The benchmarks of the log: what they compare is equal, and the last line has what it promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import log as bench


def test_the_log_in_files_in_memory_and_a_plain_loop_have_one_root(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = bench.main(["--entries", "3000", "--folder", str(tmp_path)])
    assert capsys.readouterr().out.splitlines()[-1] == line
    name, _, figures = line.partition(": ")
    told = dict(pair.split("=") for pair in figures.split())
    assert name == "bench.log"
    assert told["roots_equal"] == "1"
    assert int(told["path_bytes"]) <= 800
    assert {"per_second", "memory_per_second", "p95_ms", "check_ms"} <= set(told)
    assert not list(tmp_path.iterdir())


def test_a_root_that_differs_would_be_told() -> None:
    raws = [one.raw for one in bench.entries(300)]
    assert bench.plain_root(raws) != bench.plain_root([*raws[:-1], raws[0]])
    assert bench.plain_root(raws[:1]) == bench.leaf_hash(raws[0])

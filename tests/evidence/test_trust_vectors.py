"""Public vectors of logs, notes, witnesses and proofs: every row of every file, a test a file.

The rows are read by `bench.evidence`, which counts them for whoever holds other files of this form.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import evidence
from tests.conftest import skip_or_fail

# What the README beside the files says of each, so that no row is passed over unread.
ROWS = {
    "merkle_roots.json": 28,
    "inclusion_probes.json": 49,
    "consistency_probes.json": 49,
    "signed_notes.json": 11,
    "verifier_keys.json": 7,
    "witness_dialogue.json": 9,
    "witness_table.json": 4,
    "tlog_proofs.json": 7,
    "tiles_small": 8,
    "tile_paths.json": 12,
    "rfc8785.json": 8,
    "ed25519.json": 76,
    "sm3.json": 2,
}


@pytest.fixture
def vectors(shared: Path) -> Path:
    folder = shared / "data" / "trust"
    if not folder.is_dir():
        skip_or_fail("the vectors of logs are not beside this checkout")
    return folder


@pytest.mark.mechanism("B06")
@pytest.mark.parametrize("name", ROWS)
def test_every_row_of_the_file_comes_out_as_it_says(name: str, vectors: Path) -> None:
    rows = list(evidence.FILES[name](vectors / name))
    assert [what for what, right in rows if not right] == []
    assert len(rows) == ROWS[name]


def test_no_file_is_passed_over(vectors: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = {path.name for path in vectors.iterdir()} - {"README.md"}
    assert held == set(evidence.FILES) == set(ROWS)
    assert evidence.main([str(vectors)]) == "bench.evidence: passed=270 total=270"
    assert "failed" not in capsys.readouterr().out


# A row turned into its opposite must not pass, or the reader of its file judges nothing.
OPPOSITES: dict[str, Callable[[dict[str, object]], object]] = {
    "inclusion_probes.json": lambda row: row.update(wantErr=not row["wantErr"]),
    "consistency_probes.json": lambda row: row.update(wantErr=not row["wantErr"]),
    "signed_notes.json": lambda row: row.update(verified=["who+00000000"]),
    "verifier_keys.json": lambda row: row.update(ok=not row["ok"]),
    "witness_table.json": lambda row: row.update(status=418),
    "tlog_proofs.json": lambda row: row.update(ok=not row["ok"]),
    "ed25519.json": lambda row: row.update(valid=not row["valid"]),
    "sm3.json": lambda row: row.update(sm3="00" * 32),
}


@pytest.mark.parametrize("name", OPPOSITES)
def test_every_row_told_otherwise_fails(name: str, vectors: Path, tmp_path: Path) -> None:
    rows = json.loads((vectors / name).read_text("utf-8"))
    for row in rows:
        OPPOSITES[name](row)
    (tmp_path / name).write_text(json.dumps(rows), "utf-8")
    assert not any(right for _, right in evidence.FILES[name](tmp_path / name))

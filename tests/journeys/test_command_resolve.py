"""`suixin feeds resolve` as it is typed: what it prints and writes, and how a fault is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from suixin.cli.resolve import feeds_resolve
from suixin.county.bits import Bits
from suixin.county.cast import cast
from suixin.county.registers import write_registers

pytestmark = pytest.mark.mechanism("C01")
APP = typer.Typer()
APP.command("resolve")(feeds_resolve)


def test_links_and_reasons_are_written_and_written_alike_again(tmp_path: Path) -> None:
    bits = Bits(7)
    write_registers(tmp_path, cast(50, bits), bits)
    day = ["--on", "2026-06-30"]
    written = []
    for name in ("one.csv", "two.csv"):
        out = tmp_path / name
        ran = CliRunner().invoke(APP, [str(tmp_path), "--out", str(out), "--json", *day])
        assert ran.exit_code == 0, ran.output
        told = json.loads(ran.stdout)
        assert told["links"] > 100
        assert told["subjects"] < told["records"]
        written.append((out.read_bytes(), out.with_suffix(".why.jsonl").read_bytes()))
    assert written[0] == written[1]


def test_a_folder_without_registers_says_what_to_do(tmp_path: Path) -> None:
    ran = CliRunner().invoke(APP, [str(tmp_path), "--out", str(tmp_path / "links.csv")])
    assert ran.exit_code == 1
    assert "NO_REGISTERS" in ran.stderr
    assert not (tmp_path / "links.csv").exists()

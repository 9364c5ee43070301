"""A person at the command: a county to work on, and the command in this process or its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from suixin.cli import app
from suixin.county.make import make_county

COMMAND = Path(sys.executable).with_name("suixin")


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.out)


def typed(*words: object) -> Said:
    """The command with these words, in this process; a bug is raised and not swallowed."""
    found = CliRunner().invoke(app, [str(word) for word in words])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return Said(found.exit_code, found.stdout, found.stderr)


def ran(words: Sequence[object], *, code: str | None = None, **more: Any) -> Said:
    """The command in a process of its own, or Python code that ends in calling it."""
    start = [str(COMMAND)] if code is None else [sys.executable, "-c", code]
    done = subprocess.run(
        [*start, *map(str, words)], capture_output=True, text=True, timeout=120, check=False, **more
    )
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def suixin() -> Callable[..., Said]:
    """The command in this process."""
    return typed


@pytest.fixture(scope="session")
def process() -> Callable[..., Said]:
    """The command in a process of its own."""
    return ran


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county of sixty households, made once."""
    folder = tmp_path_factory.mktemp("journey") / "county"
    return make_county(60, 3, folder, registers=True).folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path in it, hidden ones too."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def files_of() -> Callable[[Path], dict[str, bytes]]:
    """Every file of a folder by its path in it."""
    return contents

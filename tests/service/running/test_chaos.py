"""Any process killed at any moment under load: nothing acknowledged is lost, all agrees."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import cycle, islice

import pytest
from server_folders import server_folder

from bench._chaos import TARGETS, storm
from suixin.service.home import Home

NIGHTLY = bool(os.environ.get("SUIXIN_NIGHTLY"))


@pytest.fixture
def home() -> Iterator[Home]:
    """A home of its own."""
    found = Home(server_folder())
    yield found
    shutil.rmtree(found.folder)


def test_nothing_acknowledged_is_lost_whatever_is_killed(home: Home) -> None:
    targets = ["web server", "database", "job worker", "launcher"]
    found = storm(home, list(islice(cycle(TARGETS), 50)) if NIGHTLY else targets)
    assert found.kept >= len(found.acknowledged) > 0

"""Feeds of a folder that a test wrote, without a row at fault."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from suixin.data.lake import Feeds
from suixin.data.read import read_feeds


def opened(path: Path) -> Feeds:
    """The feeds of a folder, whenever the test is run; no row of it is at fault."""
    feeds = read_feeds(path, today=date(2027, 6, 30))
    assert not len(feeds.quarantine), feeds.quarantine[0]
    return feeds

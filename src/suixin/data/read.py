"""Read a folder of feeds: the edge, where the clock and the law's policy come in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from suixin.data.files import find
from suixin.data.lake import Feeds, Limits, Loader
from suixin.data.sources import read_export
from suixin.data.tables import Reader
from suixin.data.write import is_disk_fault, no_room
from suixin.kernel.day import LOCAL_OFFSET
from suixin.kernel.policy import load_policy


def read_feeds(
    folder: str | Path,
    *,
    mapping: str | None = None,
    today: date | None = None,
    via_bureau_feeds: frozenset[str] | None = None,
    limits: Limits | None = None,
) -> Feeds:
    """Read a folder of canonical feeds, or with `mapping` a platform's own export.

    `today` (default: today in China) is the last day a fact may bear, `via_bureau_feeds` (default:
    the law policy's) what must come through a licensed bureau. Raises `InputError` when a file or
    the folder cannot be used, `DiskError` when there is no room to work.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "store_ratings.csv").write_text(
    ...     "source,subject,occurred_at,recorded_at,merchant,on,rating_hundredths\\n"
    ...     "shop,m-1,2026-05-31T08:00:00+08:00,2026-05-31T09:00:00+08:00,m-1,2026-05-31,480\\n"
    ...     "shop,m-2,2026-05-31T08:00:00+08:00,2026-05-31T09:00:00+08:00,m-2,2026-05-31,4.8\\n"
    ... )
    >>> with read_feeds(folder) as feeds:
    ...     print(feeds.counts["store_ratings"], *feeds.quarantine, sep="\\n")
    FeedCount(read=2, good=1, repeated=0, set_aside=1)
    store_ratings.csv:3: store_ratings.rating_hundredths BAD_TYPE: got 4.8, expected a whole number
    """
    day = today_in_china() if today is None else today
    if via_bureau_feeds is None:
        via_bureau_feeds = frozenset(load_policy("law").on(day)["via_bureau_feeds"])
    try:
        loader = Loader(today=day, via_bureau_feeds=via_bureau_feeds, limits=limits)
    except OSError as error:
        raise no_room(error) from error
    try:
        _fill(loader, Path(folder), mapping)
        return loader.finish()
    except duckdb.Error as error:
        loader.close()
        if is_disk_fault(error):
            raise no_room(error) from error
        raise
    except BaseException:
        loader.close()
        raise


def _fill(loader: Loader, folder: Path, mapping: str | None) -> None:
    if mapping is not None:
        read_export(mapping, folder, loader)
        return
    files, notes = find(folder)
    for note in notes:
        loader.note(note)
    reader = Reader(loader)
    for file in files:
        reader.read(file)


def today_in_china() -> date:
    """The day it is in China, by this machine's clock."""
    return (datetime.now(UTC) + timedelta(seconds=LOCAL_OFFSET)).date()

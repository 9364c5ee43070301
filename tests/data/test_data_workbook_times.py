"""Times in a workbook: a cell formatted as a time is China's, midnight too."""

from __future__ import annotations

from datetime import UTC, date, datetime

import openpyxl
import pytest

COLUMNS = ("merchant", "on", "rating_hundredths")


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        (datetime(2026, 5, 31, 0, 0), "2026-05-30T16:00:00"),  # noqa: DTZ001 - as a sheet holds it
        (datetime(2026, 5, 31, 8, 30), "2026-05-31T00:30:00"),  # noqa: DTZ001
        ("2026-05-31T08:30:00+08:00", "2026-05-31T00:30:00"),
    ],
    ids=["midnight", "a time of day", "text with its offset"],
)
def test_a_time_of_a_workbook(folder, typed, seen):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["source", "subject", "occurred_at", "recorded_at", *COLUMNS])
    sheet.append(["s", "shop", typed, typed, "shop", date(2026, 5, 31), 480])
    book.save(folder.path / "store_ratings.xlsx")
    feeds = folder.read()
    assert len(feeds.quarantine) == 0
    [(occurred, on)] = feeds.relation("store_ratings").project('occurred_at, "on"').fetchall()
    assert datetime.fromtimestamp(occurred, UTC).isoformat()[:19] == seen
    assert on == (date(2026, 5, 31) - date(1970, 1, 1)).days

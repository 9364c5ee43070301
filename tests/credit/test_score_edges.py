"""Edges that a second reading of the formulas found: who may vouch, how long a shop has lived."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from suixin.credit.book import ScoreBook

Scored = Callable[..., ScoreBook]
ON = date(2026, 6, 30)
LOCAL = timezone(timedelta(hours=8))


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("orders", "status", "lift"),
    [(19, "thin_file", False), (20, "scored", True)],
    ids=["a thin file has no grade to vouch with", "one order more and it has"],
)
def test_only_a_graded_neighbour_lifts(
    folder: Any, scored: Scored, orders: int, status: str, lift: bool
) -> None:
    """Without engagement and reviews both are held to 50, and 60 points are still reached."""
    folder.sale("first", noon(2024, 6, 1), 4_000_000, merchant="neighbour")
    folder.weekly("neighbour", date(2026, 2, 2), orders - 1, 4_000_000)
    folder.weekly("subject", date(2026, 1, 6), 24, 100_000)
    for party in ("neighbour", "subject"):
        folder.party(party, "household")
    folder.add(
        "endorsements", date(2026, 6, 1), "subject",
        endorser="neighbour", **{"from": date(2026, 6, 1)}, liability_cap=1_000_00,
    )  # fmt: skip
    for k in range(orders + 24):
        folder.party(f"buyer-{k}")
    book = scored(folder.write(), ON)
    neighbour = book["neighbour"]
    assert neighbour.status == status
    assert neighbour.composite is not None
    assert neighbour.composite >= 60
    assert (book["subject"].social > 0) is lift


@pytest.mark.parametrize(
    ("first", "base"),
    [(date(2024, 5, 31), 5_000_00), (date(2024, 6, 1), 5_000_00), (None, 10_000_00)],
    ids=["the day before the 24 months", "their first day", "six months old"],
)
def test_empty_months_since_the_first_sale_were_lived_through(
    folder: Any, scored: Scored, first: date | None, base: int
) -> None:
    """Six months of 10,000 yuan: the mean is over twelve where the shop has lived twelve."""
    folder.party("shop", "household")
    if first:
        folder.sale("first", noon(first.year, first.month, first.day), 100_00)
    for month in ((2025, 12), (2026, 1), (2026, 2), (2026, 3), (2026, 4), (2026, 5)):
        for day in range(1, 26, 2):
            placed = noon(*month, day)
            fen = 10_000_00 - 12 * 769_23 if day == 25 else 769_23
            folder.sale(f"o-{placed:%Y%m%d}", placed, fen)
    assert scored(folder.write(), ON)["shop"].terms.base_fen == base

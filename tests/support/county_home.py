"""A small county's feeds, made once for all tests that take them in."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from suixin.county.make import make_county

UNTIL = date(2026, 6, 30)


@cache
def county_folder(households: int = 50) -> Path:
    """A folder of canonical feeds; nobody writes in it."""
    place = Path(tempfile.mkdtemp(prefix="suixin-county-"))
    return make_county(households, 5, place / "county").folder

"""The seeded demonstration county: households that trade, talk and farm, with planted truths."""

from __future__ import annotations

from suixin.county.kinds import Kind
from suixin.county.make import CountyResult, make_county
from suixin.county.truth import KindFound, found

__all__ = ["CountyResult", "Kind", "KindFound", "found", "make_county"]

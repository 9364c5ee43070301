"""The kinds of value that come in: each with its bounds, so that nothing further in meets more."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from ninja import Path, Query, Schema
from pydantic import AwareDatetime, ConfigDict, StringConstraints


class Body(Schema):
    """What a request says; a name that means nothing here is a mistake, and is refused."""

    model_config = ConfigDict(extra="forbid")


FEN_MAX: Final = 10**15
_VISIBLE: Final = r"^[^\x00-\x1f\x7f/?#]+$"

Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_VISIBLE)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
ShortWords = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Village = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
Fen = Annotated[int, Gt(0), Le(FEN_MAX)]
FenOrNone = Annotated[int, Ge(0), Le(FEN_MAX)]
Bps = Annotated[int, Ge(0), Le(1_000_000)]
Day = date
Moment = AwareDatetime
Ids = Annotated[list[Id], MinLen(1), MaxLen(1_000)]

IdInPath = Annotated[Id, Path()]
CursorAsked = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=1_024)] | None,
    Query(None, description="`next` of the part before."),
]
LimitAsked = Annotated[Annotated[int, Ge(1), Le(100)], Query(50, description="How many at most.")]
DayAsked = Annotated[date | None, Query(None)]

__all__ = [
    "FEN_MAX",
    "Body",
    "Bps",
    "Code",
    "CursorAsked",
    "Day",
    "DayAsked",
    "Digest",
    "Fen",
    "FenOrNone",
    "Id",
    "IdInPath",
    "Ids",
    "LimitAsked",
    "Moment",
    "ShortWords",
    "Village",
    "Words",
]

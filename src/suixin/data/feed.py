"""Every canonical feed, by name. The feeds_* modules declare them, a room of the county each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from suixin.data import feeds_credit, feeds_land, feeds_outreach, feeds_people, feeds_trade
from suixin.data.schema import BATCH, GIVEN, LINE, Feed, Field, FieldType

__all__ = ["COMMON", "FEEDS", "Feed", "Field", "FieldType", "nearest"]

# Every row has these; `batch` and `line` say where it was read and are never in a file.
COMMON: tuple[Field, ...] = (*GIVEN, BATCH, LINE)

FEEDS: Mapping[str, Feed] = MappingProxyType(
    {
        feed.name: feed
        for room in (feeds_people, feeds_trade, feeds_land, feeds_credit, feeds_outreach)
        for feed in room.FEEDS
    }
)


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known name most like `word`, or None; case, spaces, - and _ do not count.

    >>> nearest("Order ID", ["order_id", "buyer"]), nearest("colour", FEEDS)
    ('order_id', None)
    """
    plain = {_plain(name): name for name in known}
    found = get_close_matches(_plain(word), plain, n=1, cutoff=cutoff)
    return plain[found[0]] if found else None


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")

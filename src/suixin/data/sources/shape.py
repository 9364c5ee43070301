"""What a mapping may say of each kind of record: its fields, and how each may be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from suixin.data.sources.values import MONEY, TIMES

STATUSES: Final = (
    "unpaid",
    "paid",
    "part_shipped",
    "shipped",
    "delivered",
    "finished",
    "cancelled",
    "refunded",
)
CARRIER_STATES: Final = (
    "handed_over",
    "moving",
    "delivered",
    "problem",
    "refused",
    "returning",
    "returned",
)


@dataclass(frozen=True, slots=True)
class Sort:
    """How a field may be read (units), which of many values counts, which words it may hold."""

    units: frozenset[str]
    pick: str = "first"
    words: tuple[str, ...] = ()
    coded: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of a kind of record, and of the lists inside it."""

    fields: Mapping[str, Sort]
    lists: Mapping[str, Shape] = field(default_factory=dict)


_ID: Final = Sort(frozenset({"id", "key"}))
_WHO: Final = Sort(frozenset({"id", "key", "hash"}))
_MONEY: Final = Sort(MONEY, "sum")
_COUNT: Final = Sort(frozenset({"count"}), "sum")
_TIME: Final = Sort(TIMES)
_EARLIEST: Final = Sort(TIMES, "min")
_LATEST: Final = Sort(TIMES, "max")
_TEXT: Final = Sort(frozenset({"text"}))


def _word(*words: str) -> Sort:
    return Sort(frozenset(), words=words)


def _code(*words: str) -> Sort:
    return Sort(frozenset(), words=words, coded=True)


_REASON: Final = _code("quality", "late", "wrong", "no_reason", "fraud", "")

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "order": Shape(
            {
                "order": _ID,
                "number": _ID,  # stands in for an order id that an export leaves out
                "shop": _ID,
                "buyer": _WHO,
                "updated": _LATEST,
                "placed": _TIME,
                "paid": _TIME,
                "shipped": _EARLIEST,
                "delivered": _LATEST,
                "ended": _LATEST,
                "promised": _EARLIEST,
                "status": _code(*STATUSES),
                "gross": _MONEY,
                "gross_again": _MONEY,  # the same money by another way, to check the first
                "freight": _MONEY,
                "paid_total": _MONEY,  # what the buyer paid for goods, without freight
                "refunded": _MONEY,  # all paid back so far
                "refund_said": _word("yes"),  # paid back, but no amount is given
                "channel": _word("live", "group", "shelf", "offline"),
                "live_session": _ID,
                "streamer": _ID,
                "referrer": _WHO,
                "pool": _word("public", "private"),
                "zero": _word(),
                "wash": _word(),
                "parent": _ID,
                "direct_parent": _ID,
                "activity": _ID,
                "upstream": _ID,
                "picked_up": _TIME,
                "picked_up_at": _ID,
            },
            {
                "lines": Shape(
                    {
                        "line": _ID,
                        "item": _ID,
                        "category": _ID,
                        "quantity": _COUNT,
                        "price": _MONEY,
                        "amount": _MONEY,
                        "refunded": _MONEY,
                        "zero": _word(),
                    }
                ),
                "parcels": Shape({"waybill": _ID, "carrier": _ID, "shipped": _EARLIEST}),
            },
        ),
        "refund": Shape(
            {
                "refund": _ID,
                "order": _ID,
                "shop": _ID,
                "line": _ID,
                "amount": _MONEY,
                "done": _word("yes"),
                "at": _LATEST,
                "updated": _LATEST,
                "reason": _REASON,
                "order_total": _MONEY,  # as this file has it, to check its unit
            }
        ),
        "settlement": Shape(
            {
                "order": _ID,
                "part": _ID,
                "shop": _ID,
                "net": _MONEY,
                "commission": _MONEY,
                "refund_netted": _MONEY,
                "running": _MONEY,  # all paid out so far, where no single payment is shown
                "at": _LATEST,
                "promoter": _ID,
                "account": _ID,
                "order_total": _MONEY,
            }
        ),
        "review": Shape(
            {
                "review": _ID,
                "order": _ID,
                "shop": _ID,
                "item": _ID,
                "buyer": _WHO,
                "rating": Sort(frozenset({"count"})),
                "verdict": _code("1", "2", "3", "4", "5"),
                "text": _TEXT,
                "at": _TIME,
            }
        ),
        "track": Shape(
            {
                "waybill": _ID,
                "order": _ID,
                "carrier": _ID,
                "state": _code(*CARRIER_STATES),
                "at": _TIME,
            },
            {"scans": Shape({"at": _TIME, "scan": _code("handed_over", "delivered", "")})},
        ),
        "session": Shape(
            {
                "session": _ID,
                "shop": _ID,
                "streamer": _ID,
                "opens": _TIME,
                "seconds": _COUNT,
            }
        ),
        "message": Shape(
            {
                "message": _ID,
                "group": _ID,
                "sender": _WHO,
                "at": _TIME,
                "kind": _code("chat", "relay", "notice", "none", "agrees", "disagrees"),
                "member": _WHO,  # who agrees or disagrees
            }
        ),
        "membership": Shape(
            {"group": _ID, "leader": _ID},
            {"members": Shape({"member": _ID, "from": _TIME, "until": _TIME})},
        ),
    }
)
FEED_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "order": "orders",
        "refund": "refunds",
        "settlement": "settlements",
        "review": "reviews",
        "track": "shipments",
        "session": "live_sessions",
        "message": "messages",
        "membership": "memberships",
    }
)
# A record without one of these is no record: a second header line, a total row.
NEEDED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "refund": ("order",),
        "settlement": ("order",),
        "review": ("review",),
        "track": ("waybill",),
        "session": ("session",),
        "message": ("message",),
        "membership": (),
        "order": (),
    }
)

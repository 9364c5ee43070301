"""The kinds of subject a county is planted with, and how many of each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

HOUSEHOLDS_MIN = 50
GANG = 4
"""Endorsers in one ring; shops that one review farm works for."""


class Kind(StrEnum):
    """What a subject was planted as; one a subject."""

    ORDINARY = "ordinary"
    STEADY = "steady"
    SEASONAL = "seasonal"
    FALLING = "falling"
    WASH_TRADER = "wash_trader"
    ENDORSEMENT_RING = "endorsement_ring"
    REVIEW_FARM = "review_farm"
    BOT_BURST = "bot_burst"
    THIN_FILE = "thin_file"


PLANTED: tuple[Kind, ...] = tuple(kind for kind in Kind if kind is not Kind.ORDINARY)

# The sign of a credit file that answers to each plant.
SIGNS: Mapping[Kind, str] = MappingProxyType(
    {kind: "WASH_TRADE" if kind is Kind.WASH_TRADER else kind.name for kind in PLANTED}
)


def kind_counts(households: int) -> dict[Kind, int]:
    """How many subjects of each kind, thin files last; they sum to the households.

    A quarter of the households trade nothing and are thin files too.

    >>> [count for count in kind_counts(300).values()]
    [108, 30, 15, 12, 12, 12, 12, 12, 87]
    """
    each = max(4, households // 25)
    each -= each % GANG  # rings and farms are whole
    counts = dict.fromkeys(Kind, each)
    counts[Kind.STEADY] = households // 10
    counts[Kind.SEASONAL] = max(each, households // 20)
    counts[Kind.THIN_FILE] = each + households // 4
    counts[Kind.ORDINARY] = households - sum(
        count for kind, count in counts.items() if kind is not Kind.ORDINARY
    )
    return counts

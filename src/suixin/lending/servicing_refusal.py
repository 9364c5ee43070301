"""Why an event changes nothing, though the table of states would let it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.refusal import Wording
from suixin.lending.events import Event
from suixin.lending.refused import Refused
from suixin.lending.running import Running


class ServicingRefusal(StrEnum):
    """Why an event changes nothing though its state would allow it."""

    HELD = "held"
    ABOVE_LIMIT = "above_limit"
    ENDED = "ended"
    ABOVE_OWED = "above_owed"


SERVICING_WORDING: Final[Mapping[ServicingRefusal, Wording]] = MappingProxyType(
    {
        ServicingRefusal.HELD: Wording("放款已被暂停。", "Draws are on hold."),
        ServicingRefusal.ABOVE_LIMIT: Wording(
            "金额超过可用额度。", "More is drawn than is left of the limit."
        ),
        ServicingRefusal.ENDED: Wording("用款期限已过。", "The time for draws is over."),
        ServicingRefusal.ABOVE_OWED: Wording(
            "金额超过所欠金额。", "The amount is above what is owed."
        ),
    }
)


def refuse(
    run: Running, event: Event, why: ServicingRefusal, *, found: object, most: object
) -> None:
    """Note the refusal under the event's key."""
    no = Refused(why, str(found), str(most), "terms of the agreement", "the signed agreement")
    run.refused.append((event.key, no))

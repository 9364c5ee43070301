"""Every endpoint put together."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

from suixin.service.api.frame import Api

ROOMS: Final = (
    "entering",
    "people",
    "borrowing",
    "serving",
    "collecting",
    "telling",
    "judging",
    "advising",
    "streaming",
    "ending",
    "exchanging",
    "agreeing",
    "partnering",
    "booking",
    "proving",
)
# Acts of two people that have no endpoint of their own: whoever confirms has them loaded.
CARRIERS: Final = ("administration", "policies")


@cache
def api() -> Api:
    """The API with all its endpoints; made once a process."""
    made = Api()
    for room in ROOMS:
        made.add_router("", import_module(f"suixin.service.api.endpoints.{room}").router)
    for name in CARRIERS:
        import_module(f"suixin.service.app.{name}")
    return made

"""A lender with stations: agents of villages, their devices, and what people do about conflicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lending_world import VILLAGE, World, world
from sign_in import given_duties
from station_device import StationDevice, enrolled
from stored import database

from suixin.service.app.caller import Caller, Duty

__all__ = ["database", "world"]


@pytest.fixture
def agent_of(world: World) -> Callable[..., Caller]:
    """Makes an agent who may sign in, of the villages named."""

    def made(*villages: str) -> Caller:
        user: Any = given_duties(
            world.institution, Duty.STATION_AGENT, villages=list(villages or (VILLAGE,))
        )
        found: Caller = user.caller()
        return found

    return made


@pytest.fixture
def device(world: World, agent_of: Callable[..., Caller]) -> StationDevice:
    """An enrolled device of an agent of the village."""
    return enrolled(agent_of(), world.at)

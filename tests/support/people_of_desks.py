"""One person of every duty, signed in at the test's own institution, and what is there to see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

import pytest
from lending_world import VILLAGE, FileSaid, World
from opened import new_institution
from sign_in import signed_in

from suixin.service.app import case_facts
from suixin.service.app.caller import Duty
from suixin.service.home import Home
from suixin.service.store.session import Actor

PARTY: Final = "h-0231"
DUTIES: Final = tuple(duty for duty in Duty if duty not in {Duty.PARTNER, Duty.SERVICE})


@dataclass
class People:
    """Clients by duty; the household's own party is `PARTY`, the agent's village `VILLAGE`."""

    world: World
    clients: dict[Duty, Any] = field(default_factory=dict)

    def client(self, duty: Duty) -> Any:
        """Who is signed in in a duty."""
        if duty not in self.clients:
            more: dict[str, Any] = {}
            if duty is Duty.HOUSEHOLD:
                more = {"party_id": PARTY}
            elif duty is Duty.STATION_AGENT:
                more = {"villages": [VILLAGE]}
            self.clients[duty], _ = signed_in(self.world.institution, duty, **more)
        return self.clients[duty]

    @cached_property
    def household(self) -> Any:
        """The household."""
        return self.client(Duty.HOUSEHOLD)


@pytest.fixture(scope="module")
def people(database: Home) -> Iterator[People]:
    """The people of one institution, at its own hour, with files that the tests say."""
    world = World(new_institution(database))

    def latest(actor: Actor, party: str, product: str, *, on: date) -> FileSaid | None:
        return world.files.get(party)

    def rows(actor: Actor, feed: str, party: str, *, on: date) -> tuple[Any, ...]:
        return tuple(row for row in world.rows.get(feed, ()) if party in row.values())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("suixin.service.clock.now", lambda: world.at)
        patch.setattr(case_facts, "_sources", lambda: (latest, rows))
        world.register(PARTY)
        yield People(world)

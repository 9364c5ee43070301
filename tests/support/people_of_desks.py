"""One person of every duty, signed in at the test's own institution, and what is there to see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

import pytest
from lending_world import VILLAGE, World
from opened import new_institution
from sign_in import signed_in
from told_file import kept, told_file

from suixin.data.errors import InputError
from suixin.service.app import backing_facts, case_facts, supplier_facts
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.case_facts import File
from suixin.service.app.credit_files import Kept
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

    def latest(actor: Actor, party: str, product: str, *, on: date) -> File | None:
        return world.files.get(party)

    def credit_file(caller: Caller, party: str, *, as_of: date, product: str = "") -> Kept:
        # A month ago there was a first one; what is asked for before was never scored.
        if party != PARTY or as_of < world.day - timedelta(days=60):
            raise InputError("NOT_SCORED", f"{party} was not scored yet.", "")
        score = 641 if as_of == world.day else 633
        return kept(told_file(party, as_of, score=score), product or "sales_flow")

    def rows(
        actor: Actor, feeds: Sequence[str], party: str, *, on: date
    ) -> dict[str, tuple[Mapping[str, Any], ...]]:
        return {
            feed: tuple(row for row in world.rows.get(feed, ()) if party in row.values())
            for feed in feeds
        }

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("suixin.service.clock.now", lambda: world.at)
        for module in (case_facts, backing_facts, supplier_facts):
            patch.setattr(module, "rows_about", rows)
        patch.setattr(case_facts, "latest_file", latest)
        patch.setattr("suixin.service.app.scoring.credit_file", credit_file)
        world.register(PARTY)
        yield People(world)

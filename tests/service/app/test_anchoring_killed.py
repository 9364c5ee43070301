"""A run to the chain that is killed between any two steps, and two runs at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from lending_world import World

from suixin.evidence.chain.calls import agreement
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.chain.port import Receipt
from suixin.service.app import anchoring
from suixin.service.app.anchoring import Anchored
from suixin.service.app.caller import service_caller
from suixin.service.app.chain import day, outbox, places, telling
from suixin.service.app.chain.names import names
from suixin.service.home import usual_home
from suixin.service.store.session import acting, query

# What a run makes durable, in the modules that call it.
STEPS = (
    (telling, "name"),
    (telling, "told"),
    (outbox.StoredOutbox, "put_told"),
    (outbox.StoredOutbox, "sign"),
    (day, "keep_blocks"),
    (day, "log_blocks"),
    (day, "sign_head"),
)


class Killed(BaseException):
    """The process ends here."""


class Counted:
    """Kills at one of the steps of a run, before or after it; counts them all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, *, after: bool) -> None:
        self.seen, self.at, self.after = 0, at, after
        for place, name in STEPS:
            monkeypatch.setattr(place, name, self._cut(getattr(place, name)))
        monkeypatch.setattr(EmbeddedChain, "send", self._one_by_one(EmbeddedChain.send))

    def _cut(self, real: Callable[..., object]) -> Callable[..., object]:
        def step(*given: object, **named: object) -> object:
            self.seen += 1
            here = self.seen == self.at
            if here and not self.after:
                raise Killed
            done = real(*given, **named)
            if here and self.after:
                raise Killed
            return done

        return step

    def _one_by_one(self, send: Callable[..., object]) -> Callable[..., object]:
        """Each transaction a block of its own, so that a kill may fall between two blocks."""
        one = self._cut(send)

        def sent(chain: EmbeddedChain, raws: Sequence[bytes]) -> tuple[Receipt, ...]:
            return tuple(receipt for raw in raws for receipt in one(chain, [raw]))  # type: ignore[attr-defined]

        return sent


@pytest.fixture
def lent(world: World) -> str:
    """A loan paid out yesterday at a lender whose chain is open."""
    anchoring.open_chain(world.institution, usual_home(), on=world.day - timedelta(days=1))
    world.register("h-1")
    name = world.lent("h-1", "sales_flow", 2_000_000, times=1)
    world.later(days=1)
    return name


def run(world: World) -> Anchored:
    caller = service_caller(world.institution, "anchoring")
    return anchoring.anchor_day(caller, world.day - timedelta(days=1), at=world.at)


def whole(world: World, name: str) -> None:
    """Every call stands on the chain once, every block in the log once, the head is anchored."""
    named = names(world.actor)[name].on_chain
    kept = places.chain_of(world.actor)
    assert named is not None
    assert kept is not None
    with places.opened(world.actor, kept) as made:
        record = made.ask(agreement.record(named.id))
        assert (record.outstanding, record.status.name) == (2_000_000, "DISBURSED")
        assert made.chain.head().number == kept.logged_through
    with acting(world.actor):
        ((blocks,),) = query("select count(*) from log_record where kind = 'block'")
        rows = query("select of, count(*) from chain_call group by of = 'house', of order by 2")
    assert blocks == kept.logged_through
    assert [count for of, count in rows if of == named.of] == [3]
    assert anchoring.differences(world.risk) == ()


@pytest.mark.mechanism("B07")
@pytest.mark.parametrize("at", range(1, 25))
def test_a_kill_between_any_two_steps_loses_nothing_and_doubles_nothing(
    world: World, lent: str, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        counted = Counted(patched, at, after=at % 2 == 0)
        with pytest.raises(Killed):
            run(world)
        assert counted.seen == at
    assert run(world).differences == ()
    whole(world, lent)
    assert len(anchoring.anchors(world.risk)) >= 1


def test_two_runs_at_once(world: World, lent: str) -> None:
    def one(_: int) -> Anchored:
        try:
            return run(world)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(one, range(2))
    assert first.differences == second.differences == ()
    whole(world, lent)

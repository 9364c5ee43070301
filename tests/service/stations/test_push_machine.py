"""Any order of doing, sending, sending again, cutting and leaving out: each is there once."""

from __future__ import annotations

import os
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from lending_world import VILLAGE, World
from opened import new_institution
from sign_in import given_duties
from station_device import StationDevice, enrolled

from suixin.data.errors import InputError
from suixin.service.app.caller import Duty
from suixin.service.app.syncing import SyncFault
from suixin.service.home import Home
from suixin.service.store.session import acting, query
from tests.service.stations.test_push import household

LONG = bool(os.environ.get("SUIXIN_NIGHTLY"))
_numbers = count(50_000)


class Sending(RuleBasedStateMachine):
    """A device at an institution, as a machine that may do anything in any order."""

    world: World
    device: StationDevice
    acknowledged = 0
    came: dict[str, str]

    @initialize()
    def begin(self) -> None:
        user: Any = given_duties(self.world.institution, Duty.STATION_AGENT, villages=[VILLAGE])
        self.device, self.came = enrolled(user.caller(), self.world.at), {}

    @rule(many=st.integers(1, 3))
    def done(self, many: int) -> None:
        for _ in range(many):
            number = next(_numbers)
            self.device.done("register", f"e-{number}", household(number))

    @rule(data=st.data())
    def sent(self, data: st.DataObject) -> None:
        """Any stretch of the row, from what was acknowledged on or before it."""
        last = len(self.device.outbox)
        begin = data.draw(st.integers(0, min(self.acknowledged, last)))
        end = data.draw(st.integers(begin, last))
        told = (
            self.device.push(self.world.at, *self.device.outbox[begin:end]) if end > begin else None
        )
        for one in told.results if told else ():
            known = one.was if one.outcome == "duplicate" else one.outcome
            assert self.came.setdefault(one.op_id, known) == known
        self.acknowledged = max(self.acknowledged, end)
        assert told is None or told.ack_seq == self.acknowledged

    @rule(data=st.data())
    def left_out(self, data: st.DataObject) -> None:
        """One that is not the next is told which is, and changes nothing."""
        rest = self.device.outbox[self.acknowledged + 1 :]
        if rest:
            one = data.draw(st.sampled_from(rest))
            with pytest.raises(SyncFault) as wrong:
                self.device.push(self.world.at, one)
            told = (wrong.value.code, wrong.value.expected)
            assert told == ("SEQ_GAP", self.acknowledged + 1)

    @rule()
    def crossed(self) -> None:
        """Two that changed places are refused, and change nothing."""
        rest = self.device.outbox[self.acknowledged : self.acknowledged + 2]
        if len(rest) == 2:
            with pytest.raises(InputError, match="came where"):
                self.device.push(self.world.at, *reversed(rest))

    @invariant()
    def each_is_there_once(self) -> None:
        if not hasattr(self, "device"):
            return
        with acting(self.world.actor):
            rows = query(
                """select count(*), count(distinct entity), coalesce(max(seq), 0),
                          count(*) filter (where outcome = 'applied')
                     from station_operation where institution_id = %s and device = %s""",
                [self.world.institution, self.device.name],
            )
        assert rows == [(self.acknowledged,) * 4]


def test_nothing_is_lost_or_done_twice(database: Home) -> None:
    run_state_machine_as_test(
        type("SendingHere", (Sending,), {"world": World(new_institution(database))}),
        settings=settings(
            max_examples=100 if LONG else 8,
            stateful_step_count=40 if LONG else 12,
            deadline=None,
            derandomize=not LONG,
            suppress_health_check=list(HealthCheck),
        ),
    )

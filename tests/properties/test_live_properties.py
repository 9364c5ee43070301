"""However live events are cut into batches, the counts are those of the batch definition."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from suixin.credit.live.batch import counts_at
from suixin.credit.live.counters import Rooms
from suixin.credit.live.events import Events
from suixin.credit.live.rules import LiveRules
from suixin.credit.live.slot import Slot, moved, stepped_bps, target
from suixin.credit.sheets import policy_on

POLICY = policy_on(date(2026, 6, 30), None)
RULES = LiveRules.from_policy(POLICY)

z = st.tuples(*[st.floats(-20, 20)] * 3)


@st.composite
def crowds(draw: st.DrawFn) -> Events:
    """A few rooms, viewers and devices, so that every rule is met."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n = draw(st.integers(1, 250))
    viewers = draw(st.sampled_from([1, 3, 40]))
    gaps = draw(st.sampled_from([(0,), (1,), (0, 1), (5, 5, 5, 6), (0, 3, 50)]))
    kind = rng.integers(0, 9, n)
    viewer = rng.integers(0, viewers, n)
    late = np.where(rng.random(n) < draw(st.sampled_from([0, 0.3])), rng.integers(0, 90, n), 0)
    return Events(
        room=rng.integers(0, draw(st.integers(1, 3)), n),
        viewer=viewer,
        device=np.where(rng.random(n) < 0.1, 0, viewer // draw(st.integers(1, 5))),
        kind=kind,
        value=rng.integers(1, 100, n).astype(np.float64),
        at=np.maximum(1_000, 1_000 + np.cumsum(rng.choice(gaps, n)) - late),
        order=np.where(kind >= 7, rng.integers(-1, draw(st.sampled_from([1, 10, 200])), n), -1),
    )


@given(crowds(), st.integers(1, 300), st.integers(0, 400))
def test_any_cut_gives_the_counts_of_the_batch(events: Events, size: int, later: int) -> None:
    opens = np.array([1_000, 900, 0])
    rooms = Rooms(RULES, opens)
    for batch in events.batches(size):
        rooms.feed(batch)
    at = int(events.at.max()) + later
    expected = counts_at(events, opens, at=at, policy=POLICY)
    np.testing.assert_allclose(rooms.counts(at=at), expected, rtol=1e-9, atol=1e-9)


@given(z)
def test_the_factor_stays_in_its_band_on_its_steps_and_near_one(
    found: tuple[float, float, float],
) -> None:
    wanted = target(found, RULES)
    step = stepped_bps(wanted, RULES)
    assert RULES.least <= wanted <= RULES.most
    assert step % 500 == 0
    assert 7_000 <= step <= 12_000
    assert abs(step - 10_000) <= abs(round(wanted * 10_000) - 10_000) < abs(step - 10_000) + 500


@given(z, st.floats(0, 5))
def test_interest_alone_raises_nothing(found: tuple[float, float, float], more: float) -> None:
    interest, paid, refunded = found
    unpaid = (interest, min(paid, 0.0), refunded)
    assert target(unpaid, RULES) <= 1
    assert target((interest + more, *unpaid[1:]), RULES) == target(unpaid, RULES)


@given(st.lists(st.tuples(z, st.booleans()), max_size=30))
def test_a_slot_rises_only_after_three_ticks_above(
    looks: list[tuple[tuple[float, float, float], bool]],
) -> None:
    slot, last = Slot(1_000_000), -3
    for minute, (found, tick) in enumerate(looks):
        before = slot.factor_bps
        slot, change = moved(slot, np.array(found), at=minute, tick=tick, rules=RULES)
        assert 700_000 <= slot.limit_fen <= 1_200_000
        if change is not None and change.to_bps > before:
            assert tick
            assert minute - last >= 3
            wanted = [stepped_bps(target(one, RULES), RULES) for one, ticked in looks if ticked]
            assert change.to_bps <= max(wanted)
        if change is not None:
            last = minute

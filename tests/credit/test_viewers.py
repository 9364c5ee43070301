"""Live viewers who look automatic: at each limit, and one past it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from suixin.credit.subject import subjects_of
from suixin.credit.viewers import Viewers, viewers
from suixin.data.read import read_feeds
from suixin.kernel.policy import load_policy

DAY = date(2026, 6, 30)
OPENS = datetime(2026, 6, 29, 20, tzinfo=timezone(timedelta(hours=8)))
# Pauses of a person: never twice the same.
UNEVEN = (7, 31, 12, 55, 3, 90, 21, 64, 9, 40, 17, 73)


class Room:
    """A live room in which viewers act at given seconds after the opening."""

    def __init__(self, folder: Any, telltale: Any) -> None:
        self.folder, self.hash, self.acts = folder, telltale, 0
        folder.party("home", "household")
        folder.connect("live_events")
        self.opens("show")

    def opens(self, session: str, merchant: str = "home") -> None:
        self.folder.add(
            "live_sessions", OPENS, merchant, session=session, merchant=merchant, streamer="home",
            opens_at=OPENS,
        )  # fmt: skip

    def watch(
        self, viewer: str, seconds: Sequence[int], *, device: str = "", session: str = "show"
    ) -> None:
        for second in seconds:
            self.acts += 1
            at = OPENS + timedelta(seconds=int(second))
            self.folder.add(
                "live_events", at, "home", session=session, sequence=self.acts, kind="like", at=at,
                viewer_day_hash=self.hash(viewer), device_day_hash=self.hash(device or viewer),
            )  # fmt: skip

    def seen(self, on: date = DAY) -> Viewers:
        with read_feeds(self.folder.write()) as feeds:
            known = feeds.on(on)
            subjects = subjects_of(known, feeds.connection)
            assert subjects.ids == ("home",)
            return viewers(known, subjects, load_policy("social").on(on))

    def automatic(self) -> tuple[float, float]:
        found = self.seen()
        return found.automatic[0], found.events[0]


@pytest.fixture
def room(folder: Any, telltale: Any) -> Room:
    return Room(folder, telltale)


def spread(events: int, within: int) -> list[int]:
    """So many events, the last `within` seconds after the first, unevenly."""
    return [*np.arange(events - 1) ** 2 * (within - 1) // events**2, within]


@pytest.mark.parametrize(
    ("events", "within", "automatic"),
    [(30, 59, False), (31, 60, False), (31, 59, True), (40, 10, True)],
)
def test_more_than_thirty_events_in_sixty_seconds(
    room: Room, events: int, within: int, automatic: bool
) -> None:
    room.watch("hasty", spread(events, within))
    assert room.automatic() == (events * automatic, events)


@pytest.mark.parametrize(("gaps", "automatic"), [(9, False), (10, True)])
def test_ten_even_gaps(room: Room, gaps: int, automatic: bool) -> None:
    room.watch("clockwork", [15 * i for i in range(gaps + 1)])
    assert room.automatic() == ((gaps + 1) * automatic, gaps + 1)


@pytest.mark.parametrize(("jitter", "automatic"), [(4, True), (5, False)])
def test_gaps_vary_by_five_percent(room: Room, jitter: int, automatic: bool) -> None:
    """Gaps of 100 ± jitter by turns have a coefficient of variation of jitter percent."""
    gaps = [100 + jitter, 100 - jitter] * 6
    room.watch("nearly even", np.cumsum([0, *gaps]).tolist())
    assert room.automatic() == (13 * automatic, 13)


def test_events_all_in_one_second_are_as_even_as_can_be(room: Room) -> None:
    room.watch("instant", [5] * 11)
    assert room.automatic() == (11, 11)


@pytest.mark.parametrize(("behind", "automatic"), [(3, False), (4, True)])
def test_more_than_three_viewers_behind_a_device(room: Room, behind: int, automatic: bool) -> None:
    for viewer in range(behind):
        room.watch(
            f"viewer{viewer}", np.cumsum(UNEVEN[viewer : viewer + 4]).tolist(), device="farm"
        )
    assert room.automatic() == (4 * behind * automatic, 4 * behind)


def test_a_device_is_counted_over_sessions_and_a_viewer_within_one(room: Room) -> None:
    room.opens("second show")
    for viewer, session in enumerate(("show", "show", "second show", "second show")):
        room.watch(f"viewer{viewer}", [3, 50], device="farm", session=session)
    for session in ("show", "second show"):
        room.watch("clockwork", [15 * i for i in range(6)], session=session)
    assert room.automatic() == (8, 20)


def test_a_person_is_none_of_these(room: Room) -> None:
    room.watch("person", np.cumsum(UNEVEN).tolist())
    assert room.automatic() == (0, len(UNEVEN))


def test_a_session_full_of_robots_is_a_sign_even_among_many_good_ones(room: Room) -> None:
    room.opens("bought")
    for viewer in range(40):
        room.watch(f"person{viewer}", np.cumsum(UNEVEN[::-1]).tolist())
    for viewer in range(2):
        room.watch(f"storm{viewer}", list(range(40)), session="bought")
    for viewer in range(10):
        room.watch(f"guest{viewer}", [3, 50], session="bought")
    found = room.seen()
    assert found.share[0] == pytest.approx(80 / 580)
    assert (found.worst[0], found.sign[0]) == (0.8, True)


def test_a_session_too_small_to_tell_is_no_sign(room: Room) -> None:
    room.watch("storm", list(range(40)))
    found = room.seen()
    assert (found.share[0], found.worst[0], found.sign[0]) == (1.0, 0.0, False)


def test_without_live_events_nothing_is_said(folder: Any) -> None:
    folder.party("home", "household")
    with read_feeds(folder.write()) as feeds:
        known = feeds.on(DAY)
        found = viewers(known, subjects_of(known, feeds.connection), load_policy("social").on(DAY))
    assert np.isnan(found.share[0])
    assert not found.sign[0]


def test_events_after_the_day_change_nothing(room: Room) -> None:
    room.watch("clockwork", [15 * i for i in range(12)])
    assert room.seen(date(2026, 6, 28)).events[0] == 0

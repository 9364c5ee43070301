"""Live sessions read from feeds: events, minutes kept after them, the seller's own orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from opened_feeds import opened

from suixin.credit.live.batch import counts_at
from suixin.credit.live.replay import Session
from suixin.credit.live.sources import sessions_of
from suixin.credit.sheets import policy_on

DAY = date(2026, 6, 30)
OPENS = datetime(2026, 6, 29, 20, tzinfo=timezone(timedelta(hours=8)))
POLICY = policy_on(DAY, None)


@pytest.fixture
def show(folder: Any) -> Any:
    """A household's shop with one show of an hour."""
    folder.party("home", "household")
    folder.party("shop", household_id="home")
    folder.party("wife", household_id="home")
    folder.add(
        "live_sessions", OPENS, "shop", session="show", merchant="shop", streamer="shop",
        opens_at=OPENS, closes_at=OPENS + timedelta(hours=1),
    )  # fmt: skip
    return folder


def happened(folder: Any, telltale: Any, k: int, kind: str, second: int, **more: Any) -> None:
    at = OPENS + timedelta(seconds=second)
    viewer = telltale(f"viewer-{k}")
    folder.add(
        "live_events", at, "shop", session="show", sequence=k, kind=kind, at=at,
        viewer_day_hash=viewer, device_day_hash=viewer, **more,
    )  # fmt: skip


def read(folder: Any) -> tuple[Session, ...]:
    with opened(folder.write()) as feeds:
        return sessions_of(feeds.on(DAY))


def paid(session: Session) -> list[float]:
    """Interest, paid orders and refunds at the end of the first half-life."""
    if session.events is None:
        raise AssertionError("the events are gone")
    opens = np.array([session.opens_at])
    at = session.opens_at + 300
    return counts_at(session.events, opens, at=at, policy=POLICY)[0].tolist()


@pytest.mark.mechanism("C09")
def test_what_the_sellers_own_side_buys_in_a_show_is_no_order(
    show: Any, telltale: Callable[[str], str]
) -> None:
    for k, buyer in enumerate(("wife", "buyer", "guest")):
        show.order(f"o{k}", OPENS + timedelta(seconds=60), 100_00, merchant="shop", buyer=buyer)
        happened(show, telltale, k, "order_paid", 0, value=100_00, order_id=f"o{k}")
    happened(show, telltale, 3, "refund", 100, value=100_00, order_id="o2")
    happened(show, telltale, 4, "click", 300)
    [session] = read(show)
    assert paid(session) == pytest.approx([1.0, 0.5, 2 ** (-200 / 300)])


def test_without_a_feed_of_orders_every_named_one_counts(
    show: Any, telltale: Callable[[str], str]
) -> None:
    happened(show, telltale, 0, "order_paid", 0, value=100_00, order_id="o0")
    happened(show, telltale, 1, "order_paid", 300)
    happened(show, telltale, 2, "dwell", 300, value=90)
    [session] = read(show)
    assert paid(session) == pytest.approx([0.3, 0.5, 0])


@pytest.mark.mechanism("C09")
def test_minutes_stand_in_for_events_that_are_gone(show: Any) -> None:
    show.connect("live_events")
    for minute, orders in ((0, 2), (3, 1), (4, None)):
        show.add(
            "live_minutes", OPENS + timedelta(hours=1), "shop", session="show", minute=minute,
            interest_thousandths=1_500, paid_fen=100, refunded_fen=0, paid_orders=orders, refunds=0,
        )  # fmt: skip
    [session] = read(show)
    assert session.events is None
    expected = [[1.5, 2, 0], [0, 0, 0], [0, 0, 0], [1.5, 1, 0]]
    assert session.sums(POLICY).tolist() == expected


def test_a_session_that_tells_nothing_is_left_out(show: Any) -> None:
    show.connect("live_events", "live_minutes")
    assert read(show) == ()

"""As of a day: only what was known by its end, and only under a consent in force that day."""

from __future__ import annotations

from datetime import date

import pytest

DAY = date(2026, 6, 10)


def ids(feeds, day=DAY, feed="orders", key="order_id"):
    rows = feeds.on(day).relation(feed).project(f'"{key}"').order("1").fetchall()
    return [value for (value,) in rows]


@pytest.mark.mechanism("H01")
@pytest.mark.parametrize(
    ("occurred", "recorded", "seen"),
    [
        ("2026-06-10T23:59:59+08:00", "2026-06-10T23:59:59+08:00", True),
        ("2026-06-10T23:59:59+08:00", "2026-06-11T00:00:00+08:00", False),
        ("2026-06-11T00:00:00+08:00", "2026-06-11T00:00:00+08:00", False),
    ],
)
def test_a_fact_counts_from_when_it_was_known(folder, occurred, recorded, seen):
    folder.rows("orders", {"order_id": "a", "occurred_at": occurred, "recorded_at": recorded})
    assert ids(folder.read()) == (["a"] if seen else [])


@pytest.mark.mechanism("H01")
def test_a_fact_planted_after_the_day_changes_nothing(folder):
    rows = [{"order_id": "a"}, {"order_id": "b", "recorded_at": "2026-06-02T10:00:00+08:00"}]
    folder.rows("orders", *rows)
    before = folder.read().on(DAY).relation("orders").order("order_id").fetchall()
    planted = {"order_id": "c", "recorded_at": "2026-06-20T10:00:00+08:00"}
    folder.rows("orders", *rows, planted)
    assert folder.read().on(DAY).relation("orders").order("order_id").fetchall() == before


def test_a_corrected_row_holds_until_its_correction_is_known(folder):
    folder.rows(
        "orders",
        {"order_id": "a", "gross": "120"},
        {"order_id": "a", "gross": "200", "replaces": "orders.csv:2",
         "recorded_at": "2026-06-11T10:00:00+08:00"},
    )  # fmt: skip
    feeds = folder.read()

    def gross(day):
        return feeds.on(day).relation("orders").project("gross").fetchall()

    assert (gross(DAY), gross(date(2026, 6, 11))) == ([(120,)], [(200,)])
    assert len(feeds.relation("orders")) == 2


CONSENT = {"consent": "c-1", "kinds": "messages", "from": "2026-06-01", "until": "2026-06-20"}


@pytest.mark.mechanism("B05")
@pytest.mark.parametrize(
    ("name", "change", "seen"),
    [
        ("in force", {}, True),
        ("begins that day", {"from": "2026-06-10"}, True),
        ("begins the day after", {"from": "2026-06-11"}, False),
        ("ends that day", {"until": "2026-06-10"}, True),
        ("ended the day before", {"until": "2026-06-09"}, False),
        ("revoked the day after", {"revoked_at": "2026-06-11T00:00:00+08:00"}, True),
        ("revoked that day", {"revoked_at": "2026-06-10T23:59:59+08:00"}, False),
        ("for another feed", {"kinds": "reviews;memberships"}, False),
        ("for this feed among others", {"kinds": "reviews;messages"}, True),
        ("known only later", {"recorded_at": "2026-06-11T08:00:00+08:00"}, False),
        ("another consent", {"consent": "c-2"}, False),
    ],
)
def test_consent(folder, name, change, seen):
    folder.rows("consents", CONSENT | change)
    folder.rows("messages", {"consent": "c-1", "message_id": "a"})
    feeds = folder.read()
    assert not feeds.quarantine
    assert ids(feeds, feed="messages", key="message_id") == (["a"] if seen else [])


@pytest.mark.mechanism("B05")
def test_a_consent_revoked_later_takes_the_rows_away_from_then_on(folder):
    folder.rows(
        "consents",
        CONSENT,
        CONSENT
        | {
            "replaces": "consents.csv:2",
            "revoked_at": "2026-06-12T09:00:00+08:00",
            "recorded_at": "2026-06-12T09:00:00+08:00",
        },
    )
    folder.rows("messages", {"consent": "c-1", "message_id": "a"})
    feeds = folder.read()
    assert not feeds.quarantine
    seen = [len(feeds.on(date(2026, 6, day)).relation("messages")) for day in (11, 12, 13)]
    assert seen == [1, 0, 0]


def test_a_row_that_names_no_consent_needs_none(folder):
    folder.rows("consents", CONSENT)
    folder.rows("reviews", {"review_id": "a"}, {"review_id": "b", "consent": "c-9"})
    assert ids(folder.read(), feed="reviews", key="review_id") == ["a"]


def test_where_no_consents_are_connected_rows_are_used_as_they_come(folder):
    folder.rows("messages", {"consent": "c-1", "message_id": "a"})
    assert ids(folder.read(), feed="messages", key="message_id") == ["a"]


def test_an_absent_feed_has_its_columns_and_no_rows(folder):
    folder.rows("orders", {})
    on = folder.read().on(DAY)
    assert on.relation("exports").columns == [
        *("source", "subject", "occurred_at", "recorded_at", "consent", "via_bureau", "replaces"),
        *("line", "batch", "person", "sensitive", "basis", "at"),
    ]
    assert len(on.relation("exports")) == 0
    assert on.frame("messages").columns == on.relation("messages").columns
    assert on.present == {"orders"}


def test_the_same_day_twice_is_the_same(folder):
    folder.rows("orders", {"order_id": "a"}, {"order_id": "b"})
    feeds = folder.read()
    assert ids(feeds) == ids(feeds) == ["a", "b"]


def test_a_feed_that_is_none_is_said_with_the_nearest(folder):
    folder.rows("orders", {})
    with pytest.raises(KeyError, match="There is no feed oders; nearest orders"):
        folder.read().relation("oders")

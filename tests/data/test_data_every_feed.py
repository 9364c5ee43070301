"""Each declared feed reads a right row, in each form of file."""

from __future__ import annotations

from suixin.data.feed import FEEDS


def test_a_right_row_of_every_feed_is_good(folder):
    for feed in FEEDS:
        folder.rows(feed, {})
    feeds = folder.read()
    assert [str(row) for row in feeds.quarantine] == []
    assert feeds.present == frozenset(FEEDS)
    assert {feed: count.good for feed, count in feeds.counts.items()} == dict.fromkeys(FEEDS, 1)

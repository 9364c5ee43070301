"""Where a book comes from: what was read, what was set aside, and that the money adds up."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version

from suixin.credit.book import Money, SetAsideSum, Source
from suixin.data.lake import Feeds
from suixin.kernel.day import date_of, local_day

_MONEY_FEEDS = ("order_lines", "orders")


def source_of(feeds: Feeds, *, weight_version: str) -> Source:
    """Counts, reasons and money of a load, as the report shows them."""
    sums = feeds.quarantine.relation().aggregate(
        "feed, code, count(*), coalesce(sum(amount_fen), 0)::BIGINT"
    )
    aside = tuple(SetAsideSum(*row) for row in sorted(sums.fetchall()))
    return Source(
        feed_counts=feeds.counts,
        set_aside=aside,
        money=_money(feeds, aside),
        notes=feeds.notes,
        versions={"suixin": version("suixin"), "weights": weight_version},
    )


def first_fact(feeds: Feeds) -> date | None:
    """The local day on which the earliest fact that can be scored was learned."""
    firsts = []
    for name in sorted(feeds.present):
        [row] = feeds.relation(name).aggregate("min(recorded_at)").fetchall()
        if row[0] is not None:
            firsts.append(int(row[0]))
    return date_of(local_day(min(firsts))) if firsts else None


def _money(feeds: Feeds, aside: tuple[SetAsideSum, ...]) -> Money:
    """What the lines of the orders say was sold (the orders, where no lines are connected)."""
    feed = next((name for name in _MONEY_FEEDS if name in feeds.present), "orders")
    column = "amount" if feed == "order_lines" else "gross"
    [(kept,)] = feeds.relation(feed).aggregate(f"coalesce(sum({column}), 0)::BIGINT").fetchall()
    lost = sum(row.amount_fen for row in aside if row.feed == feed)
    return Money(in_fen=kept + lost, kept_fen=kept, set_aside_fen=lost)

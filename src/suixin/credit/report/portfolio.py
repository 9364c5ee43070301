"""What the page of the whole book says: counts and money that add up, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from markupsafe import Markup, escape

from suixin.credit.report import chart, words
from suixin.credit.report.book import Book
from suixin.credit.report.figures import NONE, percent, share
from suixin.credit.report.subject import Pages
from suixin.kernel.refusal import Wording

BIN = 5
"""Width of a bar of the distribution, in composite points."""

Table = Mapping[str, npt.NDArray[Any]]
STATUSES = ("scored", "thin_file", "no_facts")
TITLES = {**words.INDICES, **words.PARTS, "terms": Wording("额度与价格", "Limit and price")}


class Share(NamedTuple):
    """A count with its bar: `bar` in percent of the largest; `name` is a cell."""

    name: Markup
    bar: int
    number: str
    more: str = ""


class Listed(NamedTuple):
    """A row of the table of subjects."""

    link: Markup
    composite: str
    grade: str
    limit: str
    rate: str
    status: str
    signs: tuple[str, ...]


def page_of(book: Book, pages: Pages, hrefs: Mapping[int, str]) -> dict[str, Any]:
    """Everything the template of the portfolio shows; `hrefs` are the rows to list, in order."""
    table = book.table
    statuses = _counts(table["status"])
    return {
        "subjects": len(book),
        "statuses": [(s, f"{statuses.get(s, 0):,}") for s in STATUSES],
        **_lending(table, pages),
        **_distribution(table["composite"].astype(np.float64), pages),
        "grades": list(_grades(table, pages)),
        "signs": _signs(book.signs_count, pages),
        "listed": [_listed(table, row, href, pages) for row, href in hrefs.items()],
        **_money(book, pages),
        **_pools(book, pages),
        "feeds": [
            (pages.t.cell(words.FEEDS, name), book.feed_counts[name])
            for name in sorted(book.feed_counts, key=_in_order_of_trade)
        ],
        "serves": [
            (pages.t.cell(TITLES, name, "dt"), [(f, f in book.feed_counts) for f in feeds])
            for name, feeds in words.SERVES.items()
        ],
    }


def _in_order_of_trade(feed: str) -> tuple[int, str]:
    order = list(words.FEEDS)
    return (order.index(feed) if feed in order else len(order), feed)


def _lending(table: Table, pages: Pages) -> dict[str, Any]:
    limit = np.nan_to_num(table["limit_fen"].astype(np.float64)).astype(np.int64)
    rate = table["rate_bps"].astype(np.float64)
    known = rate[~np.isnan(rate)]
    return {
        "limits": f"{int((limit > 0).sum()):,}",
        "limit_sum": pages.whole(int(limit.sum())),
        "rate_middle": percent(int(np.median(known))) if len(known) else NONE,
    }


def _distribution(composite: npt.NDArray[np.float64], pages: Pages) -> dict[str, Any]:
    known = composite[~np.isnan(composite)]
    if not len(known):
        return {"histogram": None, "histogram_title": pages.t("还没有综合分", "No composite yet")}
    edges = np.arange(0, 100 + BIN, BIN)
    counts, _ = np.histogram(known, bins=edges)
    low, middle, high = np.percentile(known, (25, 50, 75))
    return {
        "histogram": chart.histogram(
            counts.tolist(),
            [str(edge) for edge in edges[:-1]],
            f"综合分的分布 Distribution of the composite, {len(known)}",
        ),
        "histogram_title": pages.t(
            f"中间一半在 {low:.1f} 到 {high:.1f}，中位 {middle:.1f}",
            f"The middle half lies from {low:.1f} to {high:.1f}, median {middle:.1f}",
        ),
    }


def _grades(table: Table, pages: Pages) -> Iterator[Share]:
    grade, status = table["grade"], table["status"]
    limit = table["limit_fen"].astype(np.float64)
    rows = [(Markup(f"<th>{g}"), grade == g) for g in reversed(words.GRADES)]
    rows += [(pages.t.cell(words.STATUS, s), status == s) for s in STATUSES[1:]]
    most = max((int(held.sum()) for _, held in rows), default=0)
    for name, held in rows:
        count, total = int(held.sum()), int(np.nansum(limit[held]))
        yield Share(name, _bar(count, most), f"{count:,}", pages.whole(total) if total else NONE)


def _signs(counts: Mapping[str, int], pages: Pages) -> list[Share]:
    order = {code: k for k, code in enumerate(words.SIGNS)}
    ranked = sorted(counts, key=lambda code: (order.get(code, len(order)), code))
    most = max(counts.values(), default=0)
    return [
        Share(_tag(code, pages), _bar(counts[code], most), f"{counts[code]:,}")
        for code in ranked
        if counts[code]
    ]


def _tag(code: str, pages: Pages) -> Markup:
    shape, name = words.SIGN_SHAPES.get(code, ""), pages.t.name(words.SIGNS, code)
    return Markup(f'<th><span class="tag{shape}">{escape(name)}</span>')


def _money(book: Book, pages: Pages) -> dict[str, Any]:
    money = book.money
    rows = sorted(book.set_aside, key=lambda a: (-a.amount_fen, -a.rows, a.feed, a.code))
    return {
        "money_in": pages.money(money.in_fen),
        "money_kept": pages.money(money.kept_fen),
        "money_aside": pages.money(money.set_aside_fen),
        "money_share": share(money.kept_fen / money.in_fen, 2) if money.in_fen else NONE,
        "adds_up": money.in_fen == money.kept_fen + money.set_aside_fen,
        "aside": [
            (
                pages.t.name(words.FEEDS, a.feed),
                pages.t.name(words.CODES, a.code),
                a.code,
                f"{a.rows:,}",
                pages.money(a.amount_fen) if a.amount_fen else NONE,
            )
            for a in rows
        ],
        "aside_rows": f"{sum(a.rows for a in rows):,}",
        "aside_sum": pages.money(sum(a.amount_fen for a in rows)),
    }


def _pools(book: Book, pages: Pages) -> dict[str, Any]:
    def spent(fen: int | None) -> str:
        return NONE if fen is None else pages.money(fen)

    costs = {line.pool: spent(line.acquisition_fen) for line in book.pools}
    public, private = costs.get("public", NONE), costs.get("private", NONE)
    return {
        "pools_title": pages.t(
            f"一个新客：公域 {public}，私域 {private}",
            f"A new buyer: public pool {public}, private {private}",
        ),
        "pools": [
            (
                pages.t.cell(words.POOLS, line.pool),
                f"{line.touches:,}",
                pages.money(line.cost_fen),
                NONE if line.conversion is None else share(line.conversion),
                f"{line.orders:,}",
                pages.money(line.gross_fen),
                f"{line.new_buyers:,}",
            )
            for line in book.pools
        ],
        "pools_began": f"{sum(line.began_public for line in book.pools):,}",
    }


def _listed(table: Table, row: int, href: str, pages: Pages) -> Listed:
    composite, limit, rate = (float(table[c][row]) for c in ("composite", "limit_fen", "rate_bps"))
    subject = str(table["subject"][row])
    return Listed(
        link=pages.t.link(href, subject, subject),
        composite=NONE if np.isnan(composite) else f"{composite:.2f}",
        grade=str(table["grade"][row] or NONE),
        limit=NONE if np.isnan(limit) else pages.whole(int(limit)),
        rate=NONE if np.isnan(rate) else percent(int(rate)),
        status=str(table["status"][row]),
        signs=tuple(sign for sign in str(table["signs"][row]).split(";") if sign),
    )


def _counts(column: npt.NDArray[Any]) -> dict[str, int]:
    names, counts = np.unique(column.astype(np.str_), return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def _bar(count: int, most: int) -> int:
    return round(100 * count / most) if most else 0

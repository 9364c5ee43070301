"""What is kept of a subject between two scorings: sums that merge by adding, and what others say.

Sales, promises, returns and buyers are sums by day. Two summaries of different facts add up to the
summary of both, so a night's batch and the day's own orders need no second definition.
Source: credit design, features are mergeable summaries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import narwhals as nw
import numpy as np

from suixin.credit.book import ScoreBook
from suixin.credit.engine import Engine, Frame
from suixin.credit.facts import counted
from suixin.credit.household import Household, household
from suixin.credit.index import Floats, Ints, Measures
from suixin.credit.sales import day_of
from suixin.credit.season import Calendar
from suixin.credit.sheets import policy_on
from suixin.credit.subject import Subjects, subjects_of
from suixin.credit.summary import daily
from suixin.credit.trade import Trade, trade_of
from suixin.credit.weights import Weights
from suixin.data.lake import Feeds, FeedsOn
from suixin.kernel.policy import PolicyOn

SALES = ("orders", "clean_orders", "gross", "refund", "q")
PROMISED = ("orders", "late")
CLOSED = ("orders", "gross", "refund")
BOUGHT = ("q",)
_KEY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Sums:
    """Whole numbers summed by key: `key` (rows, keys) in ascending order, `value` (rows, columns).

    The first key is the day (since 1970-01-01).

    >>> monday = Sums(np.array([[20_634]]), np.array([[2, 900]]))
    >>> merged = monday.merge(Sums(np.array([[20_634], [20_635]]), np.array([[1, 100], [3, 50]])))
    >>> merged.key.tolist(), merged.value.tolist()
    ([[20634], [20635]], [[3, 1000], [3, 50]])
    """

    key: Ints
    value: Ints

    def merge(self, other: Sums) -> Sums:
        """The sums of both; the order does not matter."""
        key = np.concatenate([self.key, other.key])
        value = np.concatenate([self.value, other.value])
        if not len(key):
            return self
        order = np.lexsort(key.T[::-1])
        key, value = key[order], value[order]
        first = np.flatnonzero(np.concatenate([[True], (key[1:] != key[:-1]).any(axis=1)]))
        return Sums(key[first], np.add.reduceat(value, first, axis=0))

    def after(self, day: int, *, to: int) -> Sums:
        """The rows after one day, up to and with another."""
        begin, end = np.searchsorted(self.key[:, 0], [day, to], side="right")
        return Sums(self.key[begin:end], self.value[begin:end])


@dataclass(frozen=True, slots=True)
class Heard:
    """What others say of a subject and what it declared: as the night found it, one row each.

    Talk is judged in its whole network, reviews against all reviewers and endorsements by the
    endorsers' own grades, so these move with the night's batch and not with one subject's facts.
    """

    engagement: Measures
    reputation: Measures
    anything: bool
    social: float
    crop: float
    weights: Weights
    flags: tuple[str, ...]
    household: Household


@dataclass(frozen=True, slots=True)
class SubjectSummary:
    """All that scoring one subject needs; `categories` are amounts sold in fen."""

    subject: str
    sales: Sums  # by day: SALES
    promised: Sums  # by day promised: PROMISED
    closed: Sums  # by day settled (else delivered): CLOSED
    bought: Sums  # by day and buyer: BOUGHT, clean sales only
    categories: Mapping[str, int]
    heard: Heard
    reading: Mapping[str, Heard] = field(default_factory=dict)  # By product, of its feeds (E11).

    def under(self, product: str) -> SubjectSummary:
        """The same as a product's own feeds tell it; its sales are of all."""
        return replace(self, heard=self.reading.get(product, self.heard))

    def merge(self, later: SubjectSummary) -> SubjectSummary:
        """Both summaries' facts, with what the later one heard; ValueError on another subject."""
        if later.subject != self.subject:
            raise ValueError(f"{later.subject} is not {self.subject}: their summaries do not merge")
        categories = dict(self.categories)
        for name, amount in later.categories.items():
            categories[name] = categories.get(name, 0) + amount
        return replace(
            later,
            sales=self.sales.merge(later.sales),
            promised=self.promised.merge(later.promised),
            closed=self.closed.merge(later.closed),
            bought=self.bought.merge(later.bought),
            categories=categories,
        )

    @property
    def category(self) -> str | None:
        """The largest by amount, the first by name of equals."""
        if not self.categories:
            return None
        return min(self.categories, key=lambda name: (-self.categories[name], name))


@dataclass(frozen=True, slots=True)
class Market:
    """What a night's batch found of all sellers together: usual years, seasons, feeds there are."""

    years: Mapping[str, Floats]
    calendars: Mapping[str, Calendar]
    connected: frozenset[str]


def summaries_of(
    feeds: Feeds, book: ScoreBook, *, policy: PolicyOn | None = None
) -> tuple[Market, dict[str, SubjectSummary]]:
    """The summary of every subject of a book, from the feeds that it was made from."""
    policy = policy_on(book.on, None) if policy is None else policy
    known = feeds.on(book.on)
    subjects = subjects_of(known, feeds.connection)
    trade = trade_of(known, subjects, policy)
    sums = _sums(trade, known, subjects)
    heard = _heard(known, subjects, book)
    market = Market(trade.weeks.years, trade.calendars, frozenset(known.present))
    found = {
        subject: SubjectSummary(
            subject=subject,
            categories=dict(trade.summary.categories[row]),
            heard=heard[row],
            reading={},
            **{name: rows[row] for name, rows in sums.items()},
        )
        for row, subject in enumerate(subjects.ids)
    }
    return market, found


def read_by_product(
    summaries: Mapping[str, SubjectSummary], books: Mapping[str, ScoreBook]
) -> dict[str, SubjectSummary]:
    """The summaries with what each product's own feeds say; books as `score_each` gives them."""
    found = {}
    for row, (subject, one) in enumerate(summaries.items()):
        reading = {}
        for product, book in books.items():
            judged = book.judged
            reading[product] = replace(
                one.heard,
                engagement=_row_of(judged.indices[0].measures, row),
                anything=bool(judged.facts.messages[row] + judged.facts.reviews[row] > 0),
                social=float(judged.composite.social[row]),
                crop=float(judged.composite.crop[row]),
                flags=judged.flags[row],
            )
        found[subject] = replace(one, reading=reading)
    return found


def summary_again(
    known: FeedsOn, subject: str, heard: Heard, policy: PolicyOn
) -> SubjectSummary | None:
    """The summary of one subject from its own facts, heard as before; None where it has none.

    The feeds may hold its orders and what belongs to them alone; parties and their links whole.
    """
    subjects = subjects_of(known, known.connection)
    if subject not in subjects.ids:
        return None
    trade, row = trade_of(known, subjects, policy), subjects.ids.index(subject)
    return SubjectSummary(
        subject=subject,
        categories=dict(trade.summary.categories[row]),
        heard=heard,
        reading={},
        **{name: rows[row] for name, rows in _sums(trade, known, subjects).items()},
    )


def _sums(trade: Trade, known: FeedsOn, subjects: Subjects) -> dict[str, list[Sums]]:
    """The four sums of every subject, by their names in a summary."""
    engine, size = subjects.engine, len(subjects)
    return {
        "sales": _by_row(daily(trade.sales), SALES, engine, size),
        "promised": _by_row(_promised(trade.sales, known.cutoff), PROMISED, engine, size),
        "closed": _by_row(_closed(trade.sales, known.cutoff), CLOSED, engine, size),
        "bought": _by_row(_bought(trade.sales), BOUGHT, engine, size, keyed="buyer"),
    }


def buyer_key(buyer: str) -> int:
    """A buyer as a whole number: the first eight bytes of the SHA-256 of the id.

    >>> buyer_key("buyer-1")
    3271570925386830632
    """
    digest = hashlib.sha256(buyer.encode()).digest()[:_KEY_BYTES]
    return int.from_bytes(digest, "big", signed=True)


def _promised(sales: Frame, cutoff: int) -> Frame:
    """Columns row, day, orders, late: orders promised by the day, by the day of the promise."""
    col = nw.col
    return (
        sales.filter(col("promised_at") <= cutoff)
        .with_columns(day=day_of(col("promised_at")))
        .group_by("row", "day")
        .agg(orders=nw.len(), late=col("late").cast(nw.Int64).sum().cast(nw.Int64))
    )


def _closed(sales: Frame, cutoff: int) -> Frame:
    """Columns row, day, orders, gross, refund: orders settled (else delivered), by that day."""
    col = nw.col
    return (
        sales.filter(col("closed_at") <= cutoff)
        .with_columns(day=day_of(col("closed_at")))
        .group_by("row", "day")
        .agg(
            orders=nw.len(),
            gross=col("gross").sum().cast(nw.Int64),
            refund=col("refund").sum().cast(nw.Int64),
        )
    )


def _bought(sales: Frame) -> Frame:
    """Columns row, day, buyer, q: clean sales by resolved buyer."""
    col = nw.col
    return (
        sales.filter(col("q") > 0)
        .group_by("row", "day", "buyer")
        .agg(q=col("q").sum().cast(nw.Int64))
    )


def _by_row(
    frame: Frame, names: Sequence[str], engine: Engine, size: int, *, keyed: str | None = None
) -> list[Sums]:
    """One `Sums` a subject, from rows of all of them."""
    found = engine.fetch(frame)
    keys = [found["day"].astype(np.int64)]
    if keyed is not None:
        said, place = np.unique(found[keyed].astype(str), return_inverse=True)
        keys.append(np.array([buyer_key(one) for one in said.tolist()], dtype=np.int64)[place])
    value = np.column_stack([found[name].astype(np.int64) for name in names])
    order = np.lexsort((*reversed(keys), found["row"]))
    ends = np.searchsorted(found["row"][order], np.arange(size + 1))
    key, value = np.column_stack(keys)[order], value[order]
    return [
        Sums(key[a:b], value[a:b])
        for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]


def _heard(known: FeedsOn, subjects: Subjects, book: ScoreBook) -> list[Heard]:
    """What the book found beside sales, subject by subject."""
    judged = book.judged
    if judged.ids != subjects.ids:
        raise ValueError("The book is of other feeds: its subjects are not theirs.")
    engagement, _, reputation = (one.measures for one in judged.indices)
    own = household(known, subjects)
    said = counted(known, "messages", "sender", subjects) + judged.facts.reviews
    return [
        Heard(
            engagement=_row_of(engagement, row),
            reputation=_row_of(reputation, row),
            anything=bool(said[row] > 0),
            social=float(judged.composite.social[row]),
            crop=float(judged.composite.crop[row]),
            weights=judged.weights.of(row),
            flags=judged.flags[row],
            household=_household_row(own, row),
        )
        for row in range(len(subjects))
    ]


def _row_of(measures: Measures, row: int) -> Measures:
    one = slice(row, row + 1)
    return Measures(
        name=measures.name,
        connected=measures.connected,
        x={part: x[one] for part, x in measures.x.items()},
        n={part: n[one] for part, n in measures.n.items()},
        present={part: there[one] for part, there in measures.present.items()},
        flags={flag: told[one] for flag, told in measures.flags.items()},
    )


def _household_row(found: Household, row: int) -> Household:
    one = slice(row, row + 1)
    return Household(
        other_income_month=found.other_income_month[one],
        living_cost_month=found.living_cost_month[one],
        debt_service_month=found.debt_service_month[one],
        debt_elsewhere=found.debt_elsewhere[one],
        store_rating=found.store_rating[one],
    )

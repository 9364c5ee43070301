"""Days add up: any split of the facts, any order of them, and one merchant alone, say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta
from random import Random

import duckdb
import narwhals as nw
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suixin.credit.engine import Columns, Engine
from suixin.credit.season import usual_year
from suixin.credit.subject import Subjects
from suixin.credit.summary import Summary, daily, summarise
from suixin.kernel.day import epoch_day

DAY = date(2026, 6, 30)
ENGINE = Engine(duckdb.connect())
SUMS = ("orders", "clean_orders", "gross", "refund", "q")
# An example costs a few queries; each holds several merchants over more than two years.
few = settings(max_examples=12, deadline=None)

Order = tuple[int, int, int, int, int]  # row, day, q, gross, refund

orders = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(epoch_day(DAY) - 800, epoch_day(DAY)),
        st.one_of(st.just(0), st.integers(1, 10**9)),
        st.integers(0, 10**9),
        st.integers(0, 10**9),
    ),
    max_size=60,
)


def laid(rows: Sequence[Order], name: str = "orders") -> nw.LazyFrame:
    names = ("row", "day", "q", "gross", "refund")
    columns = np.array(rows, dtype=np.int64).reshape(len(rows), len(names))
    return ENGINE.lay(name, {one: columns[:, k] for k, one in enumerate(names)})


def by_day(rows: Sequence[Order]) -> dict[tuple[int, int], tuple[int, ...]]:
    found = ENGINE.fetch(daily(laid(rows)))
    keys = zip(found["row"].tolist(), found["day"].tolist(), strict=True)
    sums = zip(*(found[name].tolist() for name in SUMS), strict=True)
    return dict(zip(keys, sums, strict=True))


def summed(rows: Sequence[Order], *, on: date = DAY) -> Summary:
    subjects = Subjects(("a", "b", "c"), ENGINE.connection)
    nothing = {"row": np.empty(0, np.int64), "amount": np.empty(0, np.int64)}
    lines = ENGINE.lay("lines", {**nothing, "category": np.empty(0, dtype="<U1")})
    return summarise(laid(rows), lines, subjects, on=on)


def numbers(found: Summary, rows: Sequence[int] = (0, 1, 2)) -> dict[str, list[object]]:
    return {
        field.name: getattr(found, field.name)[list(rows)].tolist()
        for field in fields(Summary)
        if isinstance(getattr(found, field.name), np.ndarray)
    }


@few
@given(orders, st.data())
def test_any_split_of_the_facts_adds_up_to_the_same_days(
    rows: list[Order], data: st.DataObject
) -> None:
    """Two loads of whatever parts, each made into days, then added day by day."""
    part = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    one, other = (
        by_day([row for row, first in zip(rows, part, strict=True) if first is which])
        for which in (True, False)
    )
    merged = {
        key: tuple(a + b for a, b in zip(one.get(key, (0,) * 5), other.get(key, (0,) * 5),
                                         strict=True))
        for key in one.keys() | other.keys()
    }  # fmt: skip
    assert by_day(rows) == merged


@few
@given(orders)
def test_days_hold_every_order_and_every_fen_once(rows: list[Order]) -> None:
    found = by_day(rows).values()
    totals = [sum(day[k] for day in found) for k in range(len(SUMS))]
    assert totals == [
        len(rows),
        sum(q > 0 for _, _, q, _, _ in rows),
        *(sum(row[k] for row in rows) for k in (3, 4, 2)),
    ]


@few
@given(orders, st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(rows: list[Order], chance: Random) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    assert equal(numbers(summed(mixed)), numbers(summed(rows)))


@few
@given(orders, st.integers(0, 2))
def test_one_merchant_alone_gives_the_same_numbers(rows: list[Order], mine: int) -> None:
    alone = summed([row for row in rows if row[0] == mine])
    assert equal(numbers(alone, [mine]), numbers(summed(rows), [mine]))


@few
@given(orders, st.integers(1, 400))
def test_weeks_and_months_are_windows_on_the_same_days(rows: list[Order], back: int) -> None:
    """Asked for an earlier day with what there was then, the past weeks are those of today."""
    earlier = DAY - timedelta(days=back)
    then = summed([row for row in rows if row[1] <= epoch_day(earlier)], on=earlier)
    now = summed(rows)
    weeks, months = now.last_week - then.last_week, now.this_month - then.this_month
    if weeks < 52:
        assert then.weeks[:, weeks:].tolist() == now.weeks[:, : 52 - weeks].tolist()
    # The running month of then may have gone on; the complete ones before it have not.
    if 1 <= months < 25:
        assert then.months[:, months:24].tolist() == now.months[:, : 24 - months].tolist()


def equal(one: dict[str, list[object]], other: dict[str, list[object]]) -> bool:
    return repr(one) == repr(other)  # repr, for NaN is not equal to itself.


# The usual year -------------------------------------------------------------------------------

WEEK = (epoch_day(date(2023, 1, 2)) + 3) // 7
history = st.lists(
    st.tuples(st.integers(0, 130), st.floats(0, 12, allow_nan=False)), min_size=2, max_size=80
)


def sums(logs: Sequence[tuple[int, float]]) -> Columns:
    """Log sales of shops that sell one category, by week, one row a shop and week."""
    return {
        "category": np.array(["egg"] * len(logs), dtype=object),
        "week": np.array([WEEK + week for week, _ in logs], dtype=np.int64),
        "total": np.array([log for _, log in logs], dtype=np.float64),
        "n": np.ones(len(logs), dtype=np.int64),
    }


def merged(logs: Sequence[tuple[int, float]]) -> Columns:
    """The same, one row a week."""
    weeks = sorted({week for week, _ in logs})
    mine = [[log for at, log in logs if at == week] for week in weeks]
    return {
        "category": np.array(["egg"] * len(weeks), dtype=object),
        "week": np.array([WEEK + week for week in weeks], dtype=np.int64),
        "total": np.array([sum(found) for found in mine], dtype=np.float64),
        "n": np.array([len(found) for found in mine], dtype=np.int64),
    }


@given(history, st.floats(-5, 5))
def test_a_usual_year_adds_up_from_shops_and_says_nothing_of_their_size(
    logs: list[tuple[int, float]], larger: float
) -> None:
    logs = [*logs, (0, 6.0), (130, 6.0)]
    year = usual_year(sums(logs), weeks_min=104, smooth=5)["egg"]
    again = usual_year(merged(logs), weeks_min=104, smooth=5)["egg"]
    lifted = [(week, log + larger) for week, log in logs]
    other = usual_year(sums(lifted), weeks_min=104, smooth=5)["egg"]
    assert again == pytest.approx(year, abs=1e-9, nan_ok=True)
    assert other == pytest.approx(year, abs=1e-9, nan_ok=True)


@given(st.lists(st.floats(0, 12, allow_nan=False), min_size=104, max_size=104))
def test_a_usual_year_of_a_full_history_is_neither_above_nor_below_itself(
    logs: list[float],
) -> None:
    year = usual_year(sums(list(enumerate(logs))), weeks_min=104, smooth=5)["egg"]
    assert year[0] == 0.0
    assert year[1:].sum() == pytest.approx(0, abs=1e-9)

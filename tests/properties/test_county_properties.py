"""What always holds of a county, whatever its seed, size and last day."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from suixin.county.bits import Bits, exp
from suixin.county.cast import Cast, cast
from suixin.county.kinds import GANG, Kind
from suixin.county.make import trade_of
from suixin.county.order_tables import Trade, order_tables
from suixin.county.shops import WEEKS, Calendar, calendar_until, open_shops
from suixin.county.table import NONE, Table, known_by
from suixin.county.talk import endorsements
from suixin.county.trade import HONEST, county_styles, honest_orders, wash_orders

SEEDS = st.integers(0, 2**63)
HOUSEHOLDS = st.integers(50, 90)
DAYS = st.dates(date(2005, 1, 1), date(2035, 12, 31))
FEW = settings(max_examples=8, deadline=None)


def trade(seed: int, households: int, until: date) -> tuple[Cast, Calendar, Trade]:
    """The orders of a small county."""
    bits, calendar = Bits(seed), calendar_until(until)
    people = cast(households, bits)
    shops = open_shops(people, calendar, until, bits)
    honest = honest_orders(shops, calendar, bits)
    wash = wash_orders(honest, county_styles(people), people, shops, bits)
    return people, calendar, trade_of(people, shops, (honest, wash), bits)


@given(SEEDS, st.integers(0, 200), st.integers(0, 200))
def test_drawing_more_changes_nothing_drawn_before(seed: int, n: int, more: int) -> None:
    bits = Bits(seed)
    assert bits.words("price", n + more)[:n].tolist() == bits.words("price", n).tolist()


@given(SEEDS, st.integers(1, 300))
def test_draws_stay_in_their_range(seed: int, high: int) -> None:
    bits = Bits(seed)
    assert ((bits.uniform("a", 50) > 0) & (bits.uniform("a", 50) < 1)).all()
    assert set(bits.below("b", 50, high).tolist()) <= set(range(high))
    assert sorted(bits.order("c", high).tolist()) == list(range(high))
    assert (np.abs(bits.normal("d", 50)) <= 6).all()


@given(st.floats(-5, 5))
def test_exp_is_the_exponential_to_a_part_in_ten_thousand(x: float) -> None:
    assert math.isclose(float(exp(np.array([x]))[0]), math.exp(x), rel_tol=1e-4)


@given(DAYS)
def test_weeks_run_from_monday_and_hold_the_last_day(until: date) -> None:
    calendar = calendar_until(until)
    assert calendar.weekday == until.weekday()
    assert calendar.days.size == 7 * WEEKS
    assert 0 <= int(calendar.days[-1]) - calendar.until <= 6


@FEW
@given(SEEDS, HOUSEHOLDS, DAYS)
def test_every_order_lies_inside_the_county(seed: int, households: int, until: date) -> None:
    people, calendar, made = trade(seed, households, until)
    orders = made.orders
    assert (np.diff(orders.placed) >= 0).all()
    assert (orders.placed <= calendar.end).all()
    assert (orders.gross > 0).all()
    assert (orders.buyer >= people.households).all()
    assert (orders.buyer < people.ids.size).all()


@FEW
@given(SEEDS, HOUSEHOLDS, DAYS)
def test_money_of_an_order_adds_up(seed: int, households: int, until: date) -> None:
    _, _, made = trade(seed, households, until)
    orders, lines, _, refunds, settlements, _ = order_tables(made, Bits(seed))
    gross = dict(zip(made.ids.tolist(), made.orders.gross.tolist(), strict=True))
    assert summed(lines, "amount") == gross
    paid_back = summed(refunds, "amount")
    netted = summed(settlements, "refund_netted")
    assert len(orders) == len(gross)
    assert all(amount <= gross[order] for order, amount in paid_back.items())
    assert all(amount <= paid_back.get(order, 0) for order, amount in netted.items())


@FEW
@given(SEEDS, HOUSEHOLDS, DAYS)
def test_fake_orders_are_as_many_as_the_honest_ones_of_their_year(
    seed: int, households: int, until: date
) -> None:
    people, _, made = trade(seed, households, until)
    year = made.orders.placed > made.orders.placed.max() - 51 * 7 * 86_400
    subject = made.shops.subject[made.orders.shop]
    for shop in people.of(Kind.WASH_TRADER).tolist():
        mine = year & (subject == shop)
        fake = int((mine & (made.orders.wash != HONEST)).sum())
        assert abs(2 * fake - int(mine.sum())) <= 2
    others = ~np.isin(subject, people.of(Kind.WASH_TRADER))
    assert (made.orders.wash[others] == HONEST).all()


@FEW
@given(SEEDS, HOUSEHOLDS, DAYS)
def test_nothing_is_recorded_before_it_happened_and_nothing_late_is_kept(
    seed: int, households: int, until: date
) -> None:
    _, calendar, made = trade(seed, households, until)
    for table in order_tables(made, Bits(seed)):
        occurred, recorded = table.columns["occurred_at"], table.columns["recorded_at"]
        assert (occurred != NONE).all()
        assert (recorded >= occurred).all()
        kept = known_by(table, calendar.end)
        assert (kept.columns["recorded_at"] <= calendar.end).all()
        assert len(kept) == int((recorded <= calendar.end).sum())


@given(SEEDS, st.integers(50, 400))
def test_only_rings_and_the_supported_pair_vouch_in_a_circle(seed: int, households: int) -> None:
    people = cast(households, Bits(seed))
    pairs = endorsements(people, Bits(seed))
    ring = set(people.of(Kind.ENDORSEMENT_RING).tolist())
    assert all((a in ring) == (b in ring) for a, b in pairs)
    assert sum(a in ring for a, _ in pairs) == len(ring) * (GANG - 1)
    assert circular(pairs) - ring == set(people.of(Kind.STEADY).tolist()[:2])


def circular(pairs: list[tuple[int, int]]) -> set[int]:
    """Who is reached again by going from endorser to endorsed."""
    after: dict[int, set[int]] = {}
    for a, b in pairs:
        after.setdefault(a, set()).add(b)
    found = set()
    for start in after:
        seen, edge = set(), set(after[start])
        while edge:
            seen |= edge
            edge = {b for a in edge for b in after.get(a, ())} - seen
        if start in seen:
            found.add(start)
    return found


def summed(table: Table, amount: str) -> dict[str, int]:
    """Fen by order."""
    sums: dict[str, int] = {}
    columns = table.columns["order_id"].tolist(), table.columns[amount].tolist()
    for order, fen in zip(*columns, strict=True):
        sums[order] = sums.get(order, 0) + fen
    return sums

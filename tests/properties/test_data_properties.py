"""What always holds of loading: nothing is lost, order does not matter, twice is once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suixin.data.lake import Loader

TODAY = date(2026, 6, 30)
COLUMNS = (
    "source",
    "subject",
    "occurred_at",
    "recorded_at",
    "order_id",
    "merchant",
    "buyer",
    "channel",
    "gross",
    "freight",
    "placed_at",
    "buyer_kind",
    "replaces",
    "file",
    "line",
)
PARTIES = """
    SELECT 's' AS source, p AS subject, 1780192800 AS occurred_at, 1780192800 AS recorded_at,
    p AS party_id, 'household' AS kind, 'resident' AS identity_kind, repeat('ab', 32) AS identity,
    'parties' AS file, 1 AS line FROM (VALUES ('m'), ('n')) AS v(p)
"""
DAYS = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def at(day):
    return (datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=day)).isoformat()


@st.composite
def orders(draw):
    """A few orders with few ids, so that they repeat and clash; some are wrong in themselves."""
    rows = []
    for line in range(2, 2 + draw(st.integers(1, 8))):
        day = draw(st.integers(0, 5))
        gross = draw(st.sampled_from(["100", "100", "250", "-1", "12.50", ""]))
        order = draw(st.sampled_from(["a", "b", "c"]))
        seller = draw(st.sampled_from(["m", "m", "n"]))
        replaces = draw(st.sampled_from([None, None, "orders.csv:2", "orders.csv:3"]))
        common = ("s", "m", at(day), at(day + draw(st.integers(0, 2))))
        rest = (order, seller, "b", "live", gross, "0", at(day), "household", replaces)
        rows.append((*common, *rest, "orders.csv", line))
    return rows


def relation(loader, rows):
    marks = ", ".join(["(" + ", ".join("?" * len(COLUMNS)) + ")"] * len(rows))
    values = [value for row in rows for value in row]
    loader.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE given AS SELECT * FROM (VALUES {marks}) AS v"
        f"({', '.join(COLUMNS)})",
        values,
    )
    return loader.connection.table("given")


def load(*batches):
    loader = Loader(today=TODAY)
    for rows in batches:
        if rows:
            loader.add("orders", relation(loader, rows))
    return loader.finish()


def content(feeds):
    rows = feeds.relation("orders").order("ALL").fetchall()
    return rows, list(feeds.quarantine)


@DAYS
@given(orders())
def test_counts_add_up(rows):
    with load(rows) as feeds:
        count = feeds.counts["orders"]
        assert count.read == len(rows) == count.good + count.repeated + count.set_aside
        assert count.good == len(feeds.relation("orders"))
        assert count.set_aside == len(feeds.quarantine)


@DAYS
@given(orders())
def test_money_is_good_or_set_aside_and_a_repeated_row_counts_once(rows):
    # What makes two rows one: everything but when it was recorded, what it replaces, its line.
    content_of = {(*row[:3], *row[4:12]): row for row in rows if row[8] in ("100", "250")}
    read = sum(int(row[8]) for row in content_of.values())
    read += sum(-1 for row in rows if row[8] == "-1")
    with load(rows) as feeds:
        good = sum(fen for (fen,) in feeds.relation("orders").project("gross").fetchall())
        assert good + sum(row.amount_fen or 0 for row in feeds.quarantine) == read


@DAYS
@given(orders())
@pytest.mark.mechanism("H01")
def test_loading_twice_changes_nothing(rows):
    with load(rows) as once, load(rows, rows) as twice:
        assert content(once) == content(twice)
        assert twice.counts["orders"].good == once.counts["orders"].good
        assert twice.counts["orders"].set_aside == once.counts["orders"].set_aside


@DAYS
@given(orders(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    with load(rows) as one, load(shuffled) as other:
        assert content(one) == content(other)


@DAYS
@given(orders(), st.integers(0, 8))
def test_files_cut_anywhere_give_the_same(rows, place):
    with load(rows) as whole, load(rows[:place], rows[place:]) as parts:
        assert content(whole) == content(parts)
        assert whole.counts == parts.counts


@DAYS
@given(orders(), st.integers(0, 6), st.integers(0, 3))
def test_later_days_know_all_that_earlier_days_knew(rows, day, later):
    """A row once known stays known, unless a later row replaced it."""
    with load([(*row[:12], None, *row[13:]) for row in rows]) as feeds:
        first = date(2026, 6, 1) + timedelta(days=day)

        def seen(on):
            return set(feeds.on(on).relation("orders").fetchall())

        assert seen(first) <= seen(first + timedelta(days=later))


@st.composite
def typed_orders(draw):
    """Orders as Parquet holds them: typed, some wrong all the same."""
    count = draw(st.integers(1, 8))
    one_of = {
        "order_id": ["a", "b", "c", "d", "e", ""],
        "merchant": ["m", "n", "stranger"],
        "channel": ["live", "live", "Live", " live"],
        "gross": [100, 100, 250, -1],
    }
    return [{k: draw(st.sampled_from(v)) for k, v in one_of.items()} for _ in range(count)]


@DAYS
@given(typed_orders())
def test_parquet_read_in_place_gives_what_a_table_gives(rows):
    marks = ", ".join(["(?, ?, ?, ?)"] * len(rows))
    found = []
    for in_place in (True, False):
        loader = Loader(today=TODAY)
        loader.add("parties", loader.connection.sql(PARTIES))
        file = loader.folder / "orders.parquet"
        loader.connection.execute(
            f"COPY (SELECT 's' AS source, 'm' AS subject, 1780192800 AS occurred_at, "
            f"1780192800 AS recorded_at, order_id, merchant, 'b' AS buyer, channel, gross, "
            f"0 AS freight, 1780192800 AS placed_at, 'household' AS buyer_kind "
            f"FROM (VALUES {marks}) AS v(order_id, merchant, channel, gross)) TO '{file}'",
            [value for row in rows for value in row.values()],
        )
        source = f"read_parquet('{file}', file_row_number = true)"
        if in_place:
            loader.add_file("orders", source, file="'o'", line="file_row_number + 1")
        else:
            text = f"SELECT * REPLACE (gross::VARCHAR AS gross), 'o' AS file FROM {source}"
            numbered = f"SELECT *, file_row_number + 1 AS line FROM ({text})"
            loader.add("orders", loader.connection.sql(numbered))
        with loader.finish() as feeds:
            found.append((content(feeds), feeds.counts))
    assert found[0] == found[1]


@DAYS
@given(orders())
def test_of_each_key_at_most_one_row_holds_on_a_day(rows):
    with load(rows) as feeds:
        for day in range(8):
            on = feeds.on(date(2026, 6, 1) + timedelta(days=day))
            keys = on.relation("orders").project("source, order_id").fetchall()
            assert len(keys) == len(set(keys))

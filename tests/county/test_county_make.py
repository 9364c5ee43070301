"""What a county is made of, and that it is made the same everywhere."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from suixin.county import CountyResult, Kind, make_county
from suixin.county.kinds import PLANTED
from suixin.county.make import UNTIL
from suixin.county.truth import read_truth
from suixin.data.errors import InputError
from suixin.data.lake import Feeds
from suixin.kernel.day import day_end

# What seed 1 writes for fifty households, on every machine. It changes only when the county does.
FIFTY_HOUSEHOLDS = "265bdaa4ed7b99b4d16510b628405e10a8660bba3e74d5ed20c3f413c32cd47d"


def digest(folder: Path) -> str:
    """One hash over the names and bytes of every file."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        whole.update(str(path.relative_to(folder).as_posix()).encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def none(known: duckdb.DuckDBPyConnection, query: str) -> bool:
    """Whether a query finds no row."""
    return not known.execute(query).fetchall()


def test_three_hundred_households_in_five_seconds(tmp_path: Path) -> None:
    start = time.perf_counter()
    make_county(300, 2, tmp_path)
    assert time.perf_counter() - start < 5


def test_the_same_seed_writes_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    make_county(50, 1, tmp_path / "one")
    assert digest(tmp_path / "one") == FIFTY_HOUSEHOLDS
    make_county(50, 1, tmp_path / "one")
    assert digest(tmp_path / "one") == FIFTY_HOUSEHOLDS, "made again in its place"
    make_county(50, 2, tmp_path / "other")
    assert digest(tmp_path / "other") != FIFTY_HOUSEHOLDS


def test_every_row_is_good(county: CountyResult, lake: Feeds) -> None:
    assert len(lake.quarantine) == 0
    assert {name: count.good for name, count in lake.counts.items()} == dict(county.rows)


def test_the_truth_lies_beside_the_feeds_and_not_among_them(
    county: CountyResult, lake: Feeds
) -> None:
    assert read_truth(county.folder) == county.truth
    assert "subjects" not in lake.present
    truth = {path.name for path in (county.folder / "truth").iterdir()}
    assert truth == {"subjects.csv", "reviews.csv"}


def test_at_least_ten_of_each_kind_are_planted(county: CountyResult) -> None:
    planted = Counter(county.truth.values())
    assert all(planted[kind] >= 10 for kind in PLANTED)
    assert planted[Kind.ORDINARY] > 100
    assert sum(planted.values()) == 300 + 3, "households and co-operatives"


def test_nothing_is_known_before_it_happened_or_after_the_last_day(
    known: duckdb.DuckDBPyConnection, lake: Feeds
) -> None:
    for name in lake.present:
        assert none(
            known,
            f"FROM all_{name} WHERE recorded_at < occurred_at OR recorded_at > {day_end(UNTIL)}",
        ), name


def test_lines_add_up_to_their_order(known: duckdb.DuckDBPyConnection) -> None:
    assert none(
        known,
        """SELECT order_id FROM all_orders JOIN all_order_lines USING (order_id)
           GROUP BY order_id HAVING sum(amount) <> max(gross)""",
    )


def test_settlement_comes_a_week_after_the_goods(known: duckdb.DuckDBPyConnection) -> None:
    assert none(
        known,
        """FROM all_settlements JOIN all_shipments USING (order_id)
           WHERE event = 'delivered' AND settled_at NOT BETWEEN "at" + 7 * 86400
                                                      AND "at" + 10 * 86400
             AND all_settlements.gross > 0""",
    )


def test_more_than_two_years_of_trade(known: duckdb.DuckDBPyConnection) -> None:
    [(days,)] = known.execute(
        "SELECT (max(placed_at) - min(placed_at)) // 86400 FROM all_orders"
    ).fetchall()
    assert 26 * 30 <= days <= 30 * 31


def test_seasonal_shops_sell_in_season_only(
    known: duckdb.DuckDBPyConnection, county: CountyResult
) -> None:
    months = known.execute(
        """SELECT subject, category, list(DISTINCT month(make_timestamp((placed_at + 28800)
                  * 1000000)))
           FROM all_orders JOIN all_order_lines USING (order_id, subject) GROUP BY ALL"""
    ).fetchall()
    allowed = {
        "apple": {9, 10, 11, 12, 1},
        "navel_orange": {11, 12, 1, 2},
        "spring_tea": {3, 4, 5, 6},
        "garlic": {5, 6, 7, 8},
        "potato": {9, 10, 11, 12},
        "sugar_cane": {11, 12, 1, 2, 3, 4},
    }
    grown = [row for row in months if county.truth[row[0]] is Kind.SEASONAL]
    assert len(grown) == 15
    for subject, category, sold in grown:
        assert set(sold) <= allowed[category], subject


def test_facts_about_a_household_stand_under_its_consent(
    known: duckdb.DuckDBPyConnection,
) -> None:
    for feed in ("orders", "messages", "memberships", "endorsements", "debts_elsewhere"):
        assert none(known, f"FROM all_{feed} ANTI JOIN all_consents USING (consent)"), feed
    assert none(known, "FROM all_debts_elsewhere WHERE via_bureau IS NULL")
    assert not none(known, "FROM all_consents WHERE revoked_at IS NOT NULL")


def test_a_member_who_withdrew_writes_nothing_that_is_kept(
    known: duckdb.DuckDBPyConnection,
) -> None:
    assert none(
        known,
        """FROM all_messages JOIN all_consents USING (consent)
           WHERE all_messages.occurred_at > revoked_at""",
    )


def test_viewers_are_forgotten_within_two_days(known: duckdb.DuckDBPyConnection) -> None:
    oldest = day_end(UNTIL) - 3 * 86_400
    assert none(known, f'FROM all_live_events WHERE "at" < {oldest}')


def test_parcels_lie_apart_and_are_as_large_as_declared(
    known: duckdb.DuckDBPyConnection,
) -> None:
    boxes = known.execute(
        """SELECT area_mu_hundredths, json_extract(polygon, '$.coordinates[0][0]')::DOUBLE[2],
                  json_extract(polygon, '$.coordinates[0][2]')::DOUBLE[2] FROM all_parcels"""
    ).fetchall()
    for mu, (west, south), (east, north) in boxes:
        metres = (east - west) * 100_050 * (north - south) * 111_320
        assert metres == pytest.approx(mu * 6.667, rel=0.01)
    assert not any(
        a[1][0] < b[2][0] and b[1][0] < a[2][0] and a[1][1] < b[2][1] and b[1][1] < a[2][1]
        for place, a in enumerate(boxes)
        for b in boxes[:place]
    )


@pytest.mark.parametrize("households", [49, 1, 0, -5])
def test_too_small_a_county_is_refused(tmp_path: Path, households: int) -> None:
    with pytest.raises(InputError, match=r"no room for every planted kind\. Ask for at least 50"):
        make_county(households, 1, tmp_path / "county")
    assert not (tmp_path / "county").exists()


def test_a_folder_with_the_same_feed_in_another_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "orders.parquet").touch()
    with pytest.raises(InputError, match=r"already holds orders.parquet.*Choose an empty folder"):
        make_county(50, 1, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["orders.parquet"]


def test_another_last_day_moves_the_whole_county(tmp_path: Path) -> None:
    made = make_county(50, 1, tmp_path / "a county's folder", until=date(2025, 2, 28))
    con = duckdb.connect()
    orders = str(made.folder / "orders.csv").replace("'", "''")
    [(last,)] = con.execute(f"SELECT max(recorded_at)::VARCHAR FROM '{orders}'").fetchall()
    assert last.startswith("2025-02-28")

"""Attacks on a score: what each spends and what limit it buys, on a county, against their bars."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from suixin.county.make import UNTIL, make_county
from suixin.credit.gaming.attacks import ATTACKS, Attack, Prices, Target, split_shop
from suixin.credit.gaming.forge import Folder, forged_order, merged, mould_of, moved
from suixin.credit.gaming.lab import Result, attacked, bot_viewers, run_lab
from suixin.credit.sheets import policy_on
from suixin.data.errors import InputError
from suixin.data.read import read_feeds
from suixin.kernel.day import day_end

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
WASH = ("self_bought", "same_night_refunds")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_county(60, 1, tmp_path_factory.mktemp("gaming") / "county").folder


@pytest.fixture(scope="module")
def results(county: Path) -> dict[str, Result]:
    return {one.attack: one for one in run_lab(county, on=UNTIL)}


def test_every_attack_is_made_and_leaves_the_folder_alone(
    county: Path, results: dict[str, Result]
) -> None:
    assert len(results) == len(ATTACKS) + 1
    assert min(one.limit_fen for one in results.values()) > 0
    assert not list(county.glob("*-attack.csv"))


@pytest.mark.mechanism("K10")
@pytest.mark.parametrize("attack", WASH)
def test_wash_trades_buy_less_than_two_percent_and_are_seen(
    results: dict[str, Result], attack: str
) -> None:
    found = results[attack]
    assert found.bought_bps < 200
    assert found.held is True
    assert "WASH_TRADE" in found.signs
    assert found.spent_fen > 0


@pytest.mark.mechanism("B01")
def test_a_ring_buys_nothing(results: dict[str, Result]) -> None:
    found = results["endorsement_ring"]
    assert found.bought_bps <= 0
    assert found.composite_after <= found.composite


@pytest.mark.mechanism("C09")
def test_bots_buy_nothing(results: dict[str, Result]) -> None:
    assert results["bot_viewers"].bought_bps <= 0
    assert results["bot_viewers"].held is True


@pytest.mark.mechanism("G03")
def test_bought_praise_raises_no_limit_and_is_seen(results: dict[str, Result]) -> None:
    assert results["review_farm"].bought_bps <= 0
    assert "REVIEW_FARM" in results["review_farm"].signs


def test_splitting_a_shop_buys_nothing(results: dict[str, Result]) -> None:
    assert results["split_shop"].bought_bps <= 0
    declared = results["split_shop_declared"]
    assert (declared.after_fen, declared.bought_bps) == (declared.limit_fen, 0)


def test_what_cannot_be_told_from_trade_is_told_with_its_price(
    results: dict[str, Result],
) -> None:
    friends = results["ladder_of_friends"]
    assert friends.held is None
    assert friends.spent_fen > 0
    assert friends.after_fen >= friends.limit_fen


def test_a_bar_is_broken_by_as_much_as_it_says() -> None:
    at = Result("x", 0, 10_000, 10_200, 0, 0, 200, ())
    assert at.held is False
    under = Result("x", 0, 10_000, 10_199, 0, 0, 200, ())
    assert under.held is True
    assert Result("x", 0, 0, 1, 0, 0, 0, ()).bought_bps == float("inf")
    assert Result("x", 0, 0, 0, 0, 0, 0, ()).held is True
    assert Result("x", 0, 1, 9, 0, 0, None, ()).held is None


def test_more_bots_buy_no_more() -> None:
    policy = policy_on(date(2026, 6, 30), None)
    found = [bot_viewers(policy, opening_fen=10**6, bots=bots) for bots in (1, 50, 2_000)]
    assert [one.bought_bps for one in found] == [0, 0, 0]
    assert found[2].spent_fen == 2_000 * policy["gaming.prices"]["bot"]


def test_a_forged_order_is_the_mould_at_another_time_and_amount(county: Path) -> None:
    folder = Folder(county)
    [merchant] = {row["merchant"] for row in folder.rows("orders")[:1]}
    mould = mould_of(folder, merchant, until=NOON, days=720)
    placed = mould.placed + timedelta(days=3)
    made = forged_order(mould, "forged", placed=placed, buyer="b", gross_fen=2 * mould.gross_fen)
    [order], [settled] = made["orders"], made["settlements"]
    assert (order["order_id"], order["buyer"]) == ("forged", "b")
    assert datetime.fromisoformat(order["placed_at"]) == placed
    assert int(order["gross"]) == 2 * mould.gross_fen
    assert int(settled["net"]) == (
        int(settled["gross"]) - int(settled["commission"]) - int(settled["refund_netted"])
    )
    assert {row["event"] for row in made["shipments"]} == {"handed_over", "delivered"}
    empty = forged_order(
        mould, "empty", placed=placed, buyer="b", gross_fen=mould.gross_fen, goods=False
    )
    assert "shipments" not in empty
    assert len(merged([made, empty])["orders"]) == 2
    later = moved("orders", order, timedelta(days=1))
    assert later["recorded_at"] > order["recorded_at"]


def test_who_cannot_be_attacked(county: Path, tmp_path: Path) -> None:
    with pytest.RaisesExc(InputError, check=lambda fault: fault.code == "NO_SUCH_SUBJECT"):
        run_lab(county, on=UNTIL, subject="nobody")
    with pytest.RaisesExc(InputError, check=lambda fault: fault.code == "NO_MOULD"):
        mould_of(Folder(county), "nobody", until=NOON)
    with pytest.RaisesExc(InputError, check=lambda fault: fault.code == "NO_FEEDS"):
        Folder(tmp_path)


def test_rows_of_a_feed_that_is_not_there(county: Path) -> None:
    assert Folder(county).rows("exports") == ()
    with (county / "orders.csv").open(encoding="utf-8", newline="") as file:
        assert len(Folder(county).rows("orders")) == len(list(csv.DictReader(file)))


@pytest.fixture(scope="module")
def target(county: Path) -> Target:
    folder, until = Folder(county), datetime.fromtimestamp(day_end(UNTIL), UTC)
    for merchant in sorted({row["merchant"] for row in folder.rows("orders")}):
        with suppress(InputError):
            return Target(folder, mould_of(folder, merchant, until=until), until)
    raise LookupError("no shop of the county sells by parcel")


@pytest.mark.mechanism("K10")
@pytest.mark.parametrize("make", ATTACKS, ids=lambda make: make.__name__)
def test_no_row_of_an_attack_is_set_aside_and_each_is_read(
    target: Target, tmp_path: Path, make: Callable[[Target, Prices], Attack]
) -> None:
    """An attack that the intake refuses would prove nothing of the score."""
    attack = make(target, policy_on(UNTIL, None)["gaming.prices"])
    assert attack.rows
    touched = tmp_path / "touched"
    touched.mkdir()
    for feed in {"orders", "consents", *attack.rows}:
        (touched / f"{feed}.csv").symlink_to(target.folder.path / f"{feed}.csv")
    folder = attacked(Folder(touched), attack, tmp_path / "feeds")
    with read_feeds(folder, today=date(UNTIL.year + 1, 12, 31)) as feeds:
        assert list(feeds.quarantine) == []
        later = feeds.on(UNTIL + timedelta(days=60))
        for feed, rows in attack.rows.items():
            assert len(later.relation(feed)) == len(target.folder.rows(feed)) + len(rows)


def test_a_feed_without_rows_or_columns_that_may_be_missing_is_no_fault(
    target: Target, tmp_path: Path
) -> None:
    county = target.folder.path
    thin = tmp_path / "thin"
    thin.mkdir()
    for path in county.glob("*.csv"):
        (thin / path.name).symlink_to(path)
    with (county / "reviews.csv").open(encoding="utf-8") as file:
        header = file.readline()
    (thin / "reviews.csv").unlink()
    (thin / "reviews.csv").write_text(header, encoding="utf-8")
    (thin / "orders.csv").unlink()
    with (county / "orders.csv").open(encoding="utf-8", newline="") as file:
        rows = [{k: v for k, v in row.items() if k != "referrer"} for row in csv.DictReader(file)]
    with (thin / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    folder = Folder(thin)
    assert folder.rows("reviews") == ()
    assert {row["referrer"] for row in folder.rows("orders")} == {""}
    own = Target(folder, mould_of(folder, target.merchant, until=target.until), target.until)
    made = split_shop(own, policy_on(UNTIL, None)["gaming.prices"])
    changed = Folder(attacked(folder, made, tmp_path / "after"))
    assert f"{target.merchant}-b" in {row["merchant"] for row in changed.rows("orders")}
    assert changed.rows("reviews") == ()

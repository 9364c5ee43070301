"""Who brought whom, and what each pool of traffic costs and brings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from suixin.credit.referral import Chains, Pool, pools, referral_chains
from suixin.credit.subject import subjects_of
from suixin.data.read import read_feeds
from suixin.kernel.policy import load_policy

DAY = date(2026, 6, 30)
LOCAL = timezone(timedelta(hours=8))


def at(day: int, hour: int = 12) -> datetime:
    """An hour of a day of June 2026; day 0 is 31 May."""
    return datetime(2026, 5, 31, hour, tzinfo=LOCAL) + timedelta(days=day)


def touch(folder: Any, name: str, day: int, pool: str = "public", **more: Any) -> None:
    row = {"merchant": "shop", "kind": "ad" if pool == "public" else "share", "cost": 0} | more
    when = at(day, row.pop("hour", 12))
    folder.add("traffic", when, row["merchant"], touch_id=name, pool=pool, at=when, **row)


@pytest.fixture
def shop(folder: Any) -> Any:
    folder.party("shop", "household")
    return folder


def chains(folder: Any, on: date = DAY) -> Chains:
    with read_feeds(folder.write()) as feeds:
        known = feeds.on(on)
        return referral_chains(known, subjects_of(known, feeds.connection))


def funnel(folder: Any, on: date = DAY) -> tuple[Mapping[str, Pool], tuple[str, ...]]:
    with read_feeds(folder.write()) as feeds:
        known = feeds.on(on)
        subjects = subjects_of(known, feeds.connection)
        return pools(known, subjects, load_policy("engagement").on(on)), subjects.ids


@pytest.mark.mechanism("B02")
class TestChains:
    def test_a_share_of_a_share_of_a_share(self, shop: Any) -> None:
        shop.order("o1", at(1), 100, buyer="aunt", referrer="anchor")
        shop.order("o2", at(2), 100, buyer="bo", referrer="aunt")
        shop.order("o3", at(3), 100, buyer="cai", referrer="bo")
        found = chains(shop)
        assert found.of("o3") == ("anchor", "aunt", "bo", "cai")
        assert found.depth.tolist() == [0, 1, 2]

    def test_a_referrer_who_came_alone_begins_the_chain(self, shop: Any) -> None:
        shop.order("o1", at(1), 100, buyer="aunt")
        shop.order("o2", at(2), 100, buyer="bo", referrer="aunt")
        assert chains(shop).of("o2") == ("aunt", "bo")
        with pytest.raises(KeyError):
            chains(shop).of("o1")

    def test_it_hangs_on_the_referrers_latest_referred_order_before(self, shop: Any) -> None:
        shop.order("o1", at(1), 100, buyer="aunt", referrer="old friend")
        shop.order("o2", at(2), 100, buyer="aunt", referrer="new friend")
        shop.order("o3", at(3), 100, buyer="aunt")
        shop.order("o4", at(4), 100, buyer="bo", referrer="aunt")
        shop.order("o5", at(5), 100, buyer="aunt", referrer="later friend")
        assert chains(shop).of("o4") == ("new friend", "aunt", "bo")

    def test_two_who_refer_each_other_make_no_circle(self, shop: Any) -> None:
        shop.order("o1", at(1), 100, buyer="aunt", referrer="bo")
        shop.order("o2", at(2), 100, buyer="bo", referrer="aunt")
        shop.order("o3", at(2), 100, buyer="aunt", referrer="bo")
        found = chains(shop)
        assert found.of("o2") == ("bo", "aunt", "bo")
        assert found.of("o3") == ("bo", "aunt")  # the same second: neither came first

    def test_another_shop_is_another_chain(self, shop: Any) -> None:
        shop.party("other", "household")
        shop.order("o1", at(1), 100, buyer="aunt", referrer="anchor", merchant="other")
        shop.order("o2", at(2), 100, buyer="bo", referrer="aunt")
        assert chains(shop).of("o2") == ("aunt", "bo")

    def test_what_happens_later_is_not_known_yet(self, shop: Any) -> None:
        shop.order("o1", at(1), 100, buyer="aunt", referrer="anchor")
        shop.order("o2", at(2), 100, buyer="bo", referrer="aunt")
        assert chains(shop, date(2026, 6, 1)).order == ("o1",)


@pytest.mark.mechanism("C06")
class TestPools:
    def test_cost_reach_and_conversion_of_each(self, shop: Any) -> None:
        for number in range(1, 5):
            shop.order(f"o{number}", at(number), 10_000 * number, buyer=f"buyer{number}")
        touch(shop, "t1", 0, cost=300, order_id="o1")
        touch(shop, "t2", 0, cost=300, order_id="o2")
        for number in range(3, 9):
            touch(shop, f"t{number}", 0, cost=300)
        touch(shop, "t9", 2, "private", order_id="o3")
        touch(shop, "t10", 2, "private")
        found, ids = funnel(shop)
        row = ids.index("shop")
        public, private = found["public"], found["private"]
        assert (public.touches[row], public.cost[row], public.converted[row]) == (8, 2400, 2)
        assert public.conversion[row] == 0.25
        assert public.cost_of_acquisition[row] == 1200
        assert (public.orders[row], public.gross[row]) == (2, 30_000)
        assert private.conversion[row] == 0.5
        assert private.cost_of_acquisition[row] == 0

    def test_a_buyer_is_new_once(self, shop: Any) -> None:
        shop.order("o1", at(-200), 100, buyer="old")
        shop.order("o2", at(1), 100, buyer="old", pool="private")
        shop.order("o3", at(1), 100, buyer="new", pool="private")
        shop.order("o4", at(2), 100, buyer="new", pool="private")
        found, ids = funnel(shop)
        private, row = found["private"], ids.index("shop")
        assert (private.orders[row], private.new_buyers[row]) == (3, 1)
        assert private.touches[row] == 0
        assert str(private.conversion[row]) == "nan"

    def test_an_order_belongs_to_its_last_touch_whatever_it_says(self, shop: Any) -> None:
        shop.order("o1", at(5), 100, pool="public")
        touch(shop, "ad", 1, cost=100, order_id="o1")
        touch(shop, "share", 4, "private", order_id="o1", referrer_touch="ad")
        found, ids = funnel(shop)
        row = ids.index("shop")
        assert (found["public"].orders[row], found["private"].orders[row]) == (0, 1)
        assert found["public"].converted[row] == 1  # the ad did lead there too

    def test_private_orders_that_a_public_touch_began(self, shop: Any) -> None:
        for number in range(1, 4):
            shop.order(f"o{number}", at(20), 100)
        touch(shop, "ad", -150)  # long before the window
        touch(shop, "share", 5, "private", referrer_touch="ad", source="wecom")
        touch(shop, "share of it", 6, "private", referrer_touch="share", order_id="o1")
        touch(shop, "own share", 5, "private", order_id="o2")
        touch(shop, "lost", 5, "private", referrer_touch="unknown", order_id="o3")
        found, ids = funnel(shop)
        assert found["private"].orders[ids.index("shop")] == 3
        assert found["private"].began_public[ids.index("shop")] == 1

    def test_touches_that_lead_round_in_a_circle_begin_nowhere(self, shop: Any) -> None:
        shop.order("o1", at(20), 100)
        touch(shop, "a", 5, referrer_touch="b")
        touch(shop, "b", 6, "private", referrer_touch="a", order_id="o1")
        found, ids = funnel(shop)
        assert found["private"].began_public[ids.index("shop")] == 0

    def test_the_window_is_ninety_days(self, shop: Any) -> None:
        touch(shop, "inside", -59, hour=0)
        touch(shop, "outside", -60, hour=23)
        found, ids = funnel(shop)
        assert found["public"].touches[ids.index("shop")] == 1

    def test_the_whole_is_the_sum_over_shops(self, shop: Any) -> None:
        shop.party("other", "household")
        shop.order("o1", at(3), 100)
        shop.order("o2", at(3), 300, merchant="other")
        touch(shop, "t1", 1, cost=500, order_id="o1")
        touch(shop, "t2", 1, cost=100, order_id="o2", merchant="other")
        touch(shop, "t3", 1, cost=100, merchant="other")
        whole = funnel(shop)[0]["public"].whole()
        assert (whole.cost[0], whole.gross[0], whole.new_buyers[0]) == (700, 400, 2)
        assert whole.cost_of_acquisition[0] == 350
        assert whole.conversion[0] == pytest.approx(2 / 3)

    def test_without_traffic_there_is_no_funnel(self, shop: Any) -> None:
        found, ids = funnel(shop)
        assert found["public"].touches[ids.index("shop")] == 0

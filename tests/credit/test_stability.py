"""Operating stability: what sales add up to (cases/stability_measures.yaml) and what is silent."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from suixin.credit.index import Measures, index, part_rules
from suixin.credit.sheets import policy_on
from suixin.credit.stability import measure
from suixin.credit.subject import subjects_of
from suixin.credit.trade import trade_of
from suixin.data.read import read_feeds

LOCAL = timezone(timedelta(hours=8))
DAY = date(2026, 6, 30)
CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/stability_measures.yaml").read_text("utf-8")
)
FEEDS = ("orders", "refunds", "order_events", "shipments", "settlements")
NAMES = {"ln": math.log, "log10": math.log10, "sqrt": math.sqrt, "nan": math.nan}


def worth(figure: float | str) -> float:
    """A figure of a case, or the sum that stands for it."""
    return float(eval(str(figure), {**NAMES, "__builtins__": {}}))


def later(after: Any, at: datetime) -> datetime | None:
    """An instant some days, or [days, seconds], after another; None for `never`."""
    if after == "never":
        return None
    days, seconds = after if isinstance(after, list) else (after, 0)
    return at + timedelta(days=days, seconds=seconds)


def sell(folder: Any, place: str, category: str, sale: dict[str, Any], number: int) -> None:
    """Write one entry of a case: so many orders and what followed each."""
    for k in range(sale.get("count", 1)):
        day = sale["day"] + timedelta(days=k * sale.get("every", 0))
        placed = datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL)
        name, gross = f"o{number}-{k}{place}", sale["yuan"] * 100
        buyer, shop = sale.get("buyer", f"buyer-{name}"), f"shop{place}"
        more = {"merchant": shop, "category": category}
        if "promise" in sale:
            more |= {"promise": sale["promise"], "promised_at": later(sale["promised"], placed)}
        folder.order(name, placed, gross, buyer=buyer + place, **more)
        handed, delivered, settled = (
            later(sale.get(event, days), placed)
            for event, days in (("handed", 1), ("delivered", 2), ("settled", 3))
        )
        folder.carried(name, handed, delivered, shop)
        if settled:
            folder.settlement(name, settled, gross, merchant=shop)
        if "refund" in sale:
            at = later(sale["refunded"], placed)
            folder.add(
                "refunds", at, shop, refund_id=f"r-{name}", order_id=name,
                amount=sale["refund"] * 100, refunded_at=at,
            )  # fmt: skip
        if "cancelled" in sale:
            folder.add("order_events", placed, shop, order_id=name, event="cancelled", at=placed)


def measured(path: Path, on: date = DAY) -> tuple[Measures, tuple[str, ...]]:
    with read_feeds(path, today=date(2027, 6, 30)) as feeds:
        assert not len(feeds.quarantine), feeds.quarantine[0]
        known = feeds.on(on)
        subjects = subjects_of(known, feeds.connection)
        policy = policy_on(on)
        trade = trade_of(known, subjects, policy)
        return measure(known, subjects, policy, trade=trade), subjects.ids


@pytest.fixture(scope="module")
def county(
    make_folder: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Measures, tuple[str, ...]]:
    """Every case is a shop of one county, with neighbours of its own."""
    folder = make_folder(tmp_path_factory.mktemp("shops"))
    folder.connect(*FEEDS)
    for number, case in enumerate(CASES):
        place = f"@{number}"
        folder.party(f"shop{place}", "household")
        folder.party(f"wife{place}", household_id=f"shop{place}")
        for one in ("friend", "friends-wife"):
            folder.party(one + place, household_id=f"friends{place}")
        for at, sale in enumerate(case["sales"]):
            sell(folder, place, case.get("category", f"goods{place}"), sale, at)
    return measured(folder.write())


@pytest.mark.mechanism("G02")
@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number]["name"])
def test_what_sales_add_up_to(number: int, county: tuple[Measures, tuple[str, ...]]) -> None:
    found, ids = county
    case, row = CASES[number], ids.index(f"shop@{number}")
    x = {part: float(found.x[part][row]) for part in case.get("x", {})}
    n = {part: float(found.n[part][row]) for part in case.get("n", {})}
    wanted = {part: worth(figure) for part, figure in case.get("x", {}).items()}
    assert x == {part: pytest.approx(figure, nan_ok=True) for part, figure in wanted.items()}
    assert n == case.get("n", {})


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)


# What is not connected ------------------------------------------------------------------------


def shop_without(folder: Any, *feeds: str) -> Measures:
    folder.party("shop", "household")
    folder.connect(*FEEDS)
    folder.weekly("shop", date(2026, 1, 5), 22, 100_00)
    for feed in feeds:
        del folder.rows[feed]
    return measured(folder.write())[0]


@pytest.mark.parametrize(
    ("without", "silent"),
    [
        ((), set()),
        (("shipments",), {"fulfilment"}),
        (("refunds",), set()),  # Settlements tell what they netted.
        (("settlements",), set()),
        (("refunds", "settlements"), {"returns"}),
    ],
    ids=lambda feeds: "+".join(sorted(feeds)) or "none",
)
def test_a_part_is_silent_where_its_feed_is_not_connected(
    folder: Any, without: tuple[str, ...], silent: set[str]
) -> None:
    found = shop_without(folder, *without)
    assert {part for part, present in found.present.items() if not present.all()} == silent
    assert found.connected


def test_without_orders_nothing_is_known_of_a_household(folder: Any) -> None:
    folder.party("shop", "household")
    found, _ = measured(folder.write())
    assert not found.connected
    assert not any(present.any() for present in found.present.values())
    sheet = part_rules(policy_on(DAY)["stability.parts"])
    judged = index(found, sheet)
    assert np.isnan(judged.value).all()
    assert judged.coverage.tolist() == [0.0]


def test_orders_connected_without_one_leave_the_middle_and_no_span(folder: Any) -> None:
    """n = 0 for every part that shrinks; the span, which does not, is nought."""
    folder.party("shop", "household")
    folder.connect(*FEEDS)
    found, _ = measured(folder.write())
    judged = index(found, part_rules(policy_on(DAY)["stability.parts"]))
    assert judged.points.tolist() == [[50.0, 0.0, 50.0, 50.0, 50.0, 50.0, 50.0]]
    assert judged.value.tolist() == [37.5]


@pytest.mark.mechanism("G02")
def test_swings_lower_the_index_and_a_longer_life_lifts_it(folder: Any) -> None:
    """Three shops of equal weekly sales on average: even, swinging, and even but young."""
    for shop, first, weeks in (("even", date(2025, 7, 1), 50), ("young", date(2026, 1, 6), 23)):
        folder.party(shop, "household")
        folder.weekly(shop, first, weeks, 100_00, each=2, category=shop)
    folder.party("swinging", "household")
    for k in range(50):
        each = 1 if k % 2 else 3
        first = date(2025, 7, 1) + timedelta(days=7 * k)
        folder.weekly("swinging", first, 1, 100_00, each=each, category="swinging")
    found, ids = measured(folder.write())
    judged = index(found, part_rules(policy_on(DAY)["stability.parts"]))
    value = dict(zip(ids, judged.value.tolist(), strict=True))
    assert value["even"] == max(value.values())
    assert value["swinging"] < value["even"] - 2
    assert value["young"] < value["even"] - 1

"""Scoring from end to end: who is judged, what a limit follows from, and what gains nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from opened_feeds import opened

from suixin.credit.book import ScoreBook
from suixin.credit.score import score
from suixin.data.lake import Feeds

LOCAL = timezone(timedelta(hours=8))
DAY = date(2026, 6, 30)
CASES = yaml.safe_load((Path(__file__).parents[1] / "cases/score_status.yaml").read_text("utf-8"))
TRADE = ("refunds", "order_events", "shipments", "settlements")
MAY = date(2025, 5, 5)  # A Monday; 59 weeks later the last sale is settled before the day.
WEEKS = 59

Scored = Callable[..., ScoreBook]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL)


def refund(folder: Any, order_id: str, at: datetime, amount: int) -> None:
    folder.add(
        "refunds", at, refund_id=f"r-{order_id}", order_id=order_id, amount=amount, refunded_at=at
    )


# Who is judged --------------------------------------------------------------------------------


def household(folder: Any, case: dict[str, Any], place: str) -> None:
    """The household of a case, its wife and what they sold."""
    shop, count = f"shop{place}", case.get("orders", 0)
    folder.party(shop, "household")
    folder.party(f"wife{place}", household_id=shop)
    monday = date(2026, 6, 15) - timedelta(days=7 * case.get("weeks_ago", 0))
    spoilt = case.get("spoilt", {"count": 0, "by": None})
    for k in range(count):
        back, order_id = k % case["weeks"], f"o{k}{place}"
        placed = noon(monday - timedelta(days=7 * back) + timedelta(days=k // case["weeks"]))
        spoils = k >= count - spoilt["count"]
        by = spoilt["by"] if spoils else None
        buyer = f"wife{place}" if by == "wife" else f"buyer-{order_id}"
        folder.order(order_id, placed, 100_00, merchant=shop, buyer=buyer)
        folder.carried(order_id, placed + timedelta(days=1), placed + timedelta(days=2), shop)
        if by != "unsettled":
            folder.settlement(order_id, placed + timedelta(days=3), 100_00, merchant=shop)
        if by == "refund":
            refund(folder, order_id, placed + timedelta(hours=6), 100_00)
    if case.get("messages"):
        folder.add(
            "messages", noon(date(2026, 6, 1)), shop, consent="k", message_id=f"m{place}",
            group="village", sender=f"wife{place}", kind="chat", sent_at=noon(date(2026, 6, 1)),
        )  # fmt: skip
    if case.get("reviews"):
        folder.add(
            "reviews", noon(date(2026, 6, 1)), shop, review_id=f"v{place}", merchant=shop,
            buyer="x", item="jar", rating=5, written_at=noon(date(2026, 6, 1)),
        )  # fmt: skip


@pytest.fixture(scope="module")
def village(
    make_folder: Any, tmp_path_factory: pytest.TempPathFactory, scored: Scored
) -> ScoreBook:
    """Every case is a household of one village."""
    folder = make_folder(tmp_path_factory.mktemp("village"))
    folder.connect("messages", "reviews", *TRADE)
    for number, case in enumerate(CASES):
        household(folder, case, f"@{number}")
    return scored(folder.write(), DAY)


@pytest.mark.mechanism("A01")
@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number]["name"])
def test_who_is_judged_and_who_is_refused(number: int, village: ScoreBook) -> None:
    case, file = CASES[number], village[f"shop@{number}"]
    assert file.status == case["status"]
    if "refusal" in case:
        assert file.terms.refusal == case["refusal"]
        assert (file.terms.limit_fen, file.terms.rate_bps) == (0, None)
    # Who sells 100.00 yuan a week may be too small to lend to, but for nothing else.
    assert file.terms.refusal in (case.get("refusal"), "limit_too_small", "capacity_too_small")
    judged = case["status"] == "scored"
    assert (file.grade is None) == (not judged)
    assert (file.composite is None) == (case["status"] == "no_facts")
    assert ("THIN_FILE" in file.signs) == (not judged)
    # There are no outcomes to calibrate on, so there is a rank and no probability.
    assert (file.score, file.pd, file.calibration) == (None, None, "uncalibrated")


def test_every_subject_has_one_file(village: ScoreBook) -> None:
    assert [file.subject for file in village] == sorted(f"shop@{n}" for n in range(len(CASES)))


@pytest.mark.mechanism("C04")
def test_what_a_file_says_adds_up(village: ScoreBook) -> None:
    """Parts, social and crop are all there is between 50 and the composite; every order is told."""
    for file in village:
        parts = [part for one in file.indices for part in one.parts]
        told = sum(part.contribution for part in parts) + file.social + file.crop
        if file.composite is not None:
            assert told == pytest.approx(file.composite - 50, abs=1e-9)
        assert [one.name for one in file.indices] == ["engagement", "stability", "reputation"]
        assert sum(one.weight for one in file.indices) == pytest.approx(1)
        lost = sum(orders for orders, _ in file.facts.zeroed.values())
        assert file.facts.clean_orders + lost == file.facts.orders
        assert sum(month.clean_fen for month in file.facts.months) == file.facts.clean_fen


def test_a_thin_file_says_what_it_is_short_of(village: ScoreBook) -> None:
    by_name = {case["name"]: village[f"shop@{number}"] for number, case in enumerate(CASES)}
    orders = by_name["nineteen orders are too few"].raise_
    weeks = by_name["seven weeks are too few"].raise_
    assert orders is not None
    assert weeks is not None
    assert "make 1 more sales" in orders.en
    assert "sell in 1 more weeks" in weeks.en


@pytest.mark.mechanism("A01")
def test_a_thin_file_gets_a_capped_first_limit_at_the_middle_of_the_band(
    folder: Any, scored: Scored
) -> None:
    """30 % of the mean month, at most 5,000.00 yuan, without collateral or bureau record."""
    for shop, gross in (("small", 2_000_00), ("large", 20_000_00)):
        folder.party(shop, "household")
        folder.weekly(shop, date(2026, 2, 2), 17, gross)
    book = scored(folder.write(), DAY)
    small, large = book["small"].terms, book["large"].terms
    # February to May: 17 weeks of 2,000.00 over four months, 30 % of it, floored to 100.00.
    assert book["small"].status == "thin_file"
    assert small.limit_fen == 17 * 2_000_00 * 3 // 4 // 10 // 100_00 * 100_00
    assert (large.limit_fen, large.binding) == (5_000_00, "thin_cap")
    assert small.rate_bps == large.rate_bps == 1050


# A good shop, and what is done to it ----------------------------------------------------------


def good_shop(folder: Any, shop: str, **more: Any) -> None:
    """20,000.00 yuan a month for more than a year, every promise kept, every buyer another."""
    folder.party(shop, "household")
    folder.party(f"{shop}-wife", household_id=shop)
    folder.weekly(shop, MAY, WEEKS, 1_250_00, each=4, **more)


def own_orders(folder: Any, shop: str) -> None:
    """As much again, bought by the wife, delivered and paid out like any other."""
    for week in range(WEEKS * 4):
        monday = MAY + timedelta(days=7 * (week // 4))
        placed = noon(monday) + timedelta(days=week % 4, hours=6)
        order_id = f"own-{shop}-{week}"
        folder.sale(order_id, placed, 1_250_00, merchant=shop, buyer=f"{shop}-wife")


def nightly_orders(folder: Any, shop: str) -> None:
    """As much again, bought by strangers and paid back the same night."""
    for week in range(WEEKS * 4):
        monday = MAY + timedelta(days=7 * (week // 4))
        placed = noon(monday) + timedelta(days=week % 4, hours=6)
        order_id = f"night-{shop}-{week}"
        folder.order(order_id, placed, 1_250_00, merchant=shop)
        folder.carried(order_id, placed + timedelta(days=1), placed + timedelta(days=3), shop)
        at = placed + timedelta(days=10)
        folder.settlement(order_id, at, 0, merchant=shop, netted=1_250_00)
        refund(folder, order_id, placed + timedelta(hours=5), 1_250_00)


def endorse(folder: Any, endorser: str, subject: str) -> None:
    folder.add(
        "endorsements", date(2026, 3, 1), subject, endorser=endorser, liability_cap=10_000_00,
        **{"from": date(2026, 3, 1)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def market(make_folder: Any, tmp_path_factory: pytest.TempPathFactory, scored: Scored) -> ScoreBook:
    """Good shops, all alike but for what one of them did."""
    folder = make_folder(tmp_path_factory.mktemp("market"))
    folder.connect(*TRADE)
    for shop in ("plain", "washed", "nightly", "vouched", "ring-1", "ring-2", "ring-3"):
        good_shop(folder, shop)
    for row in folder.rows["orders"]:
        folder.party(row["buyer"])
    for shop in ("masked", "masked-washed", "late", "late-washed"):
        good_shop(folder, shop)
    for shop in ("late", "late-washed"):
        for row in [row for row in folder.rows["orders"] if row["merchant"] == shop][::3]:
            row["promised_at"] = row["placed_at"] + timedelta(hours=12)  # Half a day too soon.
    for shop in ("masked-washed", "late-washed", "washed"):
        own_orders(folder, shop)
    nightly_orders(folder, "nightly")
    endorse(folder, "plain", "vouched")
    for one, next_one in (("ring-1", "ring-2"), ("ring-2", "ring-3"), ("ring-3", "ring-1")):
        endorse(folder, one, next_one)
    return scored(folder.write(), DAY)


@pytest.mark.mechanism("K10")
@pytest.mark.mechanism("B04")
@pytest.mark.parametrize(("shop", "cut"), [("washed", "SAME_PARTY"), ("nightly", "QUICK_REFUND")])
def test_wash_trading_worth_all_sales_raises_no_limit(
    shop: str, cut: str, market: ScoreBook
) -> None:
    plain, washed = market["plain"], market[shop]
    assert plain.terms.limit_fen > 10_000_00
    assert washed.terms.limit_fen < plain.terms.limit_fen * 1.02
    assert washed.facts.clean_fen == plain.facts.clean_fen
    assert washed.facts.zeroed[cut][0] == WEEKS * 4
    assert "WASH_TRADE" in washed.signs
    assert "WASH_TRADE" not in plain.signs


@pytest.mark.mechanism("K10")
@pytest.mark.parametrize("shop", ["masked", "late"])
def test_own_orders_make_no_buyer_known_and_keep_no_promise(shop: str, market: ScoreBook) -> None:
    """The multiple stays cut for masked buyers; promises to oneself say nothing of others."""
    plain, washed = market[shop], market[f"{shop}-washed"]
    assert plain.flags == washed.flags == ("BUYER_MASKED",)
    assert washed.composite == plain.composite
    assert washed.terms.limit_fen == plain.terms.limit_fen


@pytest.mark.mechanism("B01")
def test_a_ring_of_endorsers_gains_nothing_and_a_neighbour_in_good_standing_lifts(
    market: ScoreBook,
) -> None:
    plain, vouched = market["plain"], market["vouched"]
    assert plain.grade == "BBB"
    for shop in ("ring-1", "ring-2", "ring-3"):
        file = market[shop]
        assert (file.social, file.composite) == (0.0, plain.composite)
        assert file.terms.limit_fen == plain.terms.limit_fen
        assert "ENDORSEMENT_RING" in file.signs
    assert 0 < vouched.social < 5
    assert vouched.composite == pytest.approx(plain.composite + vouched.social, abs=1e-4)
    assert "ENDORSEMENT_RING" not in vouched.signs + plain.signs


def test_the_same_sales_are_worth_the_same_to_everybody(market: ScoreBook) -> None:
    """Nothing in a file depends on who else is in the book, or on the order of ids."""
    alike = [market[shop] for shop in ("plain", "ring-1", "ring-2", "ring-3")]
    assert len({(file.composite, file.terms.limit_fen, file.grade) for file in alike}) == 1


# Seasonal growers -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def growers(make_folder: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Feeds]:
    """A flat shop, and growers who sell as much a year in their season only, over 130 weeks."""
    folder = make_folder(tmp_path_factory.mktemp("growers"))
    folder.connect(*TRADE)
    seasons = {
        "honey": [(1, 1, 365)], "apple": [(9, 25, 128)], "spring_tea": [(3, 20, 102)],
    }  # fmt: skip
    for category, windows in seasons.items():
        folder.party(category, "household")
        days = [
            date(year, month, day) + timedelta(days=k)
            for year in (2023, 2024, 2025, 2026)
            for month, day, length in windows
            for k in range(length)
        ]
        sold = [day for day in days if date(2023, 12, 1) <= day <= date(2026, 6, 20)]
        per_year = sum(length for _, _, length in windows)
        for day in sold:  # As many orders a day as make the same year, by whole and spare ones.
            before, upto = ((day.toordinal() + k) * 260 // per_year for k in (0, 1))
            for k in range(upto - before):
                placed = noon(day) + timedelta(hours=k)
                promise = {"promise": "ship", "promised_at": placed + timedelta(days=2)}
                folder.sale(
                    f"{category}-{day}-{k}", placed, 1_000_00, merchant=category,
                    category=category, **promise,
                )  # fmt: skip
    with opened(folder.write()) as feeds:
        yield feeds


@pytest.mark.mechanism("G02")
@pytest.mark.parametrize(
    "day",
    [date(2025, 10, 20), date(2026, 1, 31), date(2026, 3, 15), date(2026, 6, 30)],
    ids=str,
)
def test_a_season_costs_neither_stability_nor_limit(day: date, growers: Feeds) -> None:
    """Within 5 points, and at 95 % of the limit at least, of a flat shop of equal yearly sales."""
    book = score(growers, on=day)
    flat = book["honey"]
    for grower in ("apple", "spring_tea"):
        file = book[grower]
        assert "SEASONAL" in file.signs
        assert abs(stability(file) - stability(flat)) <= 5, grower
        assert file.terms.limit_fen >= 0.95 * flat.terms.limit_fen, grower


def stability(file: Any) -> float:
    [value] = [one.value for one in file.indices if one.name == "stability"]
    assert value is not None
    return float(value)


# What is not connected ------------------------------------------------------------------------


def known_and_masked(folder: Any, *without: str) -> Path:
    """Two shops of equal sales; the buyers of one are known parties, of the other ids alone."""
    folder.connect(*TRADE)
    for shop in ("known", "masked"):
        folder.party(shop, "household")
        folder.weekly(shop, MAY, WEEKS, 500_00, each=2)
    for row in folder.rows["orders"]:
        if row["merchant"] == "known":
            folder.party(row["buyer"])
    for feed in without:
        del folder.rows[feed]
    return folder.write()


@pytest.mark.parametrize(
    ("without", "flags"),
    [
        ((), {"known": (), "masked": ("BUYER_MASKED",)}),
        (
            ("settlements",),
            {
                "known": ("SETTLEMENT_UNKNOWN",),
                "masked": ("SETTLEMENT_UNKNOWN", "BUYER_MASKED"),
            },
        ),
        (
            ("shipments",),
            {"known": ("GOODS_UNKNOWN",), "masked": ("GOODS_UNKNOWN", "BUYER_MASKED")},
        ),
    ],
    ids=["all connected", "no settlements", "no shipments"],
)
def test_what_is_not_seen_is_said_and_scales_the_multiple_once(
    without: tuple[str, ...], flags: dict[str, tuple[str, ...]], folder: Any, scored: Scored
) -> None:
    book = scored(known_and_masked(folder, *without), DAY)
    for shop, said in flags.items():
        terms, base = dict(book[shop].terms.steps), book[shop].terms.base_fen
        assert book[shop].flags == said
        seen = 0.8 if {"SETTLEMENT_UNKNOWN", "BUYER_MASKED"} & set(said) else 1
        assert terms.get("unseen_factor", 1) == seen
        assert terms["by_alpha"] == pytest.approx(base * book[shop].terms.alpha * seen, abs=1)


@pytest.mark.mechanism("A04")
def test_what_was_sold_since_lifts_the_next_limit_by_a_fifth_at_most(folder: Any) -> None:
    """A loan is sown, the harvest is sold, and the next score and limit follow from it."""
    folder.party("shop", "household")
    folder.connect(*TRADE)
    folder.weekly("shop", date(2025, 3, 31), 30, 500_00)
    folder.weekly("shop", date(2025, 10, 27), 33, 2_500_00)
    limits: list[int] = []
    with opened(folder.write()) as feeds:
        for months in range(5):
            day = date(2025, 12, 31) + timedelta(days=30 * months)
            standing = {"shop": limits[-1]} if limits else {}
            limits.append(score(feeds, on=day, standing_limits=standing)["shop"].terms.limit_fen)
    assert limits[0] > 0
    assert limits[-1] > limits[0]
    steps = itertools.pairwise(limits)
    assert all(0.95 * one <= after <= 1.2 * one for one, after in steps), limits

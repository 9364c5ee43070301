"""Goods in a warehouse: what they are worth today, and what the debt on them then asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median_low
from types import MappingProxyType
from typing import Final

from suixin.kernel.calendar import add_working_days
from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.kernel.refusal import Wording

GRAMS_PER_KG = 1_000


class Margin(StrEnum):
    """How the debt stands to the goods, from best to worst."""

    FREE = "free"  # More may be drawn.
    FULL = "full"  # Nothing more may be drawn.
    WARN = "warn"
    CALL = "call"
    SELL = "sell"


@dataclass(frozen=True, slots=True)
class Quote:
    """A market's price of a kilogram (fen) on a day."""

    on: date
    price_kg_fen: int


@dataclass(frozen=True, slots=True)
class Stock:
    """Goods under one receipt: their weight and what the receipt says of itself."""

    receipt: str
    weight_g: int
    registry_no: str | None
    expires_on: date | None
    inspected_on: date | None


def price_kg(quotes: Sequence[Quote], *, on: date, policy: PolicyOn) -> int | None:
    """The median of the last quotes, fen a kilogram; None where too few are fresh.

    Source: formulas §16.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("guarantee").on(date(2026, 6, 30))
    >>> quotes = [Quote(date(2026, 6, day), 600 + day) for day in range(20, 31)]
    >>> price_kg(quotes, on=date(2026, 6, 30), policy=rules)
    628
    >>> price_kg(quotes, on=date(2026, 7, 4), policy=rules) is None
    True
    """
    rule = policy["warehouse.price"]
    known = sorted((quote for quote in quotes if quote.on <= on), key=lambda quote: quote.on)
    last = known[-rule["quotes"] :]
    if len(last) < rule["quotes"] or (on - last[0].on).days > rule["age_days"]:
        return None
    # An even number would have two middles; the lower is the careful one.
    return median_low(quote.price_kg_fen for quote in last)


def value_fen(stocks: Sequence[Stock], price_kg_fen: int) -> int:
    """What goods are worth, each receipt rounded down to the fen.

    >>> value_fen([Stock("r-1", 20_000_000, "z-1", None, None)], 480)
    9600000
    """
    return sum(stock.weight_g * price_kg_fen // GRAMS_PER_KG for stock in stocks)


@dataclass(frozen=True, slots=True)
class Standing:
    """Debt against goods: where it stands, what may be drawn, and how a call is cured.

    `pay_fen` cures by paying, `add_fen` by bringing goods worth so much; both 0 below a call.
    `until` is the last day to cure before goods may be sold; None where there is no call.
    """

    margin: Margin
    draw_left_fen: int
    pay_fen: int = 0
    add_fen: int = 0
    until: date | None = None


def standing(
    debt_fen: int, goods_fen: int, *, on: date, policy: PolicyOn, called_on: date | None = None
) -> Standing:
    """Mark the debt to the goods' value. `called_on` is the day of a call not cured yet.

    Source: formulas §16 (H04).

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("guarantee").on(date(2026, 6, 30))
    >>> found = standing(7_320_000, 9_600_000, on=date(2026, 6, 30), policy=rules)
    >>> found.margin.value, found.pay_fen, found.add_fen, goods_kg(found.add_fen, 480)
    ('call', 1080000, 1661539, 3462)
    """
    if debt_fen < 0 or goods_fen < 0:
        raise ValueError(f"Debt and goods are fen ≥ 0, got {debt_fen} and {goods_fen}.")
    ltv, debt = policy["warehouse.ltv"], debt_fen * BPS_PER_WHOLE
    draw_left = max(0, goods_fen * ltv["draw"] // BPS_PER_WHOLE - debt_fen)
    uncured = called_on is not None and debt > ltv["cure"] * goods_fen
    if not debt_fen or (debt < ltv["warn"] * goods_fen and not uncured):
        return Standing(Margin.FREE if draw_left else Margin.FULL, draw_left)
    if debt < ltv["call"] * goods_fen and not uncured:
        return Standing(Margin.WARN, draw_left)
    until = add_working_days(called_on or on, policy["warehouse.call_days"])
    sold = debt >= ltv["sell"] * goods_fen or (uncured and on > until)
    return Standing(
        margin=Margin.SELL if sold else Margin.CALL,
        draw_left_fen=0,
        pay_fen=debt_fen - goods_fen * ltv["cure"] // BPS_PER_WHOLE,
        add_fen=-(-debt // ltv["cure"]) - goods_fen,
        until=until,
    )


def goods_kg(worth_fen: int, price_kg_fen: int) -> int:
    """Whole kilograms that are worth at least so much.

    >>> goods_kg(480, 480), goods_kg(481, 480)
    (1, 2)
    """
    return -(-worth_fen // price_kg_fen)


class StockRefusal(StrEnum):
    """Why goods back no draw, in the order of the checks."""

    NOT_REGISTERED = "not_registered"
    EXPIRED = "expired"
    NOT_INSPECTED = "not_inspected"
    NO_PRICE = "no_price"


STOCK_WORDING: Final[Mapping[StockRefusal, Wording]] = MappingProxyType(
    {
        StockRefusal.NOT_REGISTERED: Wording(
            "仓单尚未办理登记。", "The receipt is not entered in the register."
        ),
        StockRefusal.EXPIRED: Wording("仓单已过期。", "The receipt is past its day."),
        StockRefusal.NOT_INSPECTED: Wording(
            "货物近期未查验。", "Nobody has inspected the goods of late."
        ),
        StockRefusal.NO_PRICE: Wording(
            "近期报价不足，无法估值。", "Too few fresh quotes to value the goods."
        ),
    }
)


def stock_refusal(
    stock: Stock, quotes: Sequence[Quote], *, on: date, policy: PolicyOn
) -> StockRefusal | None:
    """Why a receipt's goods back no draw on a day, or None.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("guarantee").on(date(2026, 6, 30))
    >>> stock = Stock("r-1", 1_000, None, None, None)
    >>> stock_refusal(stock, (), on=date(2026, 6, 30), policy=rules).value
    'not_registered'
    """
    if stock.registry_no is None:
        return StockRefusal.NOT_REGISTERED
    if stock.expires_on is not None and stock.expires_on < on:
        return StockRefusal.EXPIRED
    inspected = stock.inspected_on
    most = policy["warehouse.inspection_days"]
    if inspected is None or not 0 <= (on - inspected).days <= most:
        return StockRefusal.NOT_INSPECTED
    if price_kg(quotes, on=on, policy=policy) is None:
        return StockRefusal.NO_PRICE
    return None

"""Sales ahead: the formula and its dated successor against the same month last year.

Every forecast is made from the months before it alone, and its interval from errors that had been
seen by then. On the county two years of months are known, the last eight of which judge. On the
marketplace (real, nine months: no month has a year before it) the peer is the last month.

MASE is the mean absolute error over that of seasonal-naive (there: of the last month) in the months
before those that judge, by seller, then the mean over sellers; MAPE is over months that sold.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt

from bench import SHARED, last_line, table
from suixin.county.make import make_county
from suixin.credit.forecast import EVERY, AheadRules, Past, Spread, learn_spread, past_forecasts
from suixin.credit.sales_ahead import Sales, season_months
from suixin.credit.score import score
from suixin.credit.sheets import policy_on
from suixin.credit.subject_summary import summaries_of
from suixin.data.read import read_feeds

SMALL = ("--households", "120")
DAY, DATED = date(2026, 6, 30), date(2026, 11, 24)
JUDGED, HORIZON = 8, 6
MARKET_JUDGED, MARKET_HORIZON, MARKET_LIVED = 3, 3, 3
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Seller:
    """One seller's months and the category it is pooled in."""

    name: str
    category: str
    sales: Sales


@dataclass(frozen=True)
class Figures:
    """How far off a way of forecasting was."""

    mase: float
    mape: float
    coverage: float
    width: float


def county_sellers(households: int) -> list[Seller]:
    """Clean sales by complete month of every seller of a county."""
    with tempfile.TemporaryDirectory() as folder:
        made = make_county(households, 11, Path(folder) / "county")
        with read_feeds(made.folder, today=DAY) as feeds:
            market, summaries = summaries_of(feeds, score(feeds, on=DAY))
    months = {name: season_months(found.windows) for name, found in market.calendars.items()}
    this_month, sellers = DAY.year * 12 + DAY.month - 1, []
    for name, one in summaries.items():
        days, q = one.sales.key[:, 0], one.sales.value[:, -1]
        at = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 12 * 1970
        sold = at[(q > 0) & (at < this_month)]
        if not sold.size:
            continue
        inside = (at >= sold.min()) & (at < this_month)
        sums = np.zeros(this_month - int(sold.min()), np.int64)
        np.add.at(sums, at[inside] - sold.min(), q[inside])
        season = months.get(one.category or "", frozenset())
        sellers.append(
            Seller(name, one.category or EVERY, Sales(DAY, tuple(sums.tolist()), season))
        )
    return sellers


def market_sellers(folder: Path) -> list[Seller]:
    """Delivered sales by month of every seller of the marketplace, in hundredths of a real."""
    with duckdb.connect() as connection:
        for name in ("orders", "order_items"):
            connection.read_csv(str(folder / f"{name}.csv.gz")).create(name)
        rows = connection.execute(
            "select seller_id, month(order_purchase_timestamp) as month,"
            " sum(round(price * 100))::bigint from order_items join orders using (order_id)"
            " where order_status = 'delivered' group by 1, 2 order by 1, 2"
        ).fetchall()
    months: dict[str, dict[int, int]] = {}
    for seller, month, cents in rows:
        months.setdefault(seller, {})[month] = cents
    end = max(month for _, month, _ in rows)
    return [
        Seller(
            seller,
            EVERY,
            Sales(date(2017, end + 1, 1), tuple(sold.get(k, 0) for k in range(min(sold), end + 1))),
        )
        for seller, sold in months.items()
    ]


def scales(sellers: Iterable[Seller], *, lag: int, judged: int) -> dict[str, float]:
    """The mean absolute change over `lag` months before those that judge, where it is not 0."""
    found = {}
    for seller in sellers:
        known = np.array(seller.sales.monthly_fen[:-judged], dtype=np.float64)
        if len(known) > lag and np.abs(known[lag:] - known[:-lag]).mean() > 0:
            found[seller.name] = float(np.abs(known[lag:] - known[:-lag]).mean())
    return found


def judge(
    past: Mapping[str, list[Past]], scale: Mapping[str, float], rules: AheadRules, *, since: int
) -> Figures:
    """Errors of forecasts made since a month, with intervals from errors seen before each."""
    every = [one for found in past.values() for one in found]
    spreads: dict[int, Spread] = {}
    mase, ratios, inside, width = [], [], [], []
    for name, found in past.items():
        off = []
        for one in found:
            made = one.month - one.horizon + 1
            if made < since:
                continue
            if made not in spreads:
                spreads[made] = learn_spread((e for e in every if e.month < made), rules)
            low, high = spreads[made].of(one.category, one.horizon, some=one.forecast_fen > 0)
            off.append(abs(one.forecast_fen - one.sold_fen))
            if one.unit_fen and not np.isinf(high):
                inside.append(low * one.unit_fen <= one.sold_fen <= high * one.unit_fen)
                width.append(high - low)
            if one.sold_fen:
                ratios.append(off[-1] / one.sold_fen)
        if off and name in scale:
            mase.append(float(np.mean(off)) / scale[name])
    return Figures(
        *(float(np.mean(one)) for one in (mase, ratios, inside)), float(np.median(width))
    )


def last_month(found: Sequence[Past], sales: Sales) -> list[Past]:
    """The same forecasts, each made of the month before it was made."""
    end = sales.on.year * 12 + sales.on.month - 1
    began = end - len(sales.monthly_fen)
    return [
        replace(one, forecast_fen=sales.monthly_fen[one.month - one.horizon - began])
        for one in found
    ]


def on_county(households: int) -> dict[str, Figures]:
    """The three ways on the county."""
    rules = AheadRules.from_policy(policy_on(DAY, None))
    ways = {
        "same month last year": replace(rules, growth=0, seasonal_growth=0, recent=0),
        "formula": rules,
        "dated 2026-11-24": AheadRules.from_policy(policy_on(DATED, None)),
    }
    sellers = [s for s in county_sellers(households) if len(s.sales.monthly_fen) > 12 + JUDGED]
    since = DAY.year * 12 + DAY.month - 1 - JUDGED
    scale, found = scales(sellers, lag=12, judged=JUDGED), {}
    for kind in ("all", "seasonal", "all year"):
        mine = [s for s in sellers if kind == "all" or bool(s.sales.season) == (kind == "seasonal")]
        for way, how in ways.items():
            past = {
                s.name: past_forecasts(
                    s.sales, s.category, horizon=HORIZON, rules=how, lived_min=12
                )
                for s in mine
            }
            if past:
                found[f"{way}, {kind}"] = judge(past, scale, how, since=since)
    return found


def on_market(folder: Path) -> dict[str, Figures]:
    """The median of six months and the last month on the marketplace."""
    rules = AheadRules.from_policy(policy_on(DAY, None))
    least = MARKET_LIVED + MARKET_JUDGED
    sellers = [s for s in market_sellers(folder) if len(s.sales.monthly_fen) >= least]
    ours = {
        s.name: past_forecasts(
            s.sales, EVERY, horizon=MARKET_HORIZON, rules=rules, lived_min=MARKET_LIVED
        )
        for s in sellers
    }
    peer = {s.name: last_month(ours[s.name], s.sales) for s in sellers}
    end = sellers[0].sales.on
    since = end.year * 12 + end.month - 1 - MARKET_JUDGED
    scale = scales(sellers, lag=1, judged=MARKET_JUDGED)
    return {
        "median of six months": judge(ours, scale, rules, since=since),
        "last month": judge(peer, scale, rules, since=since),
    }


def main(arguments: Sequence[str]) -> str:
    """Judge on the county and, where it is there, on the marketplace; give the last line."""
    told = "--households" in arguments
    households = int(arguments[arguments.index("--households") + 1]) if told else 600
    folder = SHARED / "marketplace"
    county = on_county(households)
    market = on_market(folder) if folder.is_dir() else {}
    rows = [
        [place, way, one.mase, one.mape, one.coverage, one.width]
        for place, found in (("county", county), ("marketplace", market))
        for way, one in found.items()
    ]
    print(table(["on", "way", "MASE", "MAPE", "in 80 %", "width"], rows))
    if not market:
        print(f"marketplace left out: {folder} is absent")
    best, naive = county["dated 2026-11-24, all"], county["same month last year, all"]
    figures = {
        "mase": best.mase,
        "formula_mase": county["formula, all"].mase,
        "naive_mase": naive.mase,
        "coverage": best.coverage,
    }
    if market:
        ours, last = market["median of six months"], market["last month"]
        figures |= {"market_mase": ours.mase, "market_naive_mase": last.mase}
        figures |= {"market_coverage": ours.coverage}
    return last_line("bench.forecast", **figures)


if __name__ == "__main__":
    print(main(sys.argv[1:]))

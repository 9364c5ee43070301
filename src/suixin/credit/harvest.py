"""What each subject sold of each crop in a year, in kilograms as harvested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from suixin.credit.crop import Harvests
from suixin.credit.engine import Frame
from suixin.credit.subject import Subjects
from suixin.data.lake import FeedsOn
from suixin.kernel.day import epoch_day

GRAMS = 1_000
BPS = 10_000
SEASON_DAYS = 365


def harvests(
    feeds: FeedsOn, subjects: Subjects, sales: Frame, categories: Sequence[Mapping[str, Any]]
) -> Harvests:
    """Clean sales of the year in kilograms by crop, and what a mu of each crop can give.

    Goods are divided by their processing yield (made tea is a fifth of the leaf that was picked).
    Nothing is weighed where no parcels are connected, for nothing could be held against it.
    """
    grown = {row["category"]: row for row in categories if row.get("crop")}
    most = {row["crop"]: float(row["yield_max_kg_mu"]) for row in grown.values()}
    if "parcels" not in feeds.present or not grown:
        return Harvests({}, most)
    since = epoch_day(feeds.day) - SEASON_DAYS
    clean = sales.filter(nw.col("q") > 0, nw.col("day") > since).select("order_id", "row")
    sold = subjects.engine.fetch(
        feeds.frame("order_lines")
        .filter(nw.col("category").is_in(sorted(grown)), ~nw.col("net_weight").is_null())
        .join(clean, on="order_id")
        .group_by("row", "category")
        .agg(grams=nw.col("net_weight").sum().cast(nw.Int64))
    )
    kilograms: dict[tuple[str, str], float] = defaultdict(float)
    for row, category, grams in zip(sold["row"], sold["category"], sold["grams"], strict=True):
        rule = grown[category]
        harvested = int(grams) / GRAMS * BPS / rule["processing_yield_bps"]
        kilograms[subjects.ids[int(row)], rule["crop"]] += harvested
    return Harvests(dict(kilograms), most)

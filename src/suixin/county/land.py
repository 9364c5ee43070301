"""Parcels of the growers, and what a satellite saw of them every sixteen days."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

import numpy as np

from suixin.county.bits import Bits, Ints, Texts
from suixin.county.cast import Cast, consent_ids
from suixin.county.order_tables import Trade
from suixin.county.registry import filed, village_places
from suixin.county.shops import Calendar
from suixin.county.table import NONE, Column, Table, same
from suixin.kernel.day import date_of

_STEP = 16
_SCENES = 46  # two years
_PARCEL_YEAR = 364
# NDVI in hundredths on the 23 sixteen-day steps of a year, by group of crops.
_CURVES: dict[str, tuple[int, ...]] = {
    "permanent": (
        48, 48, 50, 53, 57, 62, 67, 71, 74, 76, 77, 78, 78, 77, 76, 74, 71, 67, 62, 57, 53, 50, 48,
    ),
    "winter": (
        40, 42, 46, 53, 62, 71, 78, 80, 74, 58, 38, 26, 24, 24, 25, 26, 26, 25, 26, 30, 34, 37, 39,
    ),
    "summer": (
        20, 20, 20, 21, 22, 24, 28, 34, 43, 54, 66, 75, 80, 81, 78, 70, 58, 44, 33, 26, 23, 21, 20,
    ),
}  # fmt: skip
_METRE_LAT, _METRE_LON = 111_320, 100_050  # metres a degree, at 26 degrees north
_SPACING = 400  # millionths of a degree between two parcels' corners
_AREA_LEAST = 400  # hundredths of a mu


@dataclass(frozen=True, slots=True)
class Fields:
    """One row a parcel, one a grower."""

    holder: Ints
    crop: Texts
    group: Texts
    area: Ints  # hundredths of a mu
    names: Texts


def growers(trade: Trade, calendar: Calendar, bits: Bits) -> Fields:
    """A parcel for each shop that sells a crop, large enough for what it sold in its best year."""
    shops = trade.shops
    crops = np.array([good.crop is not None for good in shops.goods], dtype=np.bool_)
    row = np.flatnonzero(crops[shops.good])
    year = (calendar.end - trade.orders.placed) // (_PARCEL_YEAR * 86_400)
    fen = np.zeros((shops.subject.size, 3), dtype=np.int64)
    np.add.at(fen, (trade.orders.shop, np.minimum(year, 2)), trade.orders.gross)
    price = np.array([good.fen_kg for good in shops.goods], dtype=np.int64)[shops.good[row]]
    most = np.array([good.yield_kg_mu or 1 for good in shops.goods], dtype=np.int64)
    kg = fen.max(axis=1)[row] // price
    room = 140 + bits.below("land/room", row.size, 80)  # percent of what the harvest needs
    area = np.maximum(_AREA_LEAST, room * kg // most[shops.good[row]])
    holder = shops.subject[row]
    names = np.array([f"f-{str(trade.cast.ids[s])[2:]}" for s in holder.tolist()], dtype=object)
    goods = [shops.goods[g] for g in shops.good[row].tolist()]
    crop = np.array([good.crop for good in goods], dtype=object)
    group = np.array([good.group for good in goods], dtype=object)
    return Fields(holder, crop, group, area, names)


def parcel_table(fields: Fields, cast: Cast, calendar: Calendar) -> Table:
    """parcels: a rectangle a grower, in rows beside its village."""
    n = fields.holder.size
    day = np.full(n, calendar.until - 400, dtype=np.int64)
    holder = cast.ids[fields.holder]
    season = str(date_of(calendar.until).year)
    own: dict[str, Column] = {
        "parcel": fields.names,
        "holder": holder,
        "polygon": _rectangles(fields, cast),
        "declared_crop": fields.crop,
        "area_mu_hundredths": fields.area,
        "season": same(season, n),
        "polygon_source": same("walked", n),
        "land_use": same("farmland", n),
    }
    consent = consent_ids(cast, fields.holder, "person")
    return Table("parcels", {**filed(holder, day, consent, "county"), **own})


def observation_table(fields: Fields, cast: Cast, calendar: Calendar, bits: Bits) -> Table:
    """parcel_observations: the curve of the crop's group, with chance and some cloud."""
    parcels, n = fields.holder.size, fields.holder.size * _SCENES
    row = np.repeat(np.arange(parcels, dtype=np.int64), _SCENES)
    day = np.tile(calendar.until - 5 - _STEP * np.arange(_SCENES, dtype=np.int64), parcels)
    day = np.maximum(day, calendar.first)
    step = np.array([(date_of(d).timetuple().tm_yday - 1) // _STEP for d in day[:_SCENES].tolist()])
    curves = np.array([_CURVES[group] for group in fields.group.tolist()], dtype=np.int64)
    seen = 100 * curves[row, np.tile(step, parcels)] + bits.below("ndvi/chance", n, 601) - 300
    clear = 10_000 - bits.below("ndvi/haze", n, 2_000)
    cloudy = bits.chance("ndvi/cloud", n, 0.15)
    pixels = np.maximum(4, fields.area[row] * 6_667 // 100_000)  # of 10 m × 10 m
    planted = pixels * (94 + bits.below("ndvi/planted", n, 7)) // 100
    holder = cast.ids[fields.holder[row]]
    own: dict[str, Column] = {
        "parcel": fields.names[row],
        "observed_on": day,
        "sensor": same("sentinel-2", n),
        "ndvi_ten_thousandths": np.where(cloudy, NONE, seen),
        "clear_bps": np.where(cloudy, 1_000, clear),
        "pixels": pixels,
        "planted_pixels": np.where(cloudy, NONE, planted),
    }
    consent = consent_ids(cast, fields.holder, "person")[row]
    return Table("parcel_observations", {**filed(holder, day, consent, "sentinel-2"), **own})


def _rectangles(fields: Fields, cast: Cast) -> Texts:
    """GeoJSON of rectangles half as long again as wide, none over another."""
    lon, lat = village_places(cast.villages)
    village = cast.village(fields.holder)
    found = []
    north = 0
    for k, v in enumerate(village.tolist()):
        north = 0 if k == 0 or v != village[k - 1] else north
        metres = int(fields.area[k]) * 6_667  # square metres × 1,000
        width = isqrt(metres * 1_000 * 2 // 3)  # millimetres × … kept whole
        high = metres * 1_000 // width
        dx, dy = width * 1_000 // _METRE_LON, high * 1_000 // _METRE_LAT
        x, y = round(lon[v] * 1_000_000), round(lat[v] * 1_000_000) + north
        north += dy + _SPACING
        ring = [(x, y), (x + dx, y), (x + dx, y + dy), (x, y + dy), (x, y)]
        points = ",".join(f"[{a / 1_000_000:.6f},{b / 1_000_000:.6f}]" for a, b in ring)
        found.append(f'{{"type":"Polygon","coordinates":[[{points}]]}}')
    return np.array(found, dtype=object)

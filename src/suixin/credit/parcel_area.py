"""Area of a parcel's polygon on the ellipsoid, small enough to be taken as flat where it lies."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

SQUARE_METRES_PER_MU = 10_000 / 15
# WGS84: half the long axis (m) and the square of the eccentricity.
_AXIS = 6_378_137.0
_ECCENTRICITY_2 = 6.694_379_990_141_33e-3


def area_mu(geojson: str) -> float | None:
    """Area in mu of a WGS84 GeoJSON Polygon or MultiPolygon; None where it is no such thing.

    Holes are taken off. Right to a few parts in a million for parcels up to some kilometres.

    >>> ring = [[115, 35], [115.001, 35], [115.001, 35.001], [115, 35.001], [115, 35]]
    >>> round(area_mu(json.dumps({"type": "Polygon", "coordinates": [ring]})), 2)
    15.19
    >>> area_mu('{"type": "Point", "coordinates": [115, 35]}') is None
    True
    """
    try:
        shape = json.loads(geojson)
        polygons = shape["coordinates"]
        if shape["type"] == "Polygon":
            polygons = [polygons]
        elif shape["type"] != "MultiPolygon":
            return None
        square_metres: float = math.fsum(
            _ring(ring) if i == 0 else -_ring(ring)
            for polygon in polygons
            for i, ring in enumerate(polygon)
        )
    except (ValueError, KeyError, TypeError, IndexError):
        return None
    return None if square_metres <= 0 else square_metres / SQUARE_METRES_PER_MU


def _ring(points: Sequence[Sequence[Any]]) -> float:
    """Square metres inside a ring, by the radii of curvature at its first corner."""
    east, north = float(points[0][0]), float(points[0][1])
    latitude = math.radians(sum(float(point[1]) for point in points) / len(points))
    bend = 1 - _ECCENTRICITY_2 * math.sin(latitude) ** 2
    along = _AXIS * (1 - _ECCENTRICITY_2) / (bend * math.sqrt(bend))  # metres a radian of latitude
    across = _AXIS / math.sqrt(bend) * math.cos(latitude)  # metres a radian of longitude
    twice, before = 0.0, points[-1]
    for point in points:
        x0, y0 = float(before[0]) - east, float(before[1]) - north
        x1, y1 = float(point[0]) - east, float(point[1]) - north
        twice += x0 * y1 - x1 * y0
        before = point
    return abs(twice) / 2 * math.radians(1) ** 2 * along * across

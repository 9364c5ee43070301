"""The crop adjustment, by the table an officer can read (cases/engagement_crop.yaml)."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.credit.crop import Harvests, crop_adjustment
from suixin.credit.parcel_area import area_mu
from suixin.credit.subject import subjects_of
from suixin.data.read import read_feeds
from suixin.kernel.policy import load_policy

DAY = date(2026, 6, 30)
SEEN = date(2026, 5, 1)
CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/engagement_crop.yaml").read_text("utf-8")
)
YIELDS = {"apple": 4500.0, "garlic": 2200.0}


def square(mu: float, east: float = 115.0) -> str:
    """A square polygon of so many mu and a shade more, at 35 degrees north."""
    north, side = 35.0, math.sqrt(1.0005 * mu * 10_000 / 15)
    dx, dy = side / 91_288.1, side / 110_941.0  # metres a degree there
    ring = [[east, north], [east + dx, north], [east + dx, north + dy], [east, north + dy]]
    return json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


def plant(folder: Any, name: str, row: dict[str, Any], **seen: Any) -> None:
    """A parcel named after its household, as `home/orchard`, and one observation of it."""
    holder, crop = name.partition("/")[0], row.get("crop", "apple")
    polygon = row.get("shape") or square(row.get("polygon", row["declared"]))
    folder.add(
        "parcels", date(2025, 9, 1), holder, parcel=name, holder=holder, polygon=polygon,
        declared_crop=crop, area_mu_hundredths=round(row["declared"] * 100), season="2026",
        polygon_source="walked",
    )  # fmt: skip
    if row["planted"] is not None:
        observe(folder, name, row["planted"], **seen)


def observe(folder: Any, name: str, planted: float, on: date = SEEN, **more: Any) -> None:
    row = {"clear_bps": 9000, "pixels": 100, "planted_pixels": round(100 * planted)} | more
    folder.add(
        "parcel_observations",
        on,
        name.partition("/")[0],
        parcel=name,
        observed_on=on,
        sensor="sentinel-2",
        **row,
    )


def adjusted(folder: Any, sold: dict[tuple[str, str], float]) -> dict[str, tuple[str, float, bool]]:
    """Finding, points and alert of every household."""
    with read_feeds(folder.write()) as feeds:
        known = feeds.on(DAY)
        subjects = subjects_of(known, feeds.connection)
        policy, harvests = load_policy("social").on(DAY), Harvests(sold, YIELDS)
        found = crop_adjustment(known, subjects, policy, harvests)
    rows = zip(found.findings, found.points.tolist(), found.alert.tolist(), strict=True)
    return dict(zip(subjects.ids, rows, strict=True))


def home(folder: Any, **sold: float) -> tuple[str, float, bool]:
    folder.party("home", "household")
    return adjusted(folder, {("home", crop): kg for crop, kg in sold.items()})["home"]


@pytest.fixture(scope="module")
def table(make_folder: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every case as a household of one county."""
    folder = make_folder(tmp_path_factory.mktemp("crop"))
    for number, case in enumerate(CASES):
        folder.party(f"home{number}", "household")
        for i, row in enumerate(case["parcels"]):
            plant(folder, f"home{number}/{i}", row)
    sold = {(f"home{number}", "apple"): case["sold"] for number, case in enumerate(CASES)}
    found = adjusted(folder, sold)
    return {case["name"]: found[f"home{number}"] for number, case in enumerate(CASES)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_field_and_sales_say_together(case: dict[str, Any], table: dict[str, Any]) -> None:
    assert table[case["name"]] == (case["finding"], case["points"], case["points"] < 0)


def test_the_best_clear_day_of_the_season_says_what_was_planted(folder: Any) -> None:
    plant(folder, "home/f", {"declared": 10, "planted": 0.95})
    observe(folder, "home/f", 0.05, on=date(2026, 6, 25))  # bare after the harvest
    assert home(folder, apple=20_000)[1] == 2


@pytest.mark.parametrize(
    "seen",
    [
        {"on": date(2025, 6, 30)},  # a season ago
        {"clear_bps": 5999},
        {"pixels": 7, "planted_pixels": 7},
        {"planted_pixels": None},
    ],
    ids=str,
)
def test_what_shows_too_little_tells_nothing(folder: Any, seen: dict[str, Any]) -> None:
    plant(folder, "home/f", {"declared": 10, "planted": 0.95}, **seen)
    assert home(folder, apple=20_000)[0] == "CROP_CANNOT_TELL"


def test_a_polygon_that_is_none_tells_nothing(folder: Any) -> None:
    point = '{"type": "Point", "coordinates": [115, 35]}'
    plant(folder, "home/f", {"declared": 10, "planted": 0.95, "shape": point})
    assert home(folder, apple=20_000)[0] == "CROP_CANNOT_TELL"


def test_one_crop_in_conflict_outweighs_another_that_agrees(folder: Any) -> None:
    plant(folder, "home/orchard", {"declared": 10, "planted": 0.95})
    plant(folder, "home/field", {"declared": 5, "planted": 0.95, "crop": "garlic"})
    good, bad = {"apple": 20_000, "garlic": 5_000}, {"apple": 20_000, "garlic": 50_000}
    assert home(folder, **good)[1] == 2
    assert home(folder, **bad)[1] == -10


def test_a_crop_of_unknown_yield_cannot_be_told_by_its_sales(folder: Any) -> None:
    plant(folder, "home/f", {"declared": 10, "planted": 0.95, "crop": "kumquat"})
    assert home(folder, kumquat=1e6)[0] == "CROP_PHOTO"


def test_holes_are_taken_off_and_real_parcels_measure_right(shared: Path) -> None:
    outer, hole = (json.loads(square(mu))["coordinates"][0] for mu in (10, 4))
    assert area_mu(square(10)) == pytest.approx(10.005, rel=1e-4)
    holed = json.dumps({"type": "Polygon", "coordinates": [outer, hole]})
    assert area_mu(holed) == pytest.approx(6, rel=1e-3)
    parcels = shared / "data/remote_sensing/cawa_small_parcels.geojson"
    for feature in json.loads(parcels.read_text("utf-8"))["features"]:
        mu = feature["properties"]["area"] * 15 / 10_000
        if feature["geometry"]["type"] == "Polygon" and mu > 3:
            assert area_mu(json.dumps(feature["geometry"])) == pytest.approx(mu, rel=0.01)

"""The crop adjustment: does the field bear out what the household declares and sells?

Satellite and sales are judged apart and read together: neither alone raises a composite, either
alone lowers it. A conflict is no verdict; it sends two people. Source: formulas §6, parcels §4.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import narwhals as nw
import numpy as np

from suixin.credit.engine import Frame
from suixin.credit.index import Bools, Floats
from suixin.credit.parcel_area import area_mu
from suixin.credit.subject import Subjects
from suixin.data.lake import FeedsOn
from suixin.kernel.day import epoch_day
from suixin.kernel.policy import PolicyOn

BPS = 10_000
MU_HUNDREDTHS = 100.0


class View(IntEnum):
    """What one side, satellite or sales, says of the declaration; the worst is the largest."""

    AGREES = 0
    UNKNOWN = 1
    CONFLICTS = 2


class CropFinding(StrEnum):
    """What the two sides say together, and so what happens next."""

    NO_PARCEL = "NO_PARCEL"
    AGREES = "CROP_AGREES"
    NO_TRADE = "CROP_PHOTO"
    CANNOT_TELL = "CROP_CANNOT_TELL"
    SOLD_ABOVE = "CROP_SOLD_ABOVE"
    NOT_PLANTED = "CROP_NOT_PLANTED"
    BOTH_CONFLICT = "CROP_FRAUD_CASE"


# (satellite, sales) → what it is called; parcels §4 read row by row.
_TABLE: Mapping[tuple[View, View], CropFinding] = {
    (View.AGREES, View.AGREES): CropFinding.AGREES,
    (View.AGREES, View.UNKNOWN): CropFinding.NO_TRADE,
    (View.AGREES, View.CONFLICTS): CropFinding.SOLD_ABOVE,
    (View.UNKNOWN, View.AGREES): CropFinding.CANNOT_TELL,
    (View.UNKNOWN, View.UNKNOWN): CropFinding.CANNOT_TELL,
    (View.UNKNOWN, View.CONFLICTS): CropFinding.SOLD_ABOVE,
    (View.CONFLICTS, View.AGREES): CropFinding.NOT_PLANTED,
    (View.CONFLICTS, View.UNKNOWN): CropFinding.NOT_PLANTED,
    (View.CONFLICTS, View.CONFLICTS): CropFinding.BOTH_CONFLICT,
}
_CONFLICTS = (CropFinding.SOLD_ABOVE, CropFinding.NOT_PLANTED, CropFinding.BOTH_CONFLICT)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel: the area declared, and what of it is planted (None where nobody can tell); mu."""

    crop: str
    declared_mu: float
    planted_mu: float | None


@dataclass(frozen=True, slots=True)
class CropRules:
    """The dated constants of the crop adjustment."""

    agrees_bps: int
    conflicts_bps: int
    sold_bps: int
    mu_min: float
    points_agrees: float
    points_conflicts: float

    @classmethod
    def of(cls, policy: PolicyOn) -> CropRules:
        """Read `crop.planted`, `crop.sold`, `crop.visible` and `crop.points`.

        >>> from datetime import date
        >>> from suixin.kernel.policy import load_policy
        >>> CropRules.of(load_policy("social").on(date(2026, 6, 30))).sold_bps
        12000
        """
        planted, points = policy["crop.planted"], policy["crop.points"]
        return cls(
            agrees_bps=planted["agrees"],
            conflicts_bps=planted["conflicts"],
            sold_bps=policy["crop.sold"],
            mu_min=policy["crop.visible"]["area"] / MU_HUNDREDTHS,
            points_agrees=points["agrees"],
            points_conflicts=points["conflicts"],
        )

    def points(self, finding: CropFinding) -> float:
        """What a finding adds to the composite."""
        if finding in _CONFLICTS:
            return self.points_conflicts
        return self.points_agrees if finding is CropFinding.AGREES else 0.0


@dataclass(frozen=True, slots=True)
class Crop:
    """The crop adjustment, one row a subject: points, whether to alert, and what was found."""

    points: Floats
    alert: Bools
    findings: tuple[CropFinding, ...]


@dataclass(frozen=True, slots=True)
class Harvests:
    """What each subject sold and what a mu can give.

    `sold_kg` by (subject id, crop), in kilograms as harvested (goods divided by their processing
    yield); `yield_max` by crop, the greatest harvest in kilograms a mu. Crops without a yield
    cannot be told by their sales.
    """

    sold_kg: Mapping[tuple[str, str], float] = field(default_factory=dict)
    yield_max: Mapping[str, float] = field(default_factory=dict)


def crop_adjustment(
    feeds: FeedsOn, subjects: Subjects, policy: PolicyOn, harvests: Harvests
) -> Crop:
    """Points of the composite for what field and sales say of each other."""
    rules = CropRules.of(policy)
    findings = [CropFinding.NO_PARCEL] * len(subjects)
    for row, parcels in _parcels(feeds, subjects, policy).items():
        found = [
            finding(
                grown,
                sold_kg=harvests.sold_kg.get((subjects.ids[row], crop), 0.0),
                yield_max=harvests.yield_max.get(crop),
                rules=rules,
            )
            for crop, grown in _by_crop(parcels).items()
        ]
        # One conflict outweighs any agreement; one agreement is enough where the rest is silent.
        findings[row] = min(
            found, key=lambda one: (rules.points(one) >= 0, -rules.points(one), one)
        )
    points = np.array([rules.points(one) for one in findings])
    return Crop(points, np.array([one in _CONFLICTS for one in findings], bool), tuple(findings))


def finding(
    parcels: list[Parcel], *, sold_kg: float, yield_max: float | None, rules: CropRules
) -> CropFinding:
    """What the parcels of one crop and its sales say together.

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> rules = CropRules.of(load_policy("social").on(date(2026, 6, 30)))
    >>> grown = [Parcel("apple", declared_mu=5.0, planted_mu=4.5)]
    >>> finding(grown, sold_kg=24_300, yield_max=4500, rules=rules)
    <CropFinding.AGREES: 'CROP_AGREES'>
    >>> finding(grown, sold_kg=24_301, yield_max=4500, rules=rules)
    <CropFinding.SOLD_ABOVE: 'CROP_SOLD_ABOVE'>
    """
    if sum(parcel.declared_mu for parcel in parcels) < rules.mu_min:
        return CropFinding.CANNOT_TELL
    return _TABLE[_satellite(parcels, rules), _sales(parcels, sold_kg, yield_max, rules)]


def _satellite(parcels: list[Parcel], rules: CropRules) -> View:
    """A conflicting parcel conflicts for all; the others that can be told must all agree."""
    shares = [
        parcel.planted_mu / parcel.declared_mu * BPS
        for parcel in parcels
        if parcel.planted_mu is not None and parcel.declared_mu >= rules.mu_min
    ]
    if not shares:
        return View.UNKNOWN
    if min(shares) < rules.conflicts_bps:
        return View.CONFLICTS
    return View.AGREES if min(shares) >= rules.agrees_bps else View.UNKNOWN


def _sales(
    parcels: list[Parcel], sold_kg: float, yield_max: float | None, rules: CropRules
) -> View:
    """Sales against what the planted area can give; where nobody can tell it, the declared."""
    if yield_max is None or sold_kg <= 0:
        return View.UNKNOWN
    planted = sum(p.declared_mu if p.planted_mu is None else p.planted_mu for p in parcels)
    return View.CONFLICTS if sold_kg > planted * yield_max * rules.sold_bps / BPS else View.AGREES


def _by_crop(parcels: list[Parcel]) -> dict[str, list[Parcel]]:
    grown: dict[str, list[Parcel]] = defaultdict(list)
    for parcel in parcels:
        grown[parcel.crop].append(parcel)
    return grown


def _parcels(feeds: FeedsOn, subjects: Subjects, policy: PolicyOn) -> dict[int, list[Parcel]]:
    """The parcels of each subject (by row), with the best view of the latest season."""
    declared = (
        feeds.frame("parcels")
        .select("parcel", "declared_crop", "polygon", "area_mu_hundredths", party="holder")
        .join(subjects.frame.select("party", "row"), on="party")
    )
    seen = _planted_shares(feeds, policy)
    found = subjects.engine.fetch(declared.join(seen, on="parcel", how="left"))
    grown: dict[int, list[Parcel]] = defaultdict(list)
    for at in np.lexsort((found["parcel"].astype(str), found["row"])).tolist():
        inside, share = area_mu(found["polygon"][at]), float(found["planted_bps"][at])
        planted = None if inside is None or math.isnan(share) else inside * share / BPS
        mu = found["area_mu_hundredths"][at] / MU_HUNDREDTHS
        grown[int(found["row"][at])].append(Parcel(found["declared_crop"][at], float(mu), planted))
    return grown


def _planted_shares(feeds: FeedsOn, policy: PolicyOn) -> Frame:
    """Columns parcel, planted_bps: of its pixels, on the season's best clear day.

    After the harvest a field is bare, so the best day says what was planted.
    """
    col, visible, today = nw.col, policy["crop.visible"], epoch_day(feeds.day)
    return (
        feeds.frame("parcel_observations")
        .filter(
            col("observed_on") > today - visible["days"],
            col("observed_on") <= today,
            col("clear_bps") >= visible["clear"],
            col("pixels") >= visible["pixels"],
            ~col("planted_pixels").is_null(),
        )
        .with_columns(planted_bps=col("planted_pixels") * BPS // col("pixels"))
        .group_by("parcel")
        .agg(planted_bps=col("planted_bps").max())
    )

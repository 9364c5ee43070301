"""Crop calendar: when a crop is harvested in a county, so when a loan for it can be repaid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from suixin.data.errors import InputError
from suixin.data.feed import nearest
from suixin.kernel.policy import PolicyOn


@dataclass(frozen=True, slots=True)
class CropRules:
    """Last harvest day of each crop as (month, day), days to sell it, days later by place."""

    last: Mapping[str, tuple[int, int]]
    selling_days: Mapping[str, int]
    shift_days: Mapping[str, Mapping[str, int]]

    @classmethod
    def from_policy(cls, categories: PolicyOn, calendar: PolicyOn) -> CropRules:
        """Read the harvest of every category that has one, and `crop_calendar.shift`.

        >>> from suixin.kernel.policy import load_policy
        >>> day = date(2026, 3, 10)
        >>> rules = CropRules.from_policy(
        ...     load_policy("categories").on(day), load_policy("crop_calendar").on(day))
        >>> rules.last["apple"], rules.selling_days["apple"], len(rules.last) >= 10
        ((10, 15), 30, True)
        """
        grown = {row["crop"]: row for row in categories["categories"] if row["harvest"]}
        return cls(
            last={crop: _month_day(row["harvest"][-1][1]) for crop, row in grown.items()},
            selling_days={crop: row["selling_days"] for crop, row in grown.items()},
            shift_days={row["code"]: row["days"] for row in calendar["crop_calendar.shift"]},
        )

    def later_days(self, crop: str, village_code: str) -> int:
        """Days by which a place harvests a crop later: the longest code that tells of it decides.

        >>> rules = CropRules({}, {}, {"61": {"apple": 0}, "610630": {"apple": 5}})
        >>> rules.later_days("apple", "610630205001"), rules.later_days("rice", "610630205001")
        (5, 0)
        """
        codes = (village_code[:length] for length in range(len(village_code), 0, -1))
        told = (self.shift_days[code] for code in codes if code in self.shift_days)
        return next((days[crop] for days in told if crop in days), 0)


def harvest_due(crop: str, on: date, rules: CropRules, *, village_code: str = "") -> date:
    """The day by which a crop not yet wholly harvested on a day is sold: the nominal due day.

    The harvest in the region counts; one that ended before `on` is over, so next year's is meant.
    Raises `InputError` NO_CROP. Source: formulas §17 (C11).

    >>> from suixin.kernel.policy import load_policy
    >>> day = date(2026, 3, 10)
    >>> rules = CropRules.from_policy(
    ...     load_policy("categories").on(day), load_policy("crop_calendar").on(day))
    >>> harvest_due("apple", day, rules).isoformat()
    '2026-11-14'
    """
    if crop not in rules.last:
        near = nearest(crop, rules.last)
        hint = f"Did you mean {near}?" if near else f"Known: {', '.join(sorted(rules.last))}."
        raise InputError("NO_CROP", f"The crop calendar has no crop {crop}.", hint)
    later = timedelta(days=rules.later_days(crop, village_code))
    ends = (date(year, *rules.last[crop]) + later for year in range(on.year - 1, on.year + 3))
    return next(end for end in ends if end >= on) + timedelta(days=rules.selling_days[crop])


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)

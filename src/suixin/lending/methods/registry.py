"""The methods a sheet may name, and how each is made from the sheet's settings and the case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.money import Rounding, round_by
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.lending.methods.bullet import Bullet
from suixin.lending.methods.crop_calendar import CropCalendar
from suixin.lending.methods.dividend_first import DividendFirst
from suixin.lending.methods.equal_instalment import EqualInstalment
from suixin.lending.methods.equal_principal import EqualPrincipal
from suixin.lending.methods.free import Free
from suixin.lending.methods.interest_first import InterestFirst
from suixin.lending.methods.revolving import Revolving
from suixin.lending.methods.sales_sweep import SalesSweep
from suixin.lending.methods.span import Method


@dataclass(frozen=True, slots=True)
class Case:
    """What of a loan a method may need beside its sheet's settings."""

    principal_fen: int
    rounding: Rounding = "half_up"
    harvest_due: date | None = None
    distributed: tuple[date, ...] = ()
    rows: tuple[tuple[date, int], ...] = ()


Settings = Mapping[str, int]


def method(name: str, settings: Settings, case: Case) -> Method:
    """The method of that name; raises `InputError` where the case lacks what it needs.

    >>> method("sales_sweep", {"floor_bps": 500, "share_bps": 2_000}, Case(20_000_00))
    SalesSweep(floor_fen=100000, share_bps=2000)
    """
    return METHODS[name](settings, case)


def _equal_instalment(settings: Settings, case: Case) -> Method:
    return EqualInstalment(settings.get("multiple_fen", 1), settings.get("smoothing", 0))


def _sales_sweep(settings: Settings, case: Case) -> Method:
    floor_bps = case.principal_fen * settings.get("floor_bps", 0)
    floor = round_by(case.rounding, floor_bps, BPS_PER_WHOLE)
    return SalesSweep(floor, settings.get("share_bps", BPS_PER_WHOLE))


def _revolving(settings: Settings, case: Case) -> Method:
    return Revolving(settings.get("demand_day", Revolving().demand_day))


def _crop_calendar(settings: Settings, case: Case) -> Method:
    if case.harvest_due is None:
        raise InputError("CROP", "A loan due after harvest needs its crop.", "Name the crop.")
    return CropCalendar(case.harvest_due)


def _free(settings: Settings, case: Case) -> Method:
    return Free(case.rows)


METHODS: Final[Mapping[str, Callable[[Settings, Case], Method]]] = MappingProxyType(
    {
        "equal_instalment": _equal_instalment,
        "equal_principal": lambda settings, case: EqualPrincipal(),
        "bullet": lambda settings, case: Bullet(),
        "interest_first": lambda settings, case: InterestFirst(),
        "revolving": _revolving,
        "crop_calendar": _crop_calendar,
        "sales_sweep": _sales_sweep,
        "dividend_first": lambda settings, case: DividendFirst(case.distributed),
        "free": _free,
    }
)

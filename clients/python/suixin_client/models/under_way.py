from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="UnderWay")


@_attrs_define
class UnderWay:
    """A day that is being ended, or was begun and left: `step` is working or closing.

    Attributes:
        day (datetime.date):
        step (str):
        to_work (int):
        worked (int):
        begun_at (datetime.datetime):
    """

    day: datetime.date
    step: str
    to_work: int
    worked: int
    begun_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        day = self.day.isoformat()

        step = self.step

        to_work = self.to_work

        worked = self.worked

        begun_at = self.begun_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "day": day,
                "step": step,
                "to_work": to_work,
                "worked": worked,
                "begun_at": begun_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        day = datetime.date.fromisoformat(d.pop("day"))

        step = d.pop("step")

        to_work = d.pop("to_work")

        worked = d.pop("worked")

        begun_at = datetime.datetime.fromisoformat(d.pop("begun_at"))

        under_way = cls(
            day=day,
            step=step,
            to_work=to_work,
            worked=worked,
            begun_at=begun_at,
        )

        under_way.additional_properties = d
        return under_way

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

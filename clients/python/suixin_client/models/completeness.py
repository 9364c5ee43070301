from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Completeness")


@_attrs_define
class Completeness:
    """How much of what could be known of an institution's subjects is connected (C04).

    Attributes:
        on (datetime.date):
        subjects (int):
        mean_bps (int):
        scored (int):
        thin_files (int):
        without_facts (int):
    """

    on: datetime.date
    subjects: int
    mean_bps: int
    scored: int
    thin_files: int
    without_facts: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        on = self.on.isoformat()

        subjects = self.subjects

        mean_bps = self.mean_bps

        scored = self.scored

        thin_files = self.thin_files

        without_facts = self.without_facts

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "on": on,
                "subjects": subjects,
                "mean_bps": mean_bps,
                "scored": scored,
                "thin_files": thin_files,
                "without_facts": without_facts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        on = datetime.date.fromisoformat(d.pop("on"))

        subjects = d.pop("subjects")

        mean_bps = d.pop("mean_bps")

        scored = d.pop("scored")

        thin_files = d.pop("thin_files")

        without_facts = d.pop("without_facts")

        completeness = cls(
            on=on,
            subjects=subjects,
            mean_bps=mean_bps,
            scored=scored,
            thin_files=thin_files,
            without_facts=without_facts,
        )

        completeness.additional_properties = d
        return completeness

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

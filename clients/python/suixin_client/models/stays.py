from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Stays")


@_attrs_define
class Stays:
    """What is kept of a person who is erased: until when, and by which text; `fields` in clear.

    Attributes:
        what (str):
        until (datetime.date):
        reference (str):
        fields (list[str]):
    """

    what: str
    until: datetime.date
    reference: str
    fields: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        what = self.what

        until = self.until.isoformat()

        reference = self.reference

        fields = self.fields

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "what": what,
                "until": until,
                "reference": reference,
                "fields": fields,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        what = d.pop("what")

        until = datetime.date.fromisoformat(d.pop("until"))

        reference = d.pop("reference")

        fields = cast(list[str], d.pop("fields"))

        stays = cls(
            what=what,
            until=until,
            reference=reference,
            fields=fields,
        )

        stays.additional_properties = d
        return stays

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

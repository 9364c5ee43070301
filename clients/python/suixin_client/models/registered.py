from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset


T = TypeVar("T", bound="Registered")


@_attrs_define
class Registered:
    """A party as an institution knows it, and nothing personal.

    Attributes:
        party_id (str):
        kind (str):
        village_code (str | Unset):  Default: ''.
        household_id (str | Unset):  Default: ''.
    """

    party_id: str
    kind: str
    village_code: str | Unset = ""
    household_id: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        party_id = self.party_id

        kind = self.kind

        village_code = self.village_code

        household_id = self.household_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "party_id": party_id,
                "kind": kind,
            }
        )
        if village_code is not UNSET:
            field_dict["village_code"] = village_code
        if household_id is not UNSET:
            field_dict["household_id"] = household_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        party_id = d.pop("party_id")

        kind = d.pop("kind")

        village_code = d.pop("village_code", UNSET)

        household_id = d.pop("household_id", UNSET)

        registered = cls(
            party_id=party_id,
            kind=kind,
            village_code=village_code,
            household_id=household_id,
        )

        registered.additional_properties = d
        return registered

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

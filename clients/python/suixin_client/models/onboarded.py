from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset


T = TypeVar("T", bound="Onboarded")


@_attrs_define
class Onboarded:
    """What came of taking a party on.

    `new`: it was entered now. Else nothing was: `known` says that its identity number is of
    `party_id` already, which is empty where the caller may not see that party.

        Attributes:
            party_id (str):
            new (bool):
            known (bool):
            record (str | Unset):  Default: ''.
    """

    party_id: str
    new: bool
    known: bool
    record: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        party_id = self.party_id

        new = self.new

        known = self.known

        record = self.record

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "party_id": party_id,
                "new": new,
                "known": known,
            }
        )
        if record is not UNSET:
            field_dict["record"] = record

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        party_id = d.pop("party_id")

        new = d.pop("new")

        known = d.pop("known")

        record = d.pop("record", UNSET)

        onboarded = cls(
            party_id=party_id,
            new=new,
            known=known,
            record=record,
        )

        onboarded.additional_properties = d
        return onboarded

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

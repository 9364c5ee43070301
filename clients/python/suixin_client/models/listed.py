from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Listed")


@_attrs_define
class Listed:
    """One who may be paid, without what is sealed of him; `blocked_by` is a line that came back.

    Attributes:
        listed (str):
        party (str):
        person (bool):
        bank_number (str):
        listed_on (datetime.date):
        blocked_by (str):
    """

    listed: str
    party: str
    person: bool
    bank_number: str
    listed_on: datetime.date
    blocked_by: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        listed = self.listed

        party = self.party

        person = self.person

        bank_number = self.bank_number

        listed_on = self.listed_on.isoformat()

        blocked_by = self.blocked_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "listed": listed,
                "party": party,
                "person": person,
                "bank_number": bank_number,
                "listed_on": listed_on,
                "blocked_by": blocked_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        listed = d.pop("listed")

        party = d.pop("party")

        person = d.pop("person")

        bank_number = d.pop("bank_number")

        listed_on = datetime.date.fromisoformat(d.pop("listed_on"))

        blocked_by = d.pop("blocked_by")

        listed = cls(
            listed=listed,
            party=party,
            person=person,
            bank_number=bank_number,
            listed_on=listed_on,
            blocked_by=blocked_by,
        )

        listed.additional_properties = d
        return listed

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

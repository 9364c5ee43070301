from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset


T = TypeVar("T", bound="Listing")


@_attrs_define
class Listing:
    """Who may be paid, and where his bank is; name and numbers are those sealed of him.

    Attributes:
        party (str):
        bank_number (str):
        why (str):
        person (bool | Unset):  Default: False.
    """

    party: str
    bank_number: str
    why: str
    person: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        party = self.party

        bank_number = self.bank_number

        why = self.why

        person = self.person

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "party": party,
                "bank_number": bank_number,
                "why": why,
            }
        )
        if person is not UNSET:
            field_dict["person"] = person

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        party = d.pop("party")

        bank_number = d.pop("bank_number")

        why = d.pop("why")

        person = d.pop("person", UNSET)

        listing = cls(
            party=party,
            bank_number=bank_number,
            why=why,
            person=person,
        )

        return listing

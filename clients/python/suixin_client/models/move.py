from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Move")


@_attrs_define
class Move:
    """A step of a payment, with who made it and why.

    Attributes:
        was (str):
        became (str):
        by (str):
        why (str):
        at (datetime.datetime):
    """

    was: str
    became: str
    by: str
    why: str
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        was = self.was

        became = self.became

        by = self.by

        why = self.why

        at = self.at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "was": was,
                "became": became,
                "by": by,
                "why": why,
                "at": at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        was = d.pop("was")

        became = d.pop("became")

        by = d.pop("by")

        why = d.pop("why")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        move = cls(
            was=was,
            became=became,
            by=by,
            why=why,
            at=at,
        )

        move.additional_properties = d
        return move

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

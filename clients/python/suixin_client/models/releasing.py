from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.way import Way
from ..types import UNSET, Unset


T = TypeVar("T", bound="Releasing")


@_attrs_define
class Releasing:
    """What a case, a payee or a payment is to be made of.

    Attributes:
        way (Way): What two people may make of a case, a payee or a payment.
        subject (str):
        why (str):
        name (str | Unset):  Default: ''.
    """

    way: Way
    subject: str
    why: str
    name: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        way = self.way.value

        subject = self.subject

        why = self.why

        name = self.name

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "way": way,
                "subject": subject,
                "why": why,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        way = Way(d.pop("way"))

        subject = d.pop("subject")

        why = d.pop("why")

        name = d.pop("name", UNSET)

        releasing = cls(
            way=way,
            subject=subject,
            why=why,
            name=name,
        )

        return releasing

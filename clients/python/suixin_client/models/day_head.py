from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="DayHead")


@_attrs_define
class DayHead:
    """The last head of a day: as it was signed, may be proceeded on, or is final; and by whom.

    Attributes:
        on (datetime.date):
        kind (str):
        size (int):
        note (str):
        signed_at (datetime.datetime):
        signers (list[str]):
    """

    on: datetime.date
    kind: str
    size: int
    note: str
    signed_at: datetime.datetime
    signers: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        on = self.on.isoformat()

        kind = self.kind

        size = self.size

        note = self.note

        signed_at = self.signed_at.isoformat()

        signers = self.signers

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "on": on,
                "kind": kind,
                "size": size,
                "note": note,
                "signed_at": signed_at,
                "signers": signers,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        on = datetime.date.fromisoformat(d.pop("on"))

        kind = d.pop("kind")

        size = d.pop("size")

        note = d.pop("note")

        signed_at = datetime.datetime.fromisoformat(d.pop("signed_at"))

        signers = cast(list[str], d.pop("signers"))

        day_head = cls(
            on=on,
            kind=kind,
            size=size,
            note=note,
            signed_at=signed_at,
            signers=signers,
        )

        day_head.additional_properties = d
        return day_head

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

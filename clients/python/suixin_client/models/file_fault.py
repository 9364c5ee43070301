from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="FileFault")


@_attrs_define
class FileFault:
    """A file of the bank's that is refused as it stands, and what to do.

    Attributes:
        name (str):
        code (str):
        message (str):
        hint (str):
        since (datetime.date):
    """

    name: str
    code: str
    message: str
    hint: str
    since: datetime.date
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        code = self.code

        message = self.message

        hint = self.hint

        since = self.since.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "code": code,
                "message": message,
                "hint": hint,
                "since": since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        code = d.pop("code")

        message = d.pop("message")

        hint = d.pop("hint")

        since = datetime.date.fromisoformat(d.pop("since"))

        file_fault = cls(
            name=name,
            code=code,
            message=message,
            hint=hint,
            since=since,
        )

        file_fault.additional_properties = d
        return file_fault

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="RecordNamed")


@_attrs_define
class RecordNamed:
    """A record: its name, its leaf in the log, its kind, and when it was told.

    Attributes:
        record (str):
        leaf (str):
        kind (str):
        told_at (datetime.datetime):
    """

    record: str
    leaf: str
    kind: str
    told_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        record = self.record

        leaf = self.leaf

        kind = self.kind

        told_at = self.told_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "record": record,
                "leaf": leaf,
                "kind": kind,
                "told_at": told_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        record = d.pop("record")

        leaf = d.pop("leaf")

        kind = d.pop("kind")

        told_at = datetime.datetime.fromisoformat(d.pop("told_at"))

        record_named = cls(
            record=record,
            leaf=leaf,
            kind=kind,
            told_at=told_at,
        )

        record_named.additional_properties = d
        return record_named

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

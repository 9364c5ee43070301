from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Noted")


@_attrs_define
class Noted:
    """That a reader asked for facts of a subject, and what he was shown.

    Attributes:
        read (str):
        reader (str):
        feed (str):
        subject (str):
        purpose (str):
        shown (list[str]):
        masked (list[str]):
        refused (str):
        rows (int):
        lag_seconds (int | None):
        at (datetime.datetime):
    """

    read: str
    reader: str
    feed: str
    subject: str
    purpose: str
    shown: list[str]
    masked: list[str]
    refused: str
    rows: int
    lag_seconds: int | None
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        read = self.read

        reader = self.reader

        feed = self.feed

        subject = self.subject

        purpose = self.purpose

        shown = self.shown

        masked = self.masked

        refused = self.refused

        rows = self.rows

        lag_seconds: int | None
        lag_seconds = self.lag_seconds

        at = self.at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "read": read,
                "reader": reader,
                "feed": feed,
                "subject": subject,
                "purpose": purpose,
                "shown": shown,
                "masked": masked,
                "refused": refused,
                "rows": rows,
                "lag_seconds": lag_seconds,
                "at": at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        read = d.pop("read")

        reader = d.pop("reader")

        feed = d.pop("feed")

        subject = d.pop("subject")

        purpose = d.pop("purpose")

        shown = cast(list[str], d.pop("shown"))

        masked = cast(list[str], d.pop("masked"))

        refused = d.pop("refused")

        rows = d.pop("rows")

        def _parse_lag_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        lag_seconds = _parse_lag_seconds(d.pop("lag_seconds"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        noted = cls(
            read=read,
            reader=reader,
            feed=feed,
            subject=subject,
            purpose=purpose,
            shown=shown,
            masked=masked,
            refused=refused,
            rows=rows,
            lag_seconds=lag_seconds,
            at=at,
        )

        noted.additional_properties = d
        return noted

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

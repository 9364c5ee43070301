from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.purpose import Purpose
from typing import cast

if TYPE_CHECKING:
    from ..models.shared_masks import SharedMasks
    from ..models.shared_rows_item import SharedRowsItem


T = TypeVar("T", bound="Shared")


@_attrs_define
class Shared:
    """Facts of a subject as a reader is shown them; `hidden` names what it was not granted.

    `lag_seconds` is the middle of how long the rows took from happening to being known here.

        Attributes:
            read (str):
            feed (str):
            subject (str):
            purpose (Purpose): For what a reader may read.
            rows (list[SharedRowsItem]):
            masks (SharedMasks):
            hidden (list[str]):
            whole (bool):
            lag_seconds (int | None):
    """

    read: str
    feed: str
    subject: str
    purpose: Purpose
    rows: list[SharedRowsItem]
    masks: SharedMasks
    hidden: list[str]
    whole: bool
    lag_seconds: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.shared_masks import SharedMasks  # noqa: PLC0415
        from ..models.shared_rows_item import SharedRowsItem  # noqa: PLC0415

        read = self.read

        feed = self.feed

        subject = self.subject

        purpose = self.purpose.value

        rows = []
        for rows_item_data in self.rows:
            rows_item = rows_item_data.to_dict()
            rows.append(rows_item)

        masks = self.masks.to_dict()

        hidden = self.hidden

        whole = self.whole

        lag_seconds: int | None
        lag_seconds = self.lag_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "read": read,
                "feed": feed,
                "subject": subject,
                "purpose": purpose,
                "rows": rows,
                "masks": masks,
                "hidden": hidden,
                "whole": whole,
                "lag_seconds": lag_seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.shared_masks import SharedMasks  # noqa: PLC0415
        from ..models.shared_rows_item import SharedRowsItem  # noqa: PLC0415

        d = dict(src_dict)
        read = d.pop("read")

        feed = d.pop("feed")

        subject = d.pop("subject")

        purpose = Purpose(d.pop("purpose"))

        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:
            rows_item = SharedRowsItem.from_dict(rows_item_data)

            rows.append(rows_item)

        masks = SharedMasks.from_dict(d.pop("masks"))

        hidden = cast(list[str], d.pop("hidden"))

        whole = d.pop("whole")

        def _parse_lag_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        lag_seconds = _parse_lag_seconds(d.pop("lag_seconds"))

        shared = cls(
            read=read,
            feed=feed,
            subject=subject,
            purpose=purpose,
            rows=rows,
            masks=masks,
            hidden=hidden,
            whole=whole,
            lag_seconds=lag_seconds,
        )

        shared.additional_properties = d
        return shared

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

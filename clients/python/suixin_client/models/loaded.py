from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.loaded_feeds import LoadedFeeds
    from ..models.set_aside import SetAside


T = TypeVar("T", bound="Loaded")


@_attrs_define
class Loaded:
    """What became of a load: rows by feed, and those set aside, the first of them with their place.

    `again`: it was loaded before under this key, and nothing was done.

        Attributes:
            batch (str):
            feeds (LoadedFeeds):
            set_aside (list[SetAside]):
            set_aside_rows (int):
            notes (list[str]):
            again (bool | Unset):  Default: False.
    """

    batch: str
    feeds: LoadedFeeds
    set_aside: list[SetAside]
    set_aside_rows: int
    notes: list[str]
    again: bool | Unset = False
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.loaded_feeds import LoadedFeeds  # noqa: PLC0415
        from ..models.set_aside import SetAside  # noqa: PLC0415

        batch = self.batch

        feeds = self.feeds.to_dict()

        set_aside = []
        for set_aside_item_data in self.set_aside:
            set_aside_item = set_aside_item_data.to_dict()
            set_aside.append(set_aside_item)

        set_aside_rows = self.set_aside_rows

        notes = self.notes

        again = self.again

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "batch": batch,
                "feeds": feeds,
                "set_aside": set_aside,
                "set_aside_rows": set_aside_rows,
                "notes": notes,
            }
        )
        if again is not UNSET:
            field_dict["again"] = again

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.loaded_feeds import LoadedFeeds  # noqa: PLC0415
        from ..models.set_aside import SetAside  # noqa: PLC0415

        d = dict(src_dict)
        batch = d.pop("batch")

        feeds = LoadedFeeds.from_dict(d.pop("feeds"))

        set_aside = []
        _set_aside = d.pop("set_aside")
        for set_aside_item_data in _set_aside:
            set_aside_item = SetAside.from_dict(set_aside_item_data)

            set_aside.append(set_aside_item)

        set_aside_rows = d.pop("set_aside_rows")

        notes = cast(list[str], d.pop("notes"))

        again = d.pop("again", UNSET)

        loaded = cls(
            batch=batch,
            feeds=feeds,
            set_aside=set_aside,
            set_aside_rows=set_aside_rows,
            notes=notes,
            again=again,
        )

        loaded.additional_properties = d
        return loaded

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

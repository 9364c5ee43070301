from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.event_kind import EventKind
from typing import cast


T = TypeVar("T", bound="Wanted")


@_attrs_define
class Wanted:
    """Where a partner wants to be told of what.

    Attributes:
        url (str):
        kinds (list[EventKind]):
    """

    url: str
    kinds: list[EventKind]

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        kinds = []
        for kinds_item_data in self.kinds:
            kinds_item = kinds_item_data.value
            kinds.append(kinds_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
                "kinds": kinds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        kinds = []
        _kinds = d.pop("kinds")
        for kinds_item_data in _kinds:
            kinds_item = EventKind(kinds_item_data)

            kinds.append(kinds_item)

        wanted = cls(
            url=url,
            kinds=kinds,
        )

        return wanted

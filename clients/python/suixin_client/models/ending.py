from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Ending")


@_attrs_define
class Ending:
    """Which sharing ends.

    Attributes:
        reader (str):
        feed (str):
    """

    reader: str
    feed: str

    def to_dict(self) -> dict[str, Any]:
        reader = self.reader

        feed = self.feed

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reader": reader,
                "feed": feed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reader = d.pop("reader")

        feed = d.pop("feed")

        ending = cls(
            reader=reader,
            feed=feed,
        )

        return ending

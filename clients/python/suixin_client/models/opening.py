from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Opening")


@_attrs_define
class Opening:
    """A session's slot: whose it is, and its hours as epoch seconds.

    Attributes:
        slot (str):
        party (str):
        opens_at (int):
        closes_at (int):
    """

    slot: str
    party: str
    opens_at: int
    closes_at: int

    def to_dict(self) -> dict[str, Any]:
        slot = self.slot

        party = self.party

        opens_at = self.opens_at

        closes_at = self.closes_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "slot": slot,
                "party": party,
                "opens_at": opens_at,
                "closes_at": closes_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        slot = d.pop("slot")

        party = d.pop("party")

        opens_at = d.pop("opens_at")

        closes_at = d.pop("closes_at")

        opening = cls(
            slot=slot,
            party=party,
            opens_at=opens_at,
            closes_at=closes_at,
        )

        return opening

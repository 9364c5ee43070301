from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Owed")


@_attrs_define
class Owed:
    """What is owed to a party: in all, what waits for the day's end, what is on its way to it.

    Attributes:
        party (str):
        fen (int):
        unworked_fen (int):
        on_its_way_fen (int):
    """

    party: str
    fen: int
    unworked_fen: int
    on_its_way_fen: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        party = self.party

        fen = self.fen

        unworked_fen = self.unworked_fen

        on_its_way_fen = self.on_its_way_fen

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "party": party,
                "fen": fen,
                "unworked_fen": unworked_fen,
                "on_its_way_fen": on_its_way_fen,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        party = d.pop("party")

        fen = d.pop("fen")

        unworked_fen = d.pop("unworked_fen")

        on_its_way_fen = d.pop("on_its_way_fen")

        owed = cls(
            party=party,
            fen=fen,
            unworked_fen=unworked_fen,
            on_its_way_fen=on_its_way_fen,
        )

        owed.additional_properties = d
        return owed

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

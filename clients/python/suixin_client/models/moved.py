from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Moved")


@_attrs_define
class Moved:
    """One move of a slot's limit, in words; `number` counts them from 1.

    Attributes:
        number (int):
        at (int):
        from_bps (int):
        to_bps (int):
        limit_fen (int):
        why (str):
        zh (str):
        en (str):
    """

    number: int
    at: int
    from_bps: int
    to_bps: int
    limit_fen: int
    why: str
    zh: str
    en: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        number = self.number

        at = self.at

        from_bps = self.from_bps

        to_bps = self.to_bps

        limit_fen = self.limit_fen

        why = self.why

        zh = self.zh

        en = self.en

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "number": number,
                "at": at,
                "from_bps": from_bps,
                "to_bps": to_bps,
                "limit_fen": limit_fen,
                "why": why,
                "zh": zh,
                "en": en,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        number = d.pop("number")

        at = d.pop("at")

        from_bps = d.pop("from_bps")

        to_bps = d.pop("to_bps")

        limit_fen = d.pop("limit_fen")

        why = d.pop("why")

        zh = d.pop("zh")

        en = d.pop("en")

        moved = cls(
            number=number,
            at=at,
            from_bps=from_bps,
            to_bps=to_bps,
            limit_fen=limit_fen,
            why=why,
            zh=zh,
            en=en,
        )

        moved.additional_properties = d
        return moved

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

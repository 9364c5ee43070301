from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Draw")


@_attrs_define
class Draw:
    """How much is asked for.

    Attributes:
        fen (int):
    """

    fen: int

    def to_dict(self) -> dict[str, Any]:
        fen = self.fen

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "fen": fen,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        fen = d.pop("fen")

        draw = cls(
            fen=fen,
        )

        return draw

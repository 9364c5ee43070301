from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Disbursing")


@_attrs_define
class Disbursing:
    """How much is to be paid out, and why.

    Attributes:
        fen (int):
        why (str):
    """

    fen: int
    why: str

    def to_dict(self) -> dict[str, Any]:
        fen = self.fen

        why = self.why

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "fen": fen,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        fen = d.pop("fen")

        why = d.pop("why")

        disbursing = cls(
            fen=fen,
            why=why,
        )

        return disbursing

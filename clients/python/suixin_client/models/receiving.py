from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Receiving")


@_attrs_define
class Receiving:
    """Money that came, counted from the day `on`.

    Attributes:
        fen (int):
        on (datetime.date):
    """

    fen: int
    on: datetime.date

    def to_dict(self) -> dict[str, Any]:
        fen = self.fen

        on = self.on.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "fen": fen,
                "on": on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        fen = d.pop("fen")

        on = datetime.date.fromisoformat(d.pop("on"))

        receiving = cls(
            fen=fen,
            on=on,
        )

        return receiving

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime


T = TypeVar("T", bound="Recovering")


@_attrs_define
class Recovering:
    """What came back of a bad loan, and what it cost.

    Attributes:
        fen (int):
        on (datetime.date):
        costs_fen (int | Unset):  Default: 0.
    """

    fen: int
    on: datetime.date
    costs_fen: int | Unset = 0

    def to_dict(self) -> dict[str, Any]:
        fen = self.fen

        on = self.on.isoformat()

        costs_fen = self.costs_fen

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "fen": fen,
                "on": on,
            }
        )
        if costs_fen is not UNSET:
            field_dict["costs_fen"] = costs_fen

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        fen = d.pop("fen")

        on = datetime.date.fromisoformat(d.pop("on"))

        costs_fen = d.pop("costs_fen", UNSET)

        recovering = cls(
            fen=fen,
            on=on,
            costs_fen=costs_fen,
        )

        return recovering

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Contribution")


@_attrs_define
class Contribution:
    """Money that came into a tier of the fund.

    Attributes:
        tier (str):
        fen (int):
        on (datetime.date):
    """

    tier: str
    fen: int
    on: datetime.date

    def to_dict(self) -> dict[str, Any]:
        tier = self.tier

        fen = self.fen

        on = self.on.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "tier": tier,
                "fen": fen,
                "on": on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        tier = d.pop("tier")

        fen = d.pop("fen")

        on = datetime.date.fromisoformat(d.pop("on"))

        contribution = cls(
            tier=tier,
            fen=fen,
            on=on,
        )

        return contribution

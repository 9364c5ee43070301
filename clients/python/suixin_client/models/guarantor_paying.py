from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="GuarantorPaying")


@_attrs_define
class GuarantorPaying:
    """What a guarantor paid, counted from the day `on`.

    Attributes:
        guarantor (str):
        fen (int):
        on (datetime.date):
    """

    guarantor: str
    fen: int
    on: datetime.date

    def to_dict(self) -> dict[str, Any]:
        guarantor = self.guarantor

        fen = self.fen

        on = self.on.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "guarantor": guarantor,
                "fen": fen,
                "on": on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        guarantor = d.pop("guarantor")

        fen = d.pop("fen")

        on = datetime.date.fromisoformat(d.pop("on"))

        guarantor_paying = cls(
            guarantor=guarantor,
            fen=fen,
            on=on,
        )

        return guarantor_paying

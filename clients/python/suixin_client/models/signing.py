from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime


T = TypeVar("T", bound="Signing")


@_attrs_define
class Signing:
    """What somebody signs to bear, and both as he said them back.

    Attributes:
        guarantor (str):
        cap_fen (int):
        until (datetime.date):
        read_fen (int):
        read_until (datetime.date):
        joint (bool | Unset):  Default: True.
    """

    guarantor: str
    cap_fen: int
    until: datetime.date
    read_fen: int
    read_until: datetime.date
    joint: bool | Unset = True

    def to_dict(self) -> dict[str, Any]:
        guarantor = self.guarantor

        cap_fen = self.cap_fen

        until = self.until.isoformat()

        read_fen = self.read_fen

        read_until = self.read_until.isoformat()

        joint = self.joint

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "guarantor": guarantor,
                "cap_fen": cap_fen,
                "until": until,
                "read_fen": read_fen,
                "read_until": read_until,
            }
        )
        if joint is not UNSET:
            field_dict["joint"] = joint

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        guarantor = d.pop("guarantor")

        cap_fen = d.pop("cap_fen")

        until = datetime.date.fromisoformat(d.pop("until"))

        read_fen = d.pop("read_fen")

        read_until = datetime.date.fromisoformat(d.pop("read_until"))

        joint = d.pop("joint", UNSET)

        signing = cls(
            guarantor=guarantor,
            cap_fen=cap_fen,
            until=until,
            read_fen=read_fen,
            read_until=read_until,
            joint=joint,
        )

        return signing

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="BackerAsked")


@_attrs_define
class BackerAsked:
    """Who shall stand for a loan, and for how much of it at most.

    Attributes:
        party (str):
        cap_fen (int):
    """

    party: str
    cap_fen: int

    def to_dict(self) -> dict[str, Any]:
        party = self.party

        cap_fen = self.cap_fen

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "party": party,
                "cap_fen": cap_fen,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        party = d.pop("party")

        cap_fen = d.pop("cap_fen")

        backer_asked = cls(
            party=party,
            cap_fen=cap_fen,
        )

        return backer_asked

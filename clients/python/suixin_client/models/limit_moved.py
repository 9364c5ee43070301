from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="LimitMoved")


@_attrs_define
class LimitMoved:
    """One move of a limit, in fen: from, to, why, and what the file asked for.

    Attributes:
        on (datetime.date):
        from_fen (int):
        to_fen (int):
        move (str):
        target_fen (int):
        drawn_fen (int):
        flags (list[str]):
    """

    on: datetime.date
    from_fen: int
    to_fen: int
    move: str
    target_fen: int
    drawn_fen: int
    flags: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        on = self.on.isoformat()

        from_fen = self.from_fen

        to_fen = self.to_fen

        move = self.move

        target_fen = self.target_fen

        drawn_fen = self.drawn_fen

        flags = self.flags

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "on": on,
                "from_fen": from_fen,
                "to_fen": to_fen,
                "move": move,
                "target_fen": target_fen,
                "drawn_fen": drawn_fen,
                "flags": flags,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        on = datetime.date.fromisoformat(d.pop("on"))

        from_fen = d.pop("from_fen")

        to_fen = d.pop("to_fen")

        move = d.pop("move")

        target_fen = d.pop("target_fen")

        drawn_fen = d.pop("drawn_fen")

        flags = cast(list[str], d.pop("flags"))

        limit_moved = cls(
            on=on,
            from_fen=from_fen,
            to_fen=to_fen,
            move=move,
            target_fen=target_fen,
            drawn_fen=drawn_fen,
            flags=flags,
        )

        limit_moved.additional_properties = d
        return limit_moved

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Correcting")


@_attrs_define
class Correcting:
    """Which event is taken back, and why.

    Attributes:
        event (str):
        why (str):
    """

    event: str
    why: str

    def to_dict(self) -> dict[str, Any]:
        event = self.event

        why = self.why

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "event": event,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        event = d.pop("event")

        why = d.pop("why")

        correcting = cls(
            event=event,
            why=why,
        )

        return correcting

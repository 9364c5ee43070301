from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast


T = TypeVar("T", bound="EventColumns")


@_attrs_define
class EventColumns:
    """Events in the order they came, as columns of one length.

    `viewer` and `device` are hashes, salted for the day; `value` seconds of dwell or fen.

        Attributes:
            slot (str):
            kind (list[str]):
            viewer (list[str]):
            device (list[str]):
            at (list[int]):
            value (list[int]):
            order (list[str]):
    """

    slot: str
    kind: list[str]
    viewer: list[str]
    device: list[str]
    at: list[int]
    value: list[int]
    order: list[str]

    def to_dict(self) -> dict[str, Any]:
        slot = self.slot

        kind = self.kind

        viewer = self.viewer

        device = self.device

        at = self.at

        value = self.value

        order = self.order

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "slot": slot,
                "kind": kind,
                "viewer": viewer,
                "device": device,
                "at": at,
                "value": value,
                "order": order,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        slot = d.pop("slot")

        kind = cast(list[str], d.pop("kind"))

        viewer = cast(list[str], d.pop("viewer"))

        device = cast(list[str], d.pop("device"))

        at = cast(list[int], d.pop("at"))

        value = cast(list[int], d.pop("value"))

        order = cast(list[str], d.pop("order"))

        event_columns = cls(
            slot=slot,
            kind=kind,
            viewer=viewer,
            device=device,
            at=at,
            value=value,
            order=order,
        )

        return event_columns

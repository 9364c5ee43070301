from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Called")


@_attrs_define
class Called:
    """What one guarantor was asked for in the how-many-th call, by when, and has paid since.

    Attributes:
        number (int):
        guarantor (str):
        asked_fen (int):
        paid_fen (int):
        cap_left_fen (int):
        on (datetime.date):
        due_on (datetime.date):
    """

    number: int
    guarantor: str
    asked_fen: int
    paid_fen: int
    cap_left_fen: int
    on: datetime.date
    due_on: datetime.date
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        number = self.number

        guarantor = self.guarantor

        asked_fen = self.asked_fen

        paid_fen = self.paid_fen

        cap_left_fen = self.cap_left_fen

        on = self.on.isoformat()

        due_on = self.due_on.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "number": number,
                "guarantor": guarantor,
                "asked_fen": asked_fen,
                "paid_fen": paid_fen,
                "cap_left_fen": cap_left_fen,
                "on": on,
                "due_on": due_on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        number = d.pop("number")

        guarantor = d.pop("guarantor")

        asked_fen = d.pop("asked_fen")

        paid_fen = d.pop("paid_fen")

        cap_left_fen = d.pop("cap_left_fen")

        on = datetime.date.fromisoformat(d.pop("on"))

        due_on = datetime.date.fromisoformat(d.pop("due_on"))

        called = cls(
            number=number,
            guarantor=guarantor,
            asked_fen=asked_fen,
            paid_fen=paid_fen,
            cap_left_fen=cap_left_fen,
            on=on,
            due_on=due_on,
        )

        called.additional_properties = d
        return called

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

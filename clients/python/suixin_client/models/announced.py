from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Announced")


@_attrs_define
class Announced:
    """A device tells of itself: its name, its public key (P-256, 65 bytes), what it is called.

    Attributes:
        device (str):
        public_key (str):
        title (str):
    """

    device: str
    public_key: str
    title: str

    def to_dict(self) -> dict[str, Any]:
        device = self.device

        public_key = self.public_key

        title = self.title

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "device": device,
                "public_key": public_key,
                "title": title,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        device = d.pop("device")

        public_key = d.pop("public_key")

        title = d.pop("title")

        announced = cls(
            device=device,
            public_key=public_key,
            title=title,
        )

        return announced

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Accepting")


@_attrs_define
class Accepting:
    """An offer that was read: its digest, and how long it was before the borrower's eyes.

    Attributes:
        offer (str):
        read_seconds (int):
    """

    offer: str
    read_seconds: int

    def to_dict(self) -> dict[str, Any]:
        offer = self.offer

        read_seconds = self.read_seconds

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "offer": offer,
                "read_seconds": read_seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        offer = d.pop("offer")

        read_seconds = d.pop("read_seconds")

        accepting = cls(
            offer=offer,
            read_seconds=read_seconds,
        )

        return accepting

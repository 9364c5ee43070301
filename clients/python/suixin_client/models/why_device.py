from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="WhyDevice")


@_attrs_define
class WhyDevice:
    """Why it is done.

    Attributes:
        why (str):
    """

    why: str

    def to_dict(self) -> dict[str, Any]:
        why = self.why

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        why = d.pop("why")

        why_device = cls(
            why=why,
        )

        return why_device

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Judged")


@_attrs_define
class Judged:
    """The fund's yes or no to a claim, and why.

    Attributes:
        accept (bool):
        why (str):
    """

    accept: bool
    why: str

    def to_dict(self) -> dict[str, Any]:
        accept = self.accept

        why = self.why

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "accept": accept,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        accept = d.pop("accept")

        why = d.pop("why")

        judged = cls(
            accept=accept,
            why=why,
        )

        return judged

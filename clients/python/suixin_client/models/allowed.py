from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="Allowed")


@_attrs_define
class Allowed:
    """What a partner's system shall be allowed.

    Attributes:
        name (str):
        title (str):
        scopes (list[str]):
        why (str):
        per_second (int | Unset):  Default: 100.
    """

    name: str
    title: str
    scopes: list[str]
    why: str
    per_second: int | Unset = 100

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        title = self.title

        scopes = self.scopes

        why = self.why

        per_second = self.per_second

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "title": title,
                "scopes": scopes,
                "why": why,
            }
        )
        if per_second is not UNSET:
            field_dict["per_second"] = per_second

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        title = d.pop("title")

        scopes = cast(list[str], d.pop("scopes"))

        why = d.pop("why")

        per_second = d.pop("per_second", UNSET)

        allowed = cls(
            name=name,
            title=title,
            scopes=scopes,
            why=why,
            per_second=per_second,
        )

        return allowed

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.kind import Kind
from ..types import UNSET, Unset


T = TypeVar("T", bound="SheetSent")


@_attrs_define
class SheetSent:
    """A sheet as it was sent (xlsx or csv, in Base64), and why it is imported.

    Attributes:
        kind (Kind): What a sheet holds.
        name (str):
        content_base64 (str):
        why (str | Unset):  Default: '-'.
    """

    kind: Kind
    name: str
    content_base64: str
    why: str | Unset = "-"

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind.value

        name = self.name

        content_base64 = self.content_base64

        why = self.why

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "name": name,
                "content_base64": content_base64,
            }
        )
        if why is not UNSET:
            field_dict["why"] = why

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = Kind(d.pop("kind"))

        name = d.pop("name")

        content_base64 = d.pop("content_base64")

        why = d.pop("why", UNSET)

        sheet_sent = cls(
            kind=kind,
            name=name,
            content_base64=content_base64,
            why=why,
        )

        return sheet_sent

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset


T = TypeVar("T", bound="Scoring")


@_attrs_define
class Scoring:
    """Under which product the file is wanted; the first of the policy where none is named.

    Attributes:
        product (str | Unset):  Default: ''.
    """

    product: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        product = self.product

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if product is not UNSET:
            field_dict["product"] = product

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        product = d.pop("product", UNSET)

        scoring = cls(
            product=product,
        )

        return scoring

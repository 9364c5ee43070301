from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Question")


@_attrs_define
class Question:
    """Of whom, under which product, and how much is asked for.

    Attributes:
        party (str):
        product (str):
        amount_fen (int):
    """

    party: str
    product: str
    amount_fen: int

    def to_dict(self) -> dict[str, Any]:
        party = self.party

        product = self.product

        amount_fen = self.amount_fen

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "party": party,
                "product": product,
                "amount_fen": amount_fen,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        party = d.pop("party")

        product = d.pop("product")

        amount_fen = d.pop("amount_fen")

        question = cls(
            party=party,
            product=product,
            amount_fen=amount_fen,
        )

        return question

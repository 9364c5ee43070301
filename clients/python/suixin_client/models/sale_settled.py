from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime


T = TypeVar("T", bound="SaleSettled")


@_attrs_define
class SaleSettled:
    """One settlement of an order's sales, or money given back to its buyer.

    Attributes:
        order (str):
        fen (int):
        on (datetime.date):
        refund (bool | Unset):  Default: False.
    """

    order: str
    fen: int
    on: datetime.date
    refund: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        order = self.order

        fen = self.fen

        on = self.on.isoformat()

        refund = self.refund

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "order": order,
                "fen": fen,
                "on": on,
            }
        )
        if refund is not UNSET:
            field_dict["refund"] = refund

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        order = d.pop("order")

        fen = d.pop("fen")

        on = datetime.date.fromisoformat(d.pop("on"))

        refund = d.pop("refund", UNSET)

        sale_settled = cls(
            order=order,
            fen=fen,
            on=on,
            refund=refund,
        )

        return sale_settled

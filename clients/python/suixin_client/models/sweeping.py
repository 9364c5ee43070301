from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.sale_settled import SaleSettled


T = TypeVar("T", bound="Sweeping")


@_attrs_define
class Sweeping:
    """Settlements of a borrower's sales: each repays its share.

    Attributes:
        settled (list[SaleSettled]):
    """

    settled: list[SaleSettled]

    def to_dict(self) -> dict[str, Any]:
        from ..models.sale_settled import SaleSettled  # noqa: PLC0415

        settled = []
        for settled_item_data in self.settled:
            settled_item = settled_item_data.to_dict()
            settled.append(settled_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "settled": settled,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sale_settled import SaleSettled  # noqa: PLC0415

        d = dict(src_dict)
        settled = []
        _settled = d.pop("settled")
        for settled_item_data in _settled:
            settled_item = SaleSettled.from_dict(settled_item_data)

            settled.append(settled_item)

        sweeping = cls(
            settled=settled,
        )

        return sweeping

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.new_row import NewRow


T = TypeVar("T", bound="Restructuring")


@_attrs_define
class Restructuring:
    """A new schedule for what is left, and the rate from now on.

    Attributes:
        rows (list[NewRow]):
        rate_bps (int):
        why (str):
    """

    rows: list[NewRow]
    rate_bps: int
    why: str

    def to_dict(self) -> dict[str, Any]:
        from ..models.new_row import NewRow  # noqa: PLC0415

        rows = []
        for rows_item_data in self.rows:
            rows_item = rows_item_data.to_dict()
            rows.append(rows_item)

        rate_bps = self.rate_bps

        why = self.why

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "rows": rows,
                "rate_bps": rate_bps,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_row import NewRow  # noqa: PLC0415

        d = dict(src_dict)
        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:
            rows_item = NewRow.from_dict(rows_item_data)

            rows.append(rows_item)

        rate_bps = d.pop("rate_bps")

        why = d.pop("why")

        restructuring = cls(
            rows=rows,
            rate_bps=rate_bps,
            why=why,
        )

        return restructuring

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.cost_row import CostRow
    from ..models.due_row import DueRow


T = TypeVar("T", bound="Offer")


@_attrs_define
class Offer:
    """What the lender offers, and until when. `digest` is what accepting names.

    `received_fen` reaches the payee; `all_in` is the yearly cost in percent with every fee,
    `all_in_late` that of who pays every instalment `late_days` late. `read_seconds` is how long the
    table must have been before the borrower's eyes.

        Attributes:
            application (str):
            product (str):
            amount_fen (int):
            received_fen (int):
            rate_bps (int):
            times (int):
            method (str):
            rows (list[DueRow]):
            costs (list[CostRow]):
            total_cost_fen (int):
            all_in (str):
            all_in_late (str):
            late_days (int):
            offered_on (datetime.date):
            offered_at (datetime.datetime):
            until (datetime.date):
            read_seconds (int):
            digest (str):
    """

    application: str
    product: str
    amount_fen: int
    received_fen: int
    rate_bps: int
    times: int
    method: str
    rows: list[DueRow]
    costs: list[CostRow]
    total_cost_fen: int
    all_in: str
    all_in_late: str
    late_days: int
    offered_on: datetime.date
    offered_at: datetime.datetime
    until: datetime.date
    read_seconds: int
    digest: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.cost_row import CostRow  # noqa: PLC0415
        from ..models.due_row import DueRow  # noqa: PLC0415

        application = self.application

        product = self.product

        amount_fen = self.amount_fen

        received_fen = self.received_fen

        rate_bps = self.rate_bps

        times = self.times

        method = self.method

        rows = []
        for rows_item_data in self.rows:
            rows_item = rows_item_data.to_dict()
            rows.append(rows_item)

        costs = []
        for costs_item_data in self.costs:
            costs_item = costs_item_data.to_dict()
            costs.append(costs_item)

        total_cost_fen = self.total_cost_fen

        all_in = self.all_in

        all_in_late = self.all_in_late

        late_days = self.late_days

        offered_on = self.offered_on.isoformat()

        offered_at = self.offered_at.isoformat()

        until = self.until.isoformat()

        read_seconds = self.read_seconds

        digest = self.digest

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "application": application,
                "product": product,
                "amount_fen": amount_fen,
                "received_fen": received_fen,
                "rate_bps": rate_bps,
                "times": times,
                "method": method,
                "rows": rows,
                "costs": costs,
                "total_cost_fen": total_cost_fen,
                "all_in": all_in,
                "all_in_late": all_in_late,
                "late_days": late_days,
                "offered_on": offered_on,
                "offered_at": offered_at,
                "until": until,
                "read_seconds": read_seconds,
                "digest": digest,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_row import CostRow  # noqa: PLC0415
        from ..models.due_row import DueRow  # noqa: PLC0415

        d = dict(src_dict)
        application = d.pop("application")

        product = d.pop("product")

        amount_fen = d.pop("amount_fen")

        received_fen = d.pop("received_fen")

        rate_bps = d.pop("rate_bps")

        times = d.pop("times")

        method = d.pop("method")

        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:
            rows_item = DueRow.from_dict(rows_item_data)

            rows.append(rows_item)

        costs = []
        _costs = d.pop("costs")
        for costs_item_data in _costs:
            costs_item = CostRow.from_dict(costs_item_data)

            costs.append(costs_item)

        total_cost_fen = d.pop("total_cost_fen")

        all_in = d.pop("all_in")

        all_in_late = d.pop("all_in_late")

        late_days = d.pop("late_days")

        offered_on = datetime.date.fromisoformat(d.pop("offered_on"))

        offered_at = datetime.datetime.fromisoformat(d.pop("offered_at"))

        until = datetime.date.fromisoformat(d.pop("until"))

        read_seconds = d.pop("read_seconds")

        digest = d.pop("digest")

        offer = cls(
            application=application,
            product=product,
            amount_fen=amount_fen,
            received_fen=received_fen,
            rate_bps=rate_bps,
            times=times,
            method=method,
            rows=rows,
            costs=costs,
            total_cost_fen=total_cost_fen,
            all_in=all_in,
            all_in_late=all_in_late,
            late_days=late_days,
            offered_on=offered_on,
            offered_at=offered_at,
            until=until,
            read_seconds=read_seconds,
            digest=digest,
        )

        offer.additional_properties = d
        return offer

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="AgreementNamed")


@_attrs_define
class AgreementNamed:
    """An agreement as a list names it.

    Attributes:
        agreement (str):
        party (str):
        product (str):
        mode (str):
        start_on (datetime.date):
        rate_bps (int):
        limit_fen (int | None):
    """

    agreement: str
    party: str
    product: str
    mode: str
    start_on: datetime.date
    rate_bps: int
    limit_fen: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        agreement = self.agreement

        party = self.party

        product = self.product

        mode = self.mode

        start_on = self.start_on.isoformat()

        rate_bps = self.rate_bps

        limit_fen: int | None
        limit_fen = self.limit_fen

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "agreement": agreement,
                "party": party,
                "product": product,
                "mode": mode,
                "start_on": start_on,
                "rate_bps": rate_bps,
                "limit_fen": limit_fen,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        agreement = d.pop("agreement")

        party = d.pop("party")

        product = d.pop("product")

        mode = d.pop("mode")

        start_on = datetime.date.fromisoformat(d.pop("start_on"))

        rate_bps = d.pop("rate_bps")

        def _parse_limit_fen(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        limit_fen = _parse_limit_fen(d.pop("limit_fen"))

        agreement_named = cls(
            agreement=agreement,
            party=party,
            product=product,
            mode=mode,
            start_on=start_on,
            rate_bps=rate_bps,
            limit_fen=limit_fen,
        )

        agreement_named.additional_properties = d
        return agreement_named

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

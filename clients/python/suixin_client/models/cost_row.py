from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="CostRow")


@_attrs_define
class CostRow:
    """One row of the cost table; `default` is paid only by who pays late.

    Attributes:
        zh (str):
        en (str):
        method (str):
        rate (str):
        amount_fen (int):
        payee (str):
        default (bool):
    """

    zh: str
    en: str
    method: str
    rate: str
    amount_fen: int
    payee: str
    default: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        zh = self.zh

        en = self.en

        method = self.method

        rate = self.rate

        amount_fen = self.amount_fen

        payee = self.payee

        default = self.default

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "zh": zh,
                "en": en,
                "method": method,
                "rate": rate,
                "amount_fen": amount_fen,
                "payee": payee,
                "default": default,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        zh = d.pop("zh")

        en = d.pop("en")

        method = d.pop("method")

        rate = d.pop("rate")

        amount_fen = d.pop("amount_fen")

        payee = d.pop("payee")

        default = d.pop("default")

        cost_row = cls(
            zh=zh,
            en=en,
            method=method,
            rate=rate,
            amount_fen=amount_fen,
            payee=payee,
            default=default,
        )

        cost_row.additional_properties = d
        return cost_row

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Suspense")


@_attrs_define
class Suspense:
    """Open cases, what they hold, and what stands in the ledger's suspense: always the same.

    Attributes:
        open_ (int):
        in_cases_fen (int):
        in_ledger_fen (int):
    """

    open_: int
    in_cases_fen: int
    in_ledger_fen: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        open_ = self.open_

        in_cases_fen = self.in_cases_fen

        in_ledger_fen = self.in_ledger_fen

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "open": open_,
                "in_cases_fen": in_cases_fen,
                "in_ledger_fen": in_ledger_fen,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        open_ = d.pop("open")

        in_cases_fen = d.pop("in_cases_fen")

        in_ledger_fen = d.pop("in_ledger_fen")

        suspense = cls(
            open_=open_,
            in_cases_fen=in_cases_fen,
            in_ledger_fen=in_ledger_fen,
        )

        suspense.additional_properties = d
        return suspense

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

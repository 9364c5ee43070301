from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="PostedLine")


@_attrs_define
class PostedLine:
    """One posting of a transaction; debits are positive.

    Attributes:
        line (int):
        account (str):
        fen (int):
        currency (str):
        agreement (str):
        party (str):
    """

    line: int
    account: str
    fen: int
    currency: str
    agreement: str
    party: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        line = self.line

        account = self.account

        fen = self.fen

        currency = self.currency

        agreement = self.agreement

        party = self.party

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "line": line,
                "account": account,
                "fen": fen,
                "currency": currency,
                "agreement": agreement,
                "party": party,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        line = d.pop("line")

        account = d.pop("account")

        fen = d.pop("fen")

        currency = d.pop("currency")

        agreement = d.pop("agreement")

        party = d.pop("party")

        posted_line = cls(
            line=line,
            account=account,
            fen=fen,
            currency=currency,
            agreement=agreement,
            party=party,
        )

        posted_line.additional_properties = d
        return posted_line

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

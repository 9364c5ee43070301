from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset


T = TypeVar("T", bound="Stands")


@_attrs_define
class Stands:
    """Where an agreement stands after an act (fen); `swept_fen` is what sales repaid by it.

    Attributes:
        agreement (str):
        life (str):
        payoff_fen (int):
        owed_fen (int):
        days_past_due (int):
        swept_fen (int | Unset):  Default: 0.
    """

    agreement: str
    life: str
    payoff_fen: int
    owed_fen: int
    days_past_due: int
    swept_fen: int | Unset = 0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        agreement = self.agreement

        life = self.life

        payoff_fen = self.payoff_fen

        owed_fen = self.owed_fen

        days_past_due = self.days_past_due

        swept_fen = self.swept_fen

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "agreement": agreement,
                "life": life,
                "payoff_fen": payoff_fen,
                "owed_fen": owed_fen,
                "days_past_due": days_past_due,
            }
        )
        if swept_fen is not UNSET:
            field_dict["swept_fen"] = swept_fen

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        agreement = d.pop("agreement")

        life = d.pop("life")

        payoff_fen = d.pop("payoff_fen")

        owed_fen = d.pop("owed_fen")

        days_past_due = d.pop("days_past_due")

        swept_fen = d.pop("swept_fen", UNSET)

        stands = cls(
            agreement=agreement,
            life=life,
            payoff_fen=payoff_fen,
            owed_fen=owed_fen,
            days_past_due=days_past_due,
            swept_fen=swept_fen,
        )

        stands.additional_properties = d
        return stands

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Commission")


@_attrs_define
class Commission:
    """One thing earned, or given back: then `fen` is below 0 and `of` names it.

    Attributes:
        commission (str):
        kind (str):
        party_id (str):
        on (datetime.date):
        fen (int):
        of (str):
        why (str):
    """

    commission: str
    kind: str
    party_id: str
    on: datetime.date
    fen: int
    of: str
    why: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        commission = self.commission

        kind = self.kind

        party_id = self.party_id

        on = self.on.isoformat()

        fen = self.fen

        of = self.of

        why = self.why

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "commission": commission,
                "kind": kind,
                "party_id": party_id,
                "on": on,
                "fen": fen,
                "of": of,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        commission = d.pop("commission")

        kind = d.pop("kind")

        party_id = d.pop("party_id")

        on = datetime.date.fromisoformat(d.pop("on"))

        fen = d.pop("fen")

        of = d.pop("of")

        why = d.pop("why")

        commission = cls(
            commission=commission,
            kind=kind,
            party_id=party_id,
            on=on,
            fen=fen,
            of=of,
            why=why,
        )

        commission.additional_properties = d
        return commission

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

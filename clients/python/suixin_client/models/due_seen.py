from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="DueSeen")


@_attrs_define
class DueSeen:
    """What fell due on a day and is still open, in fen.

    Attributes:
        due_on (datetime.date):
        principal_fen (int):
        interest_fen (int):
        fee_fen (int):
    """

    due_on: datetime.date
    principal_fen: int
    interest_fen: int
    fee_fen: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        due_on = self.due_on.isoformat()

        principal_fen = self.principal_fen

        interest_fen = self.interest_fen

        fee_fen = self.fee_fen

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "due_on": due_on,
                "principal_fen": principal_fen,
                "interest_fen": interest_fen,
                "fee_fen": fee_fen,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        due_on = datetime.date.fromisoformat(d.pop("due_on"))

        principal_fen = d.pop("principal_fen")

        interest_fen = d.pop("interest_fen")

        fee_fen = d.pop("fee_fen")

        due_seen = cls(
            due_on=due_on,
            principal_fen=principal_fen,
            interest_fen=interest_fen,
            fee_fen=fee_fen,
        )

        due_seen.additional_properties = d
        return due_seen

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

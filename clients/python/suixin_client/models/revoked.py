from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Revoked")


@_attrs_define
class Revoked:
    """A consent that was taken back; the party's score is computed anew without its facts.

    Attributes:
        consent (str):
        party_id (str):
        kinds (list[str]):
        revoked_at (datetime.datetime):
        record (str):
    """

    consent: str
    party_id: str
    kinds: list[str]
    revoked_at: datetime.datetime
    record: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        consent = self.consent

        party_id = self.party_id

        kinds = self.kinds

        revoked_at = self.revoked_at.isoformat()

        record = self.record

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "consent": consent,
                "party_id": party_id,
                "kinds": kinds,
                "revoked_at": revoked_at,
                "record": record,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        consent = d.pop("consent")

        party_id = d.pop("party_id")

        kinds = cast(list[str], d.pop("kinds"))

        revoked_at = datetime.datetime.fromisoformat(d.pop("revoked_at"))

        record = d.pop("record")

        revoked = cls(
            consent=consent,
            party_id=party_id,
            kinds=kinds,
            revoked_at=revoked_at,
            record=record,
        )

        revoked.additional_properties = d
        return revoked

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

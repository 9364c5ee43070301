from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Receipt")


@_attrs_define
class Receipt:
    """What a party can show of a consent that it gave; `record` is the log's name of it.

    Attributes:
        consent (str):
        party_id (str):
        purpose (str):
        receiver (str):
        kinds (list[str]):
        since (datetime.date):
        until (datetime.date):
        given_at (datetime.datetime):
        zh (str):
        en (str):
        record (str):
    """

    consent: str
    party_id: str
    purpose: str
    receiver: str
    kinds: list[str]
    since: datetime.date
    until: datetime.date
    given_at: datetime.datetime
    zh: str
    en: str
    record: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        consent = self.consent

        party_id = self.party_id

        purpose = self.purpose

        receiver = self.receiver

        kinds = self.kinds

        since = self.since.isoformat()

        until = self.until.isoformat()

        given_at = self.given_at.isoformat()

        zh = self.zh

        en = self.en

        record = self.record

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "consent": consent,
                "party_id": party_id,
                "purpose": purpose,
                "receiver": receiver,
                "kinds": kinds,
                "since": since,
                "until": until,
                "given_at": given_at,
                "zh": zh,
                "en": en,
                "record": record,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        consent = d.pop("consent")

        party_id = d.pop("party_id")

        purpose = d.pop("purpose")

        receiver = d.pop("receiver")

        kinds = cast(list[str], d.pop("kinds"))

        since = datetime.date.fromisoformat(d.pop("since"))

        until = datetime.date.fromisoformat(d.pop("until"))

        given_at = datetime.datetime.fromisoformat(d.pop("given_at"))

        zh = d.pop("zh")

        en = d.pop("en")

        record = d.pop("record")

        receipt = cls(
            consent=consent,
            party_id=party_id,
            purpose=purpose,
            receiver=receiver,
            kinds=kinds,
            since=since,
            until=until,
            given_at=given_at,
            zh=zh,
            en=en,
            record=record,
        )

        receipt.additional_properties = d
        return receipt

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

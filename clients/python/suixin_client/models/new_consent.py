from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="NewConsent")


@_attrs_define
class NewConsent:
    """What a party allows: which feeds, for what, to whom, from when until when.

    Attributes:
        consent (str):
        party_id (str):
        purpose (str):
        receiver (str):
        kinds (list[str]):
        since (datetime.date):
        until (datetime.date):
    """

    consent: str
    party_id: str
    purpose: str
    receiver: str
    kinds: list[str]
    since: datetime.date
    until: datetime.date

    def to_dict(self) -> dict[str, Any]:
        consent = self.consent

        party_id = self.party_id

        purpose = self.purpose

        receiver = self.receiver

        kinds = self.kinds

        since = self.since.isoformat()

        until = self.until.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "consent": consent,
                "party_id": party_id,
                "purpose": purpose,
                "receiver": receiver,
                "kinds": kinds,
                "since": since,
                "until": until,
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

        new_consent = cls(
            consent=consent,
            party_id=party_id,
            purpose=purpose,
            receiver=receiver,
            kinds=kinds,
            since=since,
            until=until,
        )

        return new_consent

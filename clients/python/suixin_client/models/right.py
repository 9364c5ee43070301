from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Right")


@_attrs_define
class Right:
    """Who may use which facts of a party, for what, and whether that is in force on a day.

    `held_by` is the party, whose facts they are; `receiver` may process and use them while the
    consent is in force, and nobody else.

        Attributes:
            consent (str):
            held_by (str):
            receiver (str):
            purpose (str):
            kinds (list[str]):
            since (datetime.date):
            until (datetime.date):
            revoked_at (datetime.datetime | None):
            in_force (bool):
    """

    consent: str
    held_by: str
    receiver: str
    purpose: str
    kinds: list[str]
    since: datetime.date
    until: datetime.date
    revoked_at: datetime.datetime | None
    in_force: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        consent = self.consent

        held_by = self.held_by

        receiver = self.receiver

        purpose = self.purpose

        kinds = self.kinds

        since = self.since.isoformat()

        until = self.until.isoformat()

        revoked_at: None | str
        if isinstance(self.revoked_at, datetime.datetime):
            revoked_at = self.revoked_at.isoformat()
        else:
            revoked_at = self.revoked_at

        in_force = self.in_force

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "consent": consent,
                "held_by": held_by,
                "receiver": receiver,
                "purpose": purpose,
                "kinds": kinds,
                "since": since,
                "until": until,
                "revoked_at": revoked_at,
                "in_force": in_force,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        consent = d.pop("consent")

        held_by = d.pop("held_by")

        receiver = d.pop("receiver")

        purpose = d.pop("purpose")

        kinds = cast(list[str], d.pop("kinds"))

        since = datetime.date.fromisoformat(d.pop("since"))

        until = datetime.date.fromisoformat(d.pop("until"))

        def _parse_revoked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                revoked_at_type_0 = datetime.datetime.fromisoformat(data)

                return revoked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        revoked_at = _parse_revoked_at(d.pop("revoked_at"))

        in_force = d.pop("in_force")

        right = cls(
            consent=consent,
            held_by=held_by,
            receiver=receiver,
            purpose=purpose,
            kinds=kinds,
            since=since,
            until=until,
            revoked_at=revoked_at,
            in_force=in_force,
        )

        right.additional_properties = d
        return right

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

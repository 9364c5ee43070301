from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Held")


@_attrs_define
class Held:
    """A hold: what it stops and why, since when, and until when once it was released.

    Attributes:
        hold (str):
        kind (str):
        scope (str):
        since (datetime.date):
        until (datetime.date | None):
        reason (str):
        rule (str):
        held_by (str):
        released_by (str):
    """

    hold: str
    kind: str
    scope: str
    since: datetime.date
    until: datetime.date | None
    reason: str
    rule: str
    held_by: str
    released_by: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        hold = self.hold

        kind = self.kind

        scope = self.scope

        since = self.since.isoformat()

        until: None | str
        if isinstance(self.until, datetime.date):
            until = self.until.isoformat()
        else:
            until = self.until

        reason = self.reason

        rule = self.rule

        held_by = self.held_by

        released_by = self.released_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "hold": hold,
                "kind": kind,
                "scope": scope,
                "since": since,
                "until": until,
                "reason": reason,
                "rule": rule,
                "held_by": held_by,
                "released_by": released_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        hold = d.pop("hold")

        kind = d.pop("kind")

        scope = d.pop("scope")

        since = datetime.date.fromisoformat(d.pop("since"))

        def _parse_until(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                until_type_0 = datetime.date.fromisoformat(data)

                return until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        until = _parse_until(d.pop("until"))

        reason = d.pop("reason")

        rule = d.pop("rule")

        held_by = d.pop("held_by")

        released_by = d.pop("released_by")

        held = cls(
            hold=hold,
            kind=kind,
            scope=scope,
            since=since,
            until=until,
            reason=reason,
            rule=rule,
            held_by=held_by,
            released_by=released_by,
        )

        held.additional_properties = d
        return held

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

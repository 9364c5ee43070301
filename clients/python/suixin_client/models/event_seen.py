from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.event_seen_content import EventSeenContent


T = TypeVar("T", bound="EventSeen")


@_attrs_define
class EventSeen:
    """A fact about an agreement, as it was entered; `content` is what its kind alone has.

    Attributes:
        key (str):
        kind (str):
        value_on (datetime.date):
        booked_on (datetime.date):
        entered_at (datetime.datetime):
        content (EventSeenContent):
    """

    key: str
    kind: str
    value_on: datetime.date
    booked_on: datetime.date
    entered_at: datetime.datetime
    content: EventSeenContent
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.event_seen_content import EventSeenContent  # noqa: PLC0415

        key = self.key

        kind = self.kind

        value_on = self.value_on.isoformat()

        booked_on = self.booked_on.isoformat()

        entered_at = self.entered_at.isoformat()

        content = self.content.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "key": key,
                "kind": kind,
                "value_on": value_on,
                "booked_on": booked_on,
                "entered_at": entered_at,
                "content": content,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_seen_content import EventSeenContent  # noqa: PLC0415

        d = dict(src_dict)
        key = d.pop("key")

        kind = d.pop("kind")

        value_on = datetime.date.fromisoformat(d.pop("value_on"))

        booked_on = datetime.date.fromisoformat(d.pop("booked_on"))

        entered_at = datetime.datetime.fromisoformat(d.pop("entered_at"))

        content = EventSeenContent.from_dict(d.pop("content"))

        event_seen = cls(
            key=key,
            kind=kind,
            value_on=value_on,
            booked_on=booked_on,
            entered_at=entered_at,
            content=content,
        )

        event_seen.additional_properties = d
        return event_seen

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

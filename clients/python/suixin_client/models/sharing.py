from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.purpose import Purpose
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.sharing_fields import SharingFields


T = TypeVar("T", bound="Sharing")


@_attrs_define
class Sharing:
    """What a reader shall be shown.

    Attributes:
        reader (str):
        feed (str):
        fields (SharingFields):
        purpose (Purpose): For what a reader may read.
        since (datetime.date):
        until (datetime.date):
        why (str):
        subjects (list[str] | Unset):
    """

    reader: str
    feed: str
    fields: SharingFields
    purpose: Purpose
    since: datetime.date
    until: datetime.date
    why: str
    subjects: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.sharing_fields import SharingFields  # noqa: PLC0415

        reader = self.reader

        feed = self.feed

        fields = self.fields.to_dict()

        purpose = self.purpose.value

        since = self.since.isoformat()

        until = self.until.isoformat()

        why = self.why

        subjects: list[str] | Unset = UNSET
        if not isinstance(self.subjects, Unset):
            subjects = self.subjects

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reader": reader,
                "feed": feed,
                "fields": fields,
                "purpose": purpose,
                "since": since,
                "until": until,
                "why": why,
            }
        )
        if subjects is not UNSET:
            field_dict["subjects"] = subjects

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sharing_fields import SharingFields  # noqa: PLC0415

        d = dict(src_dict)
        reader = d.pop("reader")

        feed = d.pop("feed")

        fields = SharingFields.from_dict(d.pop("fields"))

        purpose = Purpose(d.pop("purpose"))

        since = datetime.date.fromisoformat(d.pop("since"))

        until = datetime.date.fromisoformat(d.pop("until"))

        why = d.pop("why")

        subjects = cast(list[str], d.pop("subjects", UNSET))

        sharing = cls(
            reader=reader,
            feed=feed,
            fields=fields,
            purpose=purpose,
            since=since,
            until=until,
            why=why,
            subjects=subjects,
        )

        return sharing

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Dispute")


@_attrs_define
class Dispute:
    """What a party disputes; `told` and `answer` are None once the person was erased.

    `overdue`: it was not answered by `due_on`, or only after it.

        Attributes:
            dispute (str):
            party_id (str):
            about (str):
            about_id (str):
            told (None | str):
            filed_at (datetime.datetime):
            due_on (datetime.date):
            standing (str):
            answer (None | str):
            answered_at (datetime.datetime | None):
            answered_by (str):
    """

    dispute: str
    party_id: str
    about: str
    about_id: str
    told: None | str
    filed_at: datetime.datetime
    due_on: datetime.date
    standing: str
    answer: None | str
    answered_at: datetime.datetime | None
    answered_by: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        dispute = self.dispute

        party_id = self.party_id

        about = self.about

        about_id = self.about_id

        told: None | str
        told = self.told

        filed_at = self.filed_at.isoformat()

        due_on = self.due_on.isoformat()

        standing = self.standing

        answer: None | str
        answer = self.answer

        answered_at: None | str
        if isinstance(self.answered_at, datetime.datetime):
            answered_at = self.answered_at.isoformat()
        else:
            answered_at = self.answered_at

        answered_by = self.answered_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "dispute": dispute,
                "party_id": party_id,
                "about": about,
                "about_id": about_id,
                "told": told,
                "filed_at": filed_at,
                "due_on": due_on,
                "standing": standing,
                "answer": answer,
                "answered_at": answered_at,
                "answered_by": answered_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        dispute = d.pop("dispute")

        party_id = d.pop("party_id")

        about = d.pop("about")

        about_id = d.pop("about_id")

        def _parse_told(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        told = _parse_told(d.pop("told"))

        filed_at = datetime.datetime.fromisoformat(d.pop("filed_at"))

        due_on = datetime.date.fromisoformat(d.pop("due_on"))

        standing = d.pop("standing")

        def _parse_answer(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        answer = _parse_answer(d.pop("answer"))

        def _parse_answered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                answered_at_type_0 = datetime.datetime.fromisoformat(data)

                return answered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        answered_at = _parse_answered_at(d.pop("answered_at"))

        answered_by = d.pop("answered_by")

        dispute = cls(
            dispute=dispute,
            party_id=party_id,
            about=about,
            about_id=about_id,
            told=told,
            filed_at=filed_at,
            due_on=due_on,
            standing=standing,
            answer=answer,
            answered_at=answered_at,
            answered_by=answered_by,
        )

        dispute.additional_properties = d
        return dispute

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

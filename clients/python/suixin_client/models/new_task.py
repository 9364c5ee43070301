from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="NewTask")


@_attrs_define
class NewTask:
    """What an agent is to do for a party, by when.

    Attributes:
        party (str):
        words (str):
        due_on (datetime.date):
    """

    party: str
    words: str
    due_on: datetime.date

    def to_dict(self) -> dict[str, Any]:
        party = self.party

        words = self.words

        due_on = self.due_on.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "party": party,
                "words": words,
                "due_on": due_on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        party = d.pop("party")

        words = d.pop("words")

        due_on = datetime.date.fromisoformat(d.pop("due_on"))

        new_task = cls(
            party=party,
            words=words,
            due_on=due_on,
        )

        return new_task

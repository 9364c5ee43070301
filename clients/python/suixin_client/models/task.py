from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Task")


@_attrs_define
class Task:
    """One thing to do.

    Attributes:
        task (str):
        village (str):
        party (str):
        kind (str):
        words (str):
        due_on (datetime.date):
        done (bool):
    """

    task: str
    village: str
    party: str
    kind: str
    words: str
    due_on: datetime.date
    done: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        task = self.task

        village = self.village

        party = self.party

        kind = self.kind

        words = self.words

        due_on = self.due_on.isoformat()

        done = self.done

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "task": task,
                "village": village,
                "party": party,
                "kind": kind,
                "words": words,
                "due_on": due_on,
                "done": done,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        task = d.pop("task")

        village = d.pop("village")

        party = d.pop("party")

        kind = d.pop("kind")

        words = d.pop("words")

        due_on = datetime.date.fromisoformat(d.pop("due_on"))

        done = d.pop("done")

        task = cls(
            task=task,
            village=village,
            party=party,
            kind=kind,
            words=words,
            due_on=due_on,
            done=done,
        )

        task.additional_properties = d
        return task

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

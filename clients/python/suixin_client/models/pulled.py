from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.commission import Commission
    from ..models.conflict import Conflict
    from ..models.ended_op import EndedOp
    from ..models.household import Household
    from ..models.task import Task


T = TypeVar("T", bound="Pulled")


@_attrs_define
class Pulled:
    """What changed since a cursor. `reset`: what the device holds of households is replaced by it.

    `gone` are parties that left the villages or were erased: they are forgotten.

        Attributes:
            reset (bool):
            households (list[Household]):
            gone (list[str]):
            tasks (list[Task]):
            outcomes (list[EndedOp]):
            conflicts (list[Conflict]):
            commissions (list[Commission]):
            villages (list[str]):
            server_at (datetime.datetime):
            next_ (str):
            more (bool):
    """

    reset: bool
    households: list[Household]
    gone: list[str]
    tasks: list[Task]
    outcomes: list[EndedOp]
    conflicts: list[Conflict]
    commissions: list[Commission]
    villages: list[str]
    server_at: datetime.datetime
    next_: str
    more: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.commission import Commission  # noqa: PLC0415
        from ..models.conflict import Conflict  # noqa: PLC0415
        from ..models.ended_op import EndedOp  # noqa: PLC0415
        from ..models.household import Household  # noqa: PLC0415
        from ..models.task import Task  # noqa: PLC0415

        reset = self.reset

        households = []
        for households_item_data in self.households:
            households_item = households_item_data.to_dict()
            households.append(households_item)

        gone = self.gone

        tasks = []
        for tasks_item_data in self.tasks:
            tasks_item = tasks_item_data.to_dict()
            tasks.append(tasks_item)

        outcomes = []
        for outcomes_item_data in self.outcomes:
            outcomes_item = outcomes_item_data.to_dict()
            outcomes.append(outcomes_item)

        conflicts = []
        for conflicts_item_data in self.conflicts:
            conflicts_item = conflicts_item_data.to_dict()
            conflicts.append(conflicts_item)

        commissions = []
        for commissions_item_data in self.commissions:
            commissions_item = commissions_item_data.to_dict()
            commissions.append(commissions_item)

        villages = self.villages

        server_at = self.server_at.isoformat()

        next_ = self.next_

        more = self.more

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "reset": reset,
                "households": households,
                "gone": gone,
                "tasks": tasks,
                "outcomes": outcomes,
                "conflicts": conflicts,
                "commissions": commissions,
                "villages": villages,
                "server_at": server_at,
                "next": next_,
                "more": more,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.commission import Commission  # noqa: PLC0415
        from ..models.conflict import Conflict  # noqa: PLC0415
        from ..models.ended_op import EndedOp  # noqa: PLC0415
        from ..models.household import Household  # noqa: PLC0415
        from ..models.task import Task  # noqa: PLC0415

        d = dict(src_dict)
        reset = d.pop("reset")

        households = []
        _households = d.pop("households")
        for households_item_data in _households:
            households_item = Household.from_dict(households_item_data)

            households.append(households_item)

        gone = cast(list[str], d.pop("gone"))

        tasks = []
        _tasks = d.pop("tasks")
        for tasks_item_data in _tasks:
            tasks_item = Task.from_dict(tasks_item_data)

            tasks.append(tasks_item)

        outcomes = []
        _outcomes = d.pop("outcomes")
        for outcomes_item_data in _outcomes:
            outcomes_item = EndedOp.from_dict(outcomes_item_data)

            outcomes.append(outcomes_item)

        conflicts = []
        _conflicts = d.pop("conflicts")
        for conflicts_item_data in _conflicts:
            conflicts_item = Conflict.from_dict(conflicts_item_data)

            conflicts.append(conflicts_item)

        commissions = []
        _commissions = d.pop("commissions")
        for commissions_item_data in _commissions:
            commissions_item = Commission.from_dict(commissions_item_data)

            commissions.append(commissions_item)

        villages = cast(list[str], d.pop("villages"))

        server_at = datetime.datetime.fromisoformat(d.pop("server_at"))

        next_ = d.pop("next")

        more = d.pop("more")

        pulled = cls(
            reset=reset,
            households=households,
            gone=gone,
            tasks=tasks,
            outcomes=outcomes,
            conflicts=conflicts,
            commissions=commissions,
            villages=villages,
            server_at=server_at,
            next_=next_,
            more=more,
        )

        pulled.additional_properties = d
        return pulled

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

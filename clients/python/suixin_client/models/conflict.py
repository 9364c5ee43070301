from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Conflict")


@_attrs_define
class Conflict:
    """Two told one thing. `agents` are whom it concerns; `verdict` is empty while it is open.

    Attributes:
        conflict (str):
        kind (str):
        village (str):
        party (str):
        other_party (str):
        op_id (str):
        first_op (str):
        agents (list[str]):
        raised_at (datetime.datetime):
        standing (str):
        verdict (str):
        settled_by (str):
        settled_at (datetime.datetime | None):
        settled_why (str):
    """

    conflict: str
    kind: str
    village: str
    party: str
    other_party: str
    op_id: str
    first_op: str
    agents: list[str]
    raised_at: datetime.datetime
    standing: str
    verdict: str
    settled_by: str
    settled_at: datetime.datetime | None
    settled_why: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        conflict = self.conflict

        kind = self.kind

        village = self.village

        party = self.party

        other_party = self.other_party

        op_id = self.op_id

        first_op = self.first_op

        agents = self.agents

        raised_at = self.raised_at.isoformat()

        standing = self.standing

        verdict = self.verdict

        settled_by = self.settled_by

        settled_at: None | str
        if isinstance(self.settled_at, datetime.datetime):
            settled_at = self.settled_at.isoformat()
        else:
            settled_at = self.settled_at

        settled_why = self.settled_why

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "conflict": conflict,
                "kind": kind,
                "village": village,
                "party": party,
                "other_party": other_party,
                "op_id": op_id,
                "first_op": first_op,
                "agents": agents,
                "raised_at": raised_at,
                "standing": standing,
                "verdict": verdict,
                "settled_by": settled_by,
                "settled_at": settled_at,
                "settled_why": settled_why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        conflict = d.pop("conflict")

        kind = d.pop("kind")

        village = d.pop("village")

        party = d.pop("party")

        other_party = d.pop("other_party")

        op_id = d.pop("op_id")

        first_op = d.pop("first_op")

        agents = cast(list[str], d.pop("agents"))

        raised_at = datetime.datetime.fromisoformat(d.pop("raised_at"))

        standing = d.pop("standing")

        verdict = d.pop("verdict")

        settled_by = d.pop("settled_by")

        def _parse_settled_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                settled_at_type_0 = datetime.datetime.fromisoformat(data)

                return settled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        settled_at = _parse_settled_at(d.pop("settled_at"))

        settled_why = d.pop("settled_why")

        conflict = cls(
            conflict=conflict,
            kind=kind,
            village=village,
            party=party,
            other_party=other_party,
            op_id=op_id,
            first_op=first_op,
            agents=agents,
            raised_at=raised_at,
            standing=standing,
            verdict=verdict,
            settled_by=settled_by,
            settled_at=settled_at,
            settled_why=settled_why,
        )

        conflict.additional_properties = d
        return conflict

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime


T = TypeVar("T", bound="NewRow")


@_attrs_define
class NewRow:
    """A row of a new schedule; no principal in the last one: all that is left.

    Attributes:
        due_on (datetime.date):
        principal_fen (int | None | Unset):
    """

    due_on: datetime.date
    principal_fen: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        due_on = self.due_on.isoformat()

        principal_fen: int | None | Unset
        if isinstance(self.principal_fen, Unset):
            principal_fen = UNSET
        else:
            principal_fen = self.principal_fen

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "due_on": due_on,
            }
        )
        if principal_fen is not UNSET:
            field_dict["principal_fen"] = principal_fen

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        due_on = datetime.date.fromisoformat(d.pop("due_on"))

        def _parse_principal_fen(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        principal_fen = _parse_principal_fen(d.pop("principal_fen", UNSET))

        new_row = cls(
            due_on=due_on,
            principal_fen=principal_fen,
        )

        return new_row

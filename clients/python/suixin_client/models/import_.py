from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.kind import Kind
from typing import cast
import datetime


T = TypeVar("T", bound="Import")


@_attrs_define
class Import:
    """Where an import stands: of its rows, how many were done, known already, or refused.

    Attributes:
        batch (str):
        kind (Kind): What a sheet holds.
        name (str):
        rows (int):
        made_by (str):
        made_at (datetime.datetime):
        agreed (bool):
        done_at (datetime.datetime | None):
        done (int):
        known (int):
        refused (int):
    """

    batch: str
    kind: Kind
    name: str
    rows: int
    made_by: str
    made_at: datetime.datetime
    agreed: bool
    done_at: datetime.datetime | None
    done: int
    known: int
    refused: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        batch = self.batch

        kind = self.kind.value

        name = self.name

        rows = self.rows

        made_by = self.made_by

        made_at = self.made_at.isoformat()

        agreed = self.agreed

        done_at: None | str
        if isinstance(self.done_at, datetime.datetime):
            done_at = self.done_at.isoformat()
        else:
            done_at = self.done_at

        done = self.done

        known = self.known

        refused = self.refused

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "batch": batch,
                "kind": kind,
                "name": name,
                "rows": rows,
                "made_by": made_by,
                "made_at": made_at,
                "agreed": agreed,
                "done_at": done_at,
                "done": done,
                "known": known,
                "refused": refused,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        batch = d.pop("batch")

        kind = Kind(d.pop("kind"))

        name = d.pop("name")

        rows = d.pop("rows")

        made_by = d.pop("made_by")

        made_at = datetime.datetime.fromisoformat(d.pop("made_at"))

        agreed = d.pop("agreed")

        def _parse_done_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                done_at_type_0 = datetime.datetime.fromisoformat(data)

                return done_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        done_at = _parse_done_at(d.pop("done_at"))

        done = d.pop("done")

        known = d.pop("known")

        refused = d.pop("refused")

        import_ = cls(
            batch=batch,
            kind=kind,
            name=name,
            rows=rows,
            made_by=made_by,
            made_at=made_at,
            agreed=agreed,
            done_at=done_at,
            done=done,
            known=known,
            refused=refused,
        )

        import_.additional_properties = d
        return import_

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.conflict import Conflict
    from ..models.sides_first import SidesFirst
    from ..models.sides_second import SidesSecond


T = TypeVar("T", bound="Sides")


@_attrs_define
class Sides:
    """A conflict with both sides in clear, for who settles it.

    Attributes:
        conflict (Conflict): Two told one thing. `agents` are whom it concerns; `verdict` is empty while it is open.
        first (SidesFirst):
        second (SidesSecond):
        second_by (str):
        second_at (datetime.datetime):
    """

    conflict: Conflict
    first: SidesFirst
    second: SidesSecond
    second_by: str
    second_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.conflict import Conflict  # noqa: PLC0415
        from ..models.sides_first import SidesFirst  # noqa: PLC0415
        from ..models.sides_second import SidesSecond  # noqa: PLC0415

        conflict = self.conflict.to_dict()

        first = self.first.to_dict()

        second = self.second.to_dict()

        second_by = self.second_by

        second_at = self.second_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "conflict": conflict,
                "first": first,
                "second": second,
                "second_by": second_by,
                "second_at": second_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.conflict import Conflict  # noqa: PLC0415
        from ..models.sides_first import SidesFirst  # noqa: PLC0415
        from ..models.sides_second import SidesSecond  # noqa: PLC0415

        d = dict(src_dict)
        conflict = Conflict.from_dict(d.pop("conflict"))

        first = SidesFirst.from_dict(d.pop("first"))

        second = SidesSecond.from_dict(d.pop("second"))

        second_by = d.pop("second_by")

        second_at = datetime.datetime.fromisoformat(d.pop("second_at"))

        sides = cls(
            conflict=conflict,
            first=first,
            second=second,
            second_by=second_by,
            second_at=second_at,
        )

        sides.additional_properties = d
        return sides

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.application import Application
    from ..models.told import Told


T = TypeVar("T", bound="Applied")


@_attrs_define
class Applied:
    """An application as entered: every refusal in its order, and who decides it and why.

    Attributes:
        application (Application): Who asks for what, and where that stands; `about` is what its product alone needs.
        refusals (list[Told]):
        decided_by (str):
        why_a_person (list[str]):
    """

    application: Application
    refusals: list[Told]
    decided_by: str
    why_a_person: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.application import Application  # noqa: PLC0415
        from ..models.told import Told  # noqa: PLC0415

        application = self.application.to_dict()

        refusals = []
        for refusals_item_data in self.refusals:
            refusals_item = refusals_item_data.to_dict()
            refusals.append(refusals_item)

        decided_by = self.decided_by

        why_a_person = self.why_a_person

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "application": application,
                "refusals": refusals,
                "decided_by": decided_by,
                "why_a_person": why_a_person,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.application import Application  # noqa: PLC0415
        from ..models.told import Told  # noqa: PLC0415

        d = dict(src_dict)
        application = Application.from_dict(d.pop("application"))

        refusals = []
        _refusals = d.pop("refusals")
        for refusals_item_data in _refusals:
            refusals_item = Told.from_dict(refusals_item_data)

            refusals.append(refusals_item)

        decided_by = d.pop("decided_by")

        why_a_person = cast(list[str], d.pop("why_a_person"))

        applied = cls(
            application=application,
            refusals=refusals,
            decided_by=decided_by,
            why_a_person=why_a_person,
        )

        applied.additional_properties = d
        return applied

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.act import Act
from ..models.duty import Duty
from typing import cast


T = TypeVar("T", bound="Self")


@_attrs_define
class Self:
    """Who asks, as the service knows him.

    Attributes:
        institution (int):
        by (str):
        duties (list[Duty]):
        scopes (list[str]):
        party (str):
        acts (list[Act]):
    """

    institution: int
    by: str
    duties: list[Duty]
    scopes: list[str]
    party: str
    acts: list[Act]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        institution = self.institution

        by = self.by

        duties = []
        for duties_item_data in self.duties:
            duties_item = duties_item_data.value
            duties.append(duties_item)

        scopes = self.scopes

        party = self.party

        acts = []
        for acts_item_data in self.acts:
            acts_item = acts_item_data.value
            acts.append(acts_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "institution": institution,
                "by": by,
                "duties": duties,
                "scopes": scopes,
                "party": party,
                "acts": acts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        institution = d.pop("institution")

        by = d.pop("by")

        duties = []
        _duties = d.pop("duties")
        for duties_item_data in _duties:
            duties_item = Duty(duties_item_data)

            duties.append(duties_item)

        scopes = cast(list[str], d.pop("scopes"))

        party = d.pop("party")

        acts = []
        _acts = d.pop("acts")
        for acts_item_data in _acts:
            acts_item = Act(acts_item_data)

            acts.append(acts_item)

        self_ = cls(
            institution=institution,
            by=by,
            duties=duties,
            scopes=scopes,
            party=party,
            acts=acts,
        )

        self_.additional_properties = d
        return self_

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

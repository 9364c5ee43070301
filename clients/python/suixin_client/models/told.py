from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Told")


@_attrs_define
class Told:
    """A refusal as its reader is told it: its name, what was found and allowed, by which rule.

    Attributes:
        why (str):
        found (str):
        allowed (str):
        rule (str):
        reference (str):
    """

    why: str
    found: str
    allowed: str
    rule: str
    reference: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        why = self.why

        found = self.found

        allowed = self.allowed

        rule = self.rule

        reference = self.reference

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "why": why,
                "found": found,
                "allowed": allowed,
                "rule": rule,
                "reference": reference,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        why = d.pop("why")

        found = d.pop("found")

        allowed = d.pop("allowed")

        rule = d.pop("rule")

        reference = d.pop("reference")

        told = cls(
            why=why,
            found=found,
            allowed=allowed,
            rule=rule,
            reference=reference,
        )

        told.additional_properties = d
        return told

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

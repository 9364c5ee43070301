from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset


T = TypeVar("T", bound="Holding")


@_attrs_define
class Holding:
    """What is stopped: `party:ID`, `product:NAME`, `agreement:ID` or `all`, and why.

    Attributes:
        scope (str):
        kind (str):
        reason (str):
        rule (str | Unset):  Default: ''.
    """

    scope: str
    kind: str
    reason: str
    rule: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        scope = self.scope

        kind = self.kind

        reason = self.reason

        rule = self.rule

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "scope": scope,
                "kind": kind,
                "reason": reason,
            }
        )
        if rule is not UNSET:
            field_dict["rule"] = rule

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        scope = d.pop("scope")

        kind = d.pop("kind")

        reason = d.pop("reason")

        rule = d.pop("rule", UNSET)

        holding = cls(
            scope=scope,
            kind=kind,
            reason=reason,
            rule=rule,
        )

        return holding

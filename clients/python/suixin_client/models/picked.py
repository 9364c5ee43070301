from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.verdict import Verdict


T = TypeVar("T", bound="Picked")


@_attrs_define
class Picked:
    """Which side stands, and why.

    Attributes:
        verdict (Verdict): What a person picks: what stands already, or what came second.

            Of two households with one telephone: that they are one (`first`), or two (`second`).
        why (str):
    """

    verdict: Verdict
    why: str

    def to_dict(self) -> dict[str, Any]:
        verdict = self.verdict.value

        why = self.why

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "verdict": verdict,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        verdict = Verdict(d.pop("verdict"))

        why = d.pop("why")

        picked = cls(
            verdict=verdict,
            why=why,
        )

        return picked

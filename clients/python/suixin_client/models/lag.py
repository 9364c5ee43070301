from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast


T = TypeVar("T", bound="Lag")


@_attrs_define
class Lag:
    """How old facts were when they were read: the middle, and what 9 of 10 were at most.

    Attributes:
        reads (int):
        refused (int):
        median_seconds (int | None):
        p90_seconds (int | None):
    """

    reads: int
    refused: int
    median_seconds: int | None
    p90_seconds: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        reads = self.reads

        refused = self.refused

        median_seconds: int | None
        median_seconds = self.median_seconds

        p90_seconds: int | None
        p90_seconds = self.p90_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "reads": reads,
                "refused": refused,
                "median_seconds": median_seconds,
                "p90_seconds": p90_seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reads = d.pop("reads")

        refused = d.pop("refused")

        def _parse_median_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        median_seconds = _parse_median_seconds(d.pop("median_seconds"))

        def _parse_p90_seconds(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        p90_seconds = _parse_p90_seconds(d.pop("p90_seconds"))

        lag = cls(
            reads=reads,
            refused=refused,
            median_seconds=median_seconds,
            p90_seconds=p90_seconds,
        )

        lag.additional_properties = d
        return lag

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

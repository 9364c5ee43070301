from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.outcome import Outcome


T = TypeVar("T", bound="Pushed")


@_attrs_define
class Pushed:
    """What came of a batch; up to `ack_seq` the device may forget what it sent.

    Attributes:
        results (list[Outcome]):
        ack_seq (int):
        server_at (datetime.datetime):
        clock_off (bool):
    """

    results: list[Outcome]
    ack_seq: int
    server_at: datetime.datetime
    clock_off: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.outcome import Outcome  # noqa: PLC0415

        results = []
        for results_item_data in self.results:
            results_item = results_item_data.to_dict()
            results.append(results_item)

        ack_seq = self.ack_seq

        server_at = self.server_at.isoformat()

        clock_off = self.clock_off

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "results": results,
                "ack_seq": ack_seq,
                "server_at": server_at,
                "clock_off": clock_off,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.outcome import Outcome  # noqa: PLC0415

        d = dict(src_dict)
        results = []
        _results = d.pop("results")
        for results_item_data in _results:
            results_item = Outcome.from_dict(results_item_data)

            results.append(results_item)

        ack_seq = d.pop("ack_seq")

        server_at = datetime.datetime.fromisoformat(d.pop("server_at"))

        clock_off = d.pop("clock_off")

        pushed = cls(
            results=results,
            ack_seq=ack_seq,
            server_at=server_at,
            clock_off=clock_off,
        )

        pushed.additional_properties = d
        return pushed

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

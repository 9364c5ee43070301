from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.kind import Kind
from typing import cast

if TYPE_CHECKING:
    from ..models.fault import Fault


T = TypeVar("T", bound="DryRun")


@_attrs_define
class DryRun:
    """What a sheet would do: nothing of it was kept. `faults` are told up to a limit.

    Attributes:
        kind (Kind): What a sheet holds.
        rows (int):
        good (int):
        bad (int):
        fen (int):
        faults (list[Fault]):
        faults_more (int):
    """

    kind: Kind
    rows: int
    good: int
    bad: int
    fen: int
    faults: list[Fault]
    faults_more: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.fault import Fault  # noqa: PLC0415

        kind = self.kind.value

        rows = self.rows

        good = self.good

        bad = self.bad

        fen = self.fen

        faults = []
        for faults_item_data in self.faults:
            faults_item = faults_item_data.to_dict()
            faults.append(faults_item)

        faults_more = self.faults_more

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "rows": rows,
                "good": good,
                "bad": bad,
                "fen": fen,
                "faults": faults,
                "faults_more": faults_more,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.fault import Fault  # noqa: PLC0415

        d = dict(src_dict)
        kind = Kind(d.pop("kind"))

        rows = d.pop("rows")

        good = d.pop("good")

        bad = d.pop("bad")

        fen = d.pop("fen")

        faults = []
        _faults = d.pop("faults")
        for faults_item_data in _faults:
            faults_item = Fault.from_dict(faults_item_data)

            faults.append(faults_item)

        faults_more = d.pop("faults_more")

        dry_run = cls(
            kind=kind,
            rows=rows,
            good=good,
            bad=bad,
            fen=fen,
            faults=faults,
            faults_more=faults_more,
        )

        dry_run.additional_properties = d
        return dry_run

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.sent_operation import SentOperation


T = TypeVar("T", bound="SentBatch")


@_attrs_define
class SentBatch:
    """What a device sends at once, with what its clocks say.

    Attributes:
        device (str):
        wall_at (datetime.datetime):
        mono_ms (int):
        boot_id (str):
        operations (list[SentOperation]):
    """

    device: str
    wall_at: datetime.datetime
    mono_ms: int
    boot_id: str
    operations: list[SentOperation]

    def to_dict(self) -> dict[str, Any]:
        from ..models.sent_operation import SentOperation  # noqa: PLC0415

        device = self.device

        wall_at = self.wall_at.isoformat()

        mono_ms = self.mono_ms

        boot_id = self.boot_id

        operations = []
        for operations_item_data in self.operations:
            operations_item = operations_item_data.to_dict()
            operations.append(operations_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "device": device,
                "wall_at": wall_at,
                "mono_ms": mono_ms,
                "boot_id": boot_id,
                "operations": operations,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sent_operation import SentOperation  # noqa: PLC0415

        d = dict(src_dict)
        device = d.pop("device")

        wall_at = datetime.datetime.fromisoformat(d.pop("wall_at"))

        mono_ms = d.pop("mono_ms")

        boot_id = d.pop("boot_id")

        operations = []
        _operations = d.pop("operations")
        for operations_item_data in _operations:
            operations_item = SentOperation.from_dict(operations_item_data)

            operations.append(operations_item)

        sent_batch = cls(
            device=device,
            wall_at=wall_at,
            mono_ms=mono_ms,
            boot_id=boot_id,
            operations=operations,
        )

        return sent_batch

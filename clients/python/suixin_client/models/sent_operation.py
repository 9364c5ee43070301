from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast


T = TypeVar("T", bound="SentOperation")


@_attrs_define
class SentOperation:
    """One operation as the device signed it; docs/stations.md tells its form.

    Attributes:
        op_id (str):
        device (str):
        seq (int):
        prev_hash (str):
        kind (str):
        entity_id (str):
        base_version (str):
        wall_at (str):
        mono_ms (int):
        boot_id (str):
        agent (str):
        form_version (int):
        key (str):
        sealed (str):
        photo_hashes (list[str]):
        signature (str):
    """

    op_id: str
    device: str
    seq: int
    prev_hash: str
    kind: str
    entity_id: str
    base_version: str
    wall_at: str
    mono_ms: int
    boot_id: str
    agent: str
    form_version: int
    key: str
    sealed: str
    photo_hashes: list[str]
    signature: str

    def to_dict(self) -> dict[str, Any]:
        op_id = self.op_id

        device = self.device

        seq = self.seq

        prev_hash = self.prev_hash

        kind = self.kind

        entity_id = self.entity_id

        base_version = self.base_version

        wall_at = self.wall_at

        mono_ms = self.mono_ms

        boot_id = self.boot_id

        agent = self.agent

        form_version = self.form_version

        key = self.key

        sealed = self.sealed

        photo_hashes = self.photo_hashes

        signature = self.signature

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "op_id": op_id,
                "device": device,
                "seq": seq,
                "prev_hash": prev_hash,
                "kind": kind,
                "entity_id": entity_id,
                "base_version": base_version,
                "wall_at": wall_at,
                "mono_ms": mono_ms,
                "boot_id": boot_id,
                "agent": agent,
                "form_version": form_version,
                "key": key,
                "sealed": sealed,
                "photo_hashes": photo_hashes,
                "signature": signature,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        op_id = d.pop("op_id")

        device = d.pop("device")

        seq = d.pop("seq")

        prev_hash = d.pop("prev_hash")

        kind = d.pop("kind")

        entity_id = d.pop("entity_id")

        base_version = d.pop("base_version")

        wall_at = d.pop("wall_at")

        mono_ms = d.pop("mono_ms")

        boot_id = d.pop("boot_id")

        agent = d.pop("agent")

        form_version = d.pop("form_version")

        key = d.pop("key")

        sealed = d.pop("sealed")

        photo_hashes = cast(list[str], d.pop("photo_hashes"))

        signature = d.pop("signature")

        sent_operation = cls(
            op_id=op_id,
            device=device,
            seq=seq,
            prev_hash=prev_hash,
            kind=kind,
            entity_id=entity_id,
            base_version=base_version,
            wall_at=wall_at,
            mono_ms=mono_ms,
            boot_id=boot_id,
            agent=agent,
            form_version=form_version,
            key=key,
            sealed=sealed,
            photo_hashes=photo_hashes,
            signature=signature,
        )

        return sent_operation

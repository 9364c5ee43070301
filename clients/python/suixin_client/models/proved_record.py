from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="ProvedRecord")


@_attrs_define
class ProvedRecord:
    """An entry and what proves it: the contents of the files that `suixin verify` takes.

    `entry_base64` and `opening_base64` are bytes; the opening is there for who may see it.

        Attributes:
            record (str):
            leaf (str):
            kind (str):
            told_at (datetime.datetime):
            index (int):
            entry_base64 (str):
            proof (str):
            policy (str):
            opening_base64 (None | str):
    """

    record: str
    leaf: str
    kind: str
    told_at: datetime.datetime
    index: int
    entry_base64: str
    proof: str
    policy: str
    opening_base64: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        record = self.record

        leaf = self.leaf

        kind = self.kind

        told_at = self.told_at.isoformat()

        index = self.index

        entry_base64 = self.entry_base64

        proof = self.proof

        policy = self.policy

        opening_base64: None | str
        opening_base64 = self.opening_base64

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "record": record,
                "leaf": leaf,
                "kind": kind,
                "told_at": told_at,
                "index": index,
                "entry_base64": entry_base64,
                "proof": proof,
                "policy": policy,
                "opening_base64": opening_base64,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        record = d.pop("record")

        leaf = d.pop("leaf")

        kind = d.pop("kind")

        told_at = datetime.datetime.fromisoformat(d.pop("told_at"))

        index = d.pop("index")

        entry_base64 = d.pop("entry_base64")

        proof = d.pop("proof")

        policy = d.pop("policy")

        def _parse_opening_base64(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        opening_base64 = _parse_opening_base64(d.pop("opening_base64"))

        proved_record = cls(
            record=record,
            leaf=leaf,
            kind=kind,
            told_at=told_at,
            index=index,
            entry_base64=entry_base64,
            proof=proof,
            policy=policy,
            opening_base64=opening_base64,
        )

        proved_record.additional_properties = d
        return proved_record

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

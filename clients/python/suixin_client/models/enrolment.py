from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.device import Device


T = TypeVar("T", bound="Enrolment")


@_attrs_define
class Enrolment:
    """What a device needs to work: the key to seal to, its agent's villages, the dated limits.

    Attributes:
        device (Device): A device as it is known: whose, where it stands, how far its chain has come.

            `public_key` is in base64url, `key_words` is what two people compare.
        key (str):
        server_key (str):
        agent (str):
        villages (list[str]):
        form_version (int):
        offline_days (int):
        households (int):
        piece_bytes (int):
        operations (int):
        operation_bytes (int):
        server_at (datetime.datetime):
    """

    device: Device
    key: str
    server_key: str
    agent: str
    villages: list[str]
    form_version: int
    offline_days: int
    households: int
    piece_bytes: int
    operations: int
    operation_bytes: int
    server_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.device import Device  # noqa: PLC0415

        device = self.device.to_dict()

        key = self.key

        server_key = self.server_key

        agent = self.agent

        villages = self.villages

        form_version = self.form_version

        offline_days = self.offline_days

        households = self.households

        piece_bytes = self.piece_bytes

        operations = self.operations

        operation_bytes = self.operation_bytes

        server_at = self.server_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "device": device,
                "key": key,
                "server_key": server_key,
                "agent": agent,
                "villages": villages,
                "form_version": form_version,
                "offline_days": offline_days,
                "households": households,
                "piece_bytes": piece_bytes,
                "operations": operations,
                "operation_bytes": operation_bytes,
                "server_at": server_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.device import Device  # noqa: PLC0415

        d = dict(src_dict)
        device = Device.from_dict(d.pop("device"))

        key = d.pop("key")

        server_key = d.pop("server_key")

        agent = d.pop("agent")

        villages = cast(list[str], d.pop("villages"))

        form_version = d.pop("form_version")

        offline_days = d.pop("offline_days")

        households = d.pop("households")

        piece_bytes = d.pop("piece_bytes")

        operations = d.pop("operations")

        operation_bytes = d.pop("operation_bytes")

        server_at = datetime.datetime.fromisoformat(d.pop("server_at"))

        enrolment = cls(
            device=device,
            key=key,
            server_key=server_key,
            agent=agent,
            villages=villages,
            form_version=form_version,
            offline_days=offline_days,
            households=households,
            piece_bytes=piece_bytes,
            operations=operations,
            operation_bytes=operation_bytes,
            server_at=server_at,
        )

        enrolment.additional_properties = d
        return enrolment

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

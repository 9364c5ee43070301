from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Device")


@_attrs_define
class Device:
    """A device as it is known: whose, where it stands, how far its chain has come.

    `public_key` is in base64url, `key_words` is what two people compare.

        Attributes:
            device (str):
            agent (str):
            title (str):
            public_key (str):
            key_words (str):
            standing (str):
            seq (int):
            last_hash (str):
            expires_on (datetime.date | None):
            seen_at (datetime.datetime | None):
            announced_at (datetime.datetime):
            ended_why (str):
    """

    device: str
    agent: str
    title: str
    public_key: str
    key_words: str
    standing: str
    seq: int
    last_hash: str
    expires_on: datetime.date | None
    seen_at: datetime.datetime | None
    announced_at: datetime.datetime
    ended_why: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        device = self.device

        agent = self.agent

        title = self.title

        public_key = self.public_key

        key_words = self.key_words

        standing = self.standing

        seq = self.seq

        last_hash = self.last_hash

        expires_on: None | str
        if isinstance(self.expires_on, datetime.date):
            expires_on = self.expires_on.isoformat()
        else:
            expires_on = self.expires_on

        seen_at: None | str
        if isinstance(self.seen_at, datetime.datetime):
            seen_at = self.seen_at.isoformat()
        else:
            seen_at = self.seen_at

        announced_at = self.announced_at.isoformat()

        ended_why = self.ended_why

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "device": device,
                "agent": agent,
                "title": title,
                "public_key": public_key,
                "key_words": key_words,
                "standing": standing,
                "seq": seq,
                "last_hash": last_hash,
                "expires_on": expires_on,
                "seen_at": seen_at,
                "announced_at": announced_at,
                "ended_why": ended_why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        device = d.pop("device")

        agent = d.pop("agent")

        title = d.pop("title")

        public_key = d.pop("public_key")

        key_words = d.pop("key_words")

        standing = d.pop("standing")

        seq = d.pop("seq")

        last_hash = d.pop("last_hash")

        def _parse_expires_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_on_type_0 = datetime.date.fromisoformat(data)

                return expires_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        expires_on = _parse_expires_on(d.pop("expires_on"))

        def _parse_seen_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                seen_at_type_0 = datetime.datetime.fromisoformat(data)

                return seen_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        seen_at = _parse_seen_at(d.pop("seen_at"))

        announced_at = datetime.datetime.fromisoformat(d.pop("announced_at"))

        ended_why = d.pop("ended_why")

        device = cls(
            device=device,
            agent=agent,
            title=title,
            public_key=public_key,
            key_words=key_words,
            standing=standing,
            seq=seq,
            last_hash=last_hash,
            expires_on=expires_on,
            seen_at=seen_at,
            announced_at=announced_at,
            ended_why=ended_why,
        )

        device.additional_properties = d
        return device

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

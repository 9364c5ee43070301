from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="Partner")


@_attrs_define
class Partner:
    """A client as it stands: what it may do and how often.

    Attributes:
        institution (int):
        name (str):
        title (str):
        scopes (list[str]):
        generation (int):
        per_second (int):
        burst (int):
        revoked_at (datetime.datetime | None):
    """

    institution: int
    name: str
    title: str
    scopes: list[str]
    generation: int
    per_second: int
    burst: int
    revoked_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        institution = self.institution

        name = self.name

        title = self.title

        scopes = self.scopes

        generation = self.generation

        per_second = self.per_second

        burst = self.burst

        revoked_at: None | str
        if isinstance(self.revoked_at, datetime.datetime):
            revoked_at = self.revoked_at.isoformat()
        else:
            revoked_at = self.revoked_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "institution": institution,
                "name": name,
                "title": title,
                "scopes": scopes,
                "generation": generation,
                "per_second": per_second,
                "burst": burst,
                "revoked_at": revoked_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        institution = d.pop("institution")

        name = d.pop("name")

        title = d.pop("title")

        scopes = cast(list[str], d.pop("scopes"))

        generation = d.pop("generation")

        per_second = d.pop("per_second")

        burst = d.pop("burst")

        def _parse_revoked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                revoked_at_type_0 = datetime.datetime.fromisoformat(data)

                return revoked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        revoked_at = _parse_revoked_at(d.pop("revoked_at"))

        partner = cls(
            institution=institution,
            name=name,
            title=title,
            scopes=scopes,
            generation=generation,
            per_second=per_second,
            burst=burst,
            revoked_at=revoked_at,
        )

        partner.additional_properties = d
        return partner

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

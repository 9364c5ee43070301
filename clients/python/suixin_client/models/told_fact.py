from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.set_aside import SetAside


T = TypeVar("T", bound="ToldFact")


@_attrs_define
class ToldFact:
    """A fact that came by itself: its number, whether it is new, or why it was set aside.

    Attributes:
        number (int | None):
        new (bool):
        set_aside (None | SetAside | Unset):
    """

    number: int | None
    new: bool
    set_aside: None | SetAside | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.set_aside import SetAside  # noqa: PLC0415

        number: int | None
        number = self.number

        new = self.new

        set_aside: dict[str, Any] | None | Unset
        if isinstance(self.set_aside, Unset):
            set_aside = UNSET
        elif isinstance(self.set_aside, SetAside):
            set_aside = self.set_aside.to_dict()
        else:
            set_aside = self.set_aside

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "number": number,
                "new": new,
            }
        )
        if set_aside is not UNSET:
            field_dict["set_aside"] = set_aside

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.set_aside import SetAside  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_number(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        number = _parse_number(d.pop("number"))

        new = d.pop("new")

        def _parse_set_aside(data: object) -> None | SetAside | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                set_aside_type_0 = SetAside.from_dict(data)

                return set_aside_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SetAside | Unset, data)

        set_aside = _parse_set_aside(d.pop("set_aside", UNSET))

        told_fact = cls(
            number=number,
            new=new,
            set_aside=set_aside,
        )

        told_fact.additional_properties = d
        return told_fact

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

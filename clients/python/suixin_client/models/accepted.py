from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.application import Application
    from ..models.told import Told


T = TypeVar("T", bound="Accepted")


@_attrs_define
class Accepted:
    """An application after an acceptance or signature: who is still to sign, or why he may not.

    Attributes:
        application (Application): Who asks for what, and where that stands; `about` is what its product alone needs.
        to_sign (list[str]):
        refusal (None | Told | Unset):
    """

    application: Application
    to_sign: list[str]
    refusal: None | Told | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.application import Application  # noqa: PLC0415
        from ..models.told import Told  # noqa: PLC0415

        application = self.application.to_dict()

        to_sign = self.to_sign

        refusal: dict[str, Any] | None | Unset
        if isinstance(self.refusal, Unset):
            refusal = UNSET
        elif isinstance(self.refusal, Told):
            refusal = self.refusal.to_dict()
        else:
            refusal = self.refusal

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "application": application,
                "to_sign": to_sign,
            }
        )
        if refusal is not UNSET:
            field_dict["refusal"] = refusal

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.application import Application  # noqa: PLC0415
        from ..models.told import Told  # noqa: PLC0415

        d = dict(src_dict)
        application = Application.from_dict(d.pop("application"))

        to_sign = cast(list[str], d.pop("to_sign"))

        def _parse_refusal(data: object) -> None | Told | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                refusal_type_0 = Told.from_dict(data)

                return refusal_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Told | Unset, data)

        refusal = _parse_refusal(d.pop("refusal", UNSET))

        accepted = cls(
            application=application,
            to_sign=to_sign,
            refusal=refusal,
        )

        accepted.additional_properties = d
        return accepted

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.correction_personal import CorrectionPersonal


T = TypeVar("T", bound="Correction")


@_attrs_define
class Correction:
    """What is to be put right, and why.

    Attributes:
        personal (CorrectionPersonal):
        why (str):
    """

    personal: CorrectionPersonal
    why: str

    def to_dict(self) -> dict[str, Any]:
        from ..models.correction_personal import CorrectionPersonal  # noqa: PLC0415

        personal = self.personal.to_dict()

        why = self.why

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "personal": personal,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.correction_personal import CorrectionPersonal  # noqa: PLC0415

        d = dict(src_dict)
        personal = CorrectionPersonal.from_dict(d.pop("personal"))

        why = d.pop("why")

        correction = cls(
            personal=personal,
            why=why,
        )

        return correction

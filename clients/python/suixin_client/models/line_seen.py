from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="LineSeen")


@_attrs_define
class LineSeen:
    """A line of a statement as it was judged; `part` counts the parts of one that has several.

    Attributes:
        place (int):
        part (int):
        key (str):
        verdict (str):
        fen (int):
        value_on (datetime.date):
        payment (str):
        expected (str):
        case (str):
        note (str):
    """

    place: int
    part: int
    key: str
    verdict: str
    fen: int
    value_on: datetime.date
    payment: str
    expected: str
    case: str
    note: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        place = self.place

        part = self.part

        key = self.key

        verdict = self.verdict

        fen = self.fen

        value_on = self.value_on.isoformat()

        payment = self.payment

        expected = self.expected

        case = self.case

        note = self.note

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "place": place,
                "part": part,
                "key": key,
                "verdict": verdict,
                "fen": fen,
                "value_on": value_on,
                "payment": payment,
                "expected": expected,
                "case": case,
                "note": note,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        place = d.pop("place")

        part = d.pop("part")

        key = d.pop("key")

        verdict = d.pop("verdict")

        fen = d.pop("fen")

        value_on = datetime.date.fromisoformat(d.pop("value_on"))

        payment = d.pop("payment")

        expected = d.pop("expected")

        case = d.pop("case")

        note = d.pop("note")

        line_seen = cls(
            place=place,
            part=part,
            key=key,
            verdict=verdict,
            fen=fen,
            value_on=value_on,
            payment=payment,
            expected=expected,
            case=case,
            note=note,
        )

        line_seen.additional_properties = d
        return line_seen

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

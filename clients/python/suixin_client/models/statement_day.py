from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="StatementDay")


@_attrs_define
class StatementDay:
    """A statement, and what our books say the account held at the end of its day.

    `differs_fen` is what the bank has more than our books: what is told later counts from its own
    day, so the last days may still differ.

        Attributes:
            name (str):
            number (int | None):
            closing_on (datetime.date):
            closing_fen (int):
            lines (int):
            taken_on (datetime.date):
            books_fen (int):
    """

    name: str
    number: int | None
    closing_on: datetime.date
    closing_fen: int
    lines: int
    taken_on: datetime.date
    books_fen: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        number: int | None
        number = self.number

        closing_on = self.closing_on.isoformat()

        closing_fen = self.closing_fen

        lines = self.lines

        taken_on = self.taken_on.isoformat()

        books_fen = self.books_fen

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "number": number,
                "closing_on": closing_on,
                "closing_fen": closing_fen,
                "lines": lines,
                "taken_on": taken_on,
                "books_fen": books_fen,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_number(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        number = _parse_number(d.pop("number"))

        closing_on = datetime.date.fromisoformat(d.pop("closing_on"))

        closing_fen = d.pop("closing_fen")

        lines = d.pop("lines")

        taken_on = datetime.date.fromisoformat(d.pop("taken_on"))

        books_fen = d.pop("books_fen")

        statement_day = cls(
            name=name,
            number=number,
            closing_on=closing_on,
            closing_fen=closing_fen,
            lines=lines,
            taken_on=taken_on,
            books_fen=books_fen,
        )

        statement_day.additional_properties = d
        return statement_day

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="SetAside")


@_attrs_define
class SetAside:
    """A row set aside. `amount_fen` is the money it carried, None where unknown or none.

    >>> print(SetAside("orders.csv", 7, "orders", "gross", "OUT_OF_RANGE", "-5", "at least 0"))
    orders.csv:7: orders.gross OUT_OF_RANGE: got -5, expected at least 0

        Attributes:
            file (str):
            line (int):
            feed (str):
            field (str):
            code (str):
            wrong (None | str):
            expected (str):
            amount_fen (int | None | Unset):
            key (None | str | Unset):
    """

    file: str
    line: int
    feed: str
    field: str
    code: str
    wrong: None | str
    expected: str
    amount_fen: int | None | Unset = UNSET
    key: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        file = self.file

        line = self.line

        feed = self.feed

        field = self.field

        code = self.code

        wrong: None | str
        wrong = self.wrong

        expected = self.expected

        amount_fen: int | None | Unset
        if isinstance(self.amount_fen, Unset):
            amount_fen = UNSET
        else:
            amount_fen = self.amount_fen

        key: None | str | Unset
        if isinstance(self.key, Unset):
            key = UNSET
        else:
            key = self.key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file": file,
                "line": line,
                "feed": feed,
                "field": field,
                "code": code,
                "wrong": wrong,
                "expected": expected,
            }
        )
        if amount_fen is not UNSET:
            field_dict["amount_fen"] = amount_fen
        if key is not UNSET:
            field_dict["key"] = key

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        file = d.pop("file")

        line = d.pop("line")

        feed = d.pop("feed")

        field = d.pop("field")

        code = d.pop("code")

        def _parse_wrong(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        wrong = _parse_wrong(d.pop("wrong"))

        expected = d.pop("expected")

        def _parse_amount_fen(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        amount_fen = _parse_amount_fen(d.pop("amount_fen", UNSET))

        def _parse_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        key = _parse_key(d.pop("key", UNSET))

        set_aside = cls(
            file=file,
            line=line,
            feed=feed,
            field=field,
            code=code,
            wrong=wrong,
            expected=expected,
            amount_fen=amount_fen,
            key=key,
        )

        set_aside.additional_properties = d
        return set_aside

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.ended_op_result import EndedOpResult


T = TypeVar("T", bound="EndedOp")


@_attrs_define
class EndedOp:
    """What came of an operation by now.

    Attributes:
        op_id (str):
        seq (int):
        outcome (str):
        code (str):
        words (str):
        result (EndedOpResult):
    """

    op_id: str
    seq: int
    outcome: str
    code: str
    words: str
    result: EndedOpResult
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.ended_op_result import EndedOpResult  # noqa: PLC0415

        op_id = self.op_id

        seq = self.seq

        outcome = self.outcome

        code = self.code

        words = self.words

        result = self.result.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "op_id": op_id,
                "seq": seq,
                "outcome": outcome,
                "code": code,
                "words": words,
                "result": result,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ended_op_result import EndedOpResult  # noqa: PLC0415

        d = dict(src_dict)
        op_id = d.pop("op_id")

        seq = d.pop("seq")

        outcome = d.pop("outcome")

        code = d.pop("code")

        words = d.pop("words")

        result = EndedOpResult.from_dict(d.pop("result"))

        ended_op = cls(
            op_id=op_id,
            seq=seq,
            outcome=outcome,
            code=code,
            words=words,
            result=result,
        )

        ended_op.additional_properties = d
        return ended_op

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

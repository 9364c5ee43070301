from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.outcome_result import OutcomeResult


T = TypeVar("T", bound="Outcome")


@_attrs_define
class Outcome:
    """What came of an operation: applied, held, conflict or refused; or duplicate, sent before.

    `was` is then what came of it the first time. `result` has ids of what was made.

        Attributes:
            op_id (str):
            seq (int):
            outcome (str):
            happened_at (datetime.datetime):
            time_uncertain (bool):
            was (str | Unset):  Default: ''.
            code (str | Unset):  Default: ''.
            words (str | Unset):  Default: ''.
            result (OutcomeResult | Unset):
    """

    op_id: str
    seq: int
    outcome: str
    happened_at: datetime.datetime
    time_uncertain: bool
    was: str | Unset = ""
    code: str | Unset = ""
    words: str | Unset = ""
    result: OutcomeResult | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.outcome_result import OutcomeResult  # noqa: PLC0415

        op_id = self.op_id

        seq = self.seq

        outcome = self.outcome

        happened_at = self.happened_at.isoformat()

        time_uncertain = self.time_uncertain

        was = self.was

        code = self.code

        words = self.words

        result: dict[str, Any] | Unset = UNSET
        if not isinstance(self.result, Unset):
            result = self.result.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "op_id": op_id,
                "seq": seq,
                "outcome": outcome,
                "happened_at": happened_at,
                "time_uncertain": time_uncertain,
            }
        )
        if was is not UNSET:
            field_dict["was"] = was
        if code is not UNSET:
            field_dict["code"] = code
        if words is not UNSET:
            field_dict["words"] = words
        if result is not UNSET:
            field_dict["result"] = result

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.outcome_result import OutcomeResult  # noqa: PLC0415

        d = dict(src_dict)
        op_id = d.pop("op_id")

        seq = d.pop("seq")

        outcome = d.pop("outcome")

        happened_at = datetime.datetime.fromisoformat(d.pop("happened_at"))

        time_uncertain = d.pop("time_uncertain")

        was = d.pop("was", UNSET)

        code = d.pop("code", UNSET)

        words = d.pop("words", UNSET)

        _result = d.pop("result", UNSET)
        result: OutcomeResult | Unset
        if isinstance(_result, Unset):
            result = UNSET
        else:
            result = OutcomeResult.from_dict(_result)

        outcome = cls(
            op_id=op_id,
            seq=seq,
            outcome=outcome,
            happened_at=happened_at,
            time_uncertain=time_uncertain,
            was=was,
            code=code,
            words=words,
            result=result,
        )

        outcome.additional_properties = d
        return outcome

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.answer import Answer
from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.why import Why


T = TypeVar("T", bound="Advice")


@_attrs_define
class Advice:
    """What was advised on a day: at most `limit_fen` at `rate_bps`, for these reasons.

    `offer_fen` is what of the amount asked for is advised; `refusal` the first rule against it;
    `signs` and `flags` are what a person should look at; `record` names the log's entry.

        Attributes:
            advice (str):
            party_id (str):
            product (str):
            asked_fen (int):
            on (datetime.date):
            asked_at (datetime.datetime):
            answer (Answer): What is advised: an offer, a person's look, or no.
            offer_fen (int):
            limit_fen (int):
            rate_bps (int | None):
            tenor_days (int):
            status (str):
            grade (None | str):
            score (int | None):
            refusal (str):
            binding (str):
            reasons (list[Why]):
            signs (list[str]):
            flags (list[str]):
            record (str):
    """

    advice: str
    party_id: str
    product: str
    asked_fen: int
    on: datetime.date
    asked_at: datetime.datetime
    answer: Answer
    offer_fen: int
    limit_fen: int
    rate_bps: int | None
    tenor_days: int
    status: str
    grade: None | str
    score: int | None
    refusal: str
    binding: str
    reasons: list[Why]
    signs: list[str]
    flags: list[str]
    record: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.why import Why  # noqa: PLC0415

        advice = self.advice

        party_id = self.party_id

        product = self.product

        asked_fen = self.asked_fen

        on = self.on.isoformat()

        asked_at = self.asked_at.isoformat()

        answer = self.answer.value

        offer_fen = self.offer_fen

        limit_fen = self.limit_fen

        rate_bps: int | None
        rate_bps = self.rate_bps

        tenor_days = self.tenor_days

        status = self.status

        grade: None | str
        grade = self.grade

        score: int | None
        score = self.score

        refusal = self.refusal

        binding = self.binding

        reasons = []
        for reasons_item_data in self.reasons:
            reasons_item = reasons_item_data.to_dict()
            reasons.append(reasons_item)

        signs = self.signs

        flags = self.flags

        record = self.record

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "advice": advice,
                "party_id": party_id,
                "product": product,
                "asked_fen": asked_fen,
                "on": on,
                "asked_at": asked_at,
                "answer": answer,
                "offer_fen": offer_fen,
                "limit_fen": limit_fen,
                "rate_bps": rate_bps,
                "tenor_days": tenor_days,
                "status": status,
                "grade": grade,
                "score": score,
                "refusal": refusal,
                "binding": binding,
                "reasons": reasons,
                "signs": signs,
                "flags": flags,
                "record": record,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.why import Why  # noqa: PLC0415

        d = dict(src_dict)
        advice = d.pop("advice")

        party_id = d.pop("party_id")

        product = d.pop("product")

        asked_fen = d.pop("asked_fen")

        on = datetime.date.fromisoformat(d.pop("on"))

        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))

        answer = Answer(d.pop("answer"))

        offer_fen = d.pop("offer_fen")

        limit_fen = d.pop("limit_fen")

        def _parse_rate_bps(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        rate_bps = _parse_rate_bps(d.pop("rate_bps"))

        tenor_days = d.pop("tenor_days")

        status = d.pop("status")

        def _parse_grade(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        grade = _parse_grade(d.pop("grade"))

        def _parse_score(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        score = _parse_score(d.pop("score"))

        refusal = d.pop("refusal")

        binding = d.pop("binding")

        reasons = []
        _reasons = d.pop("reasons")
        for reasons_item_data in _reasons:
            reasons_item = Why.from_dict(reasons_item_data)

            reasons.append(reasons_item)

        signs = cast(list[str], d.pop("signs"))

        flags = cast(list[str], d.pop("flags"))

        record = d.pop("record")

        advice = cls(
            advice=advice,
            party_id=party_id,
            product=product,
            asked_fen=asked_fen,
            on=on,
            asked_at=asked_at,
            answer=answer,
            offer_fen=offer_fen,
            limit_fen=limit_fen,
            rate_bps=rate_bps,
            tenor_days=tenor_days,
            status=status,
            grade=grade,
            score=score,
            refusal=refusal,
            binding=binding,
            reasons=reasons,
            signs=signs,
            flags=flags,
            record=record,
        )

        advice.additional_properties = d
        return advice

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

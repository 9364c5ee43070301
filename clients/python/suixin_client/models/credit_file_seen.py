from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.reason import Reason


T = TypeVar("T", bound="CreditFileSeen")


@_attrs_define
class CreditFileSeen:
    """A version of a credit file under a product; `digest` covers the whole of it.

    Without outcomes it is uncalibrated: it ranks, and `pd` is none.

        Attributes:
            subject (str):
            product (str):
            as_of (datetime.date):
            version (int):
            recorded_at (datetime.datetime):
            source (str):
            feeds (list[str]):
            completeness_bps (int):
            status (str):
            composite (float | None):
            score (int | None):
            grade (None | str):
            pd (float | None):
            calibration (str):
            limit_fen (int):
            target_fen (int):
            rate_bps (int | None):
            refusal (str):
            flags (list[str]):
            signs (list[str]):
            reasons (list[Reason]):
            raise_ (None | Reason):
            record (str):
            digest (str):
    """

    subject: str
    product: str
    as_of: datetime.date
    version: int
    recorded_at: datetime.datetime
    source: str
    feeds: list[str]
    completeness_bps: int
    status: str
    composite: float | None
    score: int | None
    grade: None | str
    pd: float | None
    calibration: str
    limit_fen: int
    target_fen: int
    rate_bps: int | None
    refusal: str
    flags: list[str]
    signs: list[str]
    reasons: list[Reason]
    raise_: None | Reason
    record: str
    digest: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.reason import Reason  # noqa: PLC0415

        subject = self.subject

        product = self.product

        as_of = self.as_of.isoformat()

        version = self.version

        recorded_at = self.recorded_at.isoformat()

        source = self.source

        feeds = self.feeds

        completeness_bps = self.completeness_bps

        status = self.status

        composite: float | None
        composite = self.composite

        score: int | None
        score = self.score

        grade: None | str
        grade = self.grade

        pd: float | None
        pd = self.pd

        calibration = self.calibration

        limit_fen = self.limit_fen

        target_fen = self.target_fen

        rate_bps: int | None
        rate_bps = self.rate_bps

        refusal = self.refusal

        flags = self.flags

        signs = self.signs

        reasons = []
        for reasons_item_data in self.reasons:
            reasons_item = reasons_item_data.to_dict()
            reasons.append(reasons_item)

        raise_: dict[str, Any] | None
        if isinstance(self.raise_, Reason):
            raise_ = self.raise_.to_dict()
        else:
            raise_ = self.raise_

        record = self.record

        digest = self.digest

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "subject": subject,
                "product": product,
                "as_of": as_of,
                "version": version,
                "recorded_at": recorded_at,
                "source": source,
                "feeds": feeds,
                "completeness_bps": completeness_bps,
                "status": status,
                "composite": composite,
                "score": score,
                "grade": grade,
                "pd": pd,
                "calibration": calibration,
                "limit_fen": limit_fen,
                "target_fen": target_fen,
                "rate_bps": rate_bps,
                "refusal": refusal,
                "flags": flags,
                "signs": signs,
                "reasons": reasons,
                "raise_": raise_,
                "record": record,
                "digest": digest,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.reason import Reason  # noqa: PLC0415

        d = dict(src_dict)
        subject = d.pop("subject")

        product = d.pop("product")

        as_of = datetime.date.fromisoformat(d.pop("as_of"))

        version = d.pop("version")

        recorded_at = datetime.datetime.fromisoformat(d.pop("recorded_at"))

        source = d.pop("source")

        feeds = cast(list[str], d.pop("feeds"))

        completeness_bps = d.pop("completeness_bps")

        status = d.pop("status")

        def _parse_composite(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        composite = _parse_composite(d.pop("composite"))

        def _parse_score(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        score = _parse_score(d.pop("score"))

        def _parse_grade(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        grade = _parse_grade(d.pop("grade"))

        def _parse_pd(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        pd = _parse_pd(d.pop("pd"))

        calibration = d.pop("calibration")

        limit_fen = d.pop("limit_fen")

        target_fen = d.pop("target_fen")

        def _parse_rate_bps(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        rate_bps = _parse_rate_bps(d.pop("rate_bps"))

        refusal = d.pop("refusal")

        flags = cast(list[str], d.pop("flags"))

        signs = cast(list[str], d.pop("signs"))

        reasons = []
        _reasons = d.pop("reasons")
        for reasons_item_data in _reasons:
            reasons_item = Reason.from_dict(reasons_item_data)

            reasons.append(reasons_item)

        def _parse_raise_(data: object) -> None | Reason:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                raise_type_0 = Reason.from_dict(data)

                return raise_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Reason, data)

        raise_ = _parse_raise_(d.pop("raise_"))

        record = d.pop("record")

        digest = d.pop("digest")

        credit_file_seen = cls(
            subject=subject,
            product=product,
            as_of=as_of,
            version=version,
            recorded_at=recorded_at,
            source=source,
            feeds=feeds,
            completeness_bps=completeness_bps,
            status=status,
            composite=composite,
            score=score,
            grade=grade,
            pd=pd,
            calibration=calibration,
            limit_fen=limit_fen,
            target_fen=target_fen,
            rate_bps=rate_bps,
            refusal=refusal,
            flags=flags,
            signs=signs,
            reasons=reasons,
            raise_=raise_,
            record=record,
            digest=digest,
        )

        credit_file_seen.additional_properties = d
        return credit_file_seen

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

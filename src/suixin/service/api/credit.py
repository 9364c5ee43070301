"""A credit file as a partner or a person reads it: score, limit, price, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from suixin.credit.file import Reason
from suixin.credit.limit_path import LimitChange
from suixin.service.app.credit_files import Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditFileSeen:
    """A version of a credit file under a product; `digest` covers the whole of it.

    Without outcomes it is uncalibrated: it ranks, and `pd` is none.
    """

    subject: str
    product: str
    as_of: date
    version: int
    recorded_at: datetime
    source: str
    feeds: tuple[str, ...]
    completeness_bps: int
    status: str
    composite: float | None
    score: int | None
    grade: str | None
    pd: float | None
    calibration: str
    limit_fen: int
    target_fen: int
    rate_bps: int | None
    refusal: str
    flags: tuple[str, ...]
    signs: tuple[str, ...]
    reasons: tuple[Reason, ...]
    raise_: Reason | None
    record: str
    digest: str


def seen(kept: Kept) -> CreditFileSeen:
    """What is shown of a file that is kept."""
    file = kept.file
    return CreditFileSeen(
        subject=kept.subject,
        product=kept.product,
        as_of=kept.as_of,
        version=kept.version,
        recorded_at=kept.recorded_at,
        source=kept.source,
        feeds=kept.feeds,
        completeness_bps=kept.completeness_bps,
        status=kept.status,
        composite=file.composite,
        score=kept.score,
        grade=kept.grade,
        pd=file.pd,
        calibration=file.calibration,
        limit_fen=kept.limit_fen,
        target_fen=kept.target_fen,
        rate_bps=kept.rate_bps,
        refusal=kept.refusal,
        flags=kept.flags,
        signs=kept.signs,
        reasons=file.reasons,
        raise_=file.raise_,
        record=kept.record,
        digest=kept.digest,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitMoved:
    """One move of a limit, in fen: from, to, why, and what the file asked for."""

    on: date
    from_fen: int
    to_fen: int
    move: str
    target_fen: int
    drawn_fen: int
    flags: tuple[str, ...]


def moved(change: LimitChange) -> LimitMoved:
    """What is shown of a limit's move."""
    return LimitMoved(
        on=change.on,
        from_fen=change.from_fen,
        to_fen=change.to_fen,
        move=change.move.value,
        target_fen=change.target_fen,
        drawn_fen=change.drawn_fen,
        flags=change.flags,
    )

"""A credit file: what one subject is told, and every number behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from suixin.kernel.refusal import Refusal

Language = Literal["zh", "en", "both"]
Status = Literal["scored", "thin_file", "no_facts"]
Trend = Literal["up", "even", "down", "too_few"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in plain words; `points` are composite points against the reference.

    >>> Reason("RETURNS_DOWN", "退款多", "Many refunds", -1.25).code
    'RETURNS_DOWN'
    """

    code: str
    zh: str
    en: str
    points: float


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part of an index: measure `x` over `n` observations, its 0–100 points and contribution.

    `weight` is out of the index's 100; `contribution` is in composite points against the
    reference 50. Over all parts, with social and crop, contributions sum to composite − 50.
    """

    index: str
    part: str
    x: float | None
    n: float
    points: float | None
    weight: float
    present: bool
    contribution: float


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One of the three indices (0–100); `value` is None when no feed of it is connected.

    `weight` is its share of the composite, `coverage` the share (0–1) of its parts' weight present.
    """

    name: str
    value: float | None
    weight: float
    coverage: float
    present: bool
    parts: tuple[PartLine, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """Sales of one calendar month, `month` as "2026-05"; `season` is the category's factor."""

    month: str
    orders: int
    gross_fen: int
    refund_fen: int
    clean_fen: int
    season: float | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the score stands on: counts and sums known on the day, sales netted by formulas §2.

    `zeroed` gives (orders, fen) for each reason that took a sale out; `aspects` gives
    (positive, negative) mentions; `months` holds at most the last 24.
    """

    orders: int
    clean_orders: int
    first_day: date | None
    last_day: date | None
    gross_fen: int
    refund_fen: int
    clean_fen: int
    zeroed: Mapping[str, tuple[int, int]]
    months: tuple[Month, ...]
    categories: Mapping[str, int]
    messages: int
    repliers: int
    groups: int
    reviews: int
    aspects: Mapping[str, tuple[float, float]]
    completeness_bps: int


@dataclass(frozen=True, slots=True)
class Terms:
    """Limit and price under one product: an offer, or the first refusal that applies.

    `binding` names what set the limit; `steps` are the (label, value) pairs that lead to it, in
    order, named by `words.step_words`. A refusal has limit 0 and no rate.
    """

    product: str
    mode: str
    tenor_days: int
    base_fen: int
    alpha: float | None
    capacity_fen: int | None
    target_fen: int
    limit_fen: int
    rate_bps: int | None
    refusal: Refusal | None
    binding: str
    steps: tuple[tuple[str, int | float | str], ...]


@dataclass(frozen=True, slots=True)
class PoolLine:
    """One pool of traffic over the window: what it cost and brought; no score takes it in.

    `conversion` is the share of touches that led to an order, `acquisition_fen` what each new
    buyer cost; None where there was no touch, or nobody new. See `referral.Pool` for the others.
    """

    pool: str
    touches: int
    cost_fen: int
    conversion: float | None
    orders: int
    gross_fen: int
    new_buyers: int
    acquisition_fen: int | None
    began_public: int


@dataclass(frozen=True, slots=True)
class AspectLine:
    """What buyers say of one aspect: reviews that praise and blame it, and what these weigh.

    `share` is the share of praise by weight, `low` to `high` its 80 % interval (Wilson). `change`
    is how far it rose in the last 90 days against the 90 before, `trend` whether that is sure;
    both say nothing where there was too little. `praise` and `blame` are a clause each, at most 30
    characters, None without one that a consent lets be quoted.
    """

    aspect: str
    praised: int
    blamed: int
    weight: float
    share: float
    low: float
    high: float
    trend: Trend
    change: float | None
    praise: str | None = None
    blame: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewEvidence:
    """The reviews behind word of mouth: how many, what they weigh, why some weigh less.

    `doubts` counts by code the reviews that each doubt lowers, `bought` those with enough of them
    to be taken for bought, `bought_blame` those of these that blame; `quotable` are under a
    consent that lets a line of them be shown.
    """

    reviews: int
    weight: float
    bought: int
    bought_blame: int
    quotable: int
    doubts: Mapping[str, int]
    aspects: tuple[AspectLine, ...]


@dataclass(frozen=True, slots=True)
class PolicyUse:
    """A dated policy value that this file used, with the text that set it."""

    name: str
    unit: str
    value: Any
    since: date
    reference: str
    confidence: str


@dataclass(frozen=True, slots=True)
class CreditFile:
    """Everything decided about one subject as of one day, with reasons, facts and rules.

    `spoken` is None where no reviews are connected.
    """

    subject: str
    as_of: date
    status: Status
    indices: tuple[IndexLine, ...]
    weight_version: str
    social: float
    crop: float
    composite: float | None
    score: int | None
    grade: str | None
    pd: float | None
    calibration: str
    terms: Terms
    reasons: tuple[Reason, ...]
    raise_: Reason | None
    signs: tuple[str, ...]
    flags: tuple[str, ...]
    facts: Facts
    policies: tuple[PolicyUse, ...]
    pools: tuple[PoolLine, ...] = ()
    spoken: ReviewEvidence | None = None

    def explain(self, language: Language = "both") -> str:
        """The file in words and numbers, in Chinese, in English or in both (PIPL art. 24)."""
        # Here, because the words of the report are needed by nobody who only scores.
        from suixin.credit.explain import explain

        return explain(self, language)

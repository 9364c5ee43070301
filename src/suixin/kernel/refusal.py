"""Refusals: why a limit or a price is not given, as values and never as errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Refusal(StrEnum):
    """Why a subject gets no limit, in the order the checks run.

    >>> print(Refusal.GRADE_TOO_LOW, WORDING[Refusal.GRADE_TOO_LOW].en, sep=": ")
    grade_too_low: The grade is below the lowest that may borrow.
    """

    NO_FACTS = "no_facts"
    NO_SALES_YET = "no_sales_yet"
    GRADE_TOO_LOW = "grade_too_low"
    CAPACITY_TOO_SMALL = "capacity_too_small"
    LIMIT_TOO_SMALL = "limit_too_small"


@dataclass(frozen=True, slots=True)
class Wording:
    """One thing said in both languages."""

    zh: str
    en: str


WORDING: Final[Mapping[Refusal, Wording]] = MappingProxyType(
    {
        Refusal.NO_FACTS: Wording(
            "截至该日没有任何可用的经营记录。",
            "There is no fact about this subject on that day.",
        ),
        Refusal.NO_SALES_YET: Wording(
            "尚无一笔真实有效的销售。",
            "There is no clean sale yet.",
        ),
        Refusal.GRADE_TOO_LOW: Wording(
            "信用等级低于可授信的最低等级。",
            "The grade is below the lowest that may borrow.",
        ),
        Refusal.CAPACITY_TOO_SMALL: Wording(
            "预计收入扣除成本和已有债务后，不足以偿还任何贷款。",
            "What is expected to come in, less costs and debts, leaves nothing to repay from.",
        ),
        Refusal.LIMIT_TOO_SMALL: Wording(
            "可授信金额低于最小授信额。",
            "The limit would be below the smallest that is granted.",
        ),
    }
)

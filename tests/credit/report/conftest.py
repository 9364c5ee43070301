"""Invented books for the report: seeded, and their figures add up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from invented_reviews import spoken
from page_reader import Reader

from suixin.credit.file import (
    CreditFile,
    Facts,
    IndexLine,
    Month,
    PartLine,
    PolicyUse,
    PoolLine,
    Reason,
    Terms,
)
from suixin.credit.limit import LimitInput, limit
from suixin.credit.sales_ahead import Sales
from suixin.credit.sheets import policy_on, uses
from suixin.credit.terms_rules import TermsRules
from suixin.kernel.policy import load_policy

ON = date(2026, 6, 30)
FLAGS = ("SETTLEMENT_UNKNOWN", "BUYER_MASKED")
SHEET = {
    "engagement": (
        0.30,
        {
            "recency": 35,
            "active": 15,
            "repliers": 10,
            "reciprocity": 10,
            "delay": 5,
            "relays": 10,
            "influence": 5,
            "breadth": 5,
            "tenure": 5,
        },
    ),
    "stability": (
        0.40,
        {
            "level": 25,
            "span": 25,
            "volatility": 10,
            "trend": 10,
            "fulfilment": 10,
            "returns": 10,
            "concentration": 10,
        },
    ),
    "reputation": (
        0.30,
        {
            "freshness_quality": 20,
            "taste": 10,
            "size_weight": 10,
            "packaging": 10,
            "logistics": 10,
            "price_value": 10,
            "service": 5,
            "authenticity": 5,
            "overall": 20,
        },
    ),
}
RAW = {
    "level": 3.9, "span": 82.1, "volatility": 0.45, "trend": 0.14, "fulfilment": 0.04,
    "returns": 0.06, "concentration": 0.12, "recency": 87.06, "active": 0.3, "repliers": 78.86,
    "reciprocity": 0.45, "delay": 1.65, "relays": 4.0, "influence": 28.8, "breadth": 2.0,
    "tenure": 14.0,
}  # fmt: skip


def months_to(year: int, month: int, count: int) -> list[str]:
    last = year * 12 + month - 1
    return [f"{k // 12}-{k % 12 + 1:02d}" for k in range(last - count + 1, last + 1)]


def indices(rng: random.Random, connected: tuple[str, ...]) -> tuple[IndexLine, ...]:
    lines = []
    for name, (weight, parts) in SHEET.items():
        rows = []
        for part, part_weight in parts.items():
            points = rng.uniform(20, 95) if name in connected else 50.0
            rows.append(
                PartLine(
                    index=name,
                    part=part,
                    x=RAW.get(part, 0.9),
                    n=float(rng.randrange(3, 200)),
                    points=round(points, 6),
                    weight=float(part_weight),
                    present=name in connected,
                    contribution=weight * part_weight / 100 * (points - 50),
                )
            )
        value = sum(r.points * r.weight for r in rows) / 100
        lines.append(
            IndexLine(
                name,
                round(value, 4) if name in connected else None,
                weight,
                1.0 if name in connected else 0.0,
                name in connected,
                tuple(rows),
            )
        )
    return tuple(lines)


def facts(rng: random.Random, months: int) -> Facts:
    rows = []
    for k, month in enumerate(months_to(2026, 6, months)):
        season = (0.5, 0.4, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.6, 2.4, 1.8, 0.8)[k % 12]
        clean = int(800_000 * season * rng.uniform(0.7, 1.3))
        refund = int(clean * rng.uniform(0, 0.12))
        rows.append(
            Month(
                month,
                rng.randrange(5, 60),
                clean + refund + rng.randrange(0, 90_000),
                refund,
                clean,
                season if months >= 24 else None,
            )
        )
    orders = sum(m.orders for m in rows)
    aspects = {
        a: (float(rng.randrange(3, 300)), float(rng.randrange(0, 40)))
        for a in SHEET["reputation"][1]
    }
    return Facts(
        orders=orders,
        clean_orders=max(0, orders - 23),
        first_day=date(2024, 7, 3) if rows else None,
        last_day=date(2026, 6, 29) if rows else None,
        gross_fen=sum(m.gross_fen for m in rows),
        refund_fen=sum(m.refund_fen for m in rows),
        clean_fen=sum(m.clean_fen for m in rows),
        zeroed={
            "UNSETTLED": (11, 52_300),
            "SAME_PARTY": (0, 0),
            "QUICK_REFUND": (9, 31_000),
            "NO_GOODS": (0, 0),
            "BURST": (0, 0),
            "BUYER_CAP": (3, 12_050),
        }
        if rows
        else {},
        months=tuple(rows),
        categories={"apple": 600_000, "pear": 20_000} if rows else {},
        messages=rng.randrange(0, 400) if rows else 0,
        repliers=14 if rows else 0,
        groups=2 if rows else 0,
        reviews=412 if rows else 0,
        aspects=aspects if rows else {},
        completeness_bps=9400 if rows else 0,
    )


@cache
def rules() -> TermsRules:
    return TermsRules.from_policy(load_policy("terms").on(ON), load_policy("law").on(ON))


@cache
def policies() -> tuple[PolicyUse, ...]:
    return uses(policy_on(ON))


def terms(kind: str, grade: str | None, told: Facts) -> Terms:
    """The real limit and price of invented sales."""
    complete = tuple(month.clean_fen for month in told.months[:-1])
    ask = LimitInput(
        product="sales_flow",
        status="scored" if kind == "refused" else kind,
        grade=grade,
        sales=Sales(ON, complete),
        flags=frozenset(FLAGS),
        store_rating=465,
    )
    return limit(ask, rules())


def credit_file(
    subject: str,
    *,
    kind: str = "scored",
    seed: int = 0,
    connected: tuple[str, ...] = tuple(SHEET),
    **changes: Any,
) -> CreditFile:
    """One invented file: `scored`, `refused`, `thin_file` or `no_facts`."""
    rng = random.Random(f"{seed}/{subject}")
    lines = indices(rng, connected)
    social, crop = (1.2, 2.0) if len(connected) == 3 else (0.0, 0.0)
    composite = round(50 + sum(p.contribution for i in lines for p in i.parts) + social + crop, 4)
    empty, scored = kind == "no_facts", kind in ("scored", "refused")
    grade = {"scored": "BBB", "refused": "CCC"}.get(kind)
    told = facts(rng, {"scored": 24, "refused": 24, "thin_file": 5, "no_facts": 0}[kind])
    values: dict[str, Any] = {
        "subject": subject,
        "as_of": ON,
        "status": "scored" if scored else kind,
        "indices": () if empty else lines,
        "weight_version": "default-2000-01-01",
        "social": social,
        "crop": crop,
        "composite": None if empty else composite,
        "score": None,
        "grade": grade,
        "pd": None,
        "calibration": "uncalibrated",
        "terms": terms(kind, grade, told),
        "reasons": ()
        if empty
        else (
            Reason(
                "LEVEL_UP",
                "每月净销售约 8,000 元，高于中间",
                "Clean sales of about 8,000 a month, above the middle",
                2.9,
            ),
            Reason("SPAN_UP", "半年里 22 周有销售", "Sales in 22 of the last 26 weeks", 2.6),
            Reason("RETURNS_DOWN", "退款占 6%", "6 % is refunded", -1.2),
            Reason(
                "DELAY_UP",
                "群里回话快，中位 45 分钟",
                "Answers in the group within 45 minutes",
                0.4,
            ),
        ),
        "raise_": None
        if empty
        else Reason("RETURNS", "退款降到 3% 以下", "Bring refunds under 3 %", 1.1),
        "signs": (),
        "flags": FLAGS,
        "facts": told,
        "policies": policies(),
        "spoken": spoken(rng, told) if "reputation" in connected else None,
    }
    return CreditFile(**(values | changes))


@dataclass(frozen=True)
class Count:
    read: int
    good: int
    repeated: int
    set_aside: int


@dataclass(frozen=True)
class AsideSum:
    feed: str
    code: str
    rows: int
    amount_fen: int


@dataclass
class InventedBook:
    """A score book of invented files, with the attributes of the real one."""

    files: list[CreditFile]
    on: date = ON
    feed_counts: Mapping[str, Count] = field(default_factory=dict)
    set_aside: tuple[AsideSum, ...] = ()
    notes: tuple[str, ...] = ()
    pools: tuple[PoolLine, ...] = (
        PoolLine("public", 4_000, 800_000, 0.05, 200, 1_360_000, 160, 5_000, 0),
        PoolLine("private", 2_500, 0, 0.2, 500, 3_400_000, 40, 0, 120),
    )

    @property
    def table(self) -> dict[str, Any]:
        files = self.files

        def numbers(values: list[Any]) -> Any:
            return np.array([np.nan if v is None else v for v in values], dtype=float)

        signs = np.empty(len(files), dtype=object)
        signs[:] = [";".join(f.signs) for f in files]
        return {
            "subject": np.array([f.subject for f in files], dtype=object),
            "status": np.array([f.status for f in files], dtype=object),
            "grade": np.array([f.grade or "" for f in files], dtype=object),
            "composite": numbers([f.composite for f in files]),
            "limit_fen": numbers([f.terms.limit_fen for f in files]),
            "rate_bps": numbers([f.terms.rate_bps for f in files]),
            "signs": signs,
        }

    @property
    def money(self) -> Any:
        kept = sum(f.facts.gross_fen for f in self.files)
        aside = sum(a.amount_fen for a in self.set_aside)
        return SimpleNamespace(in_fen=kept + aside, kept_fen=kept, set_aside_fen=aside)

    @property
    def signs_count(self) -> Mapping[str, int]:
        found = [s for f in self.files for s in f.signs]
        return {s: found.count(s) for s in sorted(set(found))}

    @property
    def versions(self) -> Mapping[str, str]:
        return {"suixin": "0.1.0", "scoring": "2000-01-01", "terms": "2000-01-01"}

    def __len__(self) -> int:
        return len(self.files)

    def __iter__(self) -> Iterator[CreditFile]:
        return iter(self.files)

    def __getitem__(self, subject: str) -> CreditFile:
        return next(f for f in self.files if f.subject == subject)


def invented_book(subjects: int = 24) -> InventedBook:
    """A county in small: most scored, some refused, some thin, some with no facts."""
    kinds = ("scored",) * 8 + ("refused", "thin_file", "thin_file", "no_facts")
    signs = (
        ("STEADY",),
        (),
        ("SEASONAL",),
        ("WASH_TRADE",),
        (),
        ("FALLING",),
        ("REVIEW_FARM", "FALLING"),
    )
    files = [
        credit_file(f"m-{k:04d}", kind=kinds[k % len(kinds)], seed=k, signs=signs[k % len(signs)])
        for k in range(subjects)
    ]
    return InventedBook(
        files,
        feed_counts={
            "parties": Count(320, 320, 0, 0),
            "orders": Count(6_027, 5_954, 0, 73),
            "order_lines": Count(6_812, 6_800, 12, 0),
            "refunds": Count(120, 118, 0, 2),
            "shipments": Count(11_900, 11_900, 0, 0),
        },
        set_aside=(
            AsideSum("orders", "ORDER_WITHOUT_ITEMS", 73, 812_345),
            AsideSum("refunds", "NO_SUCH_ROW", 2, 0),
        ),
        notes=("promise deliver",),
    )


@pytest.fixture
def book() -> InventedBook:
    return invented_book()


@pytest.fixture
def new_book() -> Callable[..., InventedBook]:
    """Makes an invented book of so many subjects."""
    return invented_book


@pytest.fixture
def book_of() -> Callable[..., InventedBook]:
    """Makes a book of the given files and nothing else."""
    return InventedBook


@pytest.fixture
def new_file() -> Callable[..., CreditFile]:
    """Makes one invented credit file."""
    return credit_file


@pytest.fixture
def read_page() -> Callable[..., Reader]:
    """Reads a page in the language first shown, or in the one asked for."""

    def read(page: str, *, second: str = "en", asked: bool = False) -> Reader:
        reader = Reader(second, asked=asked)
        reader.feed(page)
        reader.close()
        return reader

    return read

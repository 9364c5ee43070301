"""A whole credit file as a test says it is: parts, reasons, a year of sales, terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from suixin.credit.file import (
    CreditFile,
    Facts,
    IndexLine,
    Month,
    PartLine,
    PolicyUse,
    Reason,
    Terms,
)
from suixin.kernel.refusal import Refusal
from suixin.service.app.credit_files import Kept

PARTS: Final = {
    "engagement": {"recency": 1.2, "repliers": 0.8, "relays": 2.4, "tenure": -0.6},
    "stability": {
        "level": 5.6, "span": 4.2, "volatility": -2.1, "trend": 1.4, "returns": -1.5,
        "concentration": -3.3,
    },
    "reputation": {"freshness_quality": 3.1, "logistics": -0.9, "taste": 1.8},
}  # fmt: skip
WEIGHTS: Final = {"engagement": 0.3, "stability": 0.4, "reputation": 0.3}
SOLD: Final = (42, 31, 18, 12, 10, 9, 14, 26, 58, 143, 97, 51)
FIRST_MONTH: Final = (2025, 7)


def told_file(subject: str, on: date, **more: Any) -> CreditFile:
    """A seasonal grower of grade A: 641 points, a limit of ¥48,600."""
    composite = 50 + 0.8 + sum(sum(parts.values()) for parts in PARTS.values())
    made = CreditFile(
        subject=subject,
        as_of=on,
        status="scored",
        indices=tuple(_index(name) for name in PARTS),
        weight_version="4",
        social=0.8,
        crop=0.0,
        composite=composite,
        score=641,
        grade="A",
        pd=0.0083,
        calibration="2026-06",
        terms=_terms(),
        reasons=(
            Reason("LEVEL_UP", "到账货款稳定在中上", "Clean sales are well above the middle", 5.6),
            Reason("SPAN_UP", "两年里几乎周周有销售", "Sales in almost every week", 4.2),
            Reason("CONCENTRATION_DOWN", "一位买家占了 38%", "One buyer brings 38 %", -3.3),
            Reason("FRESHNESS_QUALITY_UP", "评价好：新鲜", "Buyers praise freshness", 3.1),
        ),
        raise_=Reason("RAISE_CONCENTRATION", "最大买家降到 30%", "Largest buyer down to 30 %", 1.9),
        signs=("SEASONAL",),
        flags=("CROP_AGREES",),
        facts=_facts(on),
        policies=(
            PolicyUse("limit.alpha", "months", 1.2, date(2026, 1, 1), "formulas §8", "house"),
        ),
    )
    return replace(made, **more)


def refused_file(subject: str, on: date) -> CreditFile:
    """The same with no limit, and no calibration."""
    terms = replace(_terms(), limit_fen=0, rate_bps=None, refusal=Refusal.CAPACITY_TOO_SMALL)
    none: Any = {"score": None, "pd": None, "calibration": "uncalibrated", "reasons": ()}
    return told_file(subject, on, terms=terms, raise_=None, **none)


def kept(file: CreditFile, product: str = "sales_flow", version: int = 1) -> Kept:
    """It, as it is kept."""
    return Kept(
        product=product,
        version=version,
        recorded_at=datetime(2026, 7, 1, tzinfo=UTC),
        source="batch",
        feeds=("orders", "settlements", "reviews"),
        digest="d" * 64,
        record="e" * 64,
        file=file,
    )


def _index(name: str) -> IndexLine:
    lines = tuple(
        PartLine(name, part, 0.3, 52, 60.0 if adds > 0 else 40.0, 20.0, True, adds)
        for part, adds in PARTS[name].items()
    )
    return IndexLine(name, 50 + 2 * sum(PARTS[name].values()), WEIGHTS[name], 1.0, True, lines)


def _terms() -> Terms:
    return Terms(
        product="sales_flow",
        mode="platform",
        tenor_days=180,
        base_fen=13_500_00,
        alpha=1.2,
        capacity_fen=56_300_00,
        target_fen=48_600_00,
        limit_fen=48_600_00,
        rate_bps=1050,
        refusal=None,
        binding="alpha",
        steps=(
            ("base_sales", 13_500_00),
            ("grade", "A"),
            ("alpha", 1.2),
            ("by_alpha", 48_600_00),
            ("capacity", 56_300_00),
            ("limit", 48_600_00),
            ("rate", 1050),
        ),
    )


def _facts(on: date) -> Facts:
    year, month = FIRST_MONTH
    months = []
    for n, sold in enumerate(SOLD):
        add, place = divmod(month - 1 + n, 12)
        clean = sold * 1_00_00
        months.append(
            Month(
                f"{year + add}-{place + 1:02d}", sold * 3, clean * 11 // 10, clean // 20, clean,
                sold / 43,
            )
        )  # fmt: skip
    clean_fen = sum(m.clean_fen for m in months)
    return Facts(
        orders=1533,
        clean_orders=1499,
        first_day=date(2024, 7, 1),
        last_day=on,
        gross_fen=clean_fen * 11 // 10,
        refund_fen=clean_fen // 20,
        clean_fen=clean_fen,
        zeroed={"SAME_PARTY": (12, 2_300_00), "QUICK_REFUND": (22, 1_870_00)},
        months=tuple(months),
        categories={"apple": clean_fen},
        messages=420,
        repliers=31,
        groups=2,
        reviews=1649,
        aspects={},
        completeness_bps=9400,
    )

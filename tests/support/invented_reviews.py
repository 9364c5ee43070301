"""What buyers say of an invented shop, for the pages of a report."""

from __future__ import annotations

import random

from suixin.credit.file import AspectLine, Facts, ReviewEvidence

CLAUSES = ("果子新鲜个头大", "皮厚了一点", "第二天就到了", "贵了些")


def spoken(rng: random.Random, told: Facts) -> ReviewEvidence:
    """What buyers say of an invented shop: a clause a side for the first aspects."""
    lines = []
    for k, (aspect, (good, bad)) in enumerate(told.aspects.items()):
        share = good / (good + bad)
        change = None if k % 3 else rng.uniform(-0.2, 0.2)
        lines.append(
            AspectLine(
                aspect=aspect,
                praised=int(good),
                blamed=int(bad),
                weight=0.4 * (good + bad),
                share=share,
                low=max(0.0, share - 0.05),
                high=min(1.0, share + 0.05),
                trend="too_few" if change is None else "even",
                change=change,
                praise=CLAUSES[k % 4] if k < 5 else None,
                blame=CLAUSES[(k + 1) % 4] if k < 3 else None,
            )
        )
    doubts = {"NEAR_DUPLICATE": 12, "NO_CLEAN_ORDER": 31} if told.reviews else {}
    return ReviewEvidence(
        told.reviews, 0.4 * told.reviews, 9, 2, told.reviews, doubts, tuple(lines)
    )

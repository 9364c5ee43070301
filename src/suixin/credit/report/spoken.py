"""What buyers say, as a subject's page shows it: shares and how sure they are, a clause a side."""

from __future__ import annotations

from typing import Any, NamedTuple

from markupsafe import Markup

from suixin.credit.file import AspectLine, ReviewEvidence, Trend
from suixin.credit.report import words
from suixin.credit.report.figures import NONE, share, signed
from suixin.credit.report.tongue import Tongue


class Said(NamedTuple):
    """A line of the table of aspects; the clauses are a buyer's own words, or None."""

    name: Markup
    praise: str | None
    blame: str | None
    mentions: str
    share: str
    interval: str
    trend: Markup | str


def spoken_of(t: Tongue, spoken: ReviewEvidence | None) -> dict[str, Any]:
    """What the template shows of the reviews; nothing where none are connected."""
    if spoken is None:
        return {"said": None}
    return {
        "said": [_said(t, line) for line in spoken.aspects],
        "said_title": _title(t, spoken),
        "doubted": _doubted(t, spoken),
        "unquoted": bool(spoken.reviews) and not spoken.quotable,
    }


def _title(t: Tongue, spoken: ReviewEvidence) -> Markup:
    if not spoken.reviews:
        return t("还没有评价", "No reviews yet")
    bought, blame = spoken.bought, spoken.bought_blame
    return t(
        f"{spoken.reviews:,} 条评价按可信度值 {spoken.weight:,.1f} 条"
        + (f"，{bought:,} 条疑似代写" if bought else "")
        + (f"（差评 {blame:,} 条）" if blame else ""),
        f"{spoken.reviews:,} reviews, worth {spoken.weight:,.1f} by credibility"
        + (f"; {bought:,} likely made up" if bought else "")
        + (f" ({blame:,} of them blame)" if blame else ""),
    )


def _doubted(t: Tongue, spoken: ReviewEvidence) -> Markup | None:
    """What makes reviews weigh less, and how many."""
    if not spoken.doubts:
        return None
    named = [(words.DOUBTS[code], f"{n:,}") for code, n in spoken.doubts.items()]
    return t(
        "算得轻的：" + "；".join(f"{word.zh} {n}" for word, n in named),
        "Weighing less: " + "; ".join(f"{word.en} {n}" for word, n in named),
    )


def _said(t: Tongue, line: AspectLine) -> Said:
    return Said(
        name=t.name(words.PARTS, line.aspect),
        praise=line.praise,
        blame=line.blame,
        mentions=f"{line.praised:,} : {line.blamed:,}",
        share=share(line.share, 0),
        interval=f"{100 * line.low:.0f}–{share(line.high, 0)}",
        trend=NONE if line.change is None else _moved(t, line.trend, line.change),
    )


def _moved(t: Tongue, trend: Trend, change: float) -> Markup:
    return t.name(words.TRENDS, trend) + f" {signed(100 * change, 0)}"

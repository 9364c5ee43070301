"""What buyers say, as a subject's page shows it: shares and how sure they are, a clause a side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from suixin.credit.file import AspectLine, ReviewEvidence, Trend
from suixin.credit.reading.lexicon import ASPECTS, OVERALL
from suixin.credit.report import words
from suixin.credit.report.figures import NONE, share, signed
from suixin.credit.report.tongue import Tongue
from suixin.kernel.refusal import Wording

_HEADED: Final = 2
"""How many praised aspects a heading names."""


class Said(NamedTuple):
    """A line of the table of aspects; the clauses are a buyer's own words, or None.

    `low`, `high` and `at` are percent, for the bar: the interval, and the share in it.
    """

    name: Markup
    praise: str | None
    blame: str | None
    mentions: str
    share: str
    interval: str
    trend: Markup | str
    low: int
    high: int
    at: int


def spoken_of(t: Tongue, spoken: ReviewEvidence | None) -> dict[str, Any]:
    """What the template shows of the reviews; nothing where none are connected."""
    if spoken is None:
        return {"said": None}
    return {
        "said": [_said(t, line) for line in spoken.aspects],
        "said_title": _title(t, spoken),
        "worth": _worth(t, spoken),
        "doubted": _doubted(t, spoken),
        "unquoted": bool(spoken.reviews) and not spoken.quotable,
    }


def _title(t: Tongue, spoken: ReviewEvidence) -> Markup:
    """The aspects that credible praise and blame are mostly of."""
    own = [line for line in spoken.aspects if line.aspect != ASPECTS[OVERALL]]
    praised = sorted((x for x in own if x.praised), key=lambda x: -x.weight * x.share)[:_HEADED]
    blamed = sorted((x for x in own if x.blamed), key=lambda x: -x.weight * (1 - x.share))[:1]
    if not praised and not blamed:
        return t("买家怎么说", "What buyers say")
    zh, en = [], []
    for lines, said, told in ((praised, "好评在", "praise for"), (blamed, "差评在", "blame for")):
        if lines:
            names = [words.PARTS[line.aspect] for line in lines]
            zh.append(said + "和".join(name.zh for name in names))
            en.append(f"{told} {_and(names)}")
    told = "; ".join(en)
    return t("，".join(zh), told[0].upper() + told[1:])


def _and(names: Sequence[Wording]) -> str:
    return " and ".join(name.en.replace(", ", " or ").lower() for name in names)


def _worth(t: Tongue, spoken: ReviewEvidence) -> Markup:
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
    low, high = round(100 * line.low), round(100 * line.high)
    return Said(
        name=t.name(words.PARTS, line.aspect),
        praise=line.praise,
        blame=line.blame,
        mentions=f"{line.praised:,} : {line.blamed:,}",
        share=share(line.share, 0),
        interval=f"{low}–{high}%",
        trend=NONE if line.change is None else _moved(t, line.trend, line.change),
        low=low,
        high=high,
        at=round(100 * line.share),
    )


def _moved(t: Tongue, trend: Trend, change: float) -> Markup:
    """How it moved; no number where the number is not sure to be anything but none."""
    name = t.name(words.TRENDS, trend)
    return name if trend == "even" else name + f" {signed(100 * change, 0)}"

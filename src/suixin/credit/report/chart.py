"""Charts as small strings: shapes are SVG that stretches, words stay text of the page.

Drawn in units of the plot and stretched to any width, with labels as HTML beside it, so that a
chart reads the same on a phone, on a desk, in large print and on paper, and costs microseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from statistics import median

from markupsafe import Markup, escape

from suixin.credit.file import Month

YEAR = 12
HEIGHT = 200
SLOT = 10
"""Units of the plot: a slot of 10 for each bar, 200 high. How wide a bar is, the sheet says."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled line of the vertical axis, `at` percent of the plot's height from below."""

    at: float
    label: str


def step_of(top: float, most: int = 4) -> float:
    """The round step (1, 2 or 5 times a power of ten) that marks `top` in at most `most` lines.

    >>> step_of(8_000), step_of(0.9), step_of(120)
    (2000.0, 0.5, 50.0)
    """
    rough = top / most
    power = 10.0 ** floor(log10(rough))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= rough * (1 - 1e-9))


def bars(heights: Sequence[float], *, zero: float, scale: float) -> str:
    """The path of bars as upright strokes in the middle of their slots; negative heights hang.

    >>> bars([10, 0, -5], zero=100, scale=2)
    'M5 100v-20M25 100v10'
    """
    return "".join(
        f"M{SLOT * i + SLOT // 2} {zero:.0f}v{drawn}"
        for i, h in enumerate(heights)
        if (drawn := round(-h * scale))
    )


def steps(heights: Sequence[float], *, zero: float, scale: float) -> str:
    """The path of a silhouette: one step a slot, over the line `zero`.

    >>> steps([10, 0, 5], zero=100, scale=2)
    'M0 100v-20h10v20h10v-10h10V100z'
    """
    path, before = [f"M0 {zero:.0f}"], 0
    for h in heights:
        drawn = round(h * scale)
        path.append(f"v{before - drawn}h{SLOT}")
        before = drawn
    return "".join(path).replace("v0h", "h") + f"V{zero:.0f}z"


def line(heights: Sequence[float | None], *, zero: float, scale: float) -> str:
    """The path of a line through the middles of the slots, broken where nothing is known.

    >>> line([1, None, 2, 3], zero=100, scale=10)
    'M5 90M25 80L35 70'
    """
    path, joined = [], False
    for i, h in enumerate(heights):
        if h is not None:
            path.append(f"{'L' if joined else 'M'}{SLOT * i + SLOT // 2} {zero - h * scale:.0f}")
        joined = h is not None
    return "".join(path)


def plot(
    label: str, shapes: str, *, slots: int, ticks: Sequence[Tick], below: Sequence[str]
) -> Markup:
    """A plot of `slots` slots: shapes, lines and labels of both axes; `label` says what it shows.

    `below` holds one label for each slot; at most four of them are written.
    """
    grid = "".join(f"M0 {HEIGHT * (1 - t.at / 100):.0f}h{SLOT * slots}" for t in ticks)
    room = max((len(t.label) for t in ticks), default=1)
    left = "".join(f"<b style=bottom:{t.at:.1f}%>{t.label}</b>" for t in ticks)
    every = max(1, ceil(slots / 4))
    under = "".join(
        f"<b style=flex:{min(every, slots - i)}>{escape(below[i])}</b>"
        for i in range(0, slots, every)
    )
    return Markup(
        f"<div class=plot><div class=y style=width:{room}ch>{left}</div><svg role=img "
        f'aria-label="{escape(label)}" viewBox="0 0 {SLOT * slots} {HEIGHT}" '
        f'preserveAspectRatio=none><path class=l d="{grid}"/>{shapes}</svg><div class=x>{under}'
        "</div></div>"
    )


def season_line(months: Sequence[Month]) -> list[float | None]:
    """What each month would have been had the subject followed its category's season alone.

    The subject's own level (median of clean sales over the season's factor) times the factor.
    """
    levels = [m.clean_fen / m.season for m in months if m.season and m.clean_fen > 0]
    level = median(levels) if levels else None
    return [None if level is None or m.season is None else level * m.season for m in months]


def sales(months: Sequence[Month], label: str) -> Markup:
    """Months of sales: gross pale, clean before it, refunds hanging below zero, season dashed.

    A short life is drawn at the end of a year, so that its bars are no thicker than another's.
    """
    season = season_line(months)
    down = max(m.refund_fen for m in months)
    # No less above zero than below, or refunds beyond all sales would crowd the labels out.
    up = max(100, down, *(max(m.gross_fen, m.clean_fen) for m in months), *filter(None, season))
    scale = HEIGHT / (1.06 * up + down)
    zero = HEIGHT - round(down * scale)
    step = step_of(up / 100)
    ticks = [
        Tick(100 - (zero - k * step * 100 * scale) / HEIGHT * 100, f"{k * step:,.10g}")
        for k in range(int(up / 100 / step) + 1)
    ]
    shapes = (
        ("g", steps([m.gross_fen for m in months], zero=zero, scale=scale)),
        ("c", bars([m.clean_fen for m in months], zero=zero, scale=scale)),
        ("r", bars([-m.refund_fen for m in months], zero=zero, scale=scale)),
        ("s", line(season, zero=zero, scale=scale)),
    )
    drawn = "".join(f'<path class={name} d="{path}"/>' for name, path in shapes if path)
    early = max(0, YEAR - len(months))
    if early:
        drawn = f'<g transform="translate({SLOT * early})">{drawn}</g>'
    below = [""] * early + [m.month for m in months]
    return plot(label, drawn, slots=len(below), ticks=ticks, below=below)


def histogram(counts: Sequence[int], below: Sequence[str], label: str) -> Markup:
    """How many fall in each bin, one bar a bin."""
    top = max(max(counts), 1)
    scale = HEIGHT / (1.06 * top)
    step = max(1.0, step_of(top))
    ticks = [
        Tick(k * step * scale / HEIGHT * 100, f"{k * step:,.0f}")
        for k in range(int(top / step) + 1)
    ]
    path = bars(counts, zero=HEIGHT, scale=scale)
    shapes = f'<path class=c d="{path}"/>' if path else ""
    return plot(label, shapes, slots=len(counts), ticks=ticks, below=below)

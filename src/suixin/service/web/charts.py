"""Charts of pages, drawn here as small SVG on the report's own shapes (`credit.report.chart`).

Each is given values a table shows too, and the words that say what is seen (`label`). Shapes
stretch to their place, words stay text of the page; classes name the inks of the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, Literal

from markupsafe import Markup, escape

from suixin.credit.report.chart import HEIGHT, SLOT, Tick, bars, line, plot, step_of, steps

Mark = Literal["o", "s", "t", "u"]
"""A line's ink and dash: o plain green, s dashed wheat, t dotted blue, u dash and dot, clay."""

_ROOM: Final = 1.06
"""How much higher the plot is than what it shows."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line over the slots; None where nothing is known."""

    mark: Mark
    values: Sequence[float | None]


def columns(
    heights: Sequence[float],
    below: Sequence[str],
    label: str,
    *,
    pale: Sequence[float] = (),
    lines: Sequence[Line] = (),
) -> Markup:
    """Columns from zero (negative ones hang), before pale ones (`pale`) and under lines.

    >>> columns([3, -1], ["1月", "2月"], "两个月").count("<path")
    3
    """
    known = [v for one in lines for v in one.values if v is not None]
    up, down = max(0.0, *heights, *pale, *known), max(0.0, *(-h for h in heights))
    scale, zero, ticks = _scaled(up, down)
    under = [h for h in heights if h < 0]
    shapes = [
        ("g", steps(pale, zero=zero, scale=scale) if pale else ""),
        ("c", bars([max(h, 0) for h in heights], zero=zero, scale=scale)),
        ("r", bars([min(h, 0) for h in heights], zero=zero, scale=scale) if under else ""),
        *((one.mark, line(one.values, zero=zero, scale=scale)) for one in lines),
    ]
    return plot(label, _paths(shapes), slots=len(heights), ticks=ticks, below=below)


def curves(lines: Sequence[Line], below: Sequence[str], label: str) -> Markup:
    """Up to four lines over the same slots, from zero; each has its dash.

    >>> curves([Line("o", [1, 2, None])], ["1月", "2月", "3月"], "一条线").count("<path")
    2
    """
    known = [v for one in lines for v in one.values if v is not None]
    scale, zero, ticks = _scaled(max(0.0, *known), max(0.0, *(-v for v in known)))
    shapes = [(one.mark, line(one.values, zero=zero, scale=scale)) for one in lines]
    return plot(label, _paths(shapes), slots=len(below), ticks=ticks, below=below)


def held(
    values: Sequence[float],
    below: Sequence[str],
    label: str,
    *,
    low: float | None = None,
    high: float | None = None,
) -> Markup:
    """A value that holds until it changes (a limit, a share), in the range it may move in.

    With a range the axis begins a little below it: what moves is small beside what stands.

    >>> held([120, 132], ["19:30", "20:22"], "额度", low=84, high=144).count("<path")
    3
    """
    floor = 0.0 if low is None else low - (max(*values, high or low) - low) / 4
    top = max([*values, *([] if high is None else [high])])
    scale, zero, ticks = _scaled(top - floor, 0.0, floor)
    zero += floor * scale  # Where zero would be: below the plot, when the axis begins above it.
    width = SLOT * len(values)
    range_ = ""
    if low is not None and high is not None:
        range_ = f"M0 {zero - high * scale:.0f}h{width}V{zero - low * scale:.0f}H0z"
    at = [round(zero - value * scale) for value in values]
    path = f"M0 {at[0]}h{SLOT}" + "".join(f"V{y}h{SLOT}" for y in at[1:])
    return plot(
        label, _paths([("f", range_), ("o", path)]), slots=len(values), ticks=ticks, below=below
    )


def across(parts: Sequence[tuple[str, float, str]], label: str) -> Markup:
    """Bars to the right, one under another: name, length, the figure written at its end."""
    top = max((length for _, length, _ in parts), default=0) or 1
    lines = "".join(
        f"<li><span>{escape(name)}</span><b>{escape(figure)}</b>"
        f'<i style="--v:{length / top:.3f}"></i></li>'
        for name, length, figure in parts
    )
    return Markup(f'<ul class="across" aria-label="{escape(label)}">{lines}</ul>')


def _scaled(up: float, down: float, floor: float = 0.0) -> tuple[float, float, list[Tick]]:
    """Units of the plot for one of the values, where its floor stands, and the lines of the axis.

    `up` and `down` are how far the plot reaches above and below its floor.
    """
    span = (up + down) or 1.0
    scale = HEIGHT / (_ROOM * span)
    base = HEIGHT - round(down * scale)
    step = step_of(up or span)
    first = ceil(floor / step - 1e-9)
    ticks = [
        Tick((HEIGHT - base + (k * step - floor) * scale) / HEIGHT * 100, f"{k * step:,.10g}")
        for k in range(first, int((floor + up) / step + 1e-9) + 1)
    ]
    return scale, float(base), ticks


def _paths(shapes: Sequence[tuple[str, str]]) -> str:
    return "".join(f'<path class={mark} d="{path}"/>' for mark, path in shapes if path)

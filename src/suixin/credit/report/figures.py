"""How numbers are written on a page: money, shares, points with a true minus sign."""

from __future__ import annotations

import math

MINUS = "−"
NONE = "–"
SYMBOLS = {"CNY": "¥"}


def money(minor: int, symbol: str = "¥") -> str:
    """An amount of minor units (fen) as people write it.

    >>> money(1_234_567), money(-5), money(123, "BRL ")
    ('¥12,345.67', '−¥0.05', 'BRL 1.23')
    """
    sign = MINUS if minor < 0 else ""
    major, rest = divmod(abs(minor), 100)
    return f"{sign}{symbol}{major:,}.{rest:02d}"


def whole(minor: int, symbol: str = "¥") -> str:
    """A round amount without its empty decimals, for key figures.

    >>> whole(600_000), whole(600_050)
    ('¥6,000', '¥6,000.50')
    """
    text = money(minor, symbol)
    return text[:-3] if minor % 100 == 0 else text


def symbol_of(currency: str) -> str:
    """The sign before an amount; a currency without one is named.

    >>> symbol_of("CNY"), symbol_of("BRL")
    ('¥', 'BRL ')
    """
    return SYMBOLS.get(currency, f"{currency} ")


def percent(bps: int) -> str:
    """Basis points as a rate.

    >>> percent(680)
    '6.80%'
    """
    return f"{bps / 100:.2f}%"


def share(part: float, digits: int = 1) -> str:
    """A share of one as a percentage.

    >>> share(0.125), share(1.0, 0)
    ('12.5%', '100%')
    """
    return f"{100 * part:.{digits}f}%"


def signed(points: float, digits: int = 1) -> str:
    """Points with their sign; what rounds to nothing has none.

    >>> signed(5.66), signed(-2.14), signed(-0.04)
    ('+5.7', '−2.1', '0.0')
    """
    text = f"{abs(points):.{digits}f}"
    if float(text) == 0:
        return text
    return f"{MINUS if points < 0 else '+'}{text}"


def number(value: float) -> str:
    """A count, with decimals only where it has some.

    >>> number(1234.0), number(2.5)
    ('1,234', '2.50')
    """
    return f"{value:,.0f}" if value == math.floor(value) else f"{value:,.2f}"


def measured(x: float | None, kind: str) -> str:
    """A raw measure with its unit, so that a reader can hold it against the facts.

    >>> [measured(3.90309, "log_yuan"), measured(0.04, "share"), measured(45, "count")]
    ['8,000', '4.0%', '45']
    >>> [measured(1.65321, "log_minutes"), measured(None, "share"), measured(0.14, "signed")]
    ['45 min', '–', '+0.14']
    """
    if x is None or math.isnan(x):
        return NONE
    match kind:
        case "log_yuan":
            return f"{10**x:,.0f}"
        case "log_minutes":
            return f"{10**x:,.0f} min"
        case "share":
            return share(x)
        case "signed":
            return signed(x, 2)
        case "count" | "months":
            return number(x)
        case "points":
            return f"{x:.1f}"
        case _:
            return f"{x:.2f}"

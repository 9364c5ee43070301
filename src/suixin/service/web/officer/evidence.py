"""What a credit file rests on, for who decides: parts that sum, sales, talk, reviews, land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import floor
from statistics import median
from typing import Any, Final

from django.utils.translation import gettext, ngettext

from suixin.credit.file import AspectLine, CreditFile, IndexLine, Month
from suixin.credit.report import chart
from suixin.credit.report import words as named
from suixin.credit.report.figures import measured
from suixin.kernel.policy import load_policy
from suixin.service.web import charts, parts
from suixin.service.web.figures import NONE, said, share, signed, whole
from suixin.service.web.household.credit_parts import sales_table

_MIDDLE: Final = 50
"""The composite that no part adds to or takes from."""
_TENTHS: Final = 10
_SHOWN: Final = 12
"""Parts that are shown at once; the others, which move least, are folded away."""
_SEASONS: Final = 24
"""Months of sales that are drawn: two of each season."""
_YEAR: Final = 12
_FEW: Final = 3
"""Reviews of an aspect below which its share is not drawn."""


def summing(values: Sequence[float], total: float) -> tuple[int, ...]:
    """Values in tenths that sum to the total as it is written, each at most a tenth off.

    >>> summing([0.25, 0.25, 0.25], 0.75)
    (3, 3, 2)
    """
    tenths = [floor(value * _TENTHS) for value in values]
    short = round(total * _TENTHS) - sum(tenths)
    order = sorted(range(len(values)), key=lambda n: tenths[n] - values[n] * _TENTHS)
    for place in range(abs(short)):
        tenths[order[place % len(order)] if order else 0] += 1 if short > 0 else -1
    return tuple(tenths)


def contributions(file: CreditFile) -> dict[str, Any] | None:
    """Every part that moves the composite from its middle, by index; they sum to what is shown."""
    if file.composite is None:
        return None
    every = [(p.part, p.contribution) for i in file.indices if i.present for p in i.parts]
    every += [("social", file.social), ("crop", file.crop)]
    total = file.composite - _MIDDLE
    tenths = summing([points for _, points in every], total)
    seen = [(name, n) for (name, _), n in zip(every, tenths, strict=True) if n]
    most = max((abs(n) for _, n in seen), default=1)
    lines = tuple(
        parts.Moved(_part(name), signed(n / _TENTHS), n / most)
        for name, n in sorted(seen, key=lambda one: -abs(one[1]))
    )
    up = max(seen, key=lambda one: one[1], default=None)
    down = min(seen, key=lambda one: one[1], default=None)
    told = {
        "up": _part(up[0]) if up else "",
        "down": _part(down[0]) if down else "",
        "total": signed(round(total, 1)),
        "composite": f"{file.composite:.1f}",
    }
    finding = gettext("没有一项加分或扣分")
    if up is not None and down is not None:
        finding = gettext("%(up)s加得最多，%(down)s扣得最多") % told
        if up[1] <= 0:
            finding = gettext("没有一项加分，%(down)s扣得最多") % told
        elif down[1] >= 0:
            finding = gettext("没有一项扣分，%(up)s加得最多") % told
    groups = " · ".join(f"{said(named.INDICES[i.name])} {_sum(i)}" for i in file.indices)
    return {
        "finding": finding,
        "measure": gettext("对中间分 50 的加减；合计 %(total)s，综合分 %(composite)s") % told,
        "lines": parts.Contributions(lines, shown=_SHOWN) if lines else None,
        "source": gettext("%(groups)s。权重 %(version)s 版。")
        % {"groups": groups, "version": file.weight_version},
    }


def _sum(index: IndexLine) -> str:
    return signed(sum(p.contribution for p in index.parts)) if index.present else gettext("未接入")


def sales(months: Sequence[Month]) -> parts.Chart | None:
    """Up to two years of sales with the season, and whether they grow when the season is out."""
    seen = months[-_SEASONS:]
    if not any(m.orders or m.gross_fen or m.refund_fen for m in seen):
        return None
    finding = _trend(seen)
    key = [
        parts.Key("c", gettext("净到账")),
        parts.Key("g", gettext("毛额")),
        parts.Key("r", gettext("退款，在零线下")),
    ]
    if any(m.season is not None for m in seen):
        key.append(parts.Key("s", gettext("只随季节")))
    return parts.Chart(
        finding,
        gettext("每月，元；净到账已减退款和不算数的订单"),
        chart.sales(seen, finding),
        sales_table(seen),
        key=tuple(key),
    )


def _trend(months: Sequence[Month]) -> str:
    """The last six months against the six before a year earlier, each by its season."""
    level = [m.clean_fen / (m.season or 1) for m in months]
    if len(level) < _YEAR + 6:
        total = sum(m.clean_fen for m in months)
        return gettext("%(n)s 个月净到账 %(total)s") % {"n": len(months), "total": whole(total)}
    now, then = median(level[-6:]), median(level[-_YEAR - 6 : -_YEAR])
    if not then:
        return gettext("一年前这时候还没有销售")
    change = now / then - 1
    told = {"change": signed(change * 100, 0) + "%"}
    if abs(change) < 0.05:
        return gettext("去掉季节，与一年前持平（%(change)s）") % told
    if change > 0:
        return gettext("去掉季节，比一年前多（%(change)s）") % told
    return gettext("去掉季节，比一年前少（%(change)s）") % told


def engagement(file: CreditFile) -> parts.Chart | None:
    """What the talk in groups shows: times and counts of messages, never their words."""
    index = next((one for one in file.indices if one.name == "engagement"), None)
    if index is None or not index.present:
        return None
    seen = [p for p in index.parts if p.present and p.points is not None]
    if not seen:
        return None
    told = {"n": file.facts.repliers, "groups": file.facts.groups}
    finding = (
        ngettext(
            "%(n)s 个人回过话，在 %(groups)s 个群",
            "%(n)s 个人回过话，在 %(groups)s 个群",
            told["n"],
        )
        % told
    )
    drawing = charts.across(
        [(_part(p.part), p.points or 0, f"{p.points:.0f}") for p in seen], finding
    )
    columns = (
        parts.Column(gettext("项")),
        parts.Column(gettext("量得"), number=True),
        parts.Column(gettext("得分"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(_part(p.part)),
                parts.Cell(measured(p.x, named.MEASURES.get(p.part, "plain"))),
                parts.Cell(f"{p.points:.0f}"),
            )
        )
        for p in seen
    )
    table = parts.Table(finding, columns, rows, parts.Empty(finding))
    source = gettext("只用时间与次数，不读内容；共 %(n)s 条消息。") % {
        "n": f"{file.facts.messages:,}"
    }
    return parts.Chart(finding, gettext("各项得分，满分 100"), drawing, table, source)


def reviews(file: CreditFile) -> dict[str, Any] | None:
    """What buyers praise and blame: the share of praise from the middle, and each as a table."""
    spoken = file.spoken
    if spoken is None or not spoken.aspects:
        return None
    aspects = sorted(spoken.aspects, key=lambda one: -(one.praised + one.blamed))
    drawn = [one for one in aspects if one.praised + one.blamed >= _FEW] or aspects[:4]
    best = max(drawn, key=lambda one: one.share)
    worst = min(drawn, key=lambda one: one.share)
    told = {"best": _part(best.aspect), "worst": _part(worst.aspect)}
    finding = gettext("最好的是%(best)s，最弱的是%(worst)s") % told
    if best is worst:
        finding = gettext("评价都在说%(best)s") % told
    lines = tuple(
        parts.Moved(_part(one.aspect), share(one.share, 0), one.share * 2 - 1) for one in drawn
    )
    told_ = {"n": f"{spoken.reviews:,}", "bought": f"{spoken.bought:,}"}
    return {
        "finding": finding,
        "measure": gettext("好评占比；向右多于一半，向左少于一半"),
        "lines": parts.Contributions(lines, shown=len(lines)),
        "table": _aspects(aspects),
        "quotes": tuple(_quotes(aspects)),
        "source": gettext("%(n)s 条评价，其中 %(bought)s 条疑似代写，少算或不算。") % told_,
    }


def _aspects(aspects: Sequence[AspectLine]) -> parts.Table:
    columns = (
        parts.Column(gettext("方面")),
        parts.Column(gettext("好"), number=True),
        parts.Column(gettext("差"), number=True),
        parts.Column(gettext("好评占比"), number=True),
        parts.Column(gettext("近 90 天")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(_part(one.aspect)),
                parts.Cell(f"{one.praised:,}"),
                parts.Cell(f"{one.blamed:,}"),
                parts.Cell(share(one.share, 0), note=f"{share(one.low, 0)}–{share(one.high, 0)}"),
                parts.Cell(said(named.TRENDS[one.trend])),
            )
        )
        for one in aspects
    )
    return parts.Table(gettext("评价里说到的"), columns, rows, parts.Empty(gettext("没有评价")))


def _quotes(aspects: Sequence[AspectLine]) -> list[str]:
    """At most three clauses that a consent lets be quoted."""
    return [text for one in aspects for text in (one.praise, one.blame) if text][:3]


def parcel(rows: Mapping[str, Sequence[Mapping[str, Any]]], on: date) -> parts.Chart | None:
    """How a parcel grew in the last twelve months beside the years before, by the satellite."""
    clear = load_policy("social").on(on)["crop.visible"]["clear"]
    seen = [
        (_day(row["observed_on"]), int(row["ndvi_ten_thousandths"]) / 10_000)
        for row in rows.get("parcel_observations", ())
        if row["ndvi_ten_thousandths"] is not None and int(row["clear_bps"] or 0) >= clear
    ]
    months = [_back(on, n) for n in range(_YEAR - 1, -1, -1)]
    now = [_middle([v for day, v in seen if (day.year, day.month) == m]) for m in months]
    if sum(value is not None for value in now) < _FEW:
        return None
    before = [
        _middle([v for day, v in seen if day.month == m[1] and (day.year, day.month) < m])
        for m in months
    ]
    names = [f"{year}-{month:02d}" for year, month in months]
    finding = _grown(now, before)
    drawing = charts.curves(
        [charts.Line("s", before), charts.Line("o", now)], [name[2:] for name in names], finding
    )
    columns = (
        parts.Column(gettext("月")),
        parts.Column(gettext("今年"), number=True),
        parts.Column(gettext("往年同月"), number=True),
    )
    cells = zip(names, now, before, strict=True)
    table = parts.Table(
        finding,
        columns,
        tuple(parts.Row((parts.Cell(m), _ndvi(a), _ndvi(b))) for m, a, b in cells),
        parts.Empty(finding),
    )
    key = (parts.Key("o", gettext("近十二个月")), parts.Key("s", gettext("往年同月")))
    measure = gettext("植被指数 NDVI，各月中位数；有云的不用")
    return parts.Chart(finding, measure, drawing, table, _declared(rows), key)


def _grown(now: Sequence[float | None], before: Sequence[float | None]) -> str:
    both = [(a, b) for a, b in zip(now, before, strict=True) if a is not None and b is not None]
    if not both:
        return gettext("第一年看到这块地，还没有往年可比")
    gap = median(a - b for a, b in both)
    if abs(gap) < 0.05:
        return gettext("长势与往年相当")
    return gettext("长势好于往年") if gap > 0 else gettext("长势差于往年")


def _declared(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """How much land is declared, and how many parcels there are."""
    known = {str(row["parcel"]): row for row in rows.get("parcels", ())}
    if not known:
        return ""
    mu = sum(int(row["area_mu_hundredths"] or 0) for row in known.values()) / 100
    return gettext("申报 %(n)s 块地，共 %(mu)s 亩。") % {"n": len(known), "mu": f"{mu:,.1f}"}


def _part(name: str) -> str:
    return said(named.PARTS[name]) if name in named.PARTS else name


def _middle(values: Sequence[float]) -> float | None:
    return median(values) if values else None


def _ndvi(value: float | None) -> parts.Cell:
    return parts.Cell(NONE if value is None else f"{value:.2f}")


def _day(days: int | date) -> date:
    """Days are counted from 1970-01-01 in feeds."""
    return days if isinstance(days, date) else date(1970, 1, 1) + timedelta(days=int(days))


def _back(on: date, months: int) -> tuple[int, int]:
    whole_ = on.year * 12 + on.month - 1 - months
    return whole_ // 12, whole_ % 12 + 1

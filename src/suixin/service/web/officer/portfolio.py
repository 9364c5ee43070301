"""The portfolio: what is late, grades, vintages, rolls, concentration, what funds stand for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from suixin.credit.report import words as named_
from suixin.data.errors import InputError
from suixin.service.app import portfolio as read
from suixin.service.app import signs
from suixin.service.app.day import business_day
from suixin.service.app.portfolio import AtRisk, FundExposure, Part, Portfolio, Roll
from suixin.service.web import charts, parts
from suixin.service.web.figures import NONE, in_wan, money, percent, said, share, whole
from suixin.service.web.household.naming import named
from suixin.service.web.officer.naming import GRADES, GUARANTEES, MODES, products
from suixin.service.web.page import Asked

_BANDS: Final = ("0", "1-7", "8-30", "31-90", "91+")
_MONTHS: Final = 24
_NORMAL: Final = 1
_BAD_FROM: Final = 3
"""Grades from this one on are non-performing (R-5C3 to R-5C5)."""
_VILLAGES: Final = 8
_DARKEST: Final = 0.45
"""How dark the worst cell is: what is written in it is still read."""


def portfolio(asked: Asked) -> HttpResponse:
    """The book at the end of the last business day, or of the day that the address names."""
    actor = asked.caller.actor("looked at the portfolio")
    today = business_day(actor, asked.at)
    on = _asked_day(asked, today)
    found = read.portfolio(asked.caller, on)
    before = read.portfolio(asked.caller, on - timedelta(days=30))
    sheets = products(actor, on)
    alerts = signs.warned(asked.caller, on=on, limit=5)
    return asked.page(
        "officer/portfolio.html",
        {
            "on": on,
            "latest": on == today - timedelta(days=1),
            "found": found,
            "figures": _figures(found, before, signs.warned_count(asked.caller, on=on)),
            "grades": _grades(found),
            "vintages": _vintages(found),
            "rolls": _rolls(read.roll_rates(asked.caller, on)),
            "products": _parts(found, found.products, gettext("产品"), sheets),
            "modes": _parts(
                found, found.modes, gettext("模式"), {k: str(v) for k, v in MODES.items()}
            ),
            "villages": _parts(found, found.villages[:_VILLAGES], gettext("村"), {}),
            "largest": _parts(found, found.largest, gettext("户"), {}),
            "alerts": alert_table(alerts),
            "guaranteed": _guaranteed(found),
            "funds": tuple(_fund(one, sheets) for one in found.funds),
        },
    )


def _asked_day(asked: Asked, today: date) -> date:
    """The day of the address, at the latest yesterday, the last that can be ended."""
    last = today - timedelta(days=1)
    told = str(asked.request.GET.get("on", ""))
    if not told:
        return last
    try:
        return min(date.fromisoformat(told), last)
    except ValueError:
        wrong = f"{told[:20]!r} is no day."
        raise InputError("DAY", wrong, "Write it as 2026-06-30.") from None


def _figures(found: Portfolio, before: Portfolio, alerts: int) -> parts.Figures:
    par30, par90 = _par(found, 31), _par(found, 91)
    bad = sum(one.principal_fen for one in found.grades if one.grade >= _BAD_FROM)
    contracts = gettext("%(n)s 份借款合同，%(h)s 户") % {
        "n": f"{found.agreements:,}",
        "h": f"{found.households:,}",
    }
    return parts.Figures(
        (
            parts.Figure(gettext("贷款余额"), in_wan(found.principal_fen), contracts),
            parts.Figure("PAR 30", percent(par30.share_bps), _moved(par30, _par(before, 31))),
            parts.Figure("PAR 90", percent(par90.share_bps), _moved(par90, _par(before, 91))),
            parts.Figure(
                gettext("不良"),
                _of(bad, found.principal_fen),
                gettext("次级、可疑、损失，%(fen)s") % {"fen": in_wan(bad)},
            ),
            parts.Figure(
                gettext("已核销"),
                in_wan(found.written_off_fen),
                gettext("放款 %(fen)s") % {"fen": in_wan(found.disbursed_fen)},
            ),
            parts.Figure(
                gettext("预警"),
                f"{alerts:,}",
                gettext("刷单、互保圈、下滑"),
                href=reverse("officer-warnings"),
            ),
        )
    )


def _par(found: Portfolio, days: int) -> AtRisk:
    return next(one for one in found.at_risk if one.days == days)


def _moved(now: AtRisk, before: AtRisk) -> str:
    """How far it moved in thirty days, in points with a sign."""
    points = (now.share_bps - before.share_bps) / 100
    if not before.of_fen:
        return gettext("30 天前还没有余额")
    if not points:
        return gettext("与 30 天前相同")
    told = {"points": f"{abs(points):.2f}"}
    if points > 0:
        return gettext("比 30 天前高 %(points)s 点") % told
    return gettext("比 30 天前低 %(points)s 点") % told


def _of(part: float, whole_: float) -> str:
    return share(part / whole_, 2) if whole_ else NONE


def _grades(found: Portfolio) -> parts.Chart | None:
    """The four grades that are not normal; normal is said and not drawn."""
    if not found.principal_fen:
        return None
    bad = sum(one.principal_fen for one in found.grades if one.grade >= _BAD_FROM)
    normal = next(one for one in found.grades if one.grade == _NORMAL)
    told = {
        "bad": _of(bad, found.principal_fen),
        "normal": _of(normal.principal_fen, found.principal_fen),
    }
    finding = gettext("不良 %(bad)s，正常 %(normal)s") % told
    drawn = [one for one in found.grades if one.grade != _NORMAL]
    drawing = charts.across(
        [
            (str(GRADES[one.grade]), one.principal_fen, _of(one.principal_fen, found.principal_fen))
            for one in drawn
        ],
        finding,
    )
    columns = (
        parts.Column(gettext("分类")),
        parts.Column(gettext("份"), number=True),
        parts.Column(gettext("余额"), number=True),
        parts.Column(gettext("占比"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(str(GRADES[one.grade])),
                parts.Cell(f"{one.agreements:,}"),
                parts.Cell(whole(one.principal_fen)),
                parts.Cell(_of(one.principal_fen, found.principal_fen)),
            )
        )
        for one in found.grades
    )
    table = parts.Table(finding, columns, rows, parts.Empty(finding))
    source = gettext("规则 R-5C1 到 R-5C5。逾期满 90 天的全部计入，展期不减。")
    return parts.Chart(finding, gettext("非正常四级占余额；正常不画"), drawing, table, source)


def _vintages(found: Portfolio) -> parts.Chart | None:
    """Of what each month disbursed, the share that was ever bad."""
    seen = found.vintages[-_MONTHS:]
    if not seen:
        return None
    shares = [one.bad_fen / one.disbursed_fen * 100 if one.disbursed_fen else 0.0 for one in seen]
    worst = max(range(len(seen)), key=lambda n: shares[n])
    finding = gettext("各月发放的，都没有不良")
    if shares[worst]:
        told = {"month": seen[worst].month, "share": f"{shares[worst]:.1f}%"}
        finding = gettext("%(month)s 发放的最差，曾经不良 %(share)s") % told
    drawing = charts.columns(shares, [one.month for one in seen], finding)
    columns = (
        parts.Column(gettext("发放月")),
        parts.Column(gettext("份"), number=True),
        parts.Column(gettext("发放"), number=True),
        parts.Column(gettext("还欠"), number=True),
        parts.Column(gettext("曾经不良"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(one.month),
                parts.Cell(f"{one.agreements:,}"),
                parts.Cell(whole(one.disbursed_fen)),
                parts.Cell(whole(one.principal_fen)),
                parts.Cell(whole(one.bad_fen), note=_of(one.bad_fen, one.disbursed_fen)),
            )
        )
        for one in reversed(seen)
    )
    table = parts.Table(finding, columns, rows, parts.Empty(finding))
    return parts.Chart(finding, gettext("各月发放额中曾经不良的比例，%"), drawing, table)


def _rolls(found: Sequence[Roll]) -> dict[str, Any] | None:
    """A table of shares from band to band, coloured on the side that got worse."""
    if not found:
        return None
    fen = {(one.was, one.now): one.principal_fen for one in found}
    totals = {was: sum(fen.get((was, now), 0) for now in _BANDS) for was in _BANDS}
    bands = {
        "0": gettext("不逾期"),
        "1-7": gettext("1–7 天"),
        "8-30": gettext("8–30 天"),
        "31-90": gettext("31–90 天"),
        "91+": gettext("90 天以上"),
    }
    rows = []
    for n, was in enumerate(_BANDS):
        cells = []
        for m, now in enumerate(_BANDS):
            part = fen.get((was, now), 0) / totals[was] if totals[was] else None
            worse = part if part is not None and m > n else 0.0
            cells.append(
                {
                    "label": bands[now],
                    "text": NONE if not part else share(part),
                    "heat": f"{worse * _DARKEST:.2f}",
                }
            )
        rows.append({"name": bands[was], "cells": cells})
    worse = sum(v for (was, now), v in fen.items() if _BANDS.index(now) > _BANDS.index(was))
    finding = gettext("30 天里没有变坏的")
    if worse:
        told = {"share": _of(worse, sum(totals.values()))}
        finding = gettext("30 天里，%(share)s 的余额往坏走了一档以上") % told
    return {"finding": finding, "bands": [bands[one] for one in _BANDS], "rows": rows}


def _parts(found: Portfolio, seen: Sequence[Part], head: str, words: Any) -> parts.Table:
    """Parts of the book by one thing, the largest first, with what of each is late."""
    columns = (
        parts.Column(head),
        parts.Column(gettext("份"), number=True),
        parts.Column(gettext("余额"), number=True),
        parts.Column(gettext("占比"), number=True),
        parts.Column(gettext("其中逾期"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(words.get(one.name, one.name)),
                parts.Cell(f"{one.agreements:,}"),
                parts.Cell(whole(one.principal_fen)),
                parts.Cell(_of(one.principal_fen, found.principal_fen)),
                parts.Cell(_of(one.late_fen, one.principal_fen)),
            )
        )
        for one in seen
    )
    caption = gettext("按%(what)s") % {"what": head}
    return parts.Table(caption, columns, rows, parts.Empty(gettext("还没有余额")), headed=True)


def alert_table(found: Sequence[signs.Warned]) -> parts.Table:
    """Subjects whose files carry a sign that calls for a person."""
    columns = (
        parts.Column(gettext("谁")),
        parts.Column(gettext("为什么")),
        parts.Column(gettext("没有算的订单"), number=True),
        parts.Column(gettext("涉及"), number=True),
        parts.Column(gettext("额度"), number=True),
        parts.Column(gettext("档案日期"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(
                    one.subject,
                    href=f"{reverse('officer-worklist')}?standing=all&party={one.subject}",
                ),
                parts.Cell(
                    tag=parts.Tag(said(named_.SIGNS[one.signs[0]]), "stop"),
                    note=" · ".join(said(named_.SIGNS[s]) for s in one.signs[1:]),
                ),
                parts.Cell(f"{one.orders:,}"),
                parts.Cell(money(one.fen)),
                parts.Cell(whole(one.limit_fen)),
                parts.Cell(one.as_of.isoformat()),
            )
        )
        for one in found
    )
    empty = parts.Empty(
        gettext("没有预警"), gettext("算分时发现刷单、互保圈或持续下滑，会列在这里。")
    )
    return parts.Table(gettext("预警"), columns, rows, empty)


def warnings(asked: Asked) -> HttpResponse:
    """Every warning in force, a page at a time; of one sign where the address names it."""
    actor = asked.caller.actor("looked at warnings")
    on = business_day(actor, asked.at)
    sign = str(asked.request.GET.get("sign", ""))
    after = str(asked.request.GET.get("after", ""))
    wanted = sign if sign in signs.WARNING else ""
    found = signs.warned(asked.caller, on=on, sign=wanted, after=after, limit=parts.PER_PAGE)
    here = reverse("officer-warnings")
    tabs = [parts.Next(gettext("全部"), href=here)]
    tabs += [
        parts.Next(said(named_.SIGNS[one]), href=f"{here}?sign={one}") for one in signs.WARNING
    ]
    full = len(found) == parts.PER_PAGE
    kept = f"sign={wanted}&" if wanted else ""
    return asked.page(
        "officer/warnings.html",
        {
            "section": "officer-portfolio",
            "tabs": parts.Tabs(
                gettext("哪一种"), tuple(tabs), f"{here}?sign={wanted}" if wanted else here
            ),
            "table": alert_table(found),
            "first": f"?{kept}" if after else "",
            "next": f"?{kept}after={found[-1].subject}" if full else "",
        },
    )


def _guaranteed(found: Portfolio) -> parts.Table:
    columns = (
        parts.Column(gettext("谁担保")),
        parts.Column(gettext("份"), number=True),
        parts.Column(gettext("最多承担"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(named(GUARANTEES, one.kind)),
                parts.Cell(f"{one.guarantees:,}"),
                parts.Cell(whole(one.cap_fen)),
            )
        )
        for one in found.guaranteed
    )
    empty = parts.Empty(gettext("没有在保的合同"))
    return parts.Table(gettext("担保"), columns, rows, empty, headed=True)


def _fund(one: FundExposure, sheets: Any) -> dict[str, Any]:
    """What a fund stands for of one product, and how near its brake is."""
    standing = one.standing
    fund_ = standing.share.weights.get("fund", 0)
    room = standing.brake_fen
    left = None if room is None else max(0, room - standing.lent_this_month_fen)
    rate = _of(standing.rate.bad_fen, standing.rate.disbursed_fen)
    facts = [
        parts.Fact(gettext("余额"), whole(one.principal_fen)),
        parts.Fact(
            gettext("资金池分担"),
            f"{fund_}%",
            gettext("不良率 %(rate)s，截至 %(day)s") % {"rate": rate, "day": standing.rate.on},
        ),
        parts.Fact(
            gettext("本月还可发放"),
            gettext("不限") if left is None else whole(left),
            tag=None if standing.share.lend else parts.Tag(gettext("停止新增"), "stop"),
        ),
        parts.Fact(gettext("申请代偿"), whole(one.claimed_fen)),
        parts.Fact(gettext("已到账"), whole(one.paid_fen)),
        parts.Fact(gettext("应收"), whole(one.receivable_fen)),
    ]
    return {"name": sheets.get(one.product, one.product), "facts": parts.Facts(tuple(facts))}

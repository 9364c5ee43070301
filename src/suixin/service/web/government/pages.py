"""The county on one page, and each of its answers by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.kernel.policy import load_policy
from suixin.service.app import county_figures, funds
from suixin.service.app.county_figures import LenderFigures
from suixin.service.app.funds import ClaimRow, Floating, FundPage, FundTier
from suixin.service.web import charts, parts
from suixin.service.web.figures import NONE, in_wan, money, percent, share, short
from suixin.service.web.government.indicators import Indicator, Told, indicators
from suixin.service.web.household.naming import named
from suixin.service.web.page import Asked

TIERS: Final[Mapping[str, Promise]] = {"county": _("县"), "city": _("市"), "province": _("省")}
CLAIMS: Final[Mapping[str, tuple[Promise, parts.Shape]]] = {
    "filed": (_("审核中"), "info"),
    "accepted": (_("等拨付"), "warn"),
    "refused": (_("没有通过"), "stop"),
    "paid": (_("已拨付"), "good"),
}
NAMES: Final[Mapping[str, tuple[Promise, Promise]]] = {
    "bad": (_("不良率"), _("论文目标：低于 1.2%")),
    "access": (_("申请的农户，多少第一次借到"), _("论文目标：比对照多 40 点")),
    "loan": (_("户均贷款变化"), _("论文目标：+180%")),
    "covered": (_("有信用档案的农户"), _("论文没有定数")),
    "reconciles": (_("资金池对得上账"), _("代偿和追回按件加起来，等于账上的，一分不差")),
}
SAID: Final[Mapping[Told, tuple[Promise, parts.Shape]]] = {
    Told.MET: (_("达到"), "good"),
    Told.MISSED: (_("没有达到"), "stop"),
    Told.OPEN: (_("还不能说"), "warn"),
    Told.TOO_FEW: (_("太少不能说"), "idle"),
    Told.NO_CONTROL: (_("没有对照组"), "idle"),
}
_PPM: Final = 1_000_000


def overview(asked: Asked) -> HttpResponse:
    """Pools, the floating share, claims, subsidies and targets, each with its answer first."""
    page, told = funds.fund(asked.caller, at=asked.at), county_figures.county_figures(asked.caller)
    wall = asked.request.GET.get("wall") == "1"
    return asked.page(
        "government/overview.html",
        {
            "page_": page,
            "indicators": [_card(one) for one in indicators(page, told)],
            "ladders": [_ladder(one) for one in page.lenders],
            "no_lenders": _nothing_told(),
            "claims": None if wall else _claims(page.claims[:8]),
            "counts": _counts(page),
            "pools": _pools(page),
            "delivery": _delivery(told),
            "wall": wall,
            "section": "government-overview",
        },
    )


def claims(asked: Asked) -> HttpResponse:
    """Every claim with the days it took against the days that were promised."""
    page = funds.fund(asked.caller, at=asked.at)
    last = max(1, -(-len(page.claims) // parts.PER_PAGE))
    number = min(asked.number, last)
    shown = page.claims[(number - 1) * parts.PER_PAGE : number * parts.PER_PAGE]
    return asked.page(
        "government/claims.html",
        {
            "counts": _counts(page),
            "claims": _claims(shown, parts.Pages(number, last, asked.query)),
            "promised": load_policy("fund").on(page.on)["fund.claim"],
            "late": page.late_claims,
            "section": "government-claims",
        },
    )


def delivery(asked: Asked) -> HttpResponse:
    """Subsidies to the fen: how much, how late, how much had to come back, by lender."""
    told = county_figures.county_figures(asked.caller)
    return asked.page(
        "government/delivery.html",
        {"table": _delivery(told), "told": told, "section": "government-delivery"},
    )


def reach(asked: Asked) -> HttpResponse:
    """Which villages are reached: households known and lent to, where enough to be told."""
    told = county_figures.county_figures(asked.caller)
    chosen = [(one, village) for one in told for village in one.villages]
    chosen = [pair for pair in chosen if pair[1].code.startswith(asked.caller.county)]
    columns = (
        parts.Column(gettext("村")),
        parts.Column(gettext("贷款人")),
        parts.Column(gettext("登记的农户"), number=True),
        parts.Column(gettext("借到的农户"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(village.code, hash=True),
                parts.Cell(one.lender_name, data=True),
                parts.Cell(_count(village.known)),
                parts.Cell(_count(village.lent)),
            )
        )
        for one, village in chosen
    )
    bars = [(v.code, float(v.lent), f"{v.lent:,}") for _, v in chosen if v.lent]
    bars = sorted(bars, key=lambda one: -one[1])[:12]
    table = parts.Table(gettext("各村覆盖"), columns, rows, _nothing_told(), headed=True)
    return asked.page(
        "government/reach.html",
        {
            "table": table,
            "bars": charts.across(bars, gettext("借到的农户最多的村")) if bars else None,
            "villages": len({v.code for _, v in chosen}),
            "reached": len({v.code for _, v in chosen if v.lent is None or v.lent}),
            "section": "government-reach",
        },
    )


def _nothing_told() -> parts.Empty:
    return parts.Empty(
        gettext("贷款人还没有报来数字"), gettext("每个贷款人每天报一次，报来的就在这里。")
    )


def _card(one: Indicator) -> dict[str, Any]:
    """A target: what is measured, its interval, and what can be said of it."""
    name, target = NAMES[one.name]
    word, shape = SAID[one.told]
    if one.name == "reconciles":
        value = gettext("一分不差") if one.value else gettext("对不上")
        interval = ""
    else:
        value = NONE if one.value is None else f"{100 * one.value:.2f}%"
        interval = gettext("%(of)s 户或笔") % {"of": f"{one.of:,}"}
        if one.low is not None and one.high is not None:
            bounds = {"low": f"{100 * one.low:.2f}", "high": f"{100 * one.high:.2f}"}
            between = gettext("95%% 区间 %(low)s–%(high)s%%") % bounds
            interval = f"{between} · {interval}"
    figure = parts.Figure(str(name), value, str(target), parts.Tag(str(word), shape))
    return {"figure": figure, "interval": interval}


def _ladder(one: Floating) -> parts.Chart:
    """The table of shares, and where the lender stands on it."""
    steps = one.steps
    stands = next(step for step in steps if step.stands)
    now = f"{100 * one.rate_ppm / _PPM:.2f}%"
    told = {"rate": now, "share": f"{stands.fund}%", "lender": one.lender_name}
    finding = gettext("不良率 %(rate)s，财政担 %(share)s") % told
    if one.to_next_fen is not None:
        finding = gettext("再有 %(fen)s 变坏，就到下一档") % {"fen": in_wan(one.to_next_fen)}
    below = [_bound(step.below, step.to) for step in steps]
    drawing = charts.columns(
        [float(step.fund) if step.stands else 0.0 for step in steps],
        below,
        gettext("财政承担的比例随不良率一档一档下降，现在 %(share)s") % told,
        pale=[float(step.fund) for step in steps],
    )
    columns = (
        parts.Column(gettext("不良率")),
        parts.Column(gettext("财政"), number=True),
        parts.Column(gettext("贷款人"), number=True),
        parts.Column(gettext("新放款")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(where),
                parts.Cell(f"{step.fund}%"),
                parts.Cell(f"{step.lender}%"),
                parts.Cell(gettext("可以") if step.lend else gettext("停")),
            ),
            current=step.stands,
        )
        for step, where in zip(steps, below, strict=True)
    )
    table = parts.Table(gettext("财政与贷款人分担"), columns, rows, _nothing_told())
    measure = gettext("财政承担的比例（%%），按不良率分档；%(product)s，截至 %(on)s") % {
        "product": one.product,
        "on": one.rate_on,
    }
    source = gettext("不良率 %(rate)s：%(bad)s，占满期的 %(mature)s") % {
        "rate": now,
        "bad": money(one.bad_fen),
        "mature": money(one.mature_fen),
    }
    return parts.Chart(finding, measure, drawing, table, source)


def _bound(below: int | None, to: int | None) -> str:
    if below is not None:
        return f"< {percent(below)}"
    return f"≤ {percent(to)}" if to is not None else gettext("更高")


def _counts(page: FundPage) -> parts.Figures:
    return parts.Figures(
        (
            parts.Figure(gettext("申请代偿"), in_wan(page.claimed_fen)),
            parts.Figure(gettext("已拨付"), in_wan(page.paid_fen)),
            parts.Figure(gettext("还等着"), in_wan(page.waiting_fen)),
            parts.Figure(
                gettext("超过约定天数"),
                f"{page.late_claims:,}",
                tag=parts.Tag(gettext("有超时"), "stop")
                if page.late_claims
                else parts.Tag(gettext("没有超时"), "good"),
            ),
        )
    )


def _claims(rows: Sequence[ClaimRow], pages: parts.Pages | None = None) -> parts.Table:
    columns = (
        parts.Column(gettext("代偿申请")),
        parts.Column(gettext("金额"), number=True),
        parts.Column(gettext("申请于")),
        parts.Column(gettext("最晚")),
        parts.Column(gettext("状态")),
    )
    told = tuple(
        parts.Row(
            (
                parts.Cell(short(one.claim.claim), hash=True),
                parts.Cell(money(one.claim.fen)),
                parts.Cell(one.claim.filed_on.isoformat()),
                parts.Cell(*_due(one)),
                parts.Cell(tag=_standing(one.standing)),
            )
        )
        for one in rows
    )
    empty = parts.Empty(gettext("没有代偿申请"), gettext("贷款人申请代偿以后，天数从申请那天算。"))
    return parts.Table(gettext("代偿申请"), columns, told, empty, headed=True, pages=pages)


def _due(one: ClaimRow) -> tuple[str, str]:
    """The day by which it must be decided or paid, and by how many days it is late."""
    on = one.days.decide_by if one.standing == "filed" else one.days.pay_by
    late = {"n": one.days.late_days}
    return on.isoformat(), gettext("超了 %(n)s 天") % late if one.days.late_days else ""


def _standing(name: str) -> parts.Tag:
    word, shape = CLAIMS[name]
    return parts.Tag(str(word), shape)


def _pools(page: FundPage) -> parts.Table:
    columns = (
        parts.Column(gettext("层级")),
        parts.Column(gettext("出资"), number=True),
        parts.Column(gettext("已代偿"), number=True),
        parts.Column(gettext("已追回"), number=True),
        parts.Column(gettext("余额"), number=True),
        parts.Column(gettext("余额占出资"), number=True),
    )
    foot = parts.Row(
        (
            parts.Cell(gettext("合计")),
            parts.Cell(money(sum(one.capital_fen for one in page.tiers))),
            parts.Cell(money(sum(one.paid_fen for one in page.tiers))),
            parts.Cell(money(sum(one.returned_fen for one in page.tiers))),
            parts.Cell(money(page.balance_fen)),
            parts.Cell(""),
        )
    )
    empty = parts.Empty(gettext("资金池还没有出资"), gettext("出资入账以后，各层余额在这里。"))
    rows = tuple(_pool(one) for one in page.tiers)
    return parts.Table(gettext("分级风险补偿资金池"), columns, rows, empty, foot=foot, headed=True)


def _pool(one: FundTier) -> parts.Row:
    left = share(one.balance_fen / one.capital_fen) if one.capital_fen else NONE
    figures = (one.capital_fen, one.paid_fen, one.returned_fen, one.balance_fen)
    return parts.Row(
        (
            parts.Cell(named(TIERS, one.tier)),
            *(parts.Cell(money(fen)) for fen in figures),
            parts.Cell(left),
        )
    )


def _delivery(told: Sequence[LenderFigures]) -> parts.Table:
    columns = (
        parts.Column(gettext("贷款人")),
        parts.Column(gettext("贴息已到户"), number=True),
        parts.Column(gettext("收回"), number=True),
        parts.Column(gettext("漏损"), number=True),
        parts.Column(gettext("一半在几天内到"), number=True),
        parts.Column(gettext("九成在几天内到"), number=True),
        parts.Column(gettext("报于")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(one.lender_name, data=True),
                parts.Cell(money(one.delivery.paid_fen)),
                parts.Cell(money(one.delivery.back_fen)),
                parts.Cell(
                    NONE if one.delivery.leakage_bps is None else percent(one.delivery.leakage_bps)
                ),
                parts.Cell(_days(one.delivery.lag_median)),
                parts.Cell(_days(one.delivery.lag_most)),
                parts.Cell(one.on.isoformat(), note=short(one.record.hex())),
            )
        )
        for one in told
    )
    return parts.Table(gettext("贴息，精确到分"), columns, rows, _nothing_told(), headed=True)


def _days(n: int | None) -> str:
    return NONE if n is None else gettext("%(n)s 天") % {"n": n}


def _count(n: int | None) -> str:
    return gettext("太少不报") if n is None else f"{n:,}"

"""Agreements as a lender's people read them: a list, and one with its schedule and all that was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.service.app import loans as read
from suixin.service.app import proposals
from suixin.service.app.day import business_day
from suixin.service.app.loans import Loan, LoanRow
from suixin.service.app.proposals import Standing
from suixin.service.web import parts
from suixin.service.web.figures import NONE, money, percent, whole
from suixin.service.web.household.naming import Words, named
from suixin.service.web.officer import agreeing
from suixin.service.web.officer.naming import GUARANTEES, HOLDS, MODES, grade, products, standing
from suixin.service.web.page import Asked

EVENTS: Final[Words] = {
    "Draw": _("放款"),
    "Fee": _("收费"),
    "NewRate": _("利率调整"),
    "Holiday": _("宽限"),
    "Restructure": _("重组"),
    "Sale": _("销售到账"),
    "Refund": _("销售退回"),
    "Receipt": _("还款"),
    "Subsidised": _("贴息"),
    "ClawedBack": _("贴息收回"),
    "GuaranteeCalled": _("请担保人代偿"),
    "GuarantorPaid": _("担保人代偿"),
    "ClaimAccepted": _("代偿审定"),
    "Compensated": _("代偿到账"),
    "Provide": _("计提"),
    "WriteOff": _("核销"),
    "Recovery": _("收回"),
    "Release": _("转回"),
    "Freeze": _("暂停支用"),
    "Unfreeze": _("恢复支用"),
    "Reversal": _("冲正"),
}
_SHOWN: Final = 60
"""How many of the latest movements a page lists."""


def loan_list(asked: Asked) -> HttpResponse:
    """Agreements by name, a page at a time; of one household where it is named."""
    party, after = (str(asked.request.GET.get(name, "")).strip() for name in ("party", "after"))
    found = read.agreements(
        asked.caller, at=asked.at, party=party, after=after, limit=parts.PER_PAGE
    )
    actor = asked.caller.actor("looked at agreements")
    sheets = products(actor, business_day(actor, asked.at))
    columns = (
        parts.Column(gettext("借款合同")),
        parts.Column(gettext("借款人")),
        parts.Column(gettext("产品")),
        parts.Column(gettext("余额"), number=True),
        parts.Column(gettext("逾期"), number=True),
        parts.Column(gettext("状态")),
    )
    rows = tuple(_row(one, sheets) for one in found.rows)
    empty = parts.Empty(gettext("没有借款合同"), gettext("放了款的借款合同都在这里。"))
    kept = f"party={party}&" if party else ""
    return asked.page(
        "officer/loans.html",
        {
            "section": "officer-loans",
            "party": party,
            "table": parts.Table(gettext("借款合同"), columns, rows, empty),
            "first": f"?{kept}" if after else "",
            "next": f"?{kept}after={found.after}" if found.after else "",
        },
    )


def _row(one: LoanRow, sheets: Mapping[str, str]) -> parts.Row:
    href = reverse("officer-loan", args=[one.agreement])
    late = gettext("%(n)s 天") % {"n": one.days_past_due} if one.days_past_due else NONE
    overdue = money(one.overdue_fen) if one.overdue_fen else ""
    return parts.Row(
        (
            parts.Cell(one.agreement, href=href, hash=True),
            parts.Cell(one.party),
            parts.Cell(sheets.get(one.product, one.product), note=named(MODES, one.mode)),
            parts.Cell(money(one.principal_fen)),
            parts.Cell(late, note=overdue),
            parts.Cell(tag=standing(one.life), note=str(grade(one.grade).word)),
        )
    )


def loan(asked: Asked, agreement: str) -> HttpResponse:
    """One agreement: where it stands, its grade and why, schedule, movements, who stands for it."""
    found = read.agreement(asked.caller, agreement, at=asked.at)
    about = proposals.proposals_about(asked.caller, agreement)
    boxes = tuple(agreeing.box(asked, one) for one in about if one.standing is Standing.WAITING)
    return asked.page(
        "officer/loan.html",
        {
            "section": "officer-loans",
            "found": found,
            "tag": standing(found.row.life),
            "figures": _figures(found),
            "schedule": _schedule(found),
            "movements": _movements(found),
            "backing": _backing(found),
            "claims": _claims(found),
            "boxes": boxes,
            "holds": tuple(parts.Notice(named(HOLDS, one), shape="warn") for one in found.holds),
            "case": reverse("officer-case", args=[found.terms.agreement]),
        },
    )


def _figures(found: Loan) -> parts.Figures:
    row = found.row
    left = NONE if found.limit_left_fen is None else whole(found.limit_left_fen)
    return parts.Figures(
        (
            parts.Figure(
                gettext("本金余额"),
                money(row.principal_fen),
                gettext("一共放款 %(fen)s") % {"fen": whole(row.drawn_fen)},
            ),
            parts.Figure(gettext("今天还清要付"), money(row.payoff_fen)),
            parts.Figure(
                gettext("已到期未还"),
                money(row.overdue_fen),
                gettext("逾期 %(n)s 天") % {"n": row.days_past_due},
            ),
            parts.Figure(gettext("五级分类"), str(grade(row.grade).word), ""),
            parts.Figure(gettext("年利率"), percent(row.rate_bps)),
            parts.Figure(gettext("还可支用"), left, str(row.next_due_on or "")),
        )
    )


def _schedule(found: Loan) -> parts.Table:
    columns = (
        parts.Column(gettext("到期日")),
        parts.Column(gettext("本金"), number=True),
        parts.Column(gettext("利息"), number=True),
        parts.Column(gettext("未还"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(row.due_on.isoformat()),
                parts.Cell(_or_none(row.principal_fen)),
                parts.Cell(_or_none(row.interest_fen)),
                parts.Cell(
                    money(row.unpaid_fen) if row.unpaid_fen else NONE,
                    tag=parts.Tag(gettext("过期未还"), "warn")
                    if row.past and row.unpaid_fen
                    else None,
                ),
            )
        )
        for row in found.schedule
    )
    empty = parts.Empty(gettext("没有约定的还款日"))
    return parts.Table(gettext("还款计划"), columns, rows, empty, headed=True)


def _or_none(fen: int | None) -> str:
    return NONE if fen is None else money(fen)


def _movements(found: Loan) -> parts.Table:
    columns = (
        parts.Column(gettext("起息日")),
        parts.Column(gettext("事项")),
        parts.Column(gettext("金额"), number=True),
        parts.Column(gettext("记账日"), number=True),
    )
    events = sorted(found.events, key=lambda one: (one.on, one.booked_on), reverse=True)
    rows = tuple(
        parts.Row(
            (
                parts.Cell(one.on.isoformat()),
                parts.Cell(named(EVENTS, one.kind)),
                parts.Cell(_or_none(one.fen)),
                parts.Cell(one.booked_on.isoformat()),
            )
        )
        for one in events[:_SHOWN]
    )
    empty = parts.Empty(gettext("还没有动过"))
    return parts.Table(gettext("经过"), columns, rows, empty, headed=True)


def _backing(found: Loan) -> parts.Table:
    columns = (
        parts.Column(gettext("谁")),
        parts.Column(gettext("承担")),
        parts.Column(gettext("到期"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(one.guarantor, note=named(GUARANTEES, one.kind)),
                parts.Cell(
                    (gettext("连带保证 %(cap)s") if one.joint else gettext("一般保证 %(cap)s"))
                    % {"cap": whole(one.cap_fen)}
                ),
                parts.Cell(one.until.isoformat()),
            )
        )
        for one in found.guarantees
    )
    return parts.Table(
        gettext("保证"), columns, rows, parts.Empty(gettext("没有保证")), headed=True
    )


def _claims(found: Loan) -> parts.Table | None:
    """What the fund was asked for, and what it paid."""
    if not found.claims:
        return None
    columns = (
        parts.Column(gettext("代偿")),
        parts.Column(gettext("申请"), number=True),
        parts.Column(gettext("到账"), number=True),
        parts.Column(gettext("未付"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(one.claim, hash=True),
                parts.Cell(money(one.fen)),
                parts.Cell(money(one.paid_fen)),
                parts.Cell(money(one.left_fen)),
            )
        )
        for one in found.claims
    )
    return parts.Table(
        gettext("向资金池申请"), columns, rows, parts.Empty(gettext("没有申请")), headed=True
    )

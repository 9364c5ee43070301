"""Loans that run: what is owed, when to pay what, what came in from sales and what was repaid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from suixin.data.errors import InputError
from suixin.kernel.refusal import Wording
from suixin.lending.events import Draw, Event, PlannedDue, Receipt, Refund, Sale
from suixin.lending.product import product_on
from suixin.lending.states import Life
from suixin.service.app.day import business_day
from suixin.service.app.permits import Act, check_may
from suixin.service.app.standings import Standing, standings
from suixin.service.web import charts, parts
from suixin.service.web.figures import NONE, money, percent, said, whole
from suixin.service.web.household.naming import life
from suixin.service.web.household.own import own_party
from suixin.service.web.page import Asked

_STILL: Final = frozenset({Life.READY, Life.CLOSED, Life.LAPSED, Life.REFUSED})
"""Where nothing is owed."""
_SHOWN: Final = 20
"""How many of the latest movements a page lists."""


def loans(asked: Asked) -> HttpResponse:
    """What is owed in all, the next day to pay, and each loan."""
    found = _own(asked)
    running = [one for one in found if one.state.life not in _STILL]
    owed = sum(one.state.owed_fen for one in running)
    nexts = [_next(one) for one in running]
    due = min((day for day, _ in nexts if day is not None), default=None)
    due_fen = sum(fen for day, fen in nexts if day == due)
    figures = parts.Figures(
        (
            parts.Figure(gettext("一共还欠"), whole(owed)),
            parts.Figure(
                gettext("下一次"), NONE if due is None else whole(due_fen), str(due or "")
            ),
        )
    )
    columns = (
        parts.Column(gettext("借款合同")),
        parts.Column(gettext("还欠"), number=True),
        parts.Column(gettext("下一次"), number=True),
        parts.Column(gettext("状态")),
    )
    rows = tuple(_row(one, *_next(one)) for one in found)
    empty = parts.Empty(gettext("没有在还的借款合同"), gettext("借了以后，每一笔都在这里。"))
    table = parts.Table(gettext("借款合同"), columns, rows, empty, headed=True)
    return asked.page(
        "household/loans.html",
        {"figures": figures if running else None, "table": table, "section": "household-borrow"},
    )


def loan(asked: Asked, agreement: str) -> HttpResponse:
    """One loan: what is owed today, what is next, the schedule, sales beside repayments."""
    found = next((one for one in _own(asked) if one.terms.agreement == agreement), None)
    if found is None:
        raise InputError("NO_AGREEMENT", f"There is no agreement {agreement}.", "Check the id.")
    state = found.state
    due, fen = _next(found)
    late = state.days_past_due
    figures = parts.Figures(
        (
            parts.Figure(
                gettext("今天还清要付"),
                money(state.owed_fen),
                gettext("本金 %(principal)s，利息 %(interest)s")
                % {"principal": money(state.principal_fen), "interest": money(state.interest_fen)},
            ),
            _next_figure(found, due, fen),
        )
    )
    return asked.page(
        "household/loan.html",
        {
            "section": "household-borrow",
            "title": _name(found),
            "agreement": agreement,
            "tag": life(state.life),
            "figures": figures,
            "waits": state.life is Life.READY,
            "late": late,
            "overdue": money(sum(d.principal_fen + d.interest_fen + d.fee_fen for d in state.dues)),
            "rate": percent(state.rate_bps),
            "curve": _curve(found, on=state.on),
            "schedule": _schedule(found.terms.rows, state.on),
            "movements": _movements(found.events),
        },
    )


def _own(asked: Asked) -> list[Standing]:
    """The household's own agreements on the business day, newest first."""
    party = own_party(asked.caller)
    check_may(asked.caller, Act.SEE_AGREEMENT)
    actor = asked.caller.actor("looked at his loans")
    found = standings(actor, on=business_day(actor, asked.at), party=party)
    return sorted(found, key=lambda one: one.terms.start, reverse=True)


def _row(one: Standing, due: date | None, fen: int) -> parts.Row:
    next_ = (
        parts.Cell(NONE) if due is None or not fen else parts.Cell(money(fen), note=due.isoformat())
    )
    return parts.Row(
        (
            parts.Cell(
                _name(one),
                href=reverse("household-loan", args=[one.terms.agreement]),
                note=one.terms.start.isoformat(),
            ),
            parts.Cell(money(one.state.owed_fen)),
            next_,
            parts.Cell(tag=life(one.state.life)),
        )
    )


def _next_figure(one: Standing, due: date | None, fen: int) -> parts.Figure:
    """What comes next: a sum on a day, or a share of each payment from sales."""
    sweep = one.terms.sweep
    if sweep is not None and not fen and due is not None:
        until = gettext("最晚 %(day)s 还清") % {"day": one.terms.rows[-1].due_on}
        share = gettext("每笔到账还 %(share)s") % {"share": percent(sweep.share_bps)}
        return parts.Figure(gettext("怎么还"), share, until)
    return parts.Figure(gettext("下一次"), NONE if due is None else money(fen), str(due or ""))


def _name(one: Standing) -> str:
    sheet = product_on(one.terms.sheet, one.terms.start)
    return said(Wording(sheet.zh, sheet.en))


def _next(one: Standing) -> tuple[date | None, int]:
    """The next day to pay and how much: what is late counts from today."""
    state = one.state
    late = sum(due.principal_fen + due.interest_fen + due.fee_fen for due in state.dues)
    if late:
        return state.on, late + state.penalty_fen
    day = state.next_due_on
    row = next((r for r in one.terms.rows if r.due_on == day), None)
    if day is None or row is None:
        return day, state.payoff_fen if day is not None else 0
    principal = state.not_due_fen if row.principal_fen is None else row.principal_fen
    interest = state.accrued_fen if row.interest_fen is None else row.interest_fen
    return day, min(principal, state.not_due_fen) + interest + row.fee_fen


def _curve(one: Standing, *, on: date) -> parts.Chart | None:
    """Sales and repayments by month, beside what was planned."""
    sold = [e for e in one.events if isinstance(e, Sale | Refund)]
    paid = [e for e in one.events if isinstance(e, Receipt)]
    if not sold and not paid:
        return None
    months = _months(one.terms.start, on)
    came = [_sum(sold, month) / 100 for month in months]
    repaid = [_sum(paid, month) / 100 for month in months]
    total = money(sum(e.fen for e in paid))
    finding = gettext("到现在还了 %(total)s") % {"total": total}
    lines = (charts.Line("s", came),) if sold else ()
    key = [parts.Key("c", gettext("直接还的"))]
    if sold:
        key.append(parts.Key("s", gettext("卖货到账")))
    columns = (
        parts.Column(gettext("月")),
        parts.Column(gettext("卖货到账"), number=True),
        parts.Column(gettext("直接还的"), number=True),
    )
    rows = tuple(
        parts.Row((parts.Cell(m), parts.Cell(f"¥{c:,.2f}"), parts.Cell(f"¥{r:,.2f}")))
        for m, c, r in zip(months, came, repaid, strict=True)
    )
    table = parts.Table(finding, columns, rows, parts.Empty(gettext("还没有")))
    return parts.Chart(
        finding,
        gettext("每月，元；卖货到账已减退款"),
        charts.columns(repaid, months, finding, lines=lines),
        table,
        key=tuple(key),
    )


def _sum(events: Sequence[Sale | Refund | Receipt], month: str) -> int:
    return sum(
        -e.fen if isinstance(e, Refund) else e.fen
        for e in events
        if e.on.isoformat().startswith(month)
    )


def _months(first: date, last: date) -> list[str]:
    """Every month from one day to another, at most the latest twelve.

    >>> _months(date(2026, 11, 30), date(2027, 1, 1))
    ['2026-11', '2026-12', '2027-01']
    """
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    found = [divmod(first.year * 12 + first.month - 1 + n, 12) for n in range(max(1, count))]
    return [f"{year}-{month + 1:02d}" for year, month in found][-12:]


def _schedule(rows: Sequence[PlannedDue], on: date) -> parts.Table:
    columns = (
        parts.Column(gettext("日期")),
        parts.Column(gettext("本金"), number=True),
        parts.Column(gettext("利息"), number=True),
    )
    lines = tuple(
        parts.Row(
            (
                parts.Cell(row.due_on.isoformat()),
                parts.Cell(
                    gettext("剩下的全部") if row.principal_fen is None else money(row.principal_fen)
                ),
                parts.Cell(
                    gettext("按用的天数") if row.interest_fen is None else money(row.interest_fen)
                ),
            ),
            current=row.due_on >= on and all(r.due_on < on for r in rows if r.due_on < row.due_on),
        )
        for row in rows
    )
    empty = parts.Empty(gettext("还没有排好日子"))
    return parts.Table(gettext("说好的日子"), columns, lines, empty, headed=True)


def _movements(events: Sequence[Event]) -> parts.Table:
    """The latest money in and out, newest first."""
    words = {
        Draw: lambda: gettext("放款"),
        Receipt: lambda: gettext("还款"),
        Sale: lambda: gettext("卖货到账"),
        Refund: lambda: gettext("退款给买家"),
    }
    columns = (
        parts.Column(gettext("日期")),
        parts.Column(gettext("什么")),
        parts.Column(gettext("金额"), number=True),
    )
    told = [e for e in events if type(e) in words]
    rows = tuple(
        parts.Row(
            (
                parts.Cell(e.on.isoformat()),
                parts.Cell(words[type(e)]()),
                parts.Cell(money(e.amount_fen or 0)),
            )
        )
        for e in sorted(told, key=lambda e: e.on, reverse=True)[:_SHOWN]
    )
    empty = parts.Empty(gettext("还没有进出"))
    return parts.Table(gettext("最近的进出"), columns, rows, empty, headed=True)

"""What the bank told: statements beside our books with their lines, money that nobody explains."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.data.errors import InputError
from suixin.service.app import proposals, receiving, suspense
from suixin.service.app.permits import Act, may
from suixin.service.app.proposals import WORDS_MAX, Standing
from suixin.service.app.receiving import LineSeen, StatementDay
from suixin.service.app.suspense import CaseSeen, Way
from suixin.service.rails.verdict import VERDICT_WORDING, Verdict
from suixin.service.web import parts
from suixin.service.web.cashier.naming import WHYS
from suixin.service.web.figures import NONE, money, said
from suixin.service.web.household.naming import named
from suixin.service.web.officer import agreeing
from suixin.service.web.officer.naming import WAYS
from suixin.service.web.page import Asked

_WAYS: Final = (Way.EXPLAIN, Way.GIVE, Way.OFFSET)
"""What may be made of a case that holds money."""


def statements(asked: Asked) -> HttpResponse:
    """Statements beside our books, the latest first; files that are refused as they stand."""
    before = _day(str(asked.request.GET.get("before", "")))
    found = receiving.statement_days(asked.caller, before=before, most=parts.PER_PAGE + 1)
    shown = found[: parts.PER_PAGE]
    faults = receiving.file_faults(asked.caller)
    columns = (
        parts.Column(gettext("对账单")),
        parts.Column(gettext("日期"), number=True),
        parts.Column(gettext("银行余额"), number=True),
        parts.Column(gettext("我们的账"), number=True),
        parts.Column(gettext("相差"), number=True),
        parts.Column(gettext("行数"), number=True),
    )
    empty = parts.Empty(
        gettext("还没有对账单"), gettext("银行每天发来的对账单会列在这里，新的在前。")
    )
    notices = tuple(
        parts.Notice(
            gettext("文件 %(name)s 读不了，没有入账") % {"name": one.name},
            gettext("%(message)s %(hint)s（%(code)s，%(day)s 起）")
            % {"message": one.message, "hint": one.hint, "code": one.code, "day": one.since},
            "stop",
        )
        for one in faults
    )
    more = len(found) > len(shown)
    return asked.page(
        "cashier/statements.html",
        {
            "section": "cashier-statements",
            "notices": notices,
            "table": parts.Table(
                gettext("对账单"), columns, tuple(map(_statement_row, shown)), empty
            ),
            "first": "?" if before != date.max else "",
            "next": f"?before={shown[-1].closing_on}" if more else "",
        },
    )


def _day(told: str) -> date:
    if not told:
        return date.max
    try:
        return date.fromisoformat(told)
    except ValueError:
        wrong = f"{told[:20]!r} is no day."
        raise InputError("DAY", wrong, "Write it as 2026-06-30.") from None


def _statement_row(one: StatementDay) -> parts.Row:
    same = not one.differs_fen
    tag = parts.Tag(gettext("相符")) if same else parts.Tag(gettext("不符"), "stop")
    return parts.Row(
        (
            parts.Cell(one.name, href=reverse("cashier-statement", args=[one.name]), hash=True),
            parts.Cell(one.closing_on.isoformat()),
            parts.Cell(money(one.closing_fen)),
            parts.Cell(money(one.books_fen)),
            parts.Cell("" if same else money(one.differs_fen), tag=tag),
            parts.Cell(f"{one.lines:,}"),
        )
    )


def statement(asked: Asked, statement: str) -> HttpResponse:
    """The lines of one statement as they were judged, in its order."""
    place, part = _place(str(asked.request.GET.get("after", "")))
    found = receiving.statement_lines(
        asked.caller, statement, after=(place, part), most=parts.PER_PAGE + 1
    )
    shown = found[: parts.PER_PAGE]
    columns = (
        parts.Column(gettext("行"), number=True),
        parts.Column(gettext("金额"), number=True),
        parts.Column(gettext("是什么")),
        parts.Column(gettext("对上的")),
        parts.Column(gettext("起息日"), number=True),
    )
    empty = parts.Empty(gettext("这一天没有进出"))
    more = len(found) > len(shown)
    return asked.page(
        "cashier/statement.html",
        {
            "section": "cashier-statements",
            "name": statement,
            "table": parts.Table(gettext("逐行"), columns, tuple(map(_line_row, shown)), empty),
            "first": "?" if place or part >= 0 else "",
            "next": f"?after={shown[-1].place}.{shown[-1].part}" if more else "",
        },
    )


def _place(told: str) -> tuple[int, int]:
    """The cursor of a page of lines: its last line and part."""
    if not told:
        return (0, -1)
    place, _dot, part = told.partition(".")
    if not (place.isdecimal() and part.isdecimal() and len(told) < 19 and told.isascii()):
        raise InputError("CURSOR", f"{told[:40]!r} is no cursor.", "Begin at the first page.")
    return int(place), int(part)


def _line_row(one: LineSeen) -> parts.Row:
    if one.payment:
        match_ = parts.Cell(one.payment, reverse("cashier-payment", args=[one.payment]), hash=True)
    elif one.case:
        match_ = parts.Cell(one.case, reverse("cashier-case", args=[one.case]), hash=True)
    else:
        match_ = parts.Cell(one.expected or NONE, hash=bool(one.expected))
    return parts.Row(
        (
            parts.Cell(f"{one.place}.{one.part}" if one.part else str(one.place)),
            parts.Cell(money(one.fen)),
            parts.Cell(said(VERDICT_WORDING[Verdict(one.verdict)]), note=one.note),
            match_,
            parts.Cell(one.value_on.isoformat()),
        )
    )


def suspense_list(asked: Asked) -> HttpResponse:
    """Open cases, the longest waiting first, and that they sum to what stands in suspense."""
    found = suspense.suspense(asked.caller, at=asked.at)
    total = suspense.suspense_total(asked.caller)
    agrees = total.in_cases_fen == total.in_ledger_fen
    tag = parts.Tag(gettext("相符")) if agrees else parts.Tag(gettext("不符"), "stop")
    columns = (
        parts.Column(gettext("挂账")),
        parts.Column(gettext("为什么")),
        parts.Column(gettext("金额"), number=True),
        parts.Column(gettext("等了"), number=True),
        parts.Column(gettext("起息日"), number=True),
    )
    last = max(1, -(-len(found) // parts.PER_PAGE))
    number = min(asked.number, last)
    shown = found[(number - 1) * parts.PER_PAGE : number * parts.PER_PAGE]
    empty = parts.Empty(gettext("没有挂账"), gettext("说不清的钱会列在这里，等得最久的在前。"))
    pages = parts.Pages(number, last, asked.query)
    return asked.page(
        "cashier/suspense.html",
        {
            "section": "cashier-suspense",
            "figures": parts.Figures(
                (
                    parts.Figure(gettext("未结"), f"{total.open:,}"),
                    parts.Figure(gettext("各件合计"), money(total.in_cases_fen)),
                    parts.Figure(gettext("总账上的挂账"), money(total.in_ledger_fen), tag=tag),
                )
            ),
            "table": parts.Table(
                gettext("挂账"), columns, tuple(map(_case_row, shown)), empty, pages=pages
            ),
        },
    )


def _case_row(one: CaseSeen) -> parts.Row:
    days = gettext("%(n)s 个工作日") % {"n": one.working_days}
    shape: parts.Shape = "stop" if one.raised > 1 else "warn" if one.raised else "info"
    return parts.Row(
        (
            parts.Cell(one.key, href=reverse("cashier-case", args=[one.key]), hash=True),
            parts.Cell(named(WHYS, one.why), note=one.candidate),
            parts.Cell(money(one.fen)),
            parts.Cell(tag=parts.Tag(days, shape)),
            parts.Cell(one.value_on.isoformat()),
        )
    )


class ReleaseForm(forms.Form):
    """What the money is, and why one is sure."""

    way = forms.ChoiceField(
        label=_("办法"),
        choices=[(way.value, WAYS[way.value]) for way in _WAYS],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("认定为"),
        help_text=_("应收的附言或付款编号；借款合同；或对冲的那一件。"),
        max_length=200,
    )
    why = forms.CharField(
        label=_("理由"),
        help_text=_("必填。复核的人会读到。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=WORDS_MAX,
    )


class CloseForm(forms.Form):
    """How a case without money ended."""

    why = forms.CharField(
        label=_("怎么了结的"), widget=forms.Textarea(attrs={"rows": 3}), max_length=WORDS_MAX
    )


def case(asked: Asked, case: str) -> HttpResponse:
    """One case: what the bank told, how long it waits, and what two people make of it."""
    found = suspense.case(asked.caller, case, at=asked.at)
    about = proposals.proposals_about(asked.caller, case)
    waits = [one for one in about if one.standing is Standing.WAITING]
    open_ = found.closed_on is None and may(asked.caller, Act.RELEASE_SUSPENSE) and not waits
    kind = ReleaseForm if found.fen else CloseForm
    form: forms.Form = kind(asked.request.POST if asked.sent else None)
    if asked.sent and open_ and form.is_valid() and _released(asked, form, found):
        return redirect("cashier-case", case=case)
    return asked.page(
        "cashier/case.html",
        {
            "section": "cashier-suspense",
            "form": form if open_ else None,
            "found": found,
            "title": named(WHYS, found.why),
            "facts": _facts(asked, found),
            "boxes": tuple(agreeing.box(asked, one) for one in waits),
        },
    )


def _released(asked: Asked, form: forms.Form, found: CaseSeen) -> bool:
    """Whether what was sent is proposed, or the case without money is closed."""
    told: dict[str, Any] = form.cleaned_data
    if not found.fen:

        def closed() -> bool:
            suspense.close_case(asked.caller, found.key, how=told["why"], at=asked.at)
            return True

        if asked.tried(form, closed):
            messages.success(asked.request, gettext("已了结。"))
        return not form.errors
    done = asked.tried(
        form,
        lambda: suspense.propose_release(
            asked.caller,
            Way(told["way"]),
            found.key,
            name=told["name"],
            key=asked.key,
            why=told["why"],
            at=asked.at,
        ),
    )
    if done is not None:
        messages.success(asked.request, gettext("已提出，等另一位有复核职责的人确认。"))
    return done is not None


def _facts(asked: Asked, found: CaseSeen) -> parts.Facts:
    days = gettext("%(n)s 个工作日") % {"n": found.working_days}
    lines = [
        parts.Fact(gettext("金额"), money(found.fen)),
        parts.Fact(gettext("起息日"), found.value_on.isoformat()),
        parts.Fact(gettext("等了"), days, gettext("催过 %(n)s 次") % {"n": found.raised}),
    ]
    for label, text in (
        (gettext("付款人"), found.payer),
        (gettext("附言"), found.text),
        (gettext("付款"), found.payment),
        (gettext("应收"), found.expected),
        (gettext("可能是"), found.candidate),
        (gettext("说明"), found.note),
    ):
        if text:
            lines.append(parts.Fact(label, text))
    if found.closed_on is not None:
        names = agreeing.called(asked.caller, *found.closed_by)
        who = "、".join(names.values())
        lines.append(parts.Fact(gettext("了结"), found.closed_on.isoformat(), who))
        lines.append(parts.Fact(gettext("怎么了结的"), found.how))
    return parts.Facts(tuple(lines))

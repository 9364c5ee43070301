"""Payments by state, and one with every step; what is owed to merchants and paying it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.service.app import payments as read
from suixin.service.app import settlements, suspense
from suixin.service.app.payments import Move, Paid
from suixin.service.app.permits import Act, may
from suixin.service.app.proposals import WORDS_MAX
from suixin.service.app.settlements import Owed
from suixin.service.app.suspense import Way
from suixin.service.rails.payment import PaymentState
from suixin.service.web import parts
from suixin.service.web.cashier.naming import FROM, PURPOSES, STATES, state
from suixin.service.web.figures import NONE, local, money
from suixin.service.web.household.naming import named
from suixin.service.web.officer.agreeing import called
from suixin.service.web.page import Asked


class WhyForm(forms.Form):
    """A reason, which stands in the log."""

    why = forms.CharField(
        label=_("理由"),
        help_text=_("必填。复核的人会读到。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=WORDS_MAX,
    )


def payments(asked: Asked) -> HttpResponse:
    """Payments by their numbers, a page at a time; of one state where the address names it."""
    wanted = str(asked.request.GET.get("state", ""))
    states = tuple(one for one in PaymentState if one.value == wanted)
    after = str(asked.request.GET.get("after", ""))
    found = read.payments(asked.caller, states=states, after=after, most=parts.PER_PAGE + 1)
    shown = found[: parts.PER_PAGE]
    here = reverse("cashier-payments")
    tabs = [parts.Next(gettext("全部"), href=here)]
    tabs += [
        parts.Next(str(STATES[one][0]), href=f"{here}?state={one.value}") for one in PaymentState
    ]
    columns = (
        parts.Column(gettext("付款")),
        parts.Column(gettext("付给")),
        parts.Column(gettext("用途")),
        parts.Column(gettext("金额"), number=True),
        parts.Column(gettext("状态")),
        parts.Column(gettext("起息日"), number=True),
    )
    empty = parts.Empty(gettext("没有这样的付款"), gettext("两个人放行的付款会列在这里。"))
    kept = f"state={wanted}&" if states else ""
    more = len(found) > len(shown)
    return asked.page(
        "cashier/payments.html",
        {
            "tabs": parts.Tabs(
                gettext("状态"), tuple(tabs), f"{here}?state={wanted}" if states else here
            ),
            "table": parts.Table(gettext("付款"), columns, tuple(map(_row, shown)), empty),
            "first": f"?{kept}" if after else "",
            "next": f"?{kept}after={shown[-1].id}" if more else "",
        },
    )


def _row(one: Paid) -> parts.Row:
    href = reverse("cashier-payment", args=[one.id])
    note = one.reason or (gettext("第 %(n)s 次") % {"n": one.attempt} if one.attempt > 1 else "")
    return parts.Row(
        (
            parts.Cell(one.id, href=href, hash=True),
            parts.Cell(one.party, note=one.agreement),
            parts.Cell(named(FROM, one.from_account), note=named(PURPOSES, one.purpose)),
            parts.Cell(money(one.fen)),
            parts.Cell(tag=state(one.state), note=note),
            parts.Cell(NONE if one.value_on is None else one.value_on.isoformat()),
        )
    )


def payment(asked: Asked, payment: str) -> HttpResponse:
    """One payment and every step; one that came to nothing may be paid anew, by two people."""
    found, moves = read.payment(asked.caller, payment)
    form = WhyForm(asked.request.POST if asked.sent else None)
    again = _again(asked, found)
    if asked.sent and again is not None and form.is_valid():
        way, subject = again
        done = asked.tried(
            form,
            lambda: suspense.propose_release(
                asked.caller,
                way,
                subject,
                name="",
                key=asked.key,
                why=form.cleaned_data["why"],
                at=asked.at,
            ),
        )
        if done is not None:
            messages.success(asked.request, gettext("已提出，等另一位有复核职责的人确认。"))
            return redirect("cashier-payment", payment=payment)
    names = called(asked.caller, *(move.by for move in moves))
    return asked.page(
        "cashier/payment.html",
        {
            "section": "cashier-payments",
            "form": form if again is not None else None,
            "way": again[0].value if again is not None else "",
            "found": found,
            "tag": state(found.state),
            "facts": _facts(found),
            "steps": parts.Steps(tuple(_step(one, names) for one in moves), small=True),
        },
    )


def _again(asked: Asked, found: Paid) -> tuple[Way, str] | None:
    """What may be proposed: another number where no line shows it, a payee freed once returned."""
    if not may(asked.caller, Act.RELEASE_SUSPENSE) or found.replaced_by:
        return None
    if found.state in {PaymentState.SENT, PaymentState.ACCEPTED}:
        return Way.REPLACE, found.id
    if found.state is PaymentState.RETURNED:
        return Way.PAY_AGAIN, found.payee
    return None


def _facts(found: Paid) -> parts.Facts:
    lines = [
        parts.Fact(gettext("金额"), money(found.fen)),
        parts.Fact(
            gettext("付给"), found.party, gettext("收款户 %(payee)s") % {"payee": found.payee}
        ),
        parts.Fact(
            gettext("用途"), named(FROM, found.from_account), named(PURPOSES, found.purpose)
        ),
        parts.Fact(gettext("放行日"), found.on.isoformat()),
        parts.Fact(gettext("付款日"), NONE if found.pay_on is None else found.pay_on.isoformat()),
        parts.Fact(
            gettext("起息日"), NONE if found.value_on is None else found.value_on.isoformat()
        ),
        parts.Fact(gettext("第几次"), str(found.attempt)),
    ]
    if found.agreement:
        lines.insert(1, parts.Fact(gettext("借款合同"), found.agreement, hash=True))
    for label, text in (
        (gettext("原因"), found.reason),
        (gettext("请银行停付"), found.cancel),
        (gettext("改用编号"), found.replaced_by),
        (gettext("文件"), found.file),
        (gettext("对账单上的行"), found.line),
    ):
        if text:
            lines.append(parts.Fact(label, text, hash=True))
    return parts.Facts(tuple(lines))


def _step(one: Move, names: Mapping[str, str]) -> parts.Step:
    word, shape = STATES[one.became]
    by = names.get(one.by, one.by)
    note = f"{by} · {one.why}" if one.why else by
    return parts.Step(str(word), note, local(one.at), "down" if shape == "stop" else "done")


def payables(asked: Asked) -> HttpResponse:
    """Who is owed money of his own, and proposing to pay it out to all who may be paid."""
    found = settlements.owed(asked.caller)
    ready = settlements.payable(asked.caller.actor("looked at what may be paid"))
    whole_ = sum(one.payable_fen for one in ready)
    form = WhyForm(asked.request.POST if asked.sent else None)
    if asked.sent and form.is_valid():
        told = str(asked.request.POST.get("fen", ""))
        done = asked.tried(
            form,
            lambda: suspense.propose_release(
                asked.caller,
                Way.PAY_OUT,
                "all",
                name=told,
                key=asked.key,
                why=form.cleaned_data["why"],
                at=asked.at,
            ),
        )
        if done is not None:
            messages.success(asked.request, gettext("已提出，等另一位有复核职责的人确认。"))
            return redirect("cashier-payables")
    return asked.page(
        "cashier/payables.html",
        {
            "form": form if whole_ and may(asked.caller, Act.RELEASE_SUSPENSE) else None,
            "fen": whole_,
            "count": len(ready),
            "figures": _owed_figures(found, whole_, len(ready)),
            "table": _owed_table(asked, found, frozenset(one.party for one in ready)),
        },
    )


def _owed_figures(found: Sequence[Owed], payable_fen: int, ready: int) -> parts.Figures:
    sums = (
        (gettext("应付合计"), sum(one.fen for one in found), ""),
        (gettext("现在可付"), payable_fen, gettext("%(n)s 户有收款户") % {"n": ready}),
        (gettext("等日终"), sum(one.unworked_fen for one in found), ""),
        (gettext("在路上"), sum(one.on_its_way_fen for one in found), ""),
    )
    return parts.Figures(tuple(parts.Figure(name, money(fen), note) for name, fen, note in sums))


def _owed_table(asked: Asked, found: Sequence[Owed], listed: frozenset[str]) -> parts.Table:
    columns = (
        parts.Column(gettext("谁")),
        parts.Column(gettext("应付"), number=True),
        parts.Column(gettext("等日终"), number=True),
        parts.Column(gettext("在路上"), number=True),
        parts.Column(gettext("现在可付"), number=True),
        parts.Column(gettext("收款户")),
    )
    last = max(1, -(-len(found) // parts.PER_PAGE))
    number = min(asked.number, last)
    shown = found[(number - 1) * parts.PER_PAGE : number * parts.PER_PAGE]
    rows = tuple(_owed_row(one, one.party in listed) for one in shown)
    empty = parts.Empty(
        gettext("没有应付的"), gettext("货款扣还借款以后，余下的是商户自己的，会列在这里。")
    )
    pages = parts.Pages(number, last, asked.query)
    return parts.Table(gettext("应付商户"), columns, rows, empty, pages=pages)


def _owed_row(one: Owed, listed: bool) -> parts.Row:
    if listed:
        tag = parts.Tag(gettext("已登记"))
    elif one.payable_fen:
        tag = parts.Tag(gettext("没有可用的收款户"), "warn")
    else:
        tag = parts.Tag(gettext("现在不付"), "idle")
    return parts.Row(
        (
            parts.Cell(one.party),
            parts.Cell(money(one.fen)),
            parts.Cell(money(one.unworked_fen)),
            parts.Cell(money(one.on_its_way_fen)),
            parts.Cell(money(one.payable_fen)),
            parts.Cell(tag=tag),
        )
    )

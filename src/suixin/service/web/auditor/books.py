"""The books: the trial balance of a day, the transactions of a day or an agreement, one whole."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.kernel.refusal import Wording
from suixin.lending.accounts import Account
from suixin.service.app import ledger
from suixin.service.app.day import CHINA
from suixin.service.app.ledger import Entered, TrialBalance, Whole
from suixin.service.web import parts
from suixin.service.web.auditor.naming import POSTED
from suixin.service.web.figures import NONE, local, money, said
from suixin.service.web.household.naming import named
from suixin.service.web.page import Asked


class BooksForm(forms.Form):
    """Which day's balance, and which agreement's transactions."""

    on = forms.DateField(
        label=_("到哪天日终"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    agreement = forms.CharField(
        label=_("借款合同（不写就看当天全部）"), required=False, max_length=64
    )


def books(asked: Asked) -> HttpResponse:
    """Whether the books balance on a day, and what was posted."""
    form = BooksForm(asked.request.GET or None)
    on, agreement = asked.at.astimezone(CHINA).date(), ""
    day: date | None = None
    if form.is_bound and form.is_valid():
        day, agreement = form.cleaned_data["on"], form.cleaned_data["agreement"].strip()
        on = day or on
    balance = ledger.trial_balance(asked.caller, on=on)
    found = ledger.entries(
        asked.caller,
        on=None if agreement else day,
        agreement=agreement,
        number=asked.number,
    )
    pages = parts.Pages(asked.number, asked.number + found.more, asked.query)
    holds = parts.Tag(gettext("总账平"), "good") if balance.holds else _unbalanced(balance)
    return asked.page(
        "auditor/books.html",
        {
            "form": form,
            "on": on,
            "holds": holds,
            "balance": _balance(balance),
            "entries": _entries(found.rows, pages),
            "section": "auditor-books",
        },
    )


def transaction(asked: Asked, key: str) -> HttpResponse:
    """One transaction with its lines, what it takes back or corrects, and its pair."""
    found = ledger.transaction(asked.caller, key)
    crumbs = parts.Crumbs(
        (parts.Next(gettext("账"), href=reverse("auditor-books")),), found.transaction.key
    )
    return asked.page(
        "auditor/transaction.html",
        {
            "crumbs": crumbs,
            "facts": _facts(found),
            "lines": _lines(found),
            "section": "auditor-books",
        },
    )


def account_name(account: Account) -> str:
    """An account by its number and its name in the reader's language."""
    return f"{account.code} {said(Wording(account.zh, account.en))}"


def href_of(key: str) -> str:
    """Where a transaction stands."""
    return reverse("auditor-transaction", args=[key])


def _unbalanced(balance: TrialBalance) -> parts.Tag:
    gap = {"gap": money(balance.debit_fen - balance.credit_fen)}
    return parts.Tag(gettext("差 %(gap)s") % gap, "stop")


def _balance(balance: TrialBalance) -> parts.Table:
    columns = (
        parts.Column(gettext("科目")),
        parts.Column(gettext("借方"), number=True),
        parts.Column(gettext("贷方"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(account_name(one.account)),
                parts.Cell(money(one.debit_fen) if one.debit_fen else NONE),
                parts.Cell(money(one.credit_fen) if one.credit_fen else NONE),
            )
        )
        for one in balance.accounts
    )
    foot = parts.Row(
        (
            parts.Cell(gettext("合计")),
            parts.Cell(money(balance.debit_fen)),
            parts.Cell(money(balance.credit_fen)),
        )
    )
    empty = parts.Empty(gettext("这一天以前没有记过账"))
    return parts.Table(gettext("科目余额"), columns, rows, empty, foot=foot, headed=True)


def _entries(rows: tuple[Entered, ...], pages: parts.Pages) -> parts.Table:
    columns = (
        parts.Column(gettext("交易")),
        parts.Column(gettext("记账日")),
        parts.Column(gettext("起算日")),
        parts.Column(gettext("金额"), number=True),
        parts.Column(gettext("备注")),
    )
    told = tuple(
        parts.Row(
            (
                parts.Cell(one.key, href=href_of(one.key), hash=True),
                parts.Cell(one.booked_on.isoformat()),
                parts.Cell(one.value_on.isoformat()),
                parts.Cell(money(one.fen)),
                parts.Cell(_noted(one), note=local(one.entered_at)),
            )
        )
        for one in rows
    )
    empty = parts.Empty(gettext("没有这样的交易"), gettext("换一天，或换一份借款合同。"))
    return parts.Table(gettext("交易"), columns, told, empty, pages=pages, headed=True)


def _noted(one: Entered) -> str:
    if one.reverses:
        return gettext("冲回 %(key)s") % {"key": one.reverses}
    if one.corrects:
        return gettext("更正 %(key)s") % {"key": one.corrects}
    return gettext("与另一家机构成对") if one.pair else ""


def _facts(found: Whole) -> parts.Facts:
    one = found.transaction
    facts = [
        parts.Fact(gettext("状态"), named(POSTED, found.standing)),
        parts.Fact(gettext("记账日"), one.booked_on.isoformat()),
        parts.Fact(gettext("起算日"), one.value_on.isoformat()),
        parts.Fact(gettext("摘要"), one.text or NONE, hash=True),
    ]
    for label, key in ((gettext("冲回"), one.reverses), (gettext("更正"), one.corrects)):
        if key:
            facts.append(parts.Fact(label, key, href=href_of(key), hash=True))
    if one.pair:
        facts.append(parts.Fact(gettext("另一家机构的那一半"), one.pair, hash=True))
    return parts.Facts(tuple(facts))


def _lines(found: Whole) -> parts.Table:
    columns = (
        parts.Column(gettext("科目")),
        parts.Column(gettext("借方"), number=True),
        parts.Column(gettext("贷方"), number=True),
        parts.Column(gettext("借款合同")),
        parts.Column(gettext("产品")),
        parts.Column(gettext("层级")),
    )
    postings = found.transaction.postings
    rows = tuple(
        parts.Row(
            (
                parts.Cell(account_name(account)),
                parts.Cell(money(one.fen) if one.fen > 0 else NONE),
                parts.Cell(money(-one.fen) if one.fen < 0 else NONE),
                parts.Cell(one.about.agreement or NONE, hash=True),
                parts.Cell(one.about.sheet or NONE, hash=True),
                parts.Cell(one.about.tier or NONE, hash=True),
            )
        )
        for one, account in zip(postings, found.accounts, strict=True)
    )
    total = money(sum(one.fen for one in postings if one.fen > 0))
    foot = parts.Row(
        tuple(parts.Cell(text) for text in (gettext("合计"), total, total, "", "", ""))
    )
    return parts.Table(gettext("分录"), columns, rows, parts.Empty(gettext("没有分录")), foot=foot)

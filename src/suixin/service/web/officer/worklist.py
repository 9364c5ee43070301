"""The worklist: cases by filters that stand in the address, tasks of the day's end, disputes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from suixin.lending.states import Life
from suixin.service.app import cases, day_end, disputes, proposals
from suixin.service.app.cases import Filters, Worklist, WorkRow
from suixin.service.app.day import CHINA, business_day
from suixin.service.app.disputes import Dispute
from suixin.service.day_end.items import Item, Kind
from suixin.service.web import parts
from suixin.service.web.fields import YuanField
from suixin.service.web.figures import NONE, local, money, whole
from suixin.service.web.household.naming import PURPOSES, named
from suixin.service.web.officer.naming import (
    ABOUTS,
    CONTENT,
    GRADES,
    KINDS,
    STANDINGS,
    products,
    standing,
)
from suixin.service.web.page import Asked

_OPEN: Final = (Life.APPLIED, Life.OFFERED, Life.ACCEPTED, Life.READY)
_SHOWN: Final = (*_OPEN, Life.REFUSED, Life.LAPSED)
_DAYS_SHORT: Final = 3
"""Days before the last day of an answer on which it is shown as near."""


class FilterForm(forms.Form):
    """What of the worklist is asked for; it is sent by GET, so that its address can be kept."""

    standing = forms.ChoiceField(label=_("到哪一步"), required=False)
    product = forms.ChoiceField(label=_("产品"), required=False)
    village = forms.RegexField(
        label=_("村（行政区划码，可只写开头）"), regex=r"^\d{1,12}$", required=False, max_length=12
    )
    party = forms.CharField(label=_("借款人编号"), required=False, max_length=64)
    least = YuanField(label=_("金额不低于（元）"), required=False)
    since = forms.DateField(
        label=_("哪天起收件"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    person = forms.BooleanField(label=_("只看要求人工的"), required=False)
    waiting = forms.BooleanField(label=_("只看等我复核的"), required=False)

    def __init__(self, given: Any, sheets: Mapping[str, str]) -> None:
        super().__init__(given)
        told = [(life.value, str(STANDINGS[life][0])) for life in _SHOWN]
        self.fields["standing"].choices = [  # type: ignore[attr-defined]
            ("", gettext("在办的")),
            ("all", gettext("全部")),
            *told,
        ]
        self.fields["product"].choices = [("", gettext("全部")), *sheets.items()]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """Them as the use case takes them; a field that cannot be read filters nothing."""
        told = getattr(self, "cleaned_data", {})
        wanted = told.get("standing") or ""
        standings = {"": _OPEN, "all": ()}.get(wanted, (wanted,))
        return Filters(
            standings=tuple(str(one) for one in standings),
            product=told.get("product") or "",
            party=told.get("party") or "",
            village=told.get("village") or "",
            wants_person=True if told.get("person") else None,
            waiting=bool(told.get("waiting")),
            least_fen=told.get("least") or 0,
            since=told.get("since"),
        )


def worklist(asked: Asked) -> HttpResponse:
    """Cases, newest first; how many stand where; what waits besides."""
    actor = asked.caller.actor("looked at the worklist")
    today = business_day(actor, asked.at)
    sheets = products(actor, today)
    form = FilterForm(asked.request.GET, sheets)
    form.is_valid()
    after = str(asked.request.GET.get("after", ""))
    found = cases.worklist(asked.caller, form.filters(), after=after, limit=parts.PER_PAGE)
    agree = len(proposals.waiting(asked.caller))
    todo = len(day_end.to_do(asked.caller))
    open_disputes = len(disputes.disputes(asked.caller, open_only=True))
    return asked.page(
        "officer/worklist.html",
        {
            "form": form,
            "filtered": any(asked.request.GET.get(name) for name in form.fields),
            "figures": _figures(found, (agree, todo, open_disputes)),
            "table": _table(found, sheets, today),
            "first": _query(asked) if after else "",
            "next": f"{_query(asked)}after={found.after}" if found.after else "",
        },
    )


def _figures(found: Worklist, waits: tuple[int, int, int]) -> parts.Figures:
    """How much there is to do, each leading to it."""
    agree, todo, open_disputes = waits
    lines = [
        (gettext("等人决定"), found.counts.get(Life.APPLIED, 0), "?standing=applied"),
        (gettext("等您复核"), agree, reverse("officer-agree")),
        (gettext("等借款人看报价"), found.counts.get(Life.OFFERED, 0), "?standing=offered"),
        (gettext("日终待办"), todo, reverse("officer-tasks")),
        (gettext("异议待答复"), open_disputes, reverse("officer-disputes")),
    ]
    return parts.Figures(
        tuple(parts.Figure(name, f"{count:,}", href=href) for name, count, href in lines)
    )


def _table(found: Worklist, sheets: Mapping[str, str], today: date) -> parts.Table:
    columns = (
        parts.Column(gettext("申请")),
        parts.Column(gettext("借款人")),
        parts.Column(gettext("产品")),
        parts.Column(gettext("金额"), number=True),
        parts.Column(gettext("到哪一步")),
        parts.Column(gettext("收件"), number=True),
    )
    empty = parts.Empty(
        gettext("没有这样的申请"),
        gettext("换一个条件再看，或看全部。"),
        "?standing=all",
        gettext("看全部"),
    )
    rows = tuple(_row(one, sheets, today) for one in found.rows)
    return parts.Table(gettext("申请"), columns, rows, empty)


def _row(one: WorkRow, sheets: Mapping[str, str], today: date) -> parts.Row:
    days = (today - one.applied_on).days
    age = ngettext("%(n)s 天前", "%(n)s 天前", days) % {"n": days} if days else gettext("今天")
    notes = []
    if one.wants_person:
        notes.append(gettext("要求人工"))
    if one.proposal:
        notes.append(gettext("等复核"))
    href = reverse("officer-case", args=[one.application])
    return parts.Row(
        (
            parts.Cell(one.application, href=href, hash=True),
            parts.Cell(one.party, note=one.village_code),
            parts.Cell(sheets.get(one.product, one.product), note=named(PURPOSES, one.purpose)),
            parts.Cell(whole(one.amount_fen)),
            parts.Cell(tag=_tag(one), note=" · ".join(notes)),
            parts.Cell(local(one.applied_at), note=age),
        )
    )


def _tag(one: WorkRow) -> parts.Tag:
    """Where it stands; what was paid out waits for nothing here any more."""
    return parts.Tag(gettext("已放款")) if one.paid_out else standing(one.standing)


def _query(asked: Asked) -> str:
    """The address's query without its cursor, to go on with."""
    kept = asked.request.GET.copy()
    kept.pop("after", None)
    return f"?{kept.urlencode()}&" if kept else "?"


def tasks(asked: Asked) -> HttpResponse:
    """What the days found is to be done, the oldest first, and saying that something is done."""
    kind = str(asked.request.GET.get("kind", ""))
    kinds = (Kind(kind),) if kind in {one.value for one in Kind} else tuple(Kind)
    found = day_end.to_do(asked.caller, kinds)
    if asked.sent:
        wanted = str(asked.request.POST.get("item", ""))
        item = next((one for one in found if _key(one) == wanted), None)
        if item is not None and day_end.done(asked.caller, item, at=asked.at):
            messages.success(asked.request, gettext("记下了：这一件办好了。"))
        return redirect(asked.request.get_full_path())
    last = max(1, -(-len(found) // parts.PER_PAGE))
    number = min(asked.number, last)
    shown = found[(number - 1) * parts.PER_PAGE : number * parts.PER_PAGE]
    here = reverse("officer-tasks")
    tabs = [parts.Next(gettext("全部"), href=here)]
    tabs += [parts.Next(named(KINDS, one), href=f"{here}?kind={one.value}") for one in Kind]
    return asked.page(
        "officer/tasks.html",
        {
            "section": "officer-worklist",
            "tabs": parts.Tabs(
                gettext("种类"), tuple(tabs), f"{here}?kind={kind}" if kind else here
            ),
            "items": tuple(_task(one) for one in shown),
            "pages": parts.Pages(number, last, asked.query),
            "empty": parts.Empty(
                gettext("没有待办"), gettext("日终发现要人办的事会排在这里，先来的在前。")
            ),
        },
    )


def _task(item: Item) -> dict[str, Any]:
    """One task as its line shows it."""
    return {
        "key": _key(item),
        "day": item.day,
        "kind": named(KINDS, item.kind),
        "agreement": item.agreement,
        # What is in suspense is no agreement's.
        "href": ""
        if item.kind is Kind.SUSPENSE
        else reverse("officer-loan", args=[item.agreement]),
        "facts": "；".join(_said(name, value) for name, value in item.content.items()),
    }


def _said(name: str, value: Any) -> str:
    if name in {"from", "to"} and value in GRADES:
        words = {"from": gettext("原来 %(grade)s"), "to": gettext("现在 %(grade)s")}
        return words[name] % {"grade": GRADES[value]}
    if name == "days":
        return gettext("逾期 %(n)s 天") % {"n": value}
    if name == "more_than":
        return gettext("超过 %(n)s 天这一档") % {"n": value}
    label = named(CONTENT, name)
    written = money(value) if name.endswith("fen") and isinstance(value, int) else str(value)
    return f"{label} {written}"


def _key(item: Item) -> str:
    return f"{item.day}/{item.agreement}/{item.kind}"


def dispute_list(asked: Asked) -> HttpResponse:
    """Disputes, those due first."""
    every = bool(asked.request.GET.get("all"))
    found = disputes.disputes(asked.caller, open_only=not every)
    today = asked.at.astimezone(CHINA).date()
    columns = (
        parts.Column(gettext("异议")),
        parts.Column(gettext("谁")),
        parts.Column(gettext("说的是")),
        parts.Column(gettext("答复期限"), number=True),
        parts.Column(gettext("状态")),
    )
    last = max(1, -(-len(found) // parts.PER_PAGE))
    number = min(asked.number, last)
    shown = found[(number - 1) * parts.PER_PAGE : number * parts.PER_PAGE]
    rows = tuple(_dispute_row(one, today) for one in shown)
    empty = parts.Empty(
        gettext("没有要答复的异议"), gettext("借款人提出的异议会排在这里，快到期的在前。")
    )
    pages = parts.Pages(number, last, asked.query)
    here = reverse("officer-disputes")
    tabs = (
        parts.Next(gettext("待答复"), href=here),
        parts.Next(gettext("全部"), href=f"{here}?all=1"),
    )
    return asked.page(
        "officer/disputes.html",
        {
            "section": "officer-worklist",
            "table": parts.Table(gettext("异议"), columns, rows, empty, pages=pages),
            "tabs": parts.Tabs(gettext("哪些"), tabs, tabs[every].href),
        },
    )


def _dispute_row(one: Dispute, today: date) -> parts.Row:
    href = reverse("officer-dispute", args=[one.dispute])
    return parts.Row(
        (
            parts.Cell(one.dispute, href=href, hash=True),
            parts.Cell(one.party_id),
            parts.Cell(named(ABOUTS, one.about), note=one.about_id),
            parts.Cell(one.due_on.isoformat()),
            parts.Cell(tag=_dispute_tag(one, today)),
        )
    )


def _dispute_tag(one: Dispute, today: date) -> parts.Tag:
    if one.overdue(today):
        return parts.Tag(gettext("过了期限"), "stop")
    if one.standing == "upheld":
        return parts.Tag(gettext("异议成立"))
    if one.standing == "rejected":
        return parts.Tag(gettext("异议不成立"), "idle")
    near = (one.due_on - today).days <= _DAYS_SHORT
    return parts.Tag(gettext("待答复"), "warn" if near else "info")


class AnswerForm(forms.Form):
    """Whether the person was right, and why in words that he reads."""

    upheld = forms.ChoiceField(
        label=_("答复"),
        choices=(("yes", _("异议成立，会更正")), ("no", _("异议不成立"))),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("为什么"),
        help_text=_("借款人会读到这段话。"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=disputes.WORDS_MAX,
    )


def dispute(asked: Asked, dispute: str) -> HttpResponse:
    """One dispute, and its one answer."""
    found = disputes.dispute_of(asked.caller, dispute)
    form = AnswerForm(asked.request.POST if asked.sent else None)
    if asked.sent and form.is_valid():
        told = form.cleaned_data
        upheld = told["upheld"] == "yes"
        done = asked.tried(
            form,
            lambda: disputes.answer_dispute(
                asked.caller, dispute, upheld=upheld, words=told["words"], at=asked.at
            ),
        )
        if done is not None:
            messages.success(asked.request, gettext("已经答复，借款人能看到。"))
            return redirect("officer-disputes")
    today = asked.at.astimezone(CHINA).date()
    gone = gettext("个人信息已经删除，读不到了")
    facts = parts.Facts(
        (
            parts.Fact(gettext("谁"), found.party_id),
            parts.Fact(gettext("说的是"), named(ABOUTS, found.about), found.about_id),
            parts.Fact(gettext("提出"), local(found.filed_at)),
            parts.Fact(
                gettext("答复期限"), found.due_on.isoformat(), tag=_dispute_tag(found, today)
            ),
        )
    )
    return asked.page(
        "officer/dispute.html",
        {
            "section": "officer-worklist",
            "form": form,
            "found": found,
            "facts": facts,
            "told": found.told or gone,
            "answer": found.answer or (gone if found.answered_at else ""),
            "open": found.answered_at is None,
            "answered": NONE if found.answered_at is None else local(found.answered_at),
        },
    )

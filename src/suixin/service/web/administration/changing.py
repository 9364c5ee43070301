"""A value of a rule changed from a day on: tried over the last month, then proposed to another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.service.app import policies, policy_preview
from suixin.service.app.day import CHINA
from suixin.service.app.own_sheets import Change
from suixin.service.app.policies import SheetSeen
from suixin.service.app.policy_preview import Preview, Said
from suixin.service.web import parts
from suixin.service.web.auditor.rules import shortened
from suixin.service.web.figures import money, whole
from suixin.service.web.household.naming import why_refused
from suixin.service.web.page import Asked


class ValueForm(forms.Form):
    """A value from a day on, and the text that sets it."""

    parameter = forms.ChoiceField(label=_("哪一条"))
    value = forms.CharField(
        label=_("新的值"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("照表里的写法，例如 500，或 {a: 1, b: 2}"),
    )
    since = forms.DateField(label=_("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}))
    reference = forms.CharField(label=_("依据哪份文件"), max_length=300)
    why = forms.CharField(label=_("理由"), max_length=300)

    def __init__(self, *args: Any, sheet: SheetSeen, **more: Any) -> None:
        super().__init__(*args, **more)
        names = [(one.name, one.name) for one in sheet.parameters]
        self.fields["parameter"].choices = names  # type: ignore[attr-defined]

    def change(self, sheet: str) -> Change:
        """What is to be changed."""
        told = self.cleaned_data
        return Change(
            sheet=sheet,
            parameter=told["parameter"],
            value=told["value"],
            since=told["since"],
            reference=told["reference"],
        )


def sheets(asked: Asked) -> HttpResponse:
    """The sheets that are the institution's to set, and what is to come."""
    today = asked.at.astimezone(CHINA).date()
    columns = (
        parts.Column(gettext("规则表")),
        parts.Column(gettext("几条"), number=True),
        parts.Column(gettext("自定"), number=True),
        parts.Column(gettext("将要起用"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(one.sheet, href=reverse("policy-sheet", args=[one.sheet])),
                parts.Cell(f"{len(one.parameters):,}"),
                parts.Cell(f"{sum(p.own for p in one.parameters):,}"),
                parts.Cell(f"{sum(len(p.coming) for p in one.parameters):,}"),
            )
        )
        for one in policies.sheets(asked.caller, on=today)
    )
    table = parts.Table(gettext("规则表"), columns, rows, parts.Empty(gettext("没有规则")))
    return asked.page("administration/sheets.html", {"table": table, "section": "policy-sheets"})


def sheet(asked: Asked, sheet: str) -> HttpResponse:
    """One sheet; a change of it is tried first, and proposed once it was read."""
    found = policies.sheet(asked.caller, sheet, on=asked.at.astimezone(CHINA).date())
    form = ValueForm(asked.request.POST if asked.sent else None, sheet=found)
    seen: Preview | None = None
    if asked.sent and form.is_valid():
        change, why = form.change(sheet), form.cleaned_data["why"]
        if "propose" in asked.request.POST:
            done = asked.tried(
                form,
                lambda: policies.change_policy(
                    asked.caller, change, key=asked.key, why=why, at=asked.at
                ),
            )
            if done is not None:
                messages.success(
                    asked.request, gettext("已经提出，等另一位风控复核；现在还没有改变。")
                )
                return redirect("policy-sheet", sheet=sheet)
        else:
            seen = asked.tried(
                form, lambda: policy_preview.preview_change(asked.caller, change, at=asked.at)
            )
    crumbs = parts.Crumbs((parts.Next(gettext("规则表"), href=reverse("policy-sheets")),), sheet)
    return asked.page(
        "administration/change.html",
        {
            "sheet": sheet,
            "crumbs": crumbs,
            "form": form,
            "seen": seen,
            "totals": None if seen is None else _totals(seen),
            "differs": None if seen is None else _differs(seen),
            "table": _parameters(found),
            "section": "policy-sheets",
        },
    )


def _parameters(found: SheetSeen) -> parts.Table:
    columns = (
        parts.Column(gettext("哪一条")),
        parts.Column(gettext("现在的值")),
        parts.Column(gettext("起用")),
        parts.Column(gettext("将要起用")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(one.name, note=one.description, data=True),
                parts.Cell(shortened(one.value), note=one.unit, data=True),
                parts.Cell(one.since.isoformat()),
                parts.Cell(
                    " · ".join(f"{own.since}: {shortened(own.value)}" for own in one.coming),
                    data=True,
                ),
            )
        )
        for one in found.parameters
    )
    empty = parts.Empty(gettext("没有规则"))
    return parts.Table(gettext("现在的值"), columns, rows, empty, headed=True)


def _totals(seen: Preview) -> parts.Table:
    columns = (
        parts.Column(gettext("上个月的申请")),
        parts.Column(gettext("现在这样"), number=True),
        parts.Column(gettext("改了以后"), number=True),
    )
    before, after = seen.before, seen.after
    pairs = (
        (gettext("没有通过"), f"{before.refused:,}", f"{after.refused:,}"),
        (gettext("规则直接报价"), f"{before.automatic:,}", f"{after.automatic:,}"),
        (gettext("由人决定"), f"{before.person:,}", f"{after.person:,}"),
        (gettext("可以借的金额"), whole(before.amount_fen), whole(after.amount_fen)),
    )
    rows = tuple(parts.Row(tuple(parts.Cell(text) for text in pair)) for pair in pairs)
    return parts.Table(gettext("改了会怎样"), columns, rows, parts.Empty(""))


def _differs(seen: Preview) -> parts.Table:
    columns = (
        parts.Column(gettext("申请")),
        parts.Column(gettext("金额"), number=True),
        parts.Column(gettext("现在这样")),
        parts.Column(gettext("改了以后")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(one.application, hash=True),
                parts.Cell(money(one.amount_fen)),
                parts.Cell(_said(one.before)),
                parts.Cell(_said(one.after)),
            )
        )
        for one in seen.differs
    )
    empty = parts.Empty(gettext("没有一件会不同"))
    return parts.Table(gettext("哪几件会不同"), columns, rows, empty, headed=True)


def _said(one: Said) -> str:
    if one.refusal:
        return why_refused(one.refusal)
    rate = f"{one.rate_bps / 100:.2f}%"
    if one.decided_by == "automatic":
        return gettext("规则直接报价，%(rate)s") % {"rate": rate}
    return gettext("由人决定，%(rate)s") % {"rate": rate}

"""Every rule by date: its values, since when, by which text, and what changed last."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.service.app import rule_versions
from suixin.service.app.day import CHINA
from suixin.service.app.rule_versions import SheetLine, Version
from suixin.service.web import parts
from suixin.service.web.auditor.naming import SOURCES
from suixin.service.web.household.naming import named
from suixin.service.web.page import Asked


class DayForm(forms.Form):
    """As of which day the rules are read."""

    on = forms.DateField(
        label=_("哪天有效的规则"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )


def rules(asked: Asked) -> HttpResponse:
    """The sheets, and what changed last in any of them."""
    form, on = _day(asked)
    return asked.page(
        "auditor/rules.html",
        {
            "form": form,
            "on": on,
            "table": _sheets(rule_versions.rule_sheets(asked.caller, on=on), on),
            "changes": _changes(rule_versions.rule_changes(asked.caller, until=on)[:25]),
            "section": "auditor-rules",
        },
    )


def sheet(asked: Asked, sheet: str) -> HttpResponse:
    """One sheet: each rule with every value that it had, the one in force marked."""
    form, on = _day(asked)
    found = rule_versions.rules_of(asked.caller, sheet, on=on)
    rules = [
        {
            "rule": rule,
            "versions": [
                {"one": one, "source": named(SOURCES, one.confidence), "now": one == rule.at}
                for one in reversed(rule.versions)
            ],
        }
        for rule in found
    ]
    crumbs = parts.Crumbs((parts.Next(gettext("规则版本"), href=reverse("auditor-rules")),), sheet)
    return asked.page(
        "auditor/sheet.html",
        {
            "form": form,
            "on": on,
            "sheet": sheet,
            "rules": rules,
            "crumbs": crumbs,
            "section": "auditor-rules",
        },
    )


def _day(asked: Asked) -> tuple[DayForm, date]:
    """The day that is asked for, today where none or no day is told."""
    today = asked.at.astimezone(CHINA).date()
    form = DayForm(asked.request.GET if "on" in asked.request.GET else None, initial={"on": today})
    told = form.cleaned_data.get("on") if form.is_bound and form.is_valid() else None
    return form, told or today


def _sheets(found: tuple[SheetLine, ...], on: date) -> parts.Table:
    columns = (
        parts.Column(gettext("规则表")),
        parts.Column(gettext("几条"), number=True),
        parts.Column(gettext("最近一次起用")),
        parts.Column(gettext("本机构自定的值"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(one.name, href=f"{reverse('auditor-sheet', args=[one.name])}?on={on}"),
                parts.Cell(f"{one.rules:,}"),
                parts.Cell(one.last.isoformat()),
                parts.Cell(str(one.own) if one.own else "–"),
            )
        )
        for one in found
    )
    return parts.Table(
        gettext("规则表"), columns, rows, parts.Empty(gettext("没有规则")), headed=True
    )


def _changes(found: tuple[Version, ...]) -> parts.Table:
    columns = (
        parts.Column(gettext("起用")),
        parts.Column(gettext("规则")),
        parts.Column(gettext("值")),
        parts.Column(gettext("依据")),
        parts.Column(gettext("谁定的")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(one.since.isoformat()),
                parts.Cell(one.parameter, href=reverse("auditor-sheet", args=[one.sheet])),
                parts.Cell(shortened(one.value), data=True),
                parts.Cell(one.reference, data=True),
                parts.Cell(
                    gettext("本机构，两人") if one.own else gettext("随软件发布"),
                    note=one.agreed,
                ),
            )
        )
        for one in found
    )
    return parts.Table(
        gettext("最近改了什么"),
        columns,
        rows,
        parts.Empty(gettext("到这一天没有改过"), gettext("每条规则都还是最初的值。")),
        headed=True,
    )


def shortened(value: str, most: int = 160) -> str:
    """A value that a line of a table bears; the sheet's own page has all of it.

    >>> shortened("[1, 2]"), shortened("x" * 200)[-1]
    ('[1, 2]', '…')
    """
    return value if len(value) <= most else f"{value[:most]}…"

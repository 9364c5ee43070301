"""What is taken away, as CSV; that it was, by whom and what for, stands in the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.service.app import exports
from suixin.service.app.day import CHINA
from suixin.service.app.exports import Exported, Sheet
from suixin.service.app.matrix import matrix
from suixin.service.web import parts
from suixin.service.web.auditor.naming import ACTS, DUTIES, PARTS, SHEETS
from suixin.service.web.household.naming import named
from suixin.service.web.page import Asked

_DAYS: Final = 30


class ExportForm(forms.Form):
    """Which sheet, of which days, and what for."""

    sheet = forms.ChoiceField(label=_("导出什么"), choices=SHEETS.items())
    since = forms.DateField(label=_("从"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), widget=forms.DateInput(attrs={"type": "date"}))
    why = forms.CharField(
        label=_("做什么用"), max_length=300, help_text=_("会记进日志，和文件的指纹在一起")
    )


def export(asked: Asked) -> HttpResponse:
    """Choose a sheet and take it away."""
    today = asked.at.astimezone(CHINA).date()
    start = {"since": today - timedelta(days=_DAYS), "until": today, "sheet": Sheet.RECORDS}
    form = ExportForm(asked.request.POST if asked.sent else None, initial=start)
    if asked.sent and form.is_valid():
        told = form.cleaned_data
        made = asked.tried(
            form,
            lambda: exports.export(
                asked.caller,
                Sheet(told["sheet"]),
                since=told["since"],
                until=told["until"],
                why=told["why"],
                at=asked.at,
            ),
        )
        if made is not None:
            return _file(made)
    return asked.page("auditor/exports.html", {"form": form, "section": "auditor-exports"})


def duties(asked: Asked) -> HttpResponse:
    """Who may do what: every act by every duty, from the table that the service itself reads."""
    found = matrix()
    names = [duty for duty in found.duties if duty not in {"partner"}]
    columns = (
        parts.Column(gettext("办什么")),
        *(parts.Column(named(DUTIES, duty)) for duty in names),
        parts.Column(gettext("合作方凭")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(named(ACTS, act)),
                *(parts.Cell(named(PARTS, row[duty])) for duty in names),
                parts.Cell(row["scope"], hash=True),
            )
        )
        for act, row in found.rows
    )
    table = parts.Table(
        gettext("职责与权限"), columns, rows, parts.Empty(gettext("没有职责")), scroll=True
    )
    return asked.page(
        "auditor/duties.html",
        {"table": table, "export": reverse("auditor-exports"), "section": "auditor-duties"},
    )


def _file(made: Exported) -> HttpResponse:
    answer = HttpResponse(made.text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    # By these the file and its record in the log find each other.
    answer.headers["X-Suixin-Record"] = made.record.hex()
    answer.headers["X-Suixin-Digest"] = made.digest
    return answer

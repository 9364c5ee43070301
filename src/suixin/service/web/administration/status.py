"""How the service runs: queues, the day, what was given up and may be run again, backups."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from suixin.service.app import operations
from suixin.service.app.operations import DeadLetter, Operations
from suixin.service.app.permits import Act, may
from suixin.service.web import parts
from suixin.service.web.figures import NONE, local, money
from suixin.service.web.page import Asked


class AgainForm(forms.Form):
    """A job that is to be tried again, and why."""

    job = forms.IntegerField(label=_("任务号"), min_value=1)
    why = forms.CharField(label=_("理由"), max_length=300, help_text=_("例如：银行又通了"))


def status(asked: Asked) -> HttpResponse:
    """Is all well; what waits for a person."""
    form = AgainForm(asked.request.POST if asked.sent else None)
    if asked.sent and form.is_valid():
        told = form.cleaned_data
        done = asked.tried(
            form,
            lambda: operations.run_again(asked.caller, told["job"], why=told["why"], at=asked.at),
        )
        if done is not None:
            messages.success(asked.request, gettext("已经重新排队：%(task)s") % {"task": done})
            return redirect("status-status")
    found = operations.operations(asked.caller, at=asked.at)
    letters = operations.dead_letters(asked.caller, at=asked.at)
    return asked.page(
        "administration/status.html",
        {
            "form": form if may(asked.caller, Act.RUN_AGAIN) and letters else None,
            "well": _well(found),
            "figures": _figures(found),
            "queues": _queues(found),
            "letters": _letters(letters),
            "section": "status-status",
        },
    )


def _well(found: Operations) -> bool:
    own = found.own
    return bool(found.workers) and not (
        found.missing_steps or own.dead_letters or own.suspense_cases or (own.day_age or 0) > 1
    )


def _figures(found: Operations) -> parts.Figures:
    own = found.own
    closed = own.closed_through.isoformat() if own.closed_through else NONE
    late = parts.Tag(gettext("落后了"), "warn") if (own.day_age or 0) > 1 else None
    steps = parts.Tag(gettext("数据库缺步骤"), "stop") if found.missing_steps else None
    return parts.Figures(
        (
            parts.Figure(gettext("日终到"), closed, tag=late),
            parts.Figure(gettext("放弃的任务"), f"{own.dead_letters:,}"),
            parts.Figure(gettext("挂账"), f"{own.suspense_cases:,}", note=money(own.suspense_fen)),
            parts.Figure(
                gettext("做任务的进程"),
                f"{found.workers:,}",
                tag=None if found.workers else parts.Tag(gettext("没有"), "stop"),
            ),
            parts.Figure(gettext("数据库"), _size(found.database_bytes), tag=steps),
            parts.Figure(gettext("磁盘还剩"), _size(found.disk_free_bytes)),
        )
    )


def _size(count: int) -> str:
    """Bytes as people say them.

    >>> _size(3 << 30), _size(5 << 20)
    ('3.0 GB', '5.0 MB')
    """
    return f"{count / (1 << 30):.1f} GB" if count >= 1 << 30 else f"{count / (1 << 20):.1f} MB"


def _queues(found: Operations) -> parts.Table:
    columns = (
        parts.Column(gettext("队列")),
        parts.Column(gettext("等着"), number=True),
        parts.Column(gettext("在做"), number=True),
        parts.Column(gettext("最久等了"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(one.name, hash=True),
                parts.Cell(f"{one.waiting:,}"),
                parts.Cell(f"{one.doing:,}"),
                parts.Cell(gettext("%(n)s 秒") % {"n": round(one.oldest_seconds)}),
            )
        )
        for one in found.queues
    )
    empty = parts.Empty(gettext("没有任务在等"))
    return parts.Table(gettext("队列"), columns, rows, empty, headed=True)


def _letters(found: tuple[DeadLetter, ...]) -> parts.Table:
    columns = (
        parts.Column(gettext("任务号")),
        parts.Column(gettext("任务")),
        parts.Column(gettext("试了几次"), number=True),
        parts.Column(gettext("最后的错误")),
        parts.Column(gettext("放弃于")),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(str(one.job)),
                parts.Cell(one.task, hash=True),
                parts.Cell(f"{one.tries:,}"),
                parts.Cell(one.code or NONE, note=one.place, hash=True),
                parts.Cell(local(one.given_up_at) if one.given_up_at else NONE),
            )
        )
        for one in found
    )
    empty = parts.Empty(
        gettext("没有放弃的任务"), gettext("试过几次还不成的，会停在这里等人来看。")
    )
    return parts.Table(gettext("放弃的任务"), columns, rows, empty, headed=True)

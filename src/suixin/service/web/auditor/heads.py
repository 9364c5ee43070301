"""The checkpoints by day: how large the log was, its root, who cosigned, that it only grew."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from suixin.data.errors import InputError
from suixin.service.app import log_heads
from suixin.service.app.day import CHINA
from suixin.service.app.log_heads import HeadSeen
from suixin.service.web import parts
from suixin.service.web.figures import local, short
from suixin.service.web.page import Asked

_DAYS: Final = 30


def checkpoints(asked: Asked) -> HttpResponse:
    """The days' last heads, newest first, each held against the one before."""
    today = asked.at.astimezone(CHINA).date()
    found = log_heads.heads_of_days(asked.caller, until=today, number=asked.number, days=_DAYS)
    more = len(found) == _DAYS
    columns = (
        parts.Column(gettext("哪天")),
        parts.Column(gettext("记录数"), number=True),
        parts.Column(gettext("根")),
        parts.Column(gettext("日志签于")),
        parts.Column(gettext("见证")),
        parts.Column(gettext("与前一个")),
    )
    table = parts.Table(
        gettext("每天最后的检查点"),
        columns,
        tuple(_row(one) for one in found),
        parts.Empty(
            gettext("这些日子没有检查点"), gettext("日志有了记录，每秒签一次；每天留最后一个。")
        ),
        pages=parts.Pages(asked.number, asked.number + more, asked.query),
    )
    broken = [one for one in found if one.continues is False or not one.own]
    return asked.page(
        "auditor/checkpoints.html",
        {
            "table": table,
            "broken": parts.Notice(
                gettext("有检查点接不上前一个"),
                gettext("日志只该变长。请保存这一页，联系见证各方。"),
                "stop",
            )
            if broken
            else None,
            "grew": bool(found) and not broken,
            "section": "auditor-checkpoints",
        },
    )


def checkpoint(asked: Asked, day: str) -> HttpResponse:
    """A day's signed head as a file, as C2SP tlog-checkpoint; compare it with any witness's."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise InputError("NO_HEAD", f"{day[:20]} is no day.", "Such as 2026-06-30.") from None
    found = [one for one in log_heads.heads_of_days(asked.caller, until=on, days=1) if one.on == on]
    if not found:
        raise InputError("NO_HEAD", f"No head of {on} is kept.", "Choose another day.")
    answer = HttpResponse(found[0].note, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="checkpoint-{on}.txt"'
    return answer


def policy(asked: Asked) -> HttpResponse:
    """Whose signatures count today, as `suixin verify --policy` reads it."""
    today = asked.at.astimezone(CHINA).date()
    text = log_heads.policy_text(asked.caller, today)
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="parties.policy"'
    return answer


def _row(one: HeadSeen) -> parts.Row:
    return parts.Row(
        (
            parts.Cell(
                one.on.isoformat(), href=reverse("auditor-checkpoint", args=[one.on.isoformat()])
            ),
            parts.Cell(f"{one.size:,}"),
            parts.Cell(short(one.root.hex()), hash=True),
            parts.Cell(local(one.signed_at)),
            parts.Cell(tag=_cosigned(one), note=_who(one)),
            parts.Cell(tag=_continues(one)),
        )
    )


def _cosigned(one: HeadSeen) -> parts.Tag:
    parties = len(one.signed) + len(one.missing)
    if not parties:
        return parts.Tag(gettext("没有约定见证"), "idle")
    return parts.Tag(f"{len(one.signed)} / {parties}", "good" if one.enough else "warn")


def _who(one: HeadSeen) -> str:
    names = [name for name, _ in one.signed]
    told = gettext("已签：%(names)s") % {"names": "、".join(names)} if names else ""
    if one.missing:
        missing = gettext("没有签：%(names)s") % {"names": "、".join(one.missing)}
        told = f"{told} {missing}".strip()
    return told


def _continues(one: HeadSeen) -> parts.Tag:
    if one.continues is None:
        return parts.Tag(gettext("最早的一个"), "idle")
    if one.continues:
        return parts.Tag(gettext("接得上"), "good")
    return parts.Tag(gettext("接不上"), "stop")

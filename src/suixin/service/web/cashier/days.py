"""The days of the institution: what is under way, what is closed and by which digest."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext

from suixin.data.errors import InputError
from suixin.service.app import day_end
from suixin.service.app.day import business_day
from suixin.service.app.day_end import Ended, UnderWay
from suixin.service.app.permits import Act, may
from suixin.service.web import parts
from suixin.service.web.figures import NONE, local, money
from suixin.service.web.page import Asked


def days(asked: Asked) -> HttpResponse:
    """The day that is being ended with how far it is, and the days that are closed."""
    before = _day(str(asked.request.GET.get("before", "")))
    found = day_end.days(asked.caller, before=before, limit=parts.PER_PAGE + 1)
    shown = found[: parts.PER_PAGE]
    under_way = day_end.progress(asked.caller) if may(asked.caller, Act.SEE_OPERATIONS) else None
    columns = (
        parts.Column(gettext("业务日")),
        parts.Column(gettext("办了"), number=True),
        parts.Column(gettext("没有办成"), number=True),
        parts.Column(gettext("正常以外的余额"), number=True),
        parts.Column(gettext("挂账"), number=True),
        parts.Column(gettext("指纹")),
    )
    empty = parts.Empty(gettext("还没有结过一天"), gettext("每天日终结账以后，一天一行列在这里。"))
    rows = tuple(_row(one) for one in shown)
    today = business_day(asked.caller.actor("looked at the days"), asked.at)
    more = len(found) > len(shown)
    return asked.page(
        "cashier/days.html",
        {
            "section": "cashier-days",
            "today": today,
            "under_way": None if under_way is None else _under_way(under_way),
            "table": parts.Table(gettext("已经结账的日子"), columns, rows, empty, headed=True),
            "first": "?" if before is not None else "",
            "next": f"?before={shown[-1].day}" if more else "",
        },
    )


def _day(told: str) -> date | None:
    if not told:
        return None
    try:
        return date.fromisoformat(told)
    except ValueError:
        wrong = f"{told[:20]!r} is no day."
        raise InputError("DAY", wrong, "Write it as 2026-06-30.") from None


def _under_way(found: UnderWay) -> dict[str, Any]:
    """How far the day is, in words and as a bar."""
    done = found.worked / found.to_work * 100 if found.to_work else 100.0
    told = {
        "day": found.day,
        "worked": f"{found.worked:,}",
        "of": f"{found.to_work:,}",
        "since": local(found.begun_at),
    }
    words = gettext("%(day)s：已办 %(worked)s 份，共 %(of)s 份，%(since)s 开始") % told
    return {"words": words, "bar": parts.Progress(words, done)}


def _row(one: Ended) -> parts.Row:
    late = sum(
        part["principal_fen"] for name, part in one.counts.get("grades", {}).items()
        if name != "normal"
    )  # fmt: skip
    waits = sum(abs(part["fen"]) for part in one.counts.get("clearing", {}).values())
    refused = parts.Cell(f"{len(one.refused):,}")
    if one.refused:
        tag = parts.Tag(gettext("要看"), "warn")
        names = "、".join(name for name, _ in one.refused[:3])
        refused = parts.Cell(f"{len(one.refused):,}", tag=tag, note=names)
    return parts.Row(
        (
            parts.Cell(one.day.isoformat()),
            parts.Cell(f"{one.worked:,}"),
            refused,
            parts.Cell(money(late) if late else NONE),
            parts.Cell(money(waits) if waits else NONE),
            parts.Cell(one.digest, hash=True),
        )
    )

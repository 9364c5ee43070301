"""The live slot on the lender's own site: the limit now, how it moved, why each time (C08, C09).

A platform's room links here and shows nothing but a card. Without a script the page asks again by
itself; with one, its middle follows the events of `live_events`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_exempt

from suixin.kernel.policy import load_policy
from suixin.kernel.refusal import Wording
from suixin.service.app.day import CHINA
from suixin.service.app.live import slot_of
from suixin.service.app.live_slots import Moved, SlotState
from suixin.service.identity.headers import CONTENT_POLICY
from suixin.service.store.session import acting, query
from suixin.service.web import charts, parts
from suixin.service.web.figures import local, money, said, whole
from suixin.service.web.household.own import own_party
from suixin.service.web.page import Asked

_LISTED: Final = 20
_OWN: Final = """
    select slot, opens_at, closes_at from live_slot
     where institution_id = %s and party_id = %s order by opens_at desc limit %s
"""
_BPS: Final = 10_000


def slots(asked: Asked) -> HttpResponse:
    """The seller's sessions, the latest first."""
    party = own_party(asked.caller)
    with acting(asked.caller.actor("looked at his sessions")):
        rows = query(_OWN, [asked.caller.institution, party, _LISTED])
    now = int(asked.at.timestamp())
    columns = (parts.Column(gettext("场次")), parts.Column(gettext("状态")))
    lines = tuple(
        parts.Row(
            (
                parts.Cell(
                    gettext("%(from)s 到 %(to)s") % {"from": _moment(opens), "to": _clock(closes)},
                    href=reverse("household-live", args=[slot]),
                ),
                parts.Cell(tag=_tag(opens, closes, now)),
            )
        )
        for slot, opens, closes in rows
    )
    empty = parts.Empty(
        gettext("还没有直播场次"), gettext("平台把您的场次告诉贷款人以后，这里就看得到额度。")
    )
    table = parts.Table(gettext("直播场次"), columns, lines, empty)
    return asked.page("household/slots.html", {"table": table, "section": "household-borrow"})


def live(asked: Asked, slot: str) -> HttpResponse:
    """One session: the limit now, since opening, every move with its reason."""
    state = slot_of(asked.caller, slot, at=asked.at)
    origin, stream = _stream(asked.request, slot)
    context = {**shown(state, asked.at), "stream": stream, "section": "household-borrow"}
    context["now_at"] = reverse("household-live-now", args=[slot])
    answer = asked.page("household/live.html", context)
    if origin:
        answer.headers["Content-Security-Policy"] = CONTENT_POLICY.replace(
            "connect-src 'self'", f"connect-src 'self' {origin}"
        )
    return answer


def now(asked: Asked, slot: str) -> HttpResponse:
    """The middle of the page alone, for a page that asks again by a script."""
    state = slot_of(asked.caller, slot, at=asked.at)
    return asked.page("household/live_now.html", shown(state, asked.at))


@xframe_options_exempt
def card(request: HttpRequest) -> HttpResponse:
    """What a platform may show in a frame (K09): a card that only links to the lender's own site.

    It takes nothing in, tells nothing of anybody, and has no step of a loan in it (R-MKT2).
    """
    answer = render(request, "card.html", {})
    answer.headers["Content-Security-Policy"] = CONTENT_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors https:"
    )
    return answer


def shown(state: SlotState, at: datetime) -> dict[str, Any]:
    """What the moving part of the page shows of a slot."""
    change = state.limit_fen - state.opening_fen
    told = {"opening": whole(state.opening_fen), "change": whole(abs(change))}
    if change > 0:
        since = gettext("开场 %(opening)s，现在多 %(change)s。") % told
    elif change < 0:
        since = gettext("开场 %(opening)s，现在少 %(change)s。") % told
    else:
        since = gettext("和开场一样。")
    seconds = int(at.timestamp())
    return {
        "state": state,
        "tag": _tag(state.opens_at, state.closes_at, seconds),
        "hours": gettext("%(from)s 到 %(to)s")
        % {"from": _moment(state.opens_at), "to": _clock(state.closes_at)},
        "answer": parts.Figure(
            gettext("%(time)s 的额度") % {"time": _clock(min(seconds, state.closes_at))},
            whole(state.limit_fen),
            " ".join((since, gettext("只用于这一场备货。"))),
            huge=True,
        ),
        "chart": _chart(state),
        "moves": parts.Steps(tuple(_step(one) for one in reversed(state.moves))),
    }


def _chart(state: SlotState) -> parts.Chart | None:
    """The limit, move by move, in the range that it may move in."""
    if not state.moves:
        return None
    band = load_policy("live").on(_day(state.opens_at))["live.band"]
    limits = [state.opening_fen, *(one.limit_fen for one in state.moves)]
    times = [_clock(state.opens_at), *(_clock(one.at) for one in state.moves)]
    told = {"n": len(state.moves), "first": whole(limits[0]), "last": whole(limits[-1])}
    finding = gettext("动了 %(n)s 次，从 %(first)s 到 %(last)s") % told
    drawing = charts.held(
        [fen / 100 for fen in limits],
        times,
        finding,
        low=state.opening_fen * band["least"] / 100,
        high=state.opening_fen * band["most"] / 100,
    )
    columns = (parts.Column(gettext("时间")), parts.Column(gettext("额度"), number=True))
    rows = tuple(
        parts.Row((parts.Cell(time), parts.Cell(money(fen))))
        for time, fen in zip(times, limits, strict=True)
    )
    return parts.Chart(
        finding,
        gettext("元；浅色是这一场能动的范围"),
        drawing,
        parts.Table(finding, columns, rows, parts.Empty(finding)),
    )


def _step(one: Moved) -> parts.Step:
    moved = one.to_bps - one.from_bps
    # The limit after the move tells what the opening was, and so what the move brought.
    fen = one.limit_fen - one.limit_fen * one.from_bps // one.to_bps
    sign = "+" if moved > 0 else "−"
    return parts.Step(
        f"{sign}{whole(abs(fen))}",
        said(Wording(one.zh, one.en)),
        when=_clock(one.at),
        standing="done" if moved > 0 else "down",
    )


def _stream(request: HttpRequest, slot: str) -> tuple[str, str]:
    """Where the events come from: an origin beside the page's own, if any, and the address.

    Behind a proxy it is the page's own origin, and the proxy hands events to their port.
    """
    path = reverse("household-live-events", args=[slot])
    if not settings.EVENTS_PORT:
        return "", ""
    if getattr(settings, "CSRF_TRUSTED_ORIGINS", ()):
        return "", path
    host = request.get_host().rsplit(":", 1)[0]
    origin = f"{request.scheme}://{host}:{settings.EVENTS_PORT}"
    return origin, origin + path


def _tag(opens: int, closes: int, now_: int) -> parts.Tag:
    if now_ < opens:
        return parts.Tag(gettext("还没开始"), "idle")
    return (
        parts.Tag(gettext("直播中"), "info")
        if now_ < closes
        else parts.Tag(gettext("已结束"), "idle")
    )


def _at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _moment(second: int) -> str:
    return local(_at(second))


def _clock(second: int) -> str:
    return _at(second).astimezone(CHINA).strftime("%H:%M")


def _day(second: int) -> date:
    return _at(second).astimezone(CHINA).date()

"""The moving part of a live page, sent to it as it moves: server-sent events over ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation

from suixin.data.errors import InputError
from suixin.service import clock
from suixin.service.app.caller import Caller
from suixin.service.app.live import slot_of
from suixin.service.identity.callers import request_caller
from suixin.service.web.household.live import shown
from suixin.service.web.told import told

LOOK_SECONDS: Final = 2.0
"""How often a slot is looked at for each who follows it."""
LOOKS: Final = 900
"""After half an hour the browser asks anew, by itself: nobody who left is followed for ever."""
BEAT: Final = 8
"""Looks between two signs of life, so that no proxy takes the silence for an end."""


async def events(request: HttpRequest, slot: str) -> HttpResponseBase:
    """A stream of `moved` events, each the whole moving part, and `ended` once the session is."""
    language = translation.get_language() or "zh-hans"
    try:
        caller = await sync_to_async(_caller)(request)
        first = await sync_to_async(_part)(caller, slot, -1, language)
    except InputError as error:
        return HttpResponse(status=told(error).status)
    answer = StreamingHttpResponse(
        _stream(caller, slot, language, first), content_type="text/event-stream; charset=utf-8"
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    origin = request.headers.get("Origin", "")
    # The page's own host on another port, and no other site.
    if origin and urlsplit(origin).hostname == urlsplit(f"//{request.get_host()}").hostname:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Allow-Credentials"] = "true"
    return answer


async def _stream(
    caller: Caller, slot: str, language: str, first: tuple[int, str, bool]
) -> AsyncIterator[str]:
    number, part, going = first
    yield told_as("moved", part)
    for look in range(1, LOOKS):
        if not going:
            yield told_as("ended", "")
            return
        await asyncio.sleep(LOOK_SECONDS)
        number, part, going = await sync_to_async(_part)(caller, slot, number, language)
        if part:
            yield told_as("moved", part)
        elif look % BEAT == 0:
            yield ": \n\n"


def told_as(event: str, data: str) -> str:
    """An event as the browser reads it.

    >>> told_as("moved", "<p>1</p>\\n<p>2</p>")
    'event: moved\\ndata: <p>1</p>\\ndata: <p>2</p>\\n\\n'
    """
    lines = "".join(f"data: {line}\n" for line in data.split("\n"))
    return f"event: {event}\n{lines}\n"


def _caller(request: HttpRequest) -> Caller:
    try:
        return request_caller(request)
    finally:
        connections.close_all()


def _part(caller: Caller, slot: str, known: int, language: str) -> tuple[int, str, bool]:
    """How many moves there are, the moving part where they are others than known, if it goes on."""
    try:
        at = clock.now()
        state = slot_of(caller, slot, at=at)
        part = ""
        if len(state.moves) != known:
            with translation.override(language):
                part = render_to_string("household/live_now.html", shown(state, at)).strip()
        return len(state.moves), part, int(at.timestamp()) < state.closes_at
    finally:
        # Between two looks nobody who follows holds a connection.
        connections.close_all()

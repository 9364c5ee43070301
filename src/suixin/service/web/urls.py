"""The addresses of pages: the front, every desk's, the card that platforms show."""

from __future__ import annotations

from django.urls import URLPattern, path

from suixin.service.web import front
from suixin.service.web.desks import DESKS
from suixin.service.web.household import live, live_events
from suixin.service.web.page import addresses

urlpatterns: list[URLPattern] = [
    path("", front.front, name="front"),
    path("card/", live.card, name="card"),
    # Served by asgi.py, on the port of events.
    path("my/live/<str:slot>/events", live_events.events, name="household-live-events"),
    *(pattern for desk in DESKS for pattern in addresses(desk)),
]

"""The addresses of pages: the front, every desk's, the card that platforms show."""

from __future__ import annotations

from django.urls import URLPattern, path

from suixin.service.web import front
from suixin.service.web.desks import DESKS
from suixin.service.web.page import addresses

urlpatterns: list[URLPattern] = [
    path("", front.front, name="front"),
    *(pattern for desk in DESKS for pattern in addresses(desk)),
]

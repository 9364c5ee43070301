"""Stations as an application of Django's."""

from __future__ import annotations

from django.apps import AppConfig


class StationsConfig(AppConfig):
    """Its label is `stations`."""

    name = "suixin.service.stations"
    label = "stations"

"""Web as an application of Django's."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Its label is `web`."""

    name = "suixin.service.web"
    label = "web"

"""Api as an application of Django's."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Its label is `api`."""

    name = "suixin.service.api"
    label = "api"

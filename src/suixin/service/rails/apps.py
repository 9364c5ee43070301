"""The bank's files as an application of Django's."""

from __future__ import annotations

from django.apps import AppConfig


class RailsConfig(AppConfig):
    """Its label is `rails`: the register of payments, files and cases."""

    name = "suixin.service.rails"
    label = "rails"

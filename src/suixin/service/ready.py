"""Django made ready: what imports the store need not think of it."""

from __future__ import annotations

import os
from typing import Final

import django
from django.apps import apps

SETTINGS: Final = "suixin.service.settings"


def ready() -> None:
    """Load the settings and the models, unless that is done or under way."""
    if not (apps.ready or apps.loading):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
        django.setup()

"""Identity as an application of Django's."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Its label is `identity`."""

    name = "suixin.service.identity"
    label = "identity"

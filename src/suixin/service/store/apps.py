"""The store as an application of Django's."""

from __future__ import annotations

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Its label is `store`; its tables are named by themselves."""

    name = "suixin.service.store"
    label = "store"

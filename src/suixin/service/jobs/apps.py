"""Jobs as an application of Django's."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Its label is `jobs`."""

    name = "suixin.service.jobs"
    label = "jobs"

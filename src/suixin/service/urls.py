"""Every address of the service."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("suixin.service.api.urls")),
    path("accounts/", include("suixin.service.identity.urls")),
]

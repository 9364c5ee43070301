"""Every address of the service."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from suixin.service.running import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(health.ADDRESSES)),
    path("api/v1/", include("suixin.service.api.urls")),
    path("accounts/", include("suixin.service.identity.urls")),
    path("", include("suixin.service.web.urls")),
]

handler400 = "suixin.service.web.problems.bad_request"
handler403 = "suixin.service.web.problems.forbidden"
handler404 = "suixin.service.web.problems.not_found"
handler500 = "suixin.service.web.problems.own_fault"

"""The addresses under `/api/v1/`; what is none of them is answered as a problem too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path

from suixin.service.api import problems, uploading
from suixin.service.api.main import api
from suixin.service.api.problems import Problem


def _nothing(request: HttpRequest) -> HttpResponse:
    return problems.answer(request, Problem("NOT_FOUND", "There is nothing at this address."))


urlpatterns: list[URLPattern | URLResolver] = [
    path("uploads", uploading.uploads),
    path("uploads/<str:name>", uploading.upload),
    path("", api().urls),
    re_path(r"^.*$", _nothing),
]

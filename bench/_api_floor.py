"""The floor of `bench.api`: Django as bare as it goes, one row read by the ORM, no rule of ours."""

from __future__ import annotations

import json
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from suixin.service.ready import ready

ready()


def party(request: HttpRequest, name: str) -> HttpResponse:
    """A party's row, as its owner reads it: nobody is asked who he is."""
    with connection.cursor() as asked:
        asked.execute(
            "select party_id, kind, village_code, household_id from party where party_id = %s",
            [name],
        )
        found: Any = asked.fetchone()
    told = dict(zip(("party_id", "kind", "village_code", "household_id"), found, strict=True))
    return HttpResponse(json.dumps(told), content_type="application/json")


urlpatterns = [path("parties/<str:name>", party)]


def _application() -> WSGIHandler:
    from django.conf import settings
    from django.db import connections

    from suixin.service import database

    settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
    settings.ROOT_URLCONF = "bench._api_floor"
    url = database.located().owner_url
    connections["default"].settings_dict.update(database.django_of(url))
    return WSGIHandler()


application = _application()

"""The pages and the API, as a WSGI server runs them."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIHandler

from suixin.service.ready import ready

ready()

application = WSGIHandler()

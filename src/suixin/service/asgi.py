"""What stays open, as an ASGI server runs it: server-sent events."""

from __future__ import annotations

from django.core.handlers.asgi import ASGIHandler

from suixin.service.ready import ready

ready()

application = ASGIHandler()

"""The pages and the API in a process of the web server; imported there and nowhere else."""

from __future__ import annotations

from django.urls import get_resolver

from suixin.service.running.begun import end_with_parent, say_ready
from suixin.service.running.logs import log_to_file
from suixin.service.wsgi import application

end_with_parent()
log_to_file()
len(get_resolver().url_patterns)  # Loaded now, so that nobody's first request waits for it.
say_ready()

__all__ = ["application"]

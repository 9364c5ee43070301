"""The store: what an institution must not lose, as rows. Importing it makes Django ready."""

from __future__ import annotations

from suixin.service.ready import ready

ready()

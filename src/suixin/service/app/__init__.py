"""What people do: one function an act, one transaction each. Importing it makes Django ready."""

from __future__ import annotations

from suixin.service.ready import ready

ready()

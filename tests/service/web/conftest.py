"""People who are signed in at one institution, for the tests of pages."""

from __future__ import annotations

from browser import site
from people_of_desks import people

__all__ = ["people", "site"]

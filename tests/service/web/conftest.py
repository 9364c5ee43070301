"""People who are signed in at one institution, for the tests of pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import site
from django.utils import translation
from people_of_desks import people

__all__ = ["people", "site"]


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A request leaves its language behind in the thread; the next test has none of it."""
    with translation.override("zh-hans"):
        yield

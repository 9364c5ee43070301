"""The auditor's, the county's and the administrators' pages in a real browser, narrow and large."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest
from browser import held, look, site
from django.urls import reverse
from people_of_desks import People, people
from stored import database

from suixin.service.web.administration import desk as administration
from suixin.service.web.auditor import desk as auditor
from suixin.service.web.government import desk as government
from tests.service.web import samples_administration, samples_auditor

__all__ = ["database", "people", "site"]

FIRST_BYTES: Final = 250_000
FILES: Final = frozenset({"auditor-proof", "auditor-checkpoint", "auditor-policy"})
DESKS: Final = (
    auditor.DESK,
    government.DESK,
    administration.DESK,
    administration.POLICY,
    administration.STATUS,
)
PAGES: Final = [(d, p.name) for d in DESKS for p in d.pages if p.name not in FILES]


@pytest.fixture(scope="module")
def there(people: People) -> Mapping[str, Mapping[str, Any]]:
    """What there is to see."""
    return {**samples_auditor.samples(people), **samples_administration.samples(people)}


@pytest.mark.parametrize(("desk", "page"), PAGES, ids=lambda one: getattr(one, "name", one))
def test_pages_fit_and_are_clean(
    site: str, people: People, there: Mapping[str, Any], desk: Any, page: str
) -> None:
    """320 pixels, twice the text, dark and large; axe finds nothing."""
    client = people.client(sorted(desk.duties)[0])
    context, seen = look(site, width=320, client=client, locale="zh-CN")
    try:
        held(seen, reverse(page, kwargs=there.get(page, {})), page, first=FIRST_BYTES)
    finally:
        context.close()

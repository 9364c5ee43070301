"""A household on its phone, in a real browser: borrows, allows, takes back, stands for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from browser import Seen, faults, look, picture, sideways, site
from django.urls import reverse
from people_of_desks import People, people
from stored import database

from tests.service.web.samples_household import samples

__all__ = ["database", "people", "site"]

FIRST_BYTES: Final = 50_000
NEXT_BYTES: Final = 15_000
OPENED: Final = (
    "household-borrow",
    "household-product",
    "household-application",
    "household-loans",
    "household-loan",
    "household-guarantees",
    "household-sign",
    "household-group",
    "household-data",
    "household-grant",
    "household-receipt",
    "household-revoke",
    "household-dispute",
)


@pytest.fixture(scope="module")
def there(people: People) -> Mapping[str, Mapping[str, Any]]:
    """What there is to see."""
    return samples(people)


@pytest.fixture
def phone(site: str, people: People) -> Iterator[Seen]:
    """The household's phone."""
    context, seen = look(site, client=people.household, locale="zh-CN")
    yield seen
    context.close()


@pytest.mark.parametrize("page", OPENED)
def test_pages_fit_and_are_clean(
    site: str, people: People, there: Mapping[str, Any], page: str
) -> None:
    """320 pixels, twice the text, dark and large: nothing sideways, nothing for axe to find."""
    path = reverse(page, kwargs=there.get(page, {}))
    if page == "household-product":
        path += "?amount=20000&times=6&repays=equal_instalment&purpose=inputs"
    context, seen = look(site, width=320, client=people.household, locale="zh-CN")
    shown = seen.open(path)
    weight = sum(seen.bytes.values())
    assert sideways(shown) <= 0
    assert faults(shown) == []
    picture(shown, f"{page}-zh")
    shown.evaluate("document.documentElement.style.fontSize = '200%'")
    assert sideways(shown) <= 0
    picture(shown, f"{page}-200")
    assert weight <= FIRST_BYTES, weight
    again = seen.open(path)
    own = sum(size for url, size in seen.bytes.items() if "/static/" not in url)
    assert own <= NEXT_BYTES, own
    again.goto(f"{site}{path}{'&' if '?' in path else '?'}look=dark")
    assert faults(again) == []
    again.goto(f"{site}{path}{'&' if '?' in path else '?'}look=large")
    assert sideways(again) <= 0
    picture(again, f"{page}-dark-large")
    assert seen.errors == []
    assert seen.outside == []
    context.close()

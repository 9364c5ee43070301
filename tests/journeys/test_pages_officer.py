"""A lender's people at their desks, in a real browser: every page fits; a case decided by keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from browser import Seen, held, look, picture, site
from django.urls import reverse
from people_of_desks import People, people
from stored import database

from suixin.service.app.caller import Duty
from suixin.service.web.cashier.desk import DESK as CASHIER
from suixin.service.web.officer.desk import DESK as OFFICER
from tests.service.web.samples_officer import asked_for_a_person, samples

__all__ = ["database", "people", "site"]

DESK_BYTES: Final = 120_000
CHART_BYTES: Final = 12_000
PAGES: Final = [page.name for desk in (OFFICER, CASHIER) for page in desk.pages]


@pytest.fixture(scope="module")
def there(people: People) -> Mapping[str, Mapping[str, Any]]:
    """What there is to see."""
    return samples(people)


@pytest.fixture(scope="module")
def narrow(site: str, people: People, there: object) -> Iterator[Seen]:
    """A risk officer, who comes to both desks, on a small phone."""
    context, seen = look(site, width=320, client=people.client(Duty.RISK_OFFICER), locale="zh-CN")
    yield seen
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_pages_fit_and_are_clean(narrow: Seen, there: Mapping[str, Any], name: str) -> None:
    """320 pixels, twice the text, dark and large; nothing from outside; axe finds nothing."""
    held(narrow, reverse(name, kwargs=there.get(name, {})), name, first=DESK_BYTES)
    drawn = narrow.page.locator("figure svg").evaluate_all(
        "all => all.map(e => e.outerHTML.length)"
    )
    assert all(size <= CHART_BYTES for size in drawn), drawn
    untold = narrow.page.locator("figure svg:not([aria-label])").count()
    assert untold == 0


def test_a_case_is_decided_by_keys_alone(site: str, people: People, there: object) -> None:
    """From the top to the decision, yes, why, submitted; a second person agrees to just that."""
    name = asked_for_a_person(people, 400_000)
    place = reverse("officer-case", args=[name])
    context, seen = look(
        site, width=1440, client=people.client(Duty.CREDIT_OFFICER), locale="zh-CN"
    )
    page = seen.open(place)
    picture(page, "case-wide")
    page.keyboard.press("Alt+y")
    page.locator("[accesskey=y]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("known for years")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.good")
    assert "已提出" in page.inner_text(".notice.good")
    assert seen.errors == []
    context.close()
    context, seen = look(site, width=1440, client=people.client(Duty.RISK_OFFICER), locale="zh-CN")
    page = seen.open(place)
    picture(page, "case-second")
    page.click("text=确认并办理")
    assert "已复核并办理" in page.inner_text(".notice.good")
    page.emulate_media(media="print")
    picture(page, "case-print")
    assert page.locator(".paper").is_visible()
    assert page.locator(".nav").is_hidden()
    context.close()

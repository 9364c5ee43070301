"""Every page, as everybody, in both languages: who sees it, and what each page must hold.

A desk adds its pages by its `DESK`; what an address captures it says in `samples_DESK.py` beside
this file, as `samples(people) -> {page: {captured: value}}`.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse
from people_of_desks import DUTIES, People

from suixin.service.app.caller import Duty
from suixin.service.app.permits import PERMITS
from suixin.service.web.desks import DESKS
from suixin.service.web.page import Desk, Page
from tests.service.web.test_words import BANNED, SELLING

HERE: Final = Path(__file__).parent
CHINESE: Final = re.compile("[一-鿿]+")
LANGUAGES: Final = ("zh-hans", "en")
PAGES: Final = [(desk, page) for desk in DESKS for page in desk.pages]


@pytest.fixture(scope="module")
def samples(people: People) -> Mapping[str, Mapping[str, Any]]:
    """What every desk says its addresses may capture."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted(HERE.glob("samples_*.py")):
        found |= importlib.import_module(f"tests.service.web.{path.stem}").samples(people)
    return found


def name(value: Any) -> str:
    """A page as the list of failures names it."""
    return value.name if isinstance(value, Page | Desk) else str(value)


def text_of(html: str) -> str:
    """What a page says, without what is marked as the other language."""
    seen = re.sub(r"<(\w+)[^>]*\slang=\"zh-Hans\"[^>]*>.*?</\1>", "", html, flags=re.DOTALL)
    # The html element itself is marked, and holds all the rest.
    return re.sub(r"<[^>]+>", " ", seen)


def held(html: str, language: str) -> Iterator[str]:
    """What a page lacks."""
    lang = "en" if language == "en" else "zh-Hans"
    if f'<html lang="{lang}"' not in html:
        yield f"no lang {lang}"
    if not re.search(r"<title>\s*\S.* · ", html):
        yield "no title"
    if 'class="skip"' not in html or html.count("<main") != 1:
        yield "no skip link to one main part"
    if html.count("<h1") != 1:
        yield f"{html.count('<h1')} first headings"
    mains = [c for c in re.findall(r'class="button([^"]*)"', html) if not c.strip()]
    if len(mains) > 1:
        yield f"{len(mains)} main actions"
    if re.search(
        r"https?://|<script(?![^>]*src=)|<style|<[^>]*\son\w+=|<input[^>]*\bchecked\b", html
    ):
        yield "something from elsewhere, inline, or ticked"
    yield from (word for word in (*BANNED, *SELLING) if word in html.lower())
    if language == "en":
        yield from CHINESE.findall(text_of(html.split("<body", 1)[-1]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("desk", "page"), PAGES, ids=name)
def test_pages_hold_what_they_must(
    people: People, samples: Mapping[str, Any], desk: Desk, page: Page, language: str
) -> None:
    """A page for those whose it is; the way to sign in, or a refusal, for everybody else."""
    place = reverse(page.name, kwargs=samples.get(page.name, {}))
    stranger = Client(headers={"accept-language": language}).get(place)
    assert (stranger.status_code, stranger.headers["Location"].split("?")[0]) == (
        302,
        reverse("account_login"),
    )
    for duty in DUTIES:
        client = people.client(duty)
        client.cookies["django_language"] = language
        answer = client.get(place)
        permitted = page.act is None or duty in PERMITS[page.act].duties
        if duty not in desk.duties or not permitted:
            assert answer.status_code == 403, duty
        else:
            assert answer.status_code in {200, 302}, (duty, answer.status_code)
        # A part of a page, asked for by a script, has no head of its own.
        if answer.status_code != 302 and b"<html" in answer.content:
            assert list(held(answer.content.decode(), language)) == [], (duty, place)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/card/", "/accounts/login/", "/nowhere/"])
def test_front_pages_hold_what_they_must(database: object, path: str, language: str) -> None:
    """What everybody may see."""
    answer = Client(headers={"accept-language": language}).get(path)
    assert list(held(answer.content.decode(), language)) == []


def test_nobody_has_two_first_desks() -> None:
    """Whoever signs in comes to a desk of his own; partners' systems have none."""
    homes = {duty: [desk.name for desk in DESKS if duty in desk.duties] for duty in Duty}
    assert homes[Duty.PARTNER] == homes[Duty.SERVICE] == []

"""What stands around every page: names of static files, links that change looks, stale forms."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.templatetags.static import static
from django.test import Client, RequestFactory

from suixin.service.web.fields import YuanField
from suixin.service.web.middleware import looks
from suixin.service.web.parts import Pages


def test_static_files_are_kept_for_ever_under_the_name_of_their_content(database: object) -> None:
    """The hashed name is served and cached; another hash, or none, is no file."""
    name = static("suixin/suixin.css")
    assert re.fullmatch(r"/static/suixin/suixin\.[0-9a-f]{10}\.css", name)
    answer = Client().get(name)
    assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True)
    answer.close()
    for other in ("/static/suixin/suixin.css", "/static/suixin/suixin.0123456789.css"):
        assert Client().get(other).status_code == 404
    with pytest.raises(ValueError, match=r"no static file suixin/other\.css"):
        static("suixin/other.css")


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/accounts/login/?look=large", "/accounts/login/"),
        ("/accounts/login/?next=%2Fmy%2F&look=en", "/accounts/login/?next=%2Fmy%2F"),
        ("/accounts/login/?look=purple", None),
    ],
)
def test_looks_lead_to_the_same_page(database: object, asked: str, led_to: str | None) -> None:
    """Whatever the address is, the site is not left; an unknown look changes nothing."""
    answer = Client().generic("GET", asked)
    assert answer.headers.get("Location") == led_to
    assert bool(answer.cookies) == (led_to is not None or "csrf" in str(answer.cookies).lower())


def test_looks_never_lead_to_another_site() -> None:
    """A path that begins with two slashes would be another site's address."""
    request = RequestFactory().get("/", {"look": "dark"})
    request.path = "//elsewhere.example/"
    answer = looks(lambda _: HttpResponse())(request)
    assert answer.headers["Location"] == "/elsewhere.example/"


def test_a_stale_form_is_told_and_not_sent(database: object) -> None:
    """A form of an old page, or of another site."""
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"})
    assert answer.status_code == 403
    assert "刚才的内容没有提交" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("12300.5", 1_230_050),
        ("１２，３００．５０", 1_230_050),
        ("¥ 1,000 元", 100_000),
        ("0.01", 1),
    ],
)
def test_amounts_are_read_as_people_type_them(typed: str, fen: int) -> None:
    """Full-width digits, separators and the sign of the yuan."""
    assert YuanField().clean(typed) == fen


@pytest.mark.parametrize("typed", ["", "八百", "1.005", "-5", "0", "1e5", "nan", "9" * 30])
def test_amounts_that_are_none_are_refused(typed: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValidationError):
        YuanField(most=1_000_000_00).clean(typed)


@pytest.mark.parametrize(
    ("number", "last", "near"),
    [(1, 1, (1,)), (1, 9, (1, 2, 3, 4, 5)), (9, 9, (5, 6, 7, 8, 9)), (2, 3, (1, 2, 3))],
)
def test_pages_offer_the_near_ones(number: int, last: int, near: tuple[int, ...]) -> None:
    """At most five, and none that is not there."""
    found = Pages(number, last)
    assert found.near == near
    assert (found.before is None, found.after is None) == (number == 1, number == last)

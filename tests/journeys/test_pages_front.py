"""The way in, in a real browser: the front, signing in, a second factor, paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import Seen, held, look, picture, site
from people_of_desks import People, people
from sign_in import given_duties
from stored import database

from suixin.service.app.caller import Duty

__all__ = ["database", "people", "site"]

PASSWORD = "six plain words of nobody's own"


@pytest.fixture
def stranger(site: str, people: People) -> Iterator[Seen]:
    """Somebody who did not sign in, on a small phone."""
    context, seen = look(site, width=320, locale="zh-CN")
    yield seen
    context.close()


@pytest.mark.parametrize("path", ["/", "/card/", "/accounts/login/", "/nowhere/"])
def test_what_everybody_sees_fits_and_is_clean(stranger: Seen, path: str) -> None:
    """As every page of the household's."""
    held(stranger, path, f"front{path.replace('/', '-')}", first=50_000, later=15_000)


def test_signing_in_and_the_second_factor(stranger: Seen, people: People) -> None:
    """A wrong password is told on the page; the right one leads on; an officer enrols a factor."""
    user = given_duties(people.world.institution, Duty.CREDIT_OFFICER)
    user.set_password(PASSWORD)
    user.save(using="owner")
    page = stranger.open("/my/data/")
    assert page.inner_text("h1") == "登录"
    page.fill("#id_login", user.username)
    page.fill("#id_password", "another")
    page.click("button.button")
    assert page.locator(".errors li").count() == 1
    page.fill("#id_login", user.username)
    page.fill("#id_password", PASSWORD)
    page.click("button.button")
    held(stranger, "/accounts/2fa/totp/activate/", "second-factor", first=60_000)
    assert page.locator("img[alt]").count() == 1
    picture(page, "second-factor")


def test_on_paper_all_stands_and_nothing_is_pressed(site: str, people: People) -> None:
    """A quote printed: both rates and the whole table, no button, no navigation."""
    context, seen = look(site, client=people.household, locale="zh-CN")
    page = seen.open(
        "/my/borrow/sales_flow/?amount=20000&times=6&repays=equal_instalment&purpose=inputs"
    )
    page.emulate_media(media="print")
    picture(page, "quote-printed")
    for gone in (".foot-nav", ".foot", "form", ".skip"):
        assert not any(one.is_visible() for one in page.locator(gone).all()), gone
    assert page.locator("text=综合年化成本").first.is_visible()
    assert page.locator("text=每期都晚").is_visible()
    context.close()

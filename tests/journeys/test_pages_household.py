"""A household on its phone, in a real browser: borrows, allows, takes back, stands for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import pytest
from browser import Seen, held, look, picture, site
from django.urls import reverse
from people_of_desks import PARTY, People, people
from stored import database

from suixin.service.app import deciding
from suixin.service.web.household.desk import DESK
from tests.service.web.samples_household import samples

__all__ = ["database", "people", "site"]

FIRST_BYTES: Final = 50_000
NEXT_BYTES: Final = 15_000
QUERIES: Final = {
    "household-product": "?amount=20000&times=6&repays=equal_instalment&purpose=inputs",
}
# What is no whole page: a file, and a part that a script asks for.
FILES: Final = frozenset({"household-export", "household-live-now"})


@pytest.fixture(scope="module")
def there(people: People) -> Mapping[str, Mapping[str, Any]]:
    """What there is to see."""
    return samples(people)


@pytest.fixture(scope="module")
def narrow(site: str, people: People, there: object) -> Iterator[Seen]:
    """The household's small phone, in Chinese."""
    context, seen = look(site, width=320, client=people.household, locale="zh-CN")
    yield seen
    context.close()


@pytest.fixture
def plain(site: str, people: People, there: object) -> Iterator[Seen]:
    """A phone whose browser runs no script."""
    context, seen = look(site, client=people.household, locale="zh-CN", script=False)
    yield seen
    context.close()


@pytest.mark.parametrize("page", [page.name for page in DESK.pages if page.name not in FILES])
def test_pages_fit_are_clean_and_light(narrow: Seen, there: Mapping[str, Any], page: str) -> None:
    """320 pixels, twice the text, dark and large; 50 KB with everything, 15 KB of its own."""
    path = reverse(page, kwargs=there.get(page, {})) + QUERIES.get(page, "")
    held(narrow, path, page, first=FIRST_BYTES, later=NEXT_BYTES)


def test_borrowing_without_a_script(plain: Seen, people: People) -> None:
    """From a quote to a signed agreement: both rates alike, read before it is accepted."""
    page = plain.open("/my/borrow/sales_flow/")
    page.fill("#id_amount", "8 万")
    page.click("button.button")
    assert "请写一个金额" in page.inner_text(".errors")
    page.fill("#id_amount", "５,000")
    page.select_option("#id_repays", "equal_instalment")
    page.click("button.button")
    figures = page.locator(".pair .figure dd:nth-of-type(1)")
    sizes = {str(one.evaluate("e => getComputedStyle(e).fontSize")) for one in figures.all()}
    assert len(sizes) == 1
    assert page.locator("[name=person]").is_checked() is False
    page.click("text=申请，等正式报价")
    name = page.url.rstrip("/").split("/")[-1]
    assert "等人决定" in page.inner_text("main")
    said = deciding.ask_decision(people.world.officer, name, at=people.world.at)
    assert said.offer is not None
    page.reload()
    picture(page, "offer")
    page.click("text=接受这个报价")
    assert "成本表还没有看够规定的时间" in page.inner_text(".errors")
    people.world.at += timedelta(seconds=said.offer.read_seconds)
    page.click("text=接受这个报价")
    assert "借款合同成立" in page.inner_text(".notice")
    page.click("text=看借款合同")
    assert "等放款" in page.inner_text("main")
    assert plain.errors == []


def test_refused_says_why_and_what_next(plain: Seen, people: People) -> None:
    """What, why, by which rule, what to do next; and a person looks again if asked to."""
    page = plain.open("/my/borrow/sales_flow/?amount=150000&times=6&repays=bullet&purpose=inputs")
    page.click("text=申请，等正式报价")
    shown = page.inner_text("main")
    for part in (
        "为什么",
        "依据哪一条",
        "接下来可以",
        "金额超过可用额度",
        "改为不超过额度的金额",
        "起施行",
    ):
        assert part in shown
    picture(page, "refusal")
    page.click("button:has-text('请人工重新看')")
    assert "由人来看" in page.inner_text(".notice")


@pytest.mark.mechanism("H08")
def test_consent_is_given_shown_and_taken_back(plain: Seen) -> None:
    """Nothing is ticked beforehand; a receipt in words; taken back at once."""
    page = plain.open("/my/data/grant/")
    assert page.locator(":checked").count() == 0
    page.click("text=同意，给我回执")
    assert page.locator(".wrong").count() == 3
    page.check("[name=groups][value=sales]")
    page.check("[name=purpose][value=credit]")
    page.check("[name=months][value='6']")
    page.click("text=同意，给我回执")
    assert "您可以随时撤回" in page.inner_text("main")
    before = plain.open("/my/data/").locator("text=收回授权").count()
    page.locator("text=收回授权").last.click()
    page.click("button.danger")
    assert "已经收回" in page.inner_text(".notice")
    assert page.locator("a:has-text('收回授权')").count() == before - 1


def test_a_guarantee_is_said_back(plain: Seen, people: People, there: Mapping[str, Any]) -> None:
    """What was misunderstood is not signed; said back rightly, it is."""
    page = plain.open(reverse("household-sign", kwargs=there["household-sign"]))
    for field, told in {"cap": "10000", "read_cap": "1000"}.items():
        page.fill(f"#id_{field}", told)
    page.fill("#id_until", "2027-06-30")
    page.fill("#id_read_until", "2027-06-30")
    page.check("#id_joint")
    page.click("text=我听懂了，签")
    assert "两次写的金额不一样" in page.inner_text(".errors")
    page.fill("#id_read_cap", "10000")
    page.click("text=我听懂了，签")
    people.world.rows["settlements"] = [
        {"promoter": PARTY, "settled_at": 1_780_300_000, "commission": 12 * 20_000_00}
    ]
    page.click("text=我听懂了，签")
    assert "已经签好" in page.inner_text("main")


def test_large_print_dark_and_english_are_kept(narrow: Seen) -> None:
    """Each is a link on the page, and holds on the next."""
    page = narrow.open("/my/data/?look=large")
    assert page.url.endswith("/my/data/")
    page.click("text=English")
    page.goto(f"{narrow.origin}/my/group/?look=dark")
    root = page.locator("html")
    assert (root.get_attribute("class"), root.get_attribute("lang")) == ("large dark", "en")
    for name in ("usual", "auto", "zh"):
        page.goto(f"{narrow.origin}/my/group/?look={name}")
    assert (root.get_attribute("class"), root.get_attribute("lang")) == (None, "zh-Hans")


def test_key_figures_are_read_aloud_where_a_browser_can(narrow: Seen, plain: Seen) -> None:
    """The button is there only with a voice; without a script nothing promises one."""
    path = "/my/borrow/sales_flow/" + QUERIES["household-product"]
    page = narrow.open(path)
    page.evaluate(
        "() => { window.told = ''; speechSynthesis.speak = (it) => { window.told = it.text; }; }"
    )
    page.click("text=读给我听")
    assert "综合年化成本" in page.evaluate("window.told")
    assert plain.open(path).locator("text=读给我听").is_hidden()

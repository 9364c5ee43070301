"""What stands in templates: two whole languages, nothing that sells, nothing from elsewhere."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from suixin.kernel.policy import load_policy
from tools import words

TEMPLATES: Final = sorted((words.WEB / "templates").rglob("*.html"))
SCRIPTS: Final = sorted((words.WEB / "static").rglob("*.js"))
SHEETS: Final = sorted((words.WEB / "static").rglob("*.css"))
# What the rule names, and words to the same effect that people who sell loans use.
BANNED: Final = (
    *load_policy("regulation").on(date(2026, 11, 24))["marketing.banned"],
    *("门槛低", "零门槛", "秒批", "秒下款", "极速放款", "无风险", "稳赚", "免审核", "包过", "必过"),
    *("不看征信", "限时优惠", "最后机会", "手慢无", "立即抢", "最低利率", "日息仅"),
)
SELLING: Final = (
    *("low threshold", "instant approval", "instant cash", "easy money", "risk-free", "no risk"),
    *("guaranteed approval", "high return", "last chance", "limited time", "hurry", "act now"),
    *("free money", "lowest rate", "only today"),
)
CHINESE: Final = re.compile("[一-鿿]")
# Chinese outside tags: the page of our own fault, and names of languages.
PLAIN: Final = frozenset({"fault.html", "base.html"})


def name(path: Path) -> str:
    """A file as the list of failures names it."""
    return path.relative_to(words.WEB).as_posix()


def test_every_sentence_has_its_english() -> None:
    """None is missing, none is left over, and the compiled file is of these."""
    catalogs = words.kept()
    assert words.faults(words.needed(), catalogs) == []
    assert words.COMPILED.read_bytes() == words.compiled(catalogs)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_say_nothing_untranslated(path: Path) -> None:
    """Chinese stands only where it is translated."""
    whole = re.sub(
        r"{% blocktranslate.*?{% endblocktranslate %}", "", path.read_text("utf-8"), flags=re.DOTALL
    )
    text = re.sub(r"{%.*?%}|{#.*?#}", "", whole, flags=re.DOTALL)
    if path.name not in PLAIN:
        assert CHINESE.findall(text) == []


@pytest.mark.mechanism("C08")
@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS], ids=name)
def test_nothing_sells(path: Path) -> None:
    """No banned word, and no box that is ticked before anybody has ticked it."""
    text = path.read_text("utf-8").lower()
    assert [word for word in (*BANNED, *SELLING) if word in text] == []
    assert not re.search(r"<input[^>]*\bchecked\b|<option[^>]*\bselected\b", text)


def test_english_sells_nothing_either() -> None:
    """The translations too."""
    said = [str(m.string).lower() for catalog in words.kept().values() for m in catalog if m.id]
    assert [text for text in said for word in SELLING if word in text] == []


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS, *SHEETS], ids=name)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    """No address of another site, no script or style element in a page, no handler attribute."""
    text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//\w+\.\w+|@import", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_pages_extend_a_base_and_have_a_title(path: Path) -> None:
    """Language, skip link and the one main element come from the base; the title is the page's."""
    text = path.read_text("utf-8")
    if "<html" in text:
        assert all(held in text for held in ('class="skip"', "<html lang=", "<title>"))
    elif "{% extends" in text and path.stem not in {"phone", "desk"}:
        blocks = ("{% block title %}", "{% block content %}")
        assert "layouts" in name(path) or all(block in text for block in blocks)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_forms_carry_their_token(path: Path) -> None:
    """Every form that changes something carries the token of the session."""
    text = path.read_text("utf-8")
    forms = re.findall(r'<form[^>]*method="post".*?</form>', text, flags=re.DOTALL)
    assert all("{% csrf_token %}" in form for form in forms)

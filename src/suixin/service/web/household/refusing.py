"""A refusal in a neighbour's words: why, what was found, by which rule and since when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext

from suixin.kernel.policy import load_policy
from suixin.kernel.refusal import Wording
from suixin.lending.product import Product
from suixin.service.web import parts
from suixin.service.web.figures import english, said
from suixin.service.web.household.naming import PROMPTS, named, why_refused

_MONEY: Final = re.compile(r"([\d,]+\.\d\d) CNY")
_POLICIES: Final = ("origination", "guarantee", "law", "regulation", "cost", "fund", "scoring")
_SHEET: Final = "the product's sheet"
# The library's few words around a figure, for who reads Chinese.
_AROUND: Final = (
    (re.compile(r"^to (.*)$"), r"不超过 \1"),
    (re.compile(r" in all$"), "（合计）"),
    (re.compile(r"(\d+) of (\d+) orders"), r"\2 笔订单里 \1 笔相符"),
    (re.compile(r"^(\S+) of orders$"), r"\1 的订单"),
    (re.compile(r"no_money (\d+)"), r"\1 笔没有结算"),
    (re.compile(r"no_goods (\d+)"), r"\1 笔没有物流"),
    (re.compile(r"no_order (\d+)"), r"\1 笔没有订单"),
    (re.compile(r"other_payee (\d+)"), r"\1 笔付给了他人"),
    (re.compile(r"money_above_order (\d+)"), r"\1 笔结算高于订单"),
    (re.compile(r"goods_before_order (\d+)"), r"\1 笔先发货后下单"),
    (re.compile(r"^no limit$"), "没有额度"),
    (re.compile(r"^a limit from the credit file$"), "信用档案给的额度"),
)


def why(told: Sequence[Mapping[str, Any]]) -> str:
    """The first reason, in words."""
    return why_refused(str(told[0]["why"]))


def nexts(told: Sequence[Mapping[str, Any]]) -> tuple[parts.Next, ...]:
    """What to do about each reason."""
    return tuple(
        parts.Next(named(PROMPTS, str(one["why"])), why_refused(str(one["why"]))) for one in told
    )


def facts(told: Sequence[Mapping[str, Any]]) -> tuple[parts.Next, ...]:
    """What was found beside what is allowed, each in the reader's language."""
    return tuple(
        parts.Next(
            gettext("量得：%(found)s") % {"found": plainly(str(one["found"]))},
            gettext("标准：%(allowed)s") % {"allowed": plainly(str(one["allowed"]))},
        )
        for one in told
        if one.get("found")
    )


def rule(told: Mapping[str, Any], sheet: Product, day: date) -> tuple[str, date | None]:
    """The rule that refused and the day since which it holds; a sheet's by the sheet's newest."""
    name, reference = str(told.get("rule", "")), str(told.get("reference", ""))
    if _SHEET in {name, reference}:
        title = {"product": said(Wording(sheet.zh, sheet.en))}
        since = max((one.since for one in sheet.sources.values()), default=None)
        return gettext("产品单“%(product)s”") % title, since
    for policy in _POLICIES:
        on = load_policy(policy).on(day)
        if name in on:
            setting = on.setting(name)
            return f"{name} · {reference or setting.reference}", setting.since
    return (name if name == reference else f"{name} {reference}".strip()), None


def plainly(text: str) -> str:
    """A figure of the library's as a page writes it.

    >>> plainly("to 25,000.00 CNY"), plainly("10,000.00 CNY")
    ('不超过 ¥25,000.00', '¥10,000.00')
    """
    text = _MONEY.sub(r"¥\1", text)
    if not english():
        for pattern, words in _AROUND:
            text = pattern.sub(words, text)
    return text

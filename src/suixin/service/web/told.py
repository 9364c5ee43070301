"""What an error is called on a page: what happened and what to do next, in both languages.

A code without words of its own is told by its family; its own English words then stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.translation import get_language, gettext, gettext_noop

from suixin.data.errors import InputError


@dataclass(frozen=True, slots=True)
class Told:
    """An error in the reader's language; `code` is what he may say on the telephone."""

    code: str
    what: str
    next: str
    status: int


_ASK: Final = gettext_noop("请核对后再试，或请客户经理来看。")

WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "NOT_PERMITTED": (
            gettext_noop("这一页不在您的职责里。"),
            gettext_noop("请由有这项职责的人来办，或请管理员核对您的职责。"),
        ),
        "NOT_YOURS": (
            gettext_noop("这一项不在您的职责里。"),
            gettext_noop("请由有这项职责的人来办。"),
        ),
        "SAME_PERSON": (
            gettext_noop("提出的人不能自己复核。"),
            gettext_noop("请另一位有复核职责的人来看。"),
        ),
        "DIGEST": (
            gettext_noop("您看到的内容和要办的内容不一样。"),
            gettext_noop("请重新打开这一页，看清楚再确认。"),
        ),
        "KEY_TAKEN": (
            gettext_noop("这一件已经办过了，没有再办一次。"),
            gettext_noop("请回到上一页看结果。"),
        ),
        "NO_CONSENT": (
            gettext_noop("没有有效的授权，所以没有读取数据。"),
            gettext_noop("请先在“我的数据”里授权，或改由人工办理。"),
        ),
        "NO_TERMS": (
            gettext_noop("现在没有可以接受的报价。"),
            gettext_noop("请重新申请一次报价。"),
        ),
        "READING_TIME": (
            gettext_noop("成本表还没有看够规定的时间。"),
            gettext_noop("请再看一遍，时间到了就可以接受。没有最长时间。"),
        ),
        "DAY_CLOSED": (
            gettext_noop("这一天已经结账，不能再记。"),
            gettext_noop("请用今天的日期，或走更正。"),
        ),
    }
)
_MISSING: Final = (
    gettext_noop("没有找到这一页要的内容。"),
    gettext_noop("请核对编号；它可能属于别的机构，或者已经删除。"),
)
_OTHER: Final = (gettext_noop("这一件没有办成，什么也没有改变。"), _ASK)

_FORBIDDEN: Final = frozenset({"NOT_PERMITTED", "NOT_YOURS"})
_CONFLICTS: Final = frozenset({"KEY_TAKEN", "SAME_PERSON", "DIGEST", "DAY_CLOSED"})


def told(error: InputError) -> Told:
    """The words for an error and the status of a page that tells nothing else.

    Where only its family is known, a reader of English gets the error's own words.
    """
    code = error.code
    family = _MISSING if code.startswith("NO_") else _OTHER
    what, next_ = WORDS.get(code, family)
    if code not in WORDS and (get_language() or "").startswith("en"):
        return Told(code, error.message, error.hint, _status(code))
    return Told(code, gettext(what), gettext(next_), _status(code))


def _status(code: str) -> int:
    if code in _FORBIDDEN:
        return 403
    if code in _CONFLICTS:
        return 409
    return 404 if code.startswith("NO_") and code not in WORDS else 422

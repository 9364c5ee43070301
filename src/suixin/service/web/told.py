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
from suixin.kernel.refusal import Wording
from suixin.lending.fund_pool import CLAIM_WORDING
from suixin.lending.joint_liability import GROUP_WORDING
from suixin.lending.origination import LOAN_WORDING
from suixin.lending.purchase_order import ORDER_WORDING
from suixin.lending.servicing_refusal import SERVICING_WORDING
from suixin.lending.streamer_guarantee import STREAMER_WORDING
from suixin.lending.supplier import SUPPLIER_WORDING
from suixin.lending.three_flows import FLOW_WORDING
from suixin.service.web.figures import said


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
        "OTHER_CONTENT": (
            gettext_noop("您看到的内容和要办的内容不一样。"),
            gettext_noop("请重新打开这一页，看清楚再确认。"),
        ),
        "KEY_TAKEN": (
            gettext_noop("这一件已经办过了，没有再办一次。"),
            gettext_noop("请回到上一页看结果。"),
        ),
        "NO_OFFER": (
            gettext_noop("现在没有可以接受的报价。"),
            gettext_noop("请重新申请一次报价。"),
        ),
        "OTHER_OFFER": (
            gettext_noop("报价换了，不是您刚才读的那一份。"),
            gettext_noop("请重新读一遍再接受。"),
        ),
        "OFFER_LAPSED": (
            gettext_noop("报价过期了。"),
            gettext_noop("请重新申请。"),
        ),
        "NOT_READ": (
            gettext_noop("成本表还没有看够规定的时间。"),
            gettext_noop("请再看一遍，时间到了就可以接受。没有最长时间。"),
        ),
        "HELD": (
            gettext_noop("新的放款暂停了。"),
            gettext_noop("请问客户经理为什么。"),
        ),
        "READ_BACK": (
            gettext_noop("再写一遍的和要签的对不上，或者担保的日子比借款短。"),
            gettext_noop("请再听一遍，把金额和日子都写对。"),
        ),
        "NOT_ASKED": (
            gettext_noop("您写的金额不是请您担保的金额。"),
            gettext_noop("请按请您担保的金额写，或请对方重新申请。"),
        ),
        "NOT_ACCEPTED": (
            gettext_noop("借款人还没有接受报价。"),
            gettext_noop("等借款人接受以后再签。"),
        ),
        "SIGNED": (
            gettext_noop("借款合同已经签了，不能撤回申请。"),
            gettext_noop("可以提前还，或找客户经理。"),
        ),
        "DECIDED": (
            gettext_noop("这一件已经由人决定过了。"),
            gettext_noop("可以重新申请，或提出异议。"),
        ),
        "MOVE_NOT_ALLOWED": (
            gettext_noop("到了这一步，不能再这样办。"),
            gettext_noop("请看现在到哪一步，再决定。"),
        ),
        "NO_FILE": (
            gettext_noop("还没有信用档案。"),
            gettext_noop("先到“我的数据”里授权，等算出分数再来。"),
        ),
        "BACKERS": (
            gettext_noop("担保人写得不对：每人只写一次，金额要大于 0。"),
            gettext_noop("请改好再提交。"),
        ),
        "AMOUNT": (
            gettext_noop("这个产品借不了这个金额。"),
            gettext_noop("请改金额。"),
        ),
        "TENOR": (
            gettext_noop("这个产品没有这个期限。"),
            gettext_noop("请换一个期限。"),
        ),
        "METHOD": (
            gettext_noop("这个产品不能这样还。"),
            gettext_noop("请换一种还法。"),
        ),
        "DATES": (
            gettext_noop("日子不对。"),
            gettext_noop("请选以后的日子。"),
        ),
        "WORDS": (
            gettext_noop("请写几句话，说清楚哪里不对。"),
            gettext_noop("最多两千字。"),
        ),
        "ERASED": (
            gettext_noop("这个人的资料已经删除。"),
            gettext_noop("已经不能再改。"),
        ),
        "KEPT": (
            gettext_noop("这一条已经定了，不能改。"),
            gettext_noop("要改，请走更正。"),
        ),
        "NOT_PENDING": (
            gettext_noop("这一件已经办完，或已经撤回。"),
            gettext_noop("请看现在的状态。"),
        ),
        "NO_RECEIPT": (
            gettext_noop("这项授权不是在这里给的，没有回执。"),
            gettext_noop("请向给授权的平台要。"),
        ),
        "NO_DUTY": (
            gettext_noop("您的账号还没有职责。"),
            gettext_noop("请管理员来开通。"),
        ),
        "NOT_SCORED": (
            gettext_noop("还没有算过分。"),
            gettext_noop("先到“我的数据”里授权，等夜里算过再来。"),
        ),
        "BEING_SCORED": (
            gettext_noop("正在算分。"),
            gettext_noop("请过几分钟再来看。"),
        ),
        "ENDED": (
            gettext_noop("这一件已经结束。"),
            gettext_noop("请看现在的状态。"),
        ),
        "WHY": (
            gettext_noop("请写理由。"),
            gettext_noop("写清楚为什么，别人以后看得懂。"),
        ),
        "PURPOSE": (
            gettext_noop("这个用途不能授权。"),
            gettext_noop("请换一个用途。"),
        ),
        "IDENTITY_TAKEN": (
            gettext_noop("这个证件号已经登记在别人名下。"),
            gettext_noop("请带证件到网点核对。"),
        ),
        "DAY_CLOSED": (
            gettext_noop("这一天已经结账，不能再记。"),
            gettext_noop("请用今天的日期，或走更正。"),
        ),
    }
)
# What the rules of lending refuse, by its name: their own words, in both languages.
_TABLES: Final = (
    *(LOAN_WORDING, GROUP_WORDING, STREAMER_WORDING, FLOW_WORDING, ORDER_WORDING),
    *(SUPPLIER_WORDING, SERVICING_WORDING, CLAIM_WORDING),
)
REFUSED: Final[Mapping[str, Wording]] = MappingProxyType(
    {str(why.value): words for table in _TABLES for why, words in table.items()}
)
_MISSING: Final = (
    gettext_noop("没有找到这一页要的内容。"),
    gettext_noop("请核对编号；它可能属于别的机构，或者已经删除。"),
)
_OTHER: Final = (gettext_noop("这一件没有办成，什么也没有改变。"), _ASK)

_FORBIDDEN: Final = frozenset({"NOT_PERMITTED", "NOT_YOURS", "NO_DUTY"})
_CONFLICTS: Final = frozenset(
    {"KEY_TAKEN", "SAME_PERSON", "OTHER_CONTENT", "DAY_CLOSED", "NOT_PENDING", "MOVE_NOT_ALLOWED"}
)


def told(error: InputError) -> Told:
    """The words for an error and the status of a page that tells nothing else.

    Where only its family is known, a reader of English gets the error's own words.
    """
    code = error.code
    if code not in WORDS and code.lower() in REFUSED:
        return Told(code, said(REFUSED[code.lower()]), gettext(_ASK), _status(code))
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
    return 404 if code.startswith("NO_") else 422

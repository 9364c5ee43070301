"""What codes of lending are called on pages, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from suixin.lending.states import Life
from suixin.service.web.figures import said
from suixin.service.web.parts import Shape, Tag
from suixin.service.web.told import REFUSED

Words = Mapping[str, "Promise | str"]

PURPOSES: Final[Words] = MappingProxyType(
    {
        "inputs": _("种子、化肥、农药"),
        "stock": _("进货、备货"),
        "labour": _("请人干活"),
        "equipment": _("设备、农机"),
        "storage": _("仓储、冷库"),
        "packing": _("包装"),
        "freight": _("运费、物流"),
        "traffic": _("推广"),
    }
)
METHODS: Final[Words] = MappingProxyType(
    {
        "equal_instalment": _("每期还一样多"),
        "equal_principal": _("本金每期一样多，利息越来越少"),
        "bullet": _("到期一次还清"),
        "interest_first": _("先付利息，到期还本金"),
        "revolving": _("随借随还，用几天算几天"),
        "crop_calendar": _("收了庄稼再还"),
        "sales_sweep": _("卖了货，每笔到账还一部分"),
        "dividend_first": _("分红先还，其余每期一样多"),
        "free": _("按说好的日子和数目还"),
    }
)
PAYEES: Final[Words] = MappingProxyType(
    {
        "lender": _("贷款人"),
        "insurer": _("保险公司"),
        "guarantor": _("担保人"),
        "supplier": _("供应商"),
        "household": _("您自己"),
    }
)
LIVES: Final[Mapping[str, tuple[Promise | str, Shape]]] = MappingProxyType(
    {
        Life.APPLIED: (_("等人决定"), "info"),
        Life.OFFERED: (_("有报价，等您看"), "warn"),
        Life.ACCEPTED: (_("等签字"), "warn"),
        Life.READY: (_("等放款"), "info"),
        Life.ACTIVE: (_("正常"), "good"),
        Life.OVERDUE: (_("逾期"), "warn"),
        Life.DEFAULTED: (_("逾期超过 90 天"), "stop"),
        Life.WRITTEN_OFF: (_("已核销，仍要还"), "stop"),
        Life.REFUSED: (_("没有通过"), "stop"),
        Life.LAPSED: (_("已失效"), "idle"),
        Life.CLOSED: (_("已还清"), "good"),
    }
)
PROMPTS: Final[Words] = MappingProxyType(
    {
        "no_consent": _("到“我的数据”里授权"),
        "facts_too_old": _("等下一次算分，或请人工来看"),
        "no_limit": _("看看怎样提高"),
        "purpose_not_allowed": _("换一个合适的用途或产品"),
        "amount_too_small": _("改大一点的金额"),
        "amount_too_large": _("改小一点的金额"),
        "term_too_short": _("选长一点的期限"),
        "term_too_long": _("选短一点的期限"),
        "above_limit": _("改为不超过额度的金额"),
        "above_person_cap": _("先还一部分，再申请"),
        "above_group_cap": _("和小组商量，先还一部分"),
        "fund_stopped": _("换一个不靠资金池的产品"),
        "above_fund_cap": _("下个月再申请，或换一个产品"),
        "identity_unproved": _("带身份证到服务站核实身份"),
        "held": _("问客户经理为什么暂停"),
        "outside_area": _("找您所在地的贷款人"),
    }
)


def life(standing: str) -> Tag:
    """Where an application or an agreement stands, as a tag."""
    word, shape = LIVES[standing]
    return Tag(str(word), shape)


def why_refused(code: str) -> str:
    """Why no offer is made, in words; a code of a product's own rules as it is."""
    words = REFUSED.get(code)
    return code.replace("_", " ") if words is None else said(words)


def named(words: Words, code: str) -> str:
    """The words of a code, or the code itself.

    >>> named({"a": "甲"}, "a"), named({}, "b")
    ('甲', 'b')
    """
    return str(words.get(code, code))

"""What codes are called at the desks of a lender, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from suixin.kernel.refusal import Wording
from suixin.lending.product import products_on
from suixin.lending.states import Happening, Life
from suixin.service.app.own_sheets import folder_of
from suixin.service.app.permits import Act
from suixin.service.day_end.items import Kind
from suixin.service.store.session import Actor
from suixin.service.web.figures import said
from suixin.service.web.household.naming import Words
from suixin.service.web.parts import Shape, Tag

ACTS: Final[Words] = MappingProxyType(
    {
        Act.ERASE: _("删除个人信息"),
        Act.DECIDE: _("决定一笔申请"),
        Act.LIST_PAYEE: _("登记收款户"),
        Act.DISBURSE: _("放款"),
        Act.RELEASE_SUSPENSE: _("处理挂账"),
        Act.CALL_GUARANTORS: _("请担保人代偿"),
        Act.CLAIM: _("向资金池申请代偿"),
        Act.DECIDE_CLAIM: _("审定代偿"),
        Act.PAY_CLAIM: _("支付代偿"),
        Act.WRITE_OFF: _("核销"),
        Act.CORRECT: _("更正一笔记录"),
        Act.RESTRUCTURE: _("重组"),
        Act.REBUILD_STATE: _("按历史重写状态"),
        Act.GRANT_SUBSIDY: _("给予贴息"),
        Act.SETTLE_DIFFERENCE: _("处理账链差异"),
        Act.IMPORT: _("批量导入"),
        Act.ENROL_DEVICE: _("登记设备"),
        Act.MANAGE_PEOPLE: _("人员与职责"),
        Act.MANAGE_PARTNERS: _("合作方"),
        Act.SHARE_FIELDS: _("共享字段"),
        Act.CHANGE_POLICY: _("改参数"),
    }
)
CONTENT: Final[Words] = MappingProxyType(
    {
        "approve": _("同意"),
        "amount_fen": _("金额"),
        "rate_bps": _("年利率"),
        "file": _("信用档案指纹"),
        "all_in": _("综合年化成本"),
        "agreement": _("借款合同"),
        "fen": _("金额"),
        "payee": _("收款户"),
        "to": _("付给"),
        "order": _("订单"),
        "asked_fen": _("请各担保人付"),
        "lender_fen": _("贷款人自担"),
        "due_on": _("到期日"),
        "principal_fen": _("本金"),
        "days_past_due": _("逾期天数"),
        "event": _("事项"),
        "kind": _("种类"),
        "bank_number": _("开户行行号"),
        "person": _("是个人账户"),
        "sealed": _("密存账号的指纹"),
        "party": _("主体"),
        "stays": _("依法留存"),
        "what": _("内容"),
        "until": _("到"),
        "since": _("起"),
        "batch": _("批次"),
        "sha256": _("文件指纹"),
        "rows": _("行数"),
        "sheet": _("表"),
        "parameter": _("参数"),
        "was": _("原来"),
        "becomes": _("改为"),
        "reference": _("依据"),
        "way": _("办法"),
        "subject": _("对象"),
        "name": _("认定为"),
        "do": _("办理"),
    }
)
WAYS: Final[Words] = MappingProxyType(
    {
        "explain": _("认定它是哪一笔"),
        "give": _("认定属于某份借款合同"),
        "offset": _("与另一笔对冲"),
        "pay_again": _("退回过的收款户可以再付"),
        "replace": _("换一个编号再付"),
        "pay_out": _("把应付的付出去"),
    }
)
STEPS: Final[Words] = MappingProxyType(
    {
        Happening.REFUSE: _("没有通过"),
        Happening.OFFER: _("给出报价"),
        Happening.ACCEPT: _("借款人接受报价"),
        Happening.LAPSE: _("报价过期"),
        Happening.WITHDRAW: _("借款人撤回"),
        Happening.CONDITIONS_MET: _("签字齐了，借款合同成立"),
        Happening.FACTS_CHANGED: _("事实变了，报价收回"),
        Happening.DISBURSE: _("放款在路上"),
        Happening.PAYMENT_CONFIRMED: _("款已到账"),
        Happening.PAYMENT_FAILED: _("放款被退回"),
    }
)
AHEAD: Final[Words] = MappingProxyType(
    {
        Life.APPLIED: _("客户经理决定"),
        Life.OFFERED: _("借款人读报价"),
        Life.ACCEPTED: _("担保人签字"),
        Life.READY: _("放款"),
    }
)
STANDINGS: Final[Mapping[str, tuple[Promise | str, Shape]]] = MappingProxyType(
    {
        Life.APPLIED: (_("等人决定"), "warn"),
        Life.OFFERED: (_("等借款人看报价"), "info"),
        Life.ACCEPTED: (_("等签字"), "info"),
        Life.READY: (_("等放款"), "info"),
        Life.ACTIVE: (_("正常"), "good"),
        Life.OVERDUE: (_("逾期"), "warn"),
        Life.DEFAULTED: (_("逾期超过 90 天"), "stop"),
        Life.WRITTEN_OFF: (_("已核销"), "stop"),
        Life.REFUSED: (_("没有通过"), "stop"),
        Life.LAPSED: (_("已失效"), "idle"),
        Life.CLOSED: (_("已还清"), "good"),
    }
)
GUARANTEES: Final[Words] = MappingProxyType(
    {"member": _("小组成员"), "streamer": _("主播"), "guarantor": _("担保机构")}
)
BEARERS: Final[Words] = MappingProxyType(
    {
        "members": _("小组成员"),
        "streamer": _("主播"),
        "guarantor": _("担保机构"),
        "pledge": _("质押物"),
        "fund": _("风险补偿资金池"),
        "lender": _("贷款人"),
    }
)
MODES: Final[Words] = MappingProxyType(
    {"platform": _("平台直营"), "government": _("政府主导"), "community": _("社群联保")}
)
GRADES: Final[Mapping[int, Promise | str]] = MappingProxyType(
    {1: _("正常"), 2: _("关注"), 3: _("次级"), 4: _("可疑"), 5: _("损失")}
)
KINDS: Final[Words] = MappingProxyType(
    {
        Kind.REMINDER: _("提醒还款"),
        Kind.GRADE: _("分类变了"),
        Kind.GUARANTEE_CALL: _("可请担保人代偿"),
        Kind.FUND_CLAIM: _("可向资金池申请"),
        Kind.SUBSIDY: _("可给贴息"),
        Kind.SUSPENSE: _("挂账太久"),
    }
)
HOLDS: Final[Words] = MappingProxyType(
    {
        "draw_stopped": _("停止支用"),
        "disputed": _("有异议"),
        "sandbox_paused": _("试点暂停"),
        "brake_slowed": _("资金池减速"),
    }
)
ABOUTS: Final[Words] = MappingProxyType(
    {
        "score": _("信用分"),
        "fact": _("一条事实"),
        "decision": _("一次决定"),
        "personal": _("个人信息"),
        "consent": _("授权"),
        "agreement": _("借款合同"),
    }
)
WHO: Final[Words] = MappingProxyType(
    {"rules": _("规则"), "automatic": _("规则"), "officer": _("客户经理"), "household": _("借款人")}
)
SYSTEMS: Final[Words] = MappingProxyType(
    {"service": _("系统"), "rules": _("规则"), "day-end": _("日终")}
)


def standing(name: str) -> Tag:
    """Where an application or an agreement stands, as those see it who work on it."""
    word, shape = STANDINGS[name]
    return Tag(str(word), shape)


def grade(number: int) -> Tag:
    """One of the five grades, as a tag."""
    shapes: Mapping[int, Shape] = {1: "good", 2: "warn"}
    return Tag(str(GRADES[number]), shapes.get(number, "stop"))


def products(actor: Actor, on: date) -> Mapping[str, str]:
    """What each product of the lender's is called, by its code, in the order of its sheets."""
    found = products_on(on, folder_of(actor)).values()
    return {sheet.name: said(Wording(sheet.zh, sheet.en)) for sheet in found}

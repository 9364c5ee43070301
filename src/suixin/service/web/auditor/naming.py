"""What codes are called at the auditor's desk, in the reader's language."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from suixin.evidence.entry import Kind
from suixin.lending.ledger import Standing
from suixin.service.app.caller import Duty
from suixin.service.app.exports import Sheet
from suixin.service.app.matrix import AGREES, BOTH, DOES, PROPOSES
from suixin.service.app.permits import Act
from suixin.service.web.household.naming import Words

KINDS: Final[Words] = MappingProxyType(
    {
        Kind.ORDER: _("收到的事实"),
        Kind.SETTLEMENT: _("结算"),
        Kind.CONSENT: _("授权"),
        Kind.DECISION: _("决定"),
        Kind.AGREEMENT: _("借款合同的变动"),
        Kind.LEDGER_DAY: _("日终账"),
        Kind.FUND_CLAIM: _("资金池代偿"),
        Kind.COUNTERSIGN: _("会签"),
        Kind.BLOCK: _("链上区块"),
        Kind.KEY: _("密钥"),
        Kind.ERASURE: _("删除"),
    }
)
CHECKS: Final[Words] = MappingProxyType(
    {
        "author": _("记录由运营方签名"),
        "path": _("记录在这棵树里"),
        "log": _("日志签了这个根"),
        "witnesses": _("见证的签名"),
        "quorum": _("见证够数"),
        "opening": _("原文与指纹相符"),
    }
)
SHEETS: Final[Words] = MappingProxyType(
    {
        Sheet.RECORDS: _("日志的记录"),
        Sheet.CHECKPOINTS: _("检查点与见证"),
        Sheet.TRIAL_BALANCE: _("科目余额"),
        Sheet.POSTINGS: _("分录明细"),
        Sheet.RULES: _("规则与历次的值"),
        Sheet.DUTIES: _("职责与权限"),
    }
)
POSTED: Final[Words] = MappingProxyType(
    {
        Standing.PENDING: _("在途"),
        Standing.POSTED: _("已入账"),
        Standing.VOIDED: _("已作废"),
    }
)
SOURCES: Final[Words] = MappingProxyType(
    {
        "S": _("原文读过"),
        "S2": _("二手来源"),
        "M": _("待律师核对"),
        "paper": _("论文"),
        "house": _("自定"),
    }
)
DUTIES: Final[Words] = MappingProxyType(
    {
        Duty.HOUSEHOLD: _("农户"),
        Duty.STATION_AGENT: _("站点代理员"),
        Duty.CREDIT_OFFICER: _("客户经理"),
        Duty.RISK_OFFICER: _("风控"),
        Duty.CASHIER: _("出纳"),
        Duty.FUND_OFFICER: _("资金池经办"),
        Duty.COUNTY_OFFICE: _("县金融办"),
        Duty.AUDITOR: _("审计"),
        Duty.ADMINISTRATOR: _("管理员"),
        Duty.PARTNER: _("合作方"),
        Duty.SERVICE: _("系统"),
    }
)
PARTS: Final[Words] = MappingProxyType(
    {DOES: _("办"), PROPOSES: _("提"), AGREES: _("复"), BOTH: _("提或复")}
)
ACTS: Final[Words] = MappingProxyType(
    {
        Act.ONBOARD: _("登记主体"),
        Act.SEE_PARTY: _("看主体"),
        Act.SEE_PERSONAL: _("看个人信息"),
        Act.CORRECT_PERSONAL: _("更正个人信息"),
        Act.CONSENT: _("记授权"),
        Act.ERASE: _("删除个人信息"),
        Act.DISPUTE: _("提异议"),
        Act.ANSWER_DISPUTE: _("答复异议"),
        Act.LOAD_FACTS: _("送入事实"),
        Act.SEND_LIVE_EVENTS: _("送直播事件"),
        Act.SCORE: _("评分"),
        Act.SEE_CREDIT_FILE: _("看信用档案"),
        Act.ASK_DECISION: _("请规则决定"),
        Act.APPLY: _("申请借款"),
        Act.SEE_CASE: _("看一案"),
        Act.DECIDE: _("决定一笔申请"),
        Act.ACCEPT: _("接受报价"),
        Act.SIGN_GUARANTEE: _("签担保"),
        Act.SEE_AGREEMENT: _("看借款合同"),
        Act.DRAW: _("支用"),
        Act.LIST_PAYEE: _("登记收款户"),
        Act.DISBURSE: _("放款"),
        Act.RECEIVE: _("收款"),
        Act.RELEASE_SUSPENSE: _("处理挂账"),
        Act.CALL_GUARANTORS: _("请担保人代偿"),
        Act.CLAIM: _("向资金池申请代偿"),
        Act.DECIDE_CLAIM: _("审定代偿"),
        Act.PAY_CLAIM: _("支付代偿"),
        Act.WRITE_OFF: _("核销"),
        Act.CORRECT: _("更正一笔记录"),
        Act.RESTRUCTURE: _("重组"),
        Act.HOLD: _("暂停或恢复放款"),
        Act.END_DAY: _("日终"),
        Act.REBUILD_STATE: _("按历史重写状态"),
        Act.GRANT_SUBSIDY: _("给予贴息"),
        Act.SEE_LEDGER: _("看账"),
        Act.SEE_PORTFOLIO: _("看贷款总体"),
        Act.SEE_FUND: _("看资金池"),
        Act.SEE_EVIDENCE: _("看证据"),
        Act.IMPORT: _("批量导入"),
        Act.SYNC_DEVICE: _("设备同步"),
        Act.ENROL_DEVICE: _("登记设备"),
        Act.MANAGE_PEOPLE: _("人员与职责"),
        Act.MANAGE_PARTNERS: _("合作方"),
        Act.SHARE_FIELDS: _("共享字段"),
        Act.READ_SHARED: _("读共享字段"),
        Act.BE_TOLD: _("接收通知"),
        Act.CHANGE_POLICY: _("改参数"),
        Act.SEE_OPERATIONS: _("看运行状态"),
        Act.RUN_AGAIN: _("重做失败的任务"),
    }
)

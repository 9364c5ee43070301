"""What codes of payments, statements and suspense are called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from suixin.service.rails.payment import PaymentState
from suixin.service.rails.register import CaseReason
from suixin.service.web.household.naming import Words
from suixin.service.web.parts import Shape, Tag

STATES: Final[Mapping[str, tuple[Promise | str, Shape]]] = MappingProxyType(
    {
        PaymentState.PENDING: (_("等发送"), "warn"),
        PaymentState.SENT: (_("已发银行"), "info"),
        PaymentState.ACCEPTED: (_("银行已受理"), "info"),
        PaymentState.SETTLED: (_("已入账"), "good"),
        PaymentState.REJECTED: (_("被拒绝"), "stop"),
        PaymentState.RETURNED: (_("被退回"), "stop"),
    }
)
FROM: Final[Words] = MappingProxyType({"1101": _("放款"), "2003": _("付应付款")})
PURPOSES: Final[Words] = MappingProxyType({"LOAN": _("贷款"), "SUPP": _("货款")})
WHYS: Final[Words] = MappingProxyType(
    {
        CaseReason.UNKNOWN: _("不知道是什么"),
        CaseReason.AMOUNT_MISMATCH: _("金额对不上"),
        CaseReason.ALREADY_SETTLED: _("已经入过账"),
        CaseReason.OVER: _("多于应收"),
        CaseReason.NOT_AWAITED: _("没有在等它"),
        CaseReason.SUM_MISMATCH: _("合计对不上"),
        CaseReason.REFERENCE_REUSED: _("附言用过了"),
        CaseReason.NOTICE_DIFFERS: _("通知与对账单不同"),
        CaseReason.NOTICE_UNCONFIRMED: _("通知没有对账单证实"),
        CaseReason.NO_LINE: _("付了，对账单上没有"),
        CaseReason.MOVE_REFUSED: _("状态走不通"),
        CaseReason.STATUS_UNKNOWN: _("银行的答复读不懂"),
    }
)


def state(name: str) -> Tag:
    """Where a payment stands, as a tag."""
    word, shape = STATES[name]
    return Tag(str(word), shape)

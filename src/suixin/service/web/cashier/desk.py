"""The cashier's desk, which a risk officer reads too: he agrees to what is proposed here."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from suixin.service.app.caller import Duty
from suixin.service.app.permits import Act
from suixin.service.web.cashier import bank, days, payments
from suixin.service.web.officer import agreeing
from suixin.service.web.page import Desk, Link, Page

_SEE = Act.SEE_LEDGER

DESK: Final = Desk(
    name="cashier",
    path="cashier/",
    label=_("出纳"),
    duties=frozenset({Duty.CASHIER, Duty.RISK_OFFICER}),
    nav=(
        Link("cashier-payments", _("付款")),
        Link("cashier-statements", _("对账单")),
        Link("cashier-suspense", _("挂账")),
        Link("cashier-payables", _("应付商户")),
        Link("cashier-days", _("日终")),
        Link("cashier-agree", _("复核")),
    ),
    pages=(
        Page(path="", name="cashier-payments", view=payments.payments, act=_SEE),
        Page(
            path="payments/<str:payment>/",
            name="cashier-payment",
            view=payments.payment,
            act=_SEE,
        ),
        Page(path="payables/", name="cashier-payables", view=payments.payables, act=_SEE),
        Page(path="statements/", name="cashier-statements", view=bank.statements, act=_SEE),
        Page(
            path="statements/<path:statement>/",
            name="cashier-statement",
            view=bank.statement,
            act=_SEE,
        ),
        Page(path="suspense/", name="cashier-suspense", view=bank.suspense_list, act=_SEE),
        Page(path="suspense/<path:case>/", name="cashier-case", view=bank.case, act=_SEE),
        Page(path="days/", name="cashier-days", view=days.days, act=_SEE),
        Page(path="agree/", name="cashier-agree", view=agreeing.agree),
        Page(path="agree/<str:proposal>/", name="cashier-proposal", view=agreeing.proposal),
    ),
)

"""The household's desk: its pages, who comes to them, its foot navigation."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from suixin.service.app.caller import Duty
from suixin.service.app.permits import Act
from suixin.service.web.household import application, backing, borrow, credit, data, live, loans
from suixin.service.web.page import Desk, Link, Page

DESK: Final = Desk(
    name="household",
    path="my/",
    label=_("农户"),
    base="phone.html",
    duties=frozenset({Duty.HOUSEHOLD}),
    nav=(
        Link("household-credit", _("信用"), "home"),
        Link("household-borrow", _("借和还"), "money"),
        Link("household-group", _("小组"), "people"),
        Link("household-data", _("我的数据"), "book"),
    ),
    pages=(
        Page(path="", name="household-credit", view=credit.credit, act=Act.SEE_CREDIT_FILE),
        Page(path="why/", name="household-why", view=credit.why, act=Act.SEE_CREDIT_FILE),
        Page(path="limit/", name="household-limit", view=credit.limit, act=Act.SEE_CREDIT_FILE),
        Page(path="borrow/", name="household-borrow", view=borrow.borrow, act=Act.APPLY),
        Page(
            path="borrow/<slug:product>/",
            name="household-product",
            view=borrow.product,
            act=Act.APPLY,
        ),
        Page(
            path="applications/<str:application>/",
            name="household-application",
            view=application.application,
            act=Act.SEE_CASE,
        ),
        Page(path="loans/", name="household-loans", view=loans.loans, act=Act.SEE_AGREEMENT),
        Page(
            path="loans/<str:agreement>/",
            name="household-loan",
            view=loans.loan,
            act=Act.SEE_AGREEMENT,
        ),
        Page(
            path="guarantees/",
            name="household-guarantees",
            view=backing.guarantees,
            act=Act.SIGN_GUARANTEE,
        ),
        Page(
            path="guarantees/<str:application>/",
            name="household-sign",
            view=backing.sign,
            act=Act.SIGN_GUARANTEE,
        ),
        Page(path="live/", name="household-slots", view=live.slots, act=Act.SEE_CREDIT_FILE),
        Page(
            path="live/<str:slot>/",
            name="household-live",
            view=live.live,
            act=Act.SEE_CREDIT_FILE,
        ),
        Page(
            path="live/<str:slot>/now/",
            name="household-live-now",
            view=live.now,
            act=Act.SEE_CREDIT_FILE,
        ),
        Page(path="group/", name="household-group", view=backing.group, act=Act.SIGN_GUARANTEE),
        Page(path="data/", name="household-data", view=data.data, act=Act.CONSENT),
        Page(path="data/grant/", name="household-grant", view=data.grant, act=Act.CONSENT),
        Page(path="data/export/", name="household-export", view=data.export, act=Act.SEE_PERSONAL),
        Page(
            path="data/receipts/<path:consent>/",
            name="household-receipt",
            view=data.receipt,
            act=Act.SEE_PARTY,
        ),
        Page(
            path="data/revoke/<path:consent>/",
            name="household-revoke",
            view=data.revoke,
            act=Act.CONSENT,
        ),
        Page(path="disputes/", name="household-dispute", view=data.dispute, act=Act.DISPUTE),
    ),
)

"""The administrators' desk, the rules that risk officers change, and how the service runs."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from suixin.service.app.caller import Duty
from suixin.service.app.permits import Act
from suixin.service.web.administration import changing, people, status
from suixin.service.web.officer import agreeing
from suixin.service.web.page import Desk, Link, Page

DESK: Final = Desk(
    name="administration",
    path="people/",
    label=_("管理"),
    duties=frozenset({Duty.ADMINISTRATOR}),
    nav=(
        Link("administration-people", _("人员")),
        Link("administration-agree", _("等您复核")),
        Link("administration-places", _("机构")),
    ),
    pages=(
        Page(path="", name="administration-people", view=people.listed, act=Act.MANAGE_PEOPLE),
        Page(
            path="of/<str:username>/",
            name="administration-person",
            view=people.person,
            act=Act.MANAGE_PEOPLE,
        ),
        Page(
            path="institutions/",
            name="administration-places",
            view=people.places,
            act=Act.MANAGE_PEOPLE,
        ),
        Page(path="agree/", name="administration-agree", view=agreeing.agree),
        Page(
            path="agree/<str:proposal>/",
            name="administration-proposal",
            view=agreeing.proposal,
            act=Act.MANAGE_PEOPLE,
        ),
    ),
)
POLICY: Final = Desk(
    name="policy",
    path="rules/",
    label=_("规则"),
    duties=frozenset({Duty.RISK_OFFICER}),
    nav=(Link("policy-sheets", _("规则表")),),
    pages=(
        Page(path="", name="policy-sheets", view=changing.sheets, act=Act.CHANGE_POLICY),
        Page(
            path="<path:sheet>/",
            name="policy-sheet",
            view=changing.sheet,
            act=Act.CHANGE_POLICY,
        ),
    ),
)
STATUS: Final = Desk(
    name="status",
    path="status/",
    label=_("运行"),
    duties=frozenset({Duty.ADMINISTRATOR, Duty.CASHIER}),
    nav=(Link("status-status", _("运行")),),
    pages=(Page(path="", name="status-status", view=status.status, act=Act.SEE_OPERATIONS),),
)

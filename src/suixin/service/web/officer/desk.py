"""The desk of credit and risk officers: its pages and its navigation."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from suixin.service.app.caller import Duty
from suixin.service.app.permits import Act
from suixin.service.web.officer import agreeing, case, loans, portfolio, worklist
from suixin.service.web.page import Desk, Link, Page

DESK: Final = Desk(
    name="officer",
    path="officer/",
    label=_("信贷与风控"),
    duties=frozenset({Duty.CREDIT_OFFICER, Duty.RISK_OFFICER}),
    nav=(
        Link("officer-worklist", _("待办")),
        Link("officer-agree", _("复核")),
        Link("officer-loans", _("借款合同")),
        Link("officer-portfolio", _("组合")),
    ),
    pages=(
        Page(path="", name="officer-worklist", view=worklist.worklist, act=Act.SEE_CASE),
        Page(
            path="cases/<str:application>/", name="officer-case", view=case.case, act=Act.SEE_CASE
        ),
        Page(path="agree/", name="officer-agree", view=agreeing.agree),
        Page(path="agree/<str:proposal>/", name="officer-proposal", view=agreeing.proposal),
        Page(path="tasks/", name="officer-tasks", view=worklist.tasks, act=Act.HOLD),
        Page(
            path="disputes/",
            name="officer-disputes",
            view=worklist.dispute_list,
            act=Act.ANSWER_DISPUTE,
        ),
        Page(
            path="disputes/<str:dispute>/",
            name="officer-dispute",
            view=worklist.dispute,
            act=Act.ANSWER_DISPUTE,
        ),
        Page(path="loans/", name="officer-loans", view=loans.loan_list, act=Act.SEE_AGREEMENT),
        Page(
            path="loans/<str:agreement>/",
            name="officer-loan",
            view=loans.loan,
            act=Act.SEE_AGREEMENT,
        ),
        Page(
            path="portfolio/",
            name="officer-portfolio",
            view=portfolio.portfolio,
            act=Act.SEE_PORTFOLIO,
        ),
        Page(
            path="warnings/",
            name="officer-warnings",
            view=portfolio.warnings,
            act=Act.SEE_CREDIT_FILE,
        ),
    ),
)

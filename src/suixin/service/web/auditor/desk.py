"""The auditor's desk, and a regulator's: its pages and who comes to them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from suixin.service.app.caller import Duty
from suixin.service.app.permits import Act
from suixin.service.web.auditor import books, exporting, heads, records, rules
from suixin.service.web.page import Desk, Link, Page

DESK: Final = Desk(
    name="auditor",
    path="audit/",
    label=_("审计"),
    duties=frozenset({Duty.AUDITOR}),
    nav=(
        Link("auditor-records", _("核对")),
        Link("auditor-checkpoints", _("检查点")),
        Link("auditor-rules", _("规则版本")),
        Link("auditor-books", _("账")),
        Link("auditor-duties", _("权限")),
        Link("auditor-exports", _("导出")),
    ),
    pages=(
        Page(path="", name="auditor-records", view=records.find, act=Act.SEE_EVIDENCE),
        Page(
            path="records/<str:record>/",
            name="auditor-record",
            view=records.record,
            act=Act.SEE_EVIDENCE,
        ),
        Page(
            path="records/<str:record>/proof/",
            name="auditor-proof",
            view=records.proof,
            act=Act.SEE_EVIDENCE,
        ),
        Page(
            path="checkpoints/",
            name="auditor-checkpoints",
            view=heads.checkpoints,
            act=Act.SEE_EVIDENCE,
        ),
        Page(
            path="checkpoints/<str:day>/",
            name="auditor-checkpoint",
            view=heads.checkpoint,
            act=Act.SEE_EVIDENCE,
        ),
        Page(path="policy/", name="auditor-policy", view=heads.policy, act=Act.SEE_EVIDENCE),
        Page(path="rules/", name="auditor-rules", view=rules.rules, act=Act.SEE_EVIDENCE),
        Page(
            path="rules/<path:sheet>/",
            name="auditor-sheet",
            view=rules.sheet,
            act=Act.SEE_EVIDENCE,
        ),
        Page(path="books/", name="auditor-books", view=books.books, act=Act.SEE_LEDGER),
        Page(
            path="books/<path:key>/",
            name="auditor-transaction",
            view=books.transaction,
            act=Act.SEE_LEDGER,
        ),
        Page(path="duties/", name="auditor-duties", view=exporting.duties, act=Act.SEE_EVIDENCE),
        Page(path="exports/", name="auditor-exports", view=exporting.export, act=Act.SEE_EVIDENCE),
    ),
)

"""Credit and its supervision: debts, loan performance, applications, fiscal flows, complaints."""

from __future__ import annotations

from suixin.data.schema import Feed, Field

DEBTS_ELSEWHERE = Feed(
    "debts_elsewhere",
    "What a subject owes another lender on a day.",
    (
        Field("lender", "id", key=True, doc="the other lender"),
        Field("subject", "id", key=True, doc="who owes"),
        Field("as_of", "day", key=True, doc="the day"),
        Field("balance", "fen", doc="owed"),
        Field("overdue", "fen", doc="of it overdue"),
        Field("monthly_due", "fen", doc="due a month"),
    ),
    consent="required",
    chinese="他行负债",
    money="balance",
)

LOAN_PERFORMANCE = Feed(
    "loan_performance",
    "What lending reports back of an agreement.",
    (
        Field("agreement", "id", key=True, doc="the agreement"),
        Field("on", "day", key=True, doc="the day"),
        Field("due", "fen", doc="due by then"),
        Field("paid", "fen", doc="paid by then"),
        Field("days_past_due", "n", doc="oldest day past due"),
        Field(
            "event",
            "id",
            values=("none", "default", "claim", "restructure", "write_off", "closed"),
            doc="what happened",
        ),
    ),
    chinese="贷款表现",
    money="due",
)

APPLICATIONS = Feed(
    "applications",
    "An application for credit and how it was decided.",
    (
        Field("application", "id", key=True, doc="the application"),
        Field("household", "id", doc="who applies"),
        Field("sheet", "id", doc="product sheet"),
        Field("zone", "id", doc="policy zone"),
        Field("applied_on", "day", doc="the day"),
        Field("decided_on", "day", null=True, doc="when decided"),
        Field(
            "outcome", "id", null=True, values=("offered", "refused", "withdrawn"), doc="decision"
        ),
        Field("refusal", "id", null=True, doc="the named refusal"),
        Field("facts_digest", "hash", doc="digest of the facts used"),
    ),
    chinese="申请",
)

FISCAL_FLOWS = Feed(
    "fiscal_flows",
    "Public money on its way, a row a stage.",
    (
        Field("flow", "id", key=True, doc="the flow"),
        Field("scheme", "id", doc="subsidy or fund"),
        Field(
            "stage", "id", values=("rule", "allotted", "open", "approved", "cash"), doc="how far"
        ),
        Field("from", "id", doc="who gives"),
        Field("to", "id", doc="who receives"),
        Field("agreement", "id", null=True, doc="the agreement it serves"),
        Field("amount", "fen", doc="how much"),
        Field("at", "ts", doc="when"),
    ),
    chinese="财政资金流",
    money="amount",
)

ROSTER = Feed(
    "roster",
    "How many of a kind a village has.",
    (
        Field("village", "id", key=True, doc="the village"),
        Field("kind", "id", key=True, doc="what is counted"),
        Field("as_of", "day", key=True, doc="the day"),
        Field("count", "n", doc="how many"),
    ),
    chinese="名册汇总",
)

COMPLAINTS = Feed(
    "complaints",
    "A complaint and whether it was upheld.",
    (
        Field("complaint", "id", key=True, doc="the complaint"),
        Field("project", "id", null=True, doc="the sandbox project"),
        Field("household", "id", doc="who complains"),
        Field("filed_on", "day", doc="the day"),
        Field("upheld", "flag", null=True, doc="null until decided"),
    ),
    chinese="投诉",
)

EXPORTS = Feed(
    "exports",
    "A person whose data left in an export batch (its `batch` is the export's, not the file's).",
    (
        Field("batch", "id", key=True, doc="the export"),
        Field("person", "id", key=True, doc="the resolved person"),
        Field("sensitive", "flag", doc="was any of it sensitive"),
        Field("basis", "id", doc="legal basis"),
        Field("at", "ts", doc="when"),
    ),
    chinese="数据出境",
)

FEEDS = (
    DEBTS_ELSEWHERE,
    LOAN_PERFORMANCE,
    APPLICATIONS,
    FISCAL_FLOWS,
    ROSTER,
    COMPLAINTS,
    EXPORTS,
)

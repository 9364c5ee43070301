"""An application held against every rule, in one stated order; the first that fails decides.

Same facts, same policy, same day: same answer. What other rooms judge (a limit, a cost, a pledge, a
trial's caps) comes in as a value, so that the order of the checks stands in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.money import Money
from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import Rate
from suixin.kernel.refusal import Wording
from suixin.lending.hold import Hold
from suixin.lending.refused import Refused


class LoanRefusal(StrEnum):
    """Why no offer is made, in the order of the checks."""

    SHEET_NOT_IN_FORCE = "sheet_not_in_force"
    OUTSIDE_AREA = "outside_area"
    HELD = "held"
    IDENTITY_UNPROVED = "identity_unproved"
    NO_CONSENT = "no_consent"
    FACTS_TOO_OLD = "facts_too_old"
    SOURCE_NOT_ALLOWED = "source_not_allowed"
    NO_LIMIT = "no_limit"
    PURPOSE_NOT_ALLOWED = "purpose_not_allowed"
    AMOUNT_TOO_SMALL = "amount_too_small"
    AMOUNT_TOO_LARGE = "amount_too_large"
    TERM_TOO_SHORT = "term_too_short"
    TERM_TOO_LONG = "term_too_long"
    ABOVE_LIMIT = "above_limit"
    ABOVE_PERSON_CAP = "above_person_cap"
    ABOVE_GROUP_CAP = "above_group_cap"
    FUND_STOPPED = "fund_stopped"
    ABOVE_FUND_CAP = "above_fund_cap"
    COST_ABOVE_CAP = "cost_above_cap"


LOAN_WORDING: Final[Mapping[LoanRefusal, Wording]] = MappingProxyType(
    {
        LoanRefusal.SHEET_NOT_IN_FORCE: Wording(
            "该产品当日未生效。", "The product is not in force on that day."
        ),
        LoanRefusal.OUTSIDE_AREA: Wording(
            "借款人不在贷款机构的服务地区。", "The borrower lives outside the lender's area."
        ),
        LoanRefusal.HELD: Wording("新增放款已被暂停。", "New money is on hold."),
        LoanRefusal.IDENTITY_UNPROVED: Wording(
            "身份尚未核实。", "The borrower's identity is not proved."
        ),
        LoanRefusal.NO_CONSENT: Wording(
            "缺少有效的数据使用同意。", "Consent to use the facts is missing."
        ),
        LoanRefusal.FACTS_TOO_OLD: Wording(
            "信用档案已过期，需重新评定。", "The credit file is too old."
        ),
        LoanRefusal.SOURCE_NOT_ALLOWED: Wording(
            "使用了该模式不允许的数据来源。", "A source was read that this mode may not read."
        ),
        LoanRefusal.NO_LIMIT: Wording("尚无可用额度。", "The credit file gives no limit."),
        LoanRefusal.PURPOSE_NOT_ALLOWED: Wording(
            "贷款用途不符合产品规定。", "The product is not for this purpose."
        ),
        LoanRefusal.AMOUNT_TOO_SMALL: Wording(
            "金额低于最低放款额。", "The amount is below the smallest that is lent."
        ),
        LoanRefusal.AMOUNT_TOO_LARGE: Wording(
            "金额超过产品上限。", "The amount is above the product's largest."
        ),
        LoanRefusal.TERM_TOO_SHORT: Wording("期限过短。", "The term is too short."),
        LoanRefusal.TERM_TOO_LONG: Wording("期限过长。", "The term is too long."),
        LoanRefusal.ABOVE_LIMIT: Wording(
            "金额超过可用额度。", "The amount is above what is left of the limit."
        ),
        LoanRefusal.ABOVE_PERSON_CAP: Wording(
            "该户借款总额将超过上限。", "The household would owe more than it may in all."
        ),
        LoanRefusal.ABOVE_GROUP_CAP: Wording(
            "联保小组借款总额将超过上限。", "The group would owe more than it may in all."
        ),
        LoanRefusal.FUND_STOPPED: Wording(
            "不良率过高，风险补偿资金池暂停新增。",
            "The fund takes no new loans at this bad-loan rate.",
        ),
        LoanRefusal.ABOVE_FUND_CAP: Wording(
            "本月新增已达资金池限额。", "The fund's lending of this month is used up."
        ),
        LoanRefusal.COST_ABOVE_CAP: Wording(
            "综合年化成本超过上限。", "The all-in annual cost is above a cap."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class SheetRules:
    """What a product's sheet says of who may borrow what, on the day of the application."""

    product: str
    mode: str
    in_force: bool
    purposes: frozenset[str]
    amount_min_fen: int
    amount_max_fen: int
    term_days_min: int
    term_days_max: int
    sources: frozenset[str]  # Feeds that its mode may read.
    areas: frozenset[str] = frozenset()  # Codes that a village's code begins with; empty: anywhere.


@dataclass(frozen=True, slots=True)
class CostFound:
    """One cap on the cost: what the loan costs, what is allowed (bps), and by which rule."""

    rule: str
    cost_bps: int
    cap_bps: int
    reference: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is owed already, and what caps there are beside the sheet's (fen; None: no such cap)."""

    household_fen: int = 0
    group_fen: int = 0
    group_cap_fen: int | None = None
    fund_lends: bool = True
    fund_left_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """Who asks for how much, for what and how long, and what is known of him on the day."""

    household: str
    village_code: str
    amount_fen: int
    term_days: int
    purpose: str
    identity_proved: bool
    consents: frozenset[str]  # Purposes consented to and in force today.
    file_on: date
    sources_read: frozenset[str]
    limit_left_fen: int | None  # None: the credit file was refused a limit.


def refusals(
    application: Application,
    sheet: SheetRules,
    exposure: Exposure,
    *,
    costs: Sequence[CostFound],
    holds: Sequence[Hold],
    policy: PolicyOn,
) -> tuple[Refused, ...]:
    """Every reason against an offer on the policy's day, in the order of the checks.

    The first decides; the others are told so that nobody has to come back for each.
    Source: the order of the lending plan's life of an agreement (A01, B07).

    >>> from suixin.kernel.policy import load_policy
    >>> day = date(2026, 6, 30)
    >>> rules = load_policy("origination").on(day)
    >>> read = frozenset({"orders"})
    >>> sheet = SheetRules("sales_flow", "platform", True, frozenset({"inputs"}), 50_000,
    ...                    30_000_000, 7, 365, read)
    >>> asked = Application("h-1", "530826101201", 600_000, 180, "inputs", True,
    ...                     frozenset({"credit"}), day, read, 600_000)
    >>> facts = {"costs": (), "holds": (), "policy": rules}
    >>> refusals(asked, sheet, Exposure(), **facts)
    ()
    >>> from dataclasses import replace
    >>> more = replace(asked, amount_fen=600_001, purpose="shares")
    >>> [no.why.value for no in refusals(more, sheet, Exposure(), **facts)]
    ['purpose_not_allowed', 'above_limit']
    """
    found = (
        *_standing(application, sheet, holds, policy),
        *_known(application, sheet, policy),
        *_asked(application, sheet, policy),
        *_caps(application, exposure, policy),
        *_costs(costs),
    )
    order = list(LoanRefusal)
    return tuple(sorted(found, key=lambda no: order.index(LoanRefusal(no.why))))


def refusal(
    application: Application,
    sheet: SheetRules,
    exposure: Exposure,
    *,
    costs: Sequence[CostFound],
    holds: Sequence[Hold],
    policy: PolicyOn,
) -> Refused | None:
    """The reason that decides, or None where an offer may be made."""
    found = refusals(application, sheet, exposure, costs=costs, holds=holds, policy=policy)
    return found[0] if found else None


def _standing(
    application: Application, sheet: SheetRules, holds: Sequence[Hold], policy: PolicyOn
) -> Iterator[Refused]:
    """The product, the place and what is held from above."""
    if not sheet.in_force:
        yield _no(LoanRefusal.SHEET_NOT_IN_FORCE, sheet.product, f"in force on {policy.day}")
    village = application.village_code
    if sheet.areas and not any(village.startswith(area) for area in sheet.areas):
        allowed = "areas " + ", ".join(sorted(sheet.areas))
        yield _no(LoanRefusal.OUTSIDE_AREA, village, allowed, "R-IL6")
    for hold in holds:
        if hold.stands(policy.day):
            yield _no(LoanRefusal.HELD, f"{hold.kind}: {hold.reason}", "no hold", hold.rule)


def _known(application: Application, sheet: SheetRules, policy: PolicyOn) -> Iterator[Refused]:
    """Who he is, what he agreed to, and whether the file is of today and of allowed sources."""
    if not application.identity_proved:
        yield _no(LoanRefusal.IDENTITY_UNPROVED, application.household, "proved", "R-AML")
    if "credit" not in application.consents:
        found = ", ".join(sorted(application.consents)) or "none"
        yield _no(LoanRefusal.NO_CONSENT, found, "consent for credit", "R-PI2, R-PI3")
    age, most = (policy.day - application.file_on).days, policy["facts.age_days"]
    if not 0 <= age <= most:
        yield Refused.by(
            LoanRefusal.FACTS_TOO_OLD,
            policy,
            "facts.age_days",
            found=application.file_on,
            allowed=f"at most {most} days before {policy.day}",
        )
    strange = sorted(application.sources_read - sheet.sources)
    if strange:
        allowed = ", ".join(sorted(sheet.sources))
        yield _no(LoanRefusal.SOURCE_NOT_ALLOWED, ", ".join(strange), allowed, "E11")


def _asked(application: Application, sheet: SheetRules, policy: PolicyOn) -> Iterator[Refused]:
    """Purpose, amount and term against the sheet; the amount against the limit."""
    amount, term, limit = application.amount_fen, application.term_days, application.limit_left_fen
    if limit is None:
        yield _no(LoanRefusal.NO_LIMIT, "no limit", "a limit from the credit file")
    if application.purpose not in sheet.purposes:
        allowed = ", ".join(sorted(sheet.purposes))
        yield _no(LoanRefusal.PURPOSE_NOT_ALLOWED, application.purpose, allowed, "R-IL8")
    least = max(sheet.amount_min_fen, policy["ticket.min"])
    if amount < least:
        yield Refused.by(
            LoanRefusal.AMOUNT_TOO_SMALL,
            policy,
            "ticket.min",
            found=Money(amount),
            allowed=f"from {Money(least)}",
        )
    if amount > sheet.amount_max_fen:
        allowed = f"to {Money(sheet.amount_max_fen)}"
        yield _no(LoanRefusal.AMOUNT_TOO_LARGE, str(Money(amount)), allowed)
    days = f"{sheet.term_days_min} to {sheet.term_days_max} days"
    if term < sheet.term_days_min:
        yield _no(LoanRefusal.TERM_TOO_SHORT, f"{term} days", days)
    if term > sheet.term_days_max:
        yield _no(LoanRefusal.TERM_TOO_LONG, f"{term} days", days)
    if limit is not None and amount > limit:
        yield _no(LoanRefusal.ABOVE_LIMIT, str(Money(amount)), f"to {Money(limit)}")


def _caps(application: Application, exposure: Exposure, policy: PolicyOn) -> Iterator[Refused]:
    """The caps of the household over all products, of its group, and of the fund."""
    amount = application.amount_fen
    whole, most = exposure.household_fen + amount, policy["person.cap"]
    if whole > most:
        yield Refused.by(
            LoanRefusal.ABOVE_PERSON_CAP,
            policy,
            "person.cap",
            found=Money(whole),
            allowed=f"to {Money(most)} in all",
        )
    group, cap = exposure.group_fen + amount, exposure.group_cap_fen
    if cap is not None and group > cap:
        yield _no(LoanRefusal.ABOVE_GROUP_CAP, str(Money(group)), f"to {Money(cap)} in all", "E08")
    if not exposure.fund_lends:
        yield _no(LoanRefusal.FUND_STOPPED, "stopped", "a bad-loan rate in the table", "H07")
    left = exposure.fund_left_fen
    if left is not None and amount > left:
        yield _no(LoanRefusal.ABOVE_FUND_CAP, str(Money(amount)), f"to {Money(left)}", "H07")


def _costs(costs: Sequence[CostFound]) -> Iterator[Refused]:
    """Every cap that the cost is above, each with its own rule."""
    for cost in costs:
        if cost.cost_bps > cost.cap_bps:
            yield Refused(
                LoanRefusal.COST_ABOVE_CAP,
                f"{Rate(cost.cost_bps)} a year",
                f"to {Rate(cost.cap_bps)}",
                cost.rule,
                cost.reference,
            )


def _no(why: LoanRefusal, found: str, allowed: str, rule: str = "the product's sheet") -> Refused:
    return Refused(why, found, allowed, rule, rule)

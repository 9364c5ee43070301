"""Five grades of risk: each reason puts a debt at least so low, and the lowest decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.policy import PolicyOn
from suixin.kernel.refusal import Wording
from suixin.lending.cycle import add_months


class Grade(IntEnum):
    """From sound to lost; a higher number is worse."""

    NORMAL = 1
    SPECIAL_MENTION = 2
    SUBSTANDARD = 3
    DOUBTFUL = 4
    LOSS = 5


GRADE_WORDING: Final = MappingProxyType(
    {
        Grade.NORMAL: Wording("正常", "normal"),
        Grade.SPECIAL_MENTION: Wording("关注", "special mention"),
        Grade.SUBSTANDARD: Wording("次级", "substandard"),
        Grade.DOUBTFUL: Wording("可疑", "doubtful"),
        Grade.LOSS: Wording("损失", "loss"),
    }
)


@dataclass(frozen=True, slots=True)
class DebtFacts:
    """What the grade of a debt depends on, beside the day.

    `oldest_unpaid_on` is the oldest due day with something unpaid. `technical` tells that a delay
    is the bank's or the system's, not the debtor's. `misused_on` and `renewed_on` are the days on
    which misuse, or an old loan repaid by a new one, was found. `claims` of a business are
    (bad here, overdue beyond 90 days everywhere), in bps of all.
    """

    oldest_unpaid_on: date | None = None
    technical: bool = False
    misused_on: date | None = None
    renewed_on: date | None = None
    restructured_on: tuple[date, ...] = ()
    impaired_bps: int = 0
    claims: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a debt is at least so low: the rule, what was found, and since when (None: not dated)."""

    grade: Grade
    rule: str
    found: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Classified:
    """A grade with every reason, the worst first."""

    grade: Grade
    reasons: tuple[Reason, ...]


def classify(facts: DebtFacts, policy: PolicyOn) -> Classified:
    """The grade of a debt on the policy's day. Source: R-5C1 to R-5C5.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("classification").on(date(2026, 6, 30))
    >>> classify(DebtFacts(), rules).grade.name
    'NORMAL'
    >>> found = classify(DebtFacts(oldest_unpaid_on=date(2026, 3, 31)), rules)
    >>> found.grade.name, found.reasons[0].found, found.reasons[0].since.isoformat()
    ('SUBSTANDARD', '91 days past due, more than 90', '2026-06-30')
    """
    found = (
        *_by_days(facts, policy),
        *_by_events(facts),
        *_by_restructuring(facts, policy),
        *_by_impairment(facts, policy),
    )
    reasons = sorted(found, key=lambda reason: -reason.grade)
    return Classified(max((one.grade for one in reasons), default=Grade.NORMAL), tuple(reasons))


def _by_days(facts: DebtFacts, policy: PolicyOn) -> Iterator[Reason]:
    oldest = facts.oldest_unpaid_on
    if oldest is None:
        return
    late = (policy.day - oldest).days
    if facts.technical and late <= policy["grade.technical_days"]:
        return
    for name, most in policy["grade.days"].items():
        if late > most:
            grade = Grade[name.upper()]
            rule = "R-5C2" if grade is Grade.SPECIAL_MENTION else "R-5C3"
            since = oldest + timedelta(days=most + 1)
            yield Reason(grade, rule, f"{late} days past due, more than {most}", since)


def _by_events(facts: DebtFacts) -> Iterator[Reason]:
    for since, found in (
        (facts.misused_on, "used for another purpose"),
        (facts.renewed_on, "an old loan repaid by a new one"),
    ):
        if since is not None:
            yield Reason(Grade.SPECIAL_MENTION, "R-5C2", found, since)


def _by_restructuring(facts: DebtFacts, policy: PolicyOn) -> Iterator[Reason]:
    months = policy["grade.observed_months"]
    days = [day for day in sorted(facts.restructured_on) if day <= policy.day]
    for number, day in enumerate(days):
        if policy.day >= add_months(day, months):
            continue
        again = number > 0 and day < add_months(days[number - 1], months)
        grade = Grade.DOUBTFUL if again else Grade.SPECIAL_MENTION
        what = "restructured again while observed" if again else "restructured"
        yield Reason(grade, "R-5C5", f"{what}, observed to {add_months(day, months)}", day)


def _by_impairment(facts: DebtFacts, policy: PolicyOn) -> Iterator[Reason]:
    for name, least in policy["grade.impaired"].items():
        if facts.impaired_bps >= least:
            found = f"impaired by {facts.impaired_bps} bps, from {least}"
            yield Reason(Grade[name.upper()], "R-5C4", found, None)
    if facts.claims is None:
        return
    most = policy["grade.elsewhere"]
    for share, bound, what in zip(
        facts.claims,
        (most["bad_here"], most["overdue_all"]),
        ("bad in this bank", "overdue beyond 90 days over all banks"),
        strict=True,
    ):
        if share > bound:
            found = f"{share} bps of the claims {what}, more than {bound}"
            yield Reason(Grade.SUBSTANDARD, "R-5C4", found, None)

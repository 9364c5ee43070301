"""The five grades, every day, and when a debt's age is to be looked at next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from suixin.kernel.policy import PolicyOn, load_policy
from suixin.lending.agreement import AgreementState
from suixin.lending.classification import DebtFacts, Grade, classify
from suixin.lending.cycle import add_months
from suixin.lending.running import SERVED
from suixin.lending.states import Life
from suixin.service.day_end.quiet import oldest_after

# What may be found of a debt: whether a delay is the bank's own; since when it was misused, or an
# old loan was repaid by it; its impairment; and of a business, which of its claims are bad.
FACTS: Final = ("technical", "misused", "renewed", "impaired", "claims")

Facts = Mapping[str, tuple[date, Any]]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """More days past due than each of these put a debt into a grade, or remind the debtor."""

    grades: tuple[tuple[Grade, int], ...]
    reminders: list[int]
    all: list[int]


@cache
def thresholds(day: date) -> Thresholds:
    """The thresholds in force on a day.

    >>> thresholds(date(2026, 6, 30)).reminders
    [0, 7, 90]
    """
    servicing, grading = load_policy("servicing").on(day), policy_on(day)
    grades = tuple((Grade[name.upper()], most) for name, most in grading["grade.days"].items())
    reminders = list(servicing["reminder.days"])
    every = {*reminders, *(most for _, most in grades), servicing["default.days"]}
    return Thresholds(grades, reminders, sorted(every))


@cache
def policy_on(day: date) -> PolicyOn:
    """The rules of the five grades on a day."""
    return load_policy("classification").on(day)


def changed_on(day: date) -> bool:
    """Whether a rule of age or grade starts on a day, so that all that is late is looked at."""
    return any(
        one.since == day
        for name in ("classification", "servicing")
        for parameter in load_policy(name).parameters.values()
        for one in parameter.settings
    )


def grade_of(state: AgreementState, facts: Facts, day: date) -> Grade:
    """The grade of an agreement at the end of a day, which its state is of.

    What is written off is lost; where nothing is served there is nothing to be graded.
    """
    if state.life is Life.WRITTEN_OFF:
        return Grade.LOSS
    if state.life not in SERVED:
        return Grade.NORMAL
    return classify(debt_of(state, facts), policy_on(day)).grade


def debt_of(state: AgreementState, facts: Facts) -> DebtFacts:
    """What the grade of a debt depends on, from its state and from what was found of it."""

    def since(kind: str) -> date | None:
        found = facts.get(kind)
        return found[0] if found and found[1] else None

    claims = facts["claims"][1] if "claims" in facts else None
    return DebtFacts(
        oldest_unpaid_on=state.oldest_unpaid_on,
        technical=since("technical") is not None,
        misused_on=since("misused"),
        renewed_on=since("renewed"),
        restructured_on=state.restructured_on,
        impaired_bps=facts["impaired"][1] if "impaired" in facts else 0,
        claims=(claims[0], claims[1]) if claims else None,
    )


def looked_at_on(state: AgreementState, day: date) -> date | None:
    """The next day on which age alone may change a grade, or remind; None: no such day.

    Never late; a day too early costs some work and changes nothing.
    """
    return min(_days(state, day), default=None)


def _days(state: AgreementState, day: date) -> Iterator[date]:
    if state.life not in SERVED:
        return
    policy, oldest = policy_on(day), oldest_after(state)
    if oldest is not None:
        for most in (*thresholds(day).all, policy["grade.technical_days"]):
            crossed = oldest + timedelta(days=most + 1)
            if crossed > day:
                yield crossed
    for restructured in state.restructured_on:
        ends = add_months(restructured, policy["grade.observed_months"])
        yield from (one for one in (restructured, ends) if one > day)


def reminded(before: int, now: int, day: date) -> int | None:
    """The last threshold of a reminder that an age passed since the day before.

    >>> reminded(7, 8, date(2026, 6, 30)), reminded(8, 9, date(2026, 6, 30))
    (7, None)
    """
    passed = [most for most in thresholds(day).reminders if before <= most < now]
    return max(passed, default=None)

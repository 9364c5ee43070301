"""How many of the other parties must have signed, by date: to proceed, and for it to be final.

With k of n a log can show two faces only where 2k - n witnesses lie. The operator does not count.
Each day has its policy: who lost a key is replaced from a day on, and a head is held to the policy
of the day on which it was cosigned, then and ever after.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from suixin.evidence.note import Signed
from suixin.evidence.policy import (
    Group,
    Policy,
    PolicyFault,
    operates,
    parse,
    satisfied,
)
from suixin.kernel.calendar import add_working_days
from suixin.kernel.day import date_of, local_day
from suixin.kernel.policy import load_policy

_GROUP = "parties"


class Standing(StrEnum):
    """Where something recorded stands with the other parties."""

    RECORDED = "recorded"  # Too few have signed: nothing is paid out on it.
    PROCEED = "proceed"
    FINAL = "final"
    LATE = "late"  # All have signed, one of them after the day it was due.
    OVERDUE = "overdue"  # It may proceed, and should be final by now: somebody looks into it.


@dataclass(frozen=True, slots=True)
class Quorum:
    """Of a day: the policy to proceed, and the one to be final, in so many working days."""

    proceed: Policy
    final: Policy
    final_days: int


def of_policy(day: date, policy: Policy, origin: str) -> Quorum:
    """The quorum over the witnesses of a log but its operator, whatever the policy's own asks.

    Raises `PolicyFault` where the policy `evidence` says nothing for that number of witnesses.
    """
    rules = load_policy("evidence").on(day)
    names = tuple(name for name, party in policy.witnesses.items() if not operates(party, origin))
    proceed, final = (_needed(rules[f"quorum.{what}"], len(names)) for what in ("proceed", "final"))
    return Quorum(
        _with(policy, proceed, names),
        _with(policy, final, names),
        rules["quorum.final_days"],
    )


@dataclass(frozen=True, slots=True)
class Dated:
    """A policy and the first day it holds, None where it is the only one there ever was."""

    since: date | None
    policy: Policy


def read(path: Path) -> tuple[Dated, ...]:
    """The policy in a file, or those in a folder of `2026-06-30.policy`, oldest first.

    Raises `PolicyFault`, `OSError`.
    """
    if not path.exists():
        wrong = f"There is no policy at {path}."
        raise PolicyFault("POLICY", wrong, "Name the parties' policy, or a folder of them by date.")
    if not path.is_dir():
        return (Dated(None, parse(path.read_bytes())),)
    found = []
    for file in sorted(path.glob("*.policy")):
        try:
            since = date.fromisoformat(file.stem)
        except ValueError as fault:
            wrong = f"{file} is not named by the first day it holds, such as 2026-06-30.policy."
            raise PolicyFault("POLICY", wrong) from fault
        try:
            found.append(Dated(since, parse(file.read_bytes())))
        except PolicyFault as fault:
            raise PolicyFault("POLICY", f"{file}: {fault.message}") from fault
    if not found:
        wrong = f"{path} has no file such as 2026-06-30.policy."
        raise PolicyFault("POLICY", wrong, "Name each policy by the first day it holds.")
    return tuple(found)


def in_force(policies: Sequence[Dated], day: date) -> Policy:
    """The policy of a day; a head cosigned on that day is held to it ever after.

    >>> from suixin.evidence.policy import parse
    >>> in_force([Dated(None, parse("quorum none\\n"))], date(2026, 6, 30)).quorum
    'none'
    """
    at = bisect_right(policies, day, key=lambda one: one.since or date.min)
    if at == 0:
        wrong = f"No quorum is in force on {day}; the first is from {policies[0].since} on."
        raise PolicyFault("QUORUM", wrong, "Give the one that was in force before.")
    return policies[at - 1].policy


def standing(quorum: Quorum, signed: Iterable[Signed], recorded_on: date, today: date) -> Standing:
    """Where a record of a day stands, by the cosignatures of a head that counts it."""
    found = tuple(signed)
    due = add_working_days(recorded_on, quorum.final_days)
    if satisfied(quorum.final, (one.by for one in found)):
        in_time = (one.by for one in found if one.time is not None and _day(one.time) <= due)
        return Standing.FINAL if satisfied(quorum.final, in_time) else Standing.LATE
    if not satisfied(quorum.proceed, (one.by for one in found)):
        return Standing.RECORDED
    return Standing.OVERDUE if today > due else Standing.PROCEED


def _needed(counts: dict[int, int], parties: int) -> int:
    if parties not in counts:
        told = ", ".join(str(count) for count in sorted(counts))
        wrong = f"The policy `evidence` has no quorum among {parties} witnesses, only among {told}."
        raise PolicyFault("QUORUM", wrong, "Add one to the policy, with its reasons.")
    return counts[parties]


def _with(policy: Policy, needed: int, names: tuple[str, ...]) -> Policy:
    others = {name: policy.witnesses[name] for name in names}
    group = {_GROUP: Group(_GROUP, needed, names)}
    return replace(policy, witnesses=others, groups=group, quorum=_GROUP)


def _day(seconds: int) -> date:
    return date_of(local_day(seconds))

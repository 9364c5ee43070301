"""How many of the other parties must have signed, by date: to proceed, and for it to be final.

With k of n a log can show two faces only where 2k - n witnesses lie. The operator does not count.
Each day has its policy: who lost a key is replaced from a day on, and older proofs keep theirs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from suixin.evidence.keys import Verifier
from suixin.evidence.note import Signed
from suixin.evidence.policy import NONE, Group, Party, Policy, PolicyFault, parse, satisfied
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
    """From a day on: the policy to proceed, and the one to be final, in so many working days."""

    since: date
    proceed: Policy
    final: Policy
    final_days: int


def among(since: date, log: Verifier, witnesses: Sequence[Verifier]) -> Quorum:
    """The quorum among these other parties, as the policy `evidence` has it for so many.

    Raises `PolicyFault` where the policy says nothing for that number of parties.
    """
    parties = {key.name: Party(key.name, key) for key in witnesses}
    bare = Policy((Party(log.name, log),), parties, {}, NONE)
    return of_policy(since, parse(str(bare)))  # Reading it refuses a key in two roles.


def of_policy(since: date, policy: Policy) -> Quorum:
    """The quorum over a policy's witnesses, whatever its own quorum asks.

    Raises `PolicyFault` where the policy `evidence` says nothing for that number of witnesses.
    """
    rules = load_policy("evidence").on(since)
    names = tuple(policy.witnesses)
    proceed, final = (_needed(rules[f"quorum.{what}"], len(names)) for what in ("proceed", "final"))
    return Quorum(
        since,
        _with(policy, proceed, names),
        _with(policy, final, names),
        rules["quorum.final_days"],
    )


def read_folder(folder: Path) -> tuple[Quorum, ...]:
    """The quorums of files `2026-06-30.policy`, oldest first; raises `PolicyFault`."""
    found = []
    for path in sorted(folder.glob("*.policy")):
        try:
            since = date.fromisoformat(path.stem)
        except ValueError as fault:
            wrong = (
                f"{path} is not named by the day from which it holds, such as 2026-06-30.policy."
            )
            raise PolicyFault("POLICY", wrong) from fault
        found.append(of_policy(since, parse(path.read_bytes())))
    return tuple(found)


def in_force(quorums: Sequence[Quorum], day: date) -> Quorum:
    """The quorum of a day; what was recorded that day is held to it ever after."""
    at = bisect_right(quorums, day, key=lambda one: one.since)
    if at == 0:
        raise PolicyFault(
            "QUORUM", f"No quorum is in force on {day}.", "Give one that begins earlier."
        )
    return quorums[at - 1]


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
    return replace(policy, groups={_GROUP: Group(_GROUP, needed, names)}, quorum=_GROUP)


def _day(seconds: int) -> date:
    return date_of(local_day(seconds))

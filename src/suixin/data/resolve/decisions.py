"""What people decided about pairs of records: dated, signed, only ever added to."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from suixin.data.errors import InputError, shown

HEAD = ("decided_on", "decided_by", "from", "to", "verdict", "reason")


class Verdict(StrEnum):
    """What a person may decide: two records are one subject, or they are not."""

    SAME = "same"
    NOT_SAME = "not_same"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about two record keys; `line` is where it stands in its file."""

    decided_on: date
    decided_by: str
    one: str
    other: str
    verdict: Verdict
    reason: str
    line: int = 0

    @property
    def pair(self) -> tuple[str, str]:
        one, other = sorted((self.one, self.other))
        return one, other


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Decisions of a file in its order; `InputError` BAD_DECISION names the line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != HEAD:
            raise InputError(
                "BAD_DECISION",
                f"{path.name} does not start as a file of decisions.",
                f"Its first line is {','.join(HEAD)}.",
            )
        return tuple(_decision(row, reader.line_num, path.name) for row in reader)


def add_decision(path: Path, decision: Decision) -> None:
    """Add a decision at the end of a file, which is made if need be; nothing in it is changed."""
    fresh = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if fresh:
            writer.writerow(HEAD)
        writer.writerow(
            (decision.decided_on, decision.decided_by, *decision.pair, decision.verdict,
             decision.reason)
        )  # fmt: skip


def in_force(decisions: Iterable[Decision]) -> Mapping[tuple[str, str], Decision]:
    """The last decision on each pair: later days supersede earlier ones.

    Raises `InputError` CONFLICTING_DECISIONS, naming both, when two of one day disagree.
    """
    held: dict[tuple[str, str], Decision] = {}
    for decision in sorted(decisions, key=lambda d: (d.decided_on, d.line)):
        before = held.get(decision.pair)
        if (
            before is not None
            and before.decided_on == decision.decided_on
            and before.verdict is not decision.verdict
        ):
            raise conflict(before, decision)
        held[decision.pair] = decision
    return dict(sorted(held.items()))


def refuse_contradictions(decisions: Mapping[tuple[str, str], Decision]) -> None:
    """Raise `InputError` when records said to be one, by one or more decisions, are said not to be.

    >>> day = date(2026, 6, 30)
    >>> one = Decision(day, "clerk", "a:1", "b:1", Verdict.SAME, "", 2)
    >>> two = Decision(day, "clerk", "b:1", "c:1", Verdict.SAME, "", 3)
    >>> three = Decision(day, "head", "a:1", "c:1", Verdict.NOT_SAME, "", 4)
    >>> refuse_contradictions({d.pair: d for d in (one, two, three)})
    Traceback (most recent call last):
    ...
    suixin.data.errors.InputError: Decisions of lines 3 and 4 contradict: \
b:1 same c:1 (2026-06-30, clerk) and a:1 not_same c:1 (2026-06-30, head). \
Decide one of the pairs anew, on a later day.
    """
    group: dict[str, str] = {}

    def root(key: str) -> str:
        while group.get(key, key) != key:
            key = group[key]
        return key

    same = [d for d in decisions.values() if d.verdict is Verdict.SAME]
    apart = [d for d in decisions.values() if d.verdict is Verdict.NOT_SAME]
    for decision in sorted(same, key=lambda d: (d.decided_on, d.line)):
        group[root(decision.one)] = root(decision.other)
        for other in apart:
            if root(other.one) == root(other.other):
                raise conflict(decision, other)


def conflict(one: Decision, other: Decision) -> InputError:
    """Two decisions that cannot both hold."""
    first, second = sorted((one, other), key=lambda d: d.line)
    return InputError(
        "CONFLICTING_DECISIONS",
        f"Decisions of lines {first.line} and {second.line} contradict: "
        f"{_said(first)} and {_said(second)}.",
        "Decide one of the pairs anew, on a later day.",
    )


def unknown_keys(decisions: Iterable[Decision], keys: Iterable[str]) -> Sequence[str]:
    """Keys that decisions name and no register holds (any more)."""
    named = {key for decision in decisions for key in decision.pair}
    return sorted(named - set(keys))


def _said(decision: Decision) -> str:
    who = f"({decision.decided_on}, {shown(decision.decided_by)})"
    return f"{shown(decision.one)} {decision.verdict} {shown(decision.other)} {who}"


def _decision(row: Mapping[str, str], line: int, name: str) -> Decision:
    try:
        day, verdict = date.fromisoformat(row["decided_on"]), Verdict(row["verdict"])
    except (ValueError, TypeError) as fault:
        raise _bad(name, line, "has no day (YYYY-MM-DD) or no verdict (same, not_same)") from fault
    if None in row or any(not row[c] for c in ("decided_by", "from", "to", "reason")):
        raise _bad(name, line, "does not say who decided, on which two records, and why")
    if row["from"] == row["to"]:
        raise _bad(name, line, "names one record twice")
    return Decision(day, row["decided_by"], row["from"], row["to"], verdict, row["reason"], line)


def _bad(name: str, line: int, wrong: str) -> InputError:
    return InputError("BAD_DECISION", f"{name}:{line} {wrong}.", f"Write {','.join(HEAD)}.")

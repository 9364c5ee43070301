"""A limit over time: up in thin steps, down at once, still when little moves, never below the debt.

Whoever is looked at every day and whoever is looked at once a month rise alike: a step is counted
on the limit of 30 days ago and not on that of the last look. Source: formulas §7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.credit.limit import most_by_step, too_small
from suixin.credit.terms_rules import TermsRules
from suixin.data.errors import InputError
from suixin.kernel.policy import PolicyOn
from suixin.kernel.refusal import Wording


class Move(StrEnum):
    """Why a limit moved."""

    FIRST = "first"
    RAISED = "raised"
    RAISED_BY_STEP = "raised_by_step"
    LOWERED = "lowered"
    LOWERED_BY_FLAG = "lowered_by_flag"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


WORDING: Final[Mapping[Move, Wording]] = MappingProxyType(
    {
        Move.FIRST: Wording("首次给额度。", "A first limit is given."),
        Move.RAISED: Wording("额度上调到可承受的水平。", "Raised to what can be borne."),
        Move.RAISED_BY_STEP: Wording(
            "额度上调，30 天内只能走一小步。", "Raised by the one step that 30 days allow."
        ),
        Move.LOWERED: Wording(
            "可承受的水平下降，额度随之下调。", "Lowered with what can be borne."
        ),
        Move.LOWERED_BY_FLAG: Wording(
            "出现风险标记，额度立即下调。", "Lowered at once, for a warning stands on the file."
        ),
        Move.STOPPED: Wording(
            "出现严重风险标记，不能再支用，已借的不受影响。",
            "Nothing more may be drawn, for a grave warning stands; what is drawn stays as agreed.",
        ),
        Move.WITHDRAWN: Wording(
            "可给的额度低于最低额，额度收回。", "Too small to be given: withdrawn."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class PathRules:
    """How a limit may move: `terms` holds the step, `standing.path` the days and flags."""

    terms: TermsRules
    days: int
    stop: frozenset[str]
    hold: frozenset[str]

    @classmethod
    def from_policy(cls, policy: PolicyOn) -> PathRules:
        """Read `standing.path` and the terms of a policy that holds both, and law."""
        path = policy["standing.path"]
        return cls(
            terms=TermsRules.from_policy(policy, policy),
            days=path["days"],
            stop=frozenset(path["stop"]),
            hold=frozenset(path["hold"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a day's scoring asks for: the target in fen (0: refused), and what is drawn.

    The target is held to capacity and caps and less debt elsewhere already (`Terms.target_fen`);
    `cap_fen` is the least cap, which holds however small the move; `flags` stand on the file.
    """

    on: date
    target_fen: int
    drawn_fen: int = 0
    cap_fen: int | None = None
    flags: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.target_fen < 0 or self.drawn_fen < 0 or (self.cap_fen or 0) < 0:
            raise InputError("BAD_LOOK", f"The look of {self.on} has an amount below 0.")


@dataclass(frozen=True, slots=True)
class LimitChange:
    """One move of a limit: when, from and to (fen), why, what was asked for, and by which flags."""

    on: date
    from_fen: int
    to_fen: int
    move: Move
    target_fen: int
    drawn_fen: int
    flags: tuple[str, ...] = ()

    @property
    def available_fen(self) -> int:
        """What may be drawn after it."""
        return max(0, self.to_fen - self.drawn_fen)


def limit_path(
    looks: Iterable[Look], rules: PathRules, *, before: tuple[LimitChange, ...] = ()
) -> tuple[LimitChange, ...]:
    """Every change that looks, oldest first and one a day, make to a limit; none where it stands.

    `before` are the changes so far, from which the path goes on; they are not given again. Raises
    `InputError` on looks out of order.

    >>> from suixin.credit.sheets import policy_on
    >>> rules = PathRules.from_policy(policy_on(date(2026, 6, 30), None))
    >>> looks = [Look(on=date(2026, 6, day), target_fen=fen)
    ...          for day, fen in ((1, 5_000_00), (2, 6_225_49), (3, 4_900_00), (4, 4_000_00))]
    >>> for one in limit_path(looks, rules):
    ...     print(one.on, one.to_fen, one.move.value)
    2026-06-01 500000 first
    2026-06-02 600000 raised_by_step
    2026-06-03 490000 lowered
    2026-06-04 400000 lowered
    """
    changes, last = list(before), before[-1].on if before else None
    for look in looks:
        if last is not None and look.on <= last:
            raise InputError(
                "LOOKS_OUT_OF_ORDER",
                f"The look of {look.on} follows one of {last}.",
                "Give looks oldest first, one a day.",
            )
        last = look.on
        change = _changed(look, changes, rules)
        if change is not None:
            changes.append(change)
    return tuple(changes[len(before) :])


def limit_on(changes: Iterable[LimitChange], day: date) -> int:
    """The limit in force at the end of a day, in fen; 0 before the first change.

    >>> first = LimitChange(date(2026, 6, 1), 0, 500_00, Move.FIRST, 500_00, 0)
    >>> limit_on([first], date(2026, 5, 31)), limit_on([first], date(2026, 6, 1))
    (0, 50000)
    """
    found = 0
    for change in changes:
        if change.on > day:
            break
        found = change.to_fen
    return found


def _changed(look: Look, changes: list[LimitChange], rules: PathRules) -> LimitChange | None:
    current = changes[-1].to_fen if changes else 0
    stopping, holding = look.flags & rules.stop, look.flags & rules.hold
    # What is drawn stays as agreed: a limit falls no further, but it need not rise to it either.
    floor = min(look.drawn_fen, current)
    if stopping:
        wanted, move = floor, Move.STOPPED
    else:
        wanted, move = _wanted(look, changes, rules, held=bool(holding))
        wanted = max(floor, wanted)
    if wanted == current:
        return None
    if wanted > current:
        move = Move.FIRST if not changes else move
    elif not stopping:
        move = _fall(wanted, look, held=bool(holding))
    flags = tuple(sorted(stopping or holding))
    return LimitChange(look.on, current, wanted, move, look.target_fen, look.drawn_fen, flags)


def _wanted(
    look: Look, changes: list[LimitChange], rules: PathRules, *, held: bool
) -> tuple[int, Move]:
    """What a limit comes to by target, step and stillness, in whole multiples; and why it rises."""
    terms, current = rules.terms, changes[-1].to_fen if changes else 0
    wanted, move = look.target_fen, Move.RAISED
    if held:
        wanted = min(wanted, current)
    most = _most(look.on, changes, rules)
    if most is not None and wanted > max(current, most):
        wanted, move = max(current, most), Move.RAISED_BY_STEP
    if wanted == current:
        return current, move
    above_cap = look.cap_fen is not None and current > look.cap_fen
    if too_small(current, wanted, terms) and not (above_cap or held):
        return current, move
    whole = wanted // terms.multiple_fen * terms.multiple_fen
    return (whole if whole >= terms.least_fen else 0), move


def _most(on: date, changes: list[LimitChange], rules: PathRules) -> int | None:
    """The most a limit may be by its step; None where it is a first one.

    The step is counted on the limit of so many days ago, on what a younger one began with, and
    after a flag on what that left.
    """
    since = on - timedelta(days=rules.days)
    flagged = [change for change in changes if change.flags and change.on > since]
    if flagged:
        return most_by_step(flagged[-1].to_fen, rules.terms)
    past = limit_on(changes, since)
    if past:
        return most_by_step(past, rules.terms)
    if changes and changes[-1].to_fen:
        began = next(one.to_fen for one in reversed(changes) if one.from_fen == 0)
        return most_by_step(began, rules.terms)
    return None


def _fall(wanted: int, look: Look, *, held: bool) -> Move:
    if wanted == 0:
        return Move.WITHDRAWN
    return Move.LOWERED_BY_FLAG if held else Move.LOWERED

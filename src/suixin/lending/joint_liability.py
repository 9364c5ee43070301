"""Joint liability of neighbours: who may form a group, and who is asked for how much.

The law lets the lender ask any one member for all; equal calling is the agreed procedure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.money import share
from suixin.kernel.policy import PolicyOn
from suixin.kernel.refusal import Wording
from suixin.lending.circle import Guarantee, circle_through
from suixin.lending.refused import Refused


class GroupRefusal(StrEnum):
    """Why a group may not be formed, in the order of the checks."""

    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    SAME_HOUSEHOLD = "same_household"
    DIRECT_KIN = "direct_kin"
    IN_ANOTHER_GROUP = "in_another_group"
    NOT_SIGNED = "not_signed"
    GUARANTEE_CIRCLE = "guarantee_circle"


GROUP_WORDING: Final[Mapping[GroupRefusal, Wording]] = MappingProxyType(
    {
        GroupRefusal.TOO_FEW: Wording("联保小组户数不足。", "The group has too few households."),
        GroupRefusal.TOO_MANY: Wording("联保小组户数过多。", "The group has too many households."),
        GroupRefusal.SAME_HOUSEHOLD: Wording(
            "同一户不能两次加入同一小组。", "One household stands in the group twice."
        ),
        GroupRefusal.DIRECT_KIN: Wording(
            "直系亲属不能互相联保。", "Direct kin may not guarantee one another."
        ),
        GroupRefusal.IN_ANOTHER_GROUP: Wording(
            "成员已在另一联保小组中。", "A member stands in another group."
        ),
        GroupRefusal.NOT_SIGNED: Wording(
            "有成员未签署担保金额和期限。", "A member has not signed the amount and the period."
        ),
        GroupRefusal.GUARANTEE_CIRCLE: Wording(
            "成员之间已存在循环担保。", "Guarantees already lead from a member back to the group."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Member:
    """One household of a group, in signing order: what it signed to bear at most, and how long."""

    household: str
    cap_fen: int
    until: date
    signed_on: date | None
    group: str | None = None  # Another group in which it stands today.

    def __post_init__(self) -> None:
        if self.cap_fen <= 0:
            raise ValueError(f"{self.household}: a cap is fen above 0, got {self.cap_fen}.")


def group_refusal(
    members: Sequence[Member],
    *,
    kin: frozenset[frozenset[str]],
    guarantees: Sequence[Guarantee],
    policy: PolicyOn,
) -> Refused | None:
    """Why these households may not form a group, or None. `kin` holds pairs of direct kin.

    `guarantees` are those in force outside this group. Source: E08, R-JL, formulas §14.

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> rules, day = load_policy("guarantee").on(date(2026, 6, 30)), date(2026, 6, 30)
    >>> group = [Member(name, 200_000, date(2027, 6, 30), day) for name in ("h-1", "h-2", "h-3")]
    >>> group_refusal(group, kin=frozenset(), guarantees=(), policy=rules)
    >>> pair = frozenset({frozenset({"h-1", "h-3"})})
    >>> group_refusal(group, kin=pair, guarantees=(), policy=rules).why.value
    'direct_kin'
    """
    bounds = policy["joint.members"]
    size, names = len(members), [member.household for member in members]
    if not bounds["min"] <= size <= bounds["max"]:
        why = GroupRefusal.TOO_FEW if size < bounds["min"] else GroupRefusal.TOO_MANY
        allowed = f"{bounds['min']} to {bounds['max']} households"
        return Refused.by(why, policy, "joint.members", found=size, allowed=allowed)
    if len(set(names)) < size:
        twice = next(name for name in names if names.count(name) > 1)
        return _refused(GroupRefusal.SAME_HOUSEHOLD, twice, "each household once")
    related = sorted(" ".join(sorted(pair)) for pair in kin if pair <= set(names))
    if related:
        return _refused(GroupRefusal.DIRECT_KIN, related[0], "no direct kin (R-JL)")
    for member in members:
        if member.group is not None:
            found = f"{member.household} in {member.group}"
            return _refused(GroupRefusal.IN_ANOTHER_GROUP, found, "one group a household")
    for member in members:
        unsigned = member.signed_on is None or member.signed_on > policy.day
        if unsigned or member.until < policy.day:
            return _refused(GroupRefusal.NOT_SIGNED, member.household, "signed, and in force")
    circle = circle_through(frozenset(names), guarantees)
    if circle:
        return _refused(GroupRefusal.GUARANTEE_CIRCLE, " → ".join(circle), "no circle")
    return None


def _refused(why: GroupRefusal, found: str, allowed: str) -> Refused:
    return Refused(why, found, allowed, rule="joint.members", reference="R-JL, E08")


def leave_refused(open_debt_fen: Mapping[str, int]) -> bool:
    """Whether a member may not leave: the group still owes something, its own loan or another's.

    >>> leave_refused({"h-1": 0, "h-2": 1}), leave_refused({"h-1": 0, "h-2": 0})
    (True, False)
    """
    return any(open_debt_fen.values())


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who is asked for how much by when; what is asked of nobody is the lender's."""

    asked_fen: Mapping[str, int]
    lender_fen: int
    due_on: date
    caps_left_fen: Mapping[str, int]  # After what is asked here.


def call(amount_fen: int, caps_left_fen: Mapping[str, int], *, on: date, policy: PolicyOn) -> Call:
    """Ask members in equal shares, each no further than the cap left to it, in signing order.

    Whoever's share exceeds the cap left is fixed at it and the rest is shared again.
    Source: formulas §14.

    >>> from suixin.kernel.policy import load_policy
    >>> rules, day = load_policy("guarantee").on(date(2026, 6, 30)), date(2026, 6, 30)
    >>> caps = {"first": 200_000, "second": 600_000, "third": 1_000_000}
    >>> made = call(1_000_001, caps, on=day, policy=rules)
    >>> dict(made.asked_fen), made.lender_fen
    ({'first': 200000, 'second': 400001, 'third': 400000}, 0)
    """
    if amount_fen < 0 or min(caps_left_fen.values(), default=0) < 0:
        raise ValueError(f"A call and the caps left are fen ≥ 0: {amount_fen}, {caps_left_fen}.")
    asked = dict.fromkeys(caps_left_fen, 0)
    free, rest = [name for name, cap in caps_left_fen.items() if cap > 0], amount_fen
    while free and rest:
        parts = dict(zip(free, share(rest, [1] * len(free)), strict=True))
        over = [name for name in free if parts[name] > caps_left_fen[name]]
        for name in over or free:
            asked[name] = min(parts[name], caps_left_fen[name])
            rest -= asked[name]
        free = [name for name in free if name not in over] if over else []
    left = {name: cap - asked[name] for name, cap in caps_left_fen.items()}
    due = on + timedelta(days=policy["joint.pay_days"])
    return Call(MappingProxyType(asked), rest, due, MappingProxyType(left))


def call_again(made: Call, paid_fen: Mapping[str, int], *, on: date, policy: PolicyOn) -> Call:
    """What was not paid by its day, asked of those who paid their part in full.

    Raises ValueError where someone paid more than was asked of him.

    >>> from suixin.kernel.policy import load_policy
    >>> rules, day = load_policy("guarantee").on(date(2026, 6, 30)), date(2026, 6, 30)
    >>> caps = {"first": 200_000, "second": 600_000, "third": 1_000_000}
    >>> made = call(1_000_001, caps, on=day, policy=rules)
    >>> paid = {"first": 200_000, "second": 250_000, "third": 400_000}
    >>> dict(call_again(made, paid, on=day, policy=rules).asked_fen)
    {'first': 0, 'third': 150001}
    """
    unpaid = {name: asked - paid_fen.get(name, 0) for name, asked in made.asked_fen.items()}
    if min(unpaid.values(), default=0) < 0 or not paid_fen.keys() <= unpaid.keys():
        raise ValueError(f"Paid {dict(paid_fen)} is more than the call {dict(made.asked_fen)}.")
    others = {name: made.caps_left_fen[name] for name, rest in unpaid.items() if rest == 0}
    return call(sum(unpaid.values()), others, on=on, policy=policy)

"""The pledge register: what stands behind which agreement, and that nothing stands behind two."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.kernel.refusal import Wording
from suixin.lending.refused import Refused


class PledgeState(StrEnum):
    """The life of a pledge."""

    OFFERED = "offered"
    REGISTERED = "registered"
    HELD = "held"
    CALLED = "called"
    SOLD = "sold"
    RELEASED = "released"


MOVES: Final[Mapping[PledgeState, frozenset[PledgeState]]] = MappingProxyType(
    {
        PledgeState.OFFERED: frozenset({PledgeState.REGISTERED, PledgeState.RELEASED}),
        PledgeState.REGISTERED: frozenset({PledgeState.HELD, PledgeState.RELEASED}),
        PledgeState.HELD: frozenset({PledgeState.CALLED, PledgeState.RELEASED}),
        PledgeState.CALLED: frozenset({PledgeState.HELD, PledgeState.SOLD, PledgeState.RELEASED}),
        PledgeState.SOLD: frozenset(),
        PledgeState.RELEASED: frozenset(),
    }
)
ENDED: Final = frozenset({PledgeState.SOLD, PledgeState.RELEASED})


class PledgeRefusal(StrEnum):
    """Why a thing is not taken as a pledge, or a pledge not moved, in the order of the checks."""

    UNKNOWN_KIND = "unknown_kind"
    PLEDGED_ALREADY = "pledged_already"
    NOT_VALUED = "not_valued"
    VALUE_TOO_OLD = "value_too_old"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    NOT_REGISTERED = "not_registered"


PLEDGE_WORDING: Final[Mapping[PledgeRefusal, Wording]] = MappingProxyType(
    {
        PledgeRefusal.UNKNOWN_KIND: Wording(
            "该类财产不在可接受的担保物之列。", "Things of this kind are not taken as a pledge."
        ),
        PledgeRefusal.PLEDGED_ALREADY: Wording(
            "该担保物已为另一笔借款设定担保。", "It already stands behind another agreement."
        ),
        PledgeRefusal.NOT_VALUED: Wording("担保物尚未估值。", "Nobody has valued it."),
        PledgeRefusal.VALUE_TOO_OLD: Wording("估值已过期。", "Its valuation is too old."),
        PledgeRefusal.MOVE_NOT_ALLOWED: Wording(
            "担保物当前状态不允许此操作。", "Its state does not allow this."
        ),
        PledgeRefusal.NOT_REGISTERED: Wording(
            "尚未在登记系统办理登记。", "It is not entered in the register."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Pledge:
    """A thing behind an agreement. `thing` is its own number: ear tag, receipt, claim, mark.

    `value_fen` was found on `valued_on`; `registry_no` is the number of the public register.
    """

    kind: str
    thing: str
    agreement: str
    value_fen: int | None
    valued_on: date | None
    state: PledgeState = PledgeState.OFFERED
    registry_no: str | None = None

    @property
    def identity(self) -> tuple[str, str]:
        """What makes it the same thing, however its number is written.

        >>> Pledge("livestock", " 1330 12-a", "a-1", 1, None).identity
        ('livestock', '133012A')
        >>> Pledge("livestock", "１３３０-12ａ", "a-2", 1, None).identity
        ('livestock', '133012A')
        """
        thing = unicodedata.normalize("NFKC", self.thing).upper()
        return self.kind, "".join(sign for sign in thing if sign.isalnum())


def offer_refusal(pledge: Pledge, register: Iterable[Pledge], policy: PolicyOn) -> Refused | None:
    """Why a thing is not taken on the policy's day, or None: unknown, pledged already, not valued.

    The public register makes no check of substance, so this is ours to make (R-REG, L02).

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("guarantee").on(date(2026, 6, 30))
    >>> cow = Pledge("livestock", "ear 1330", "a-1", 1_200_000, date(2026, 6, 1))
    >>> offer_refusal(cow, (), rules)
    >>> again = replace(cow, thing="EAR-1330", agreement="a-2")
    >>> offer_refusal(again, (cow,), rules).why.value
    'pledged_already'
    """
    kinds = policy["pledge.kinds"]
    if pledge.kind not in kinds or not pledge.identity[1]:
        return Refused.by(
            PledgeRefusal.UNKNOWN_KIND,
            policy,
            "pledge.kinds",
            found=f"{pledge.kind} {pledge.thing!r}",
            allowed=", ".join(kinds),
        )
    for other in register:
        if other.identity == pledge.identity and other.state not in ENDED:
            found = f"{pledge.thing} behind {other.agreement}"
            return Refused(
                PledgeRefusal.PLEDGED_ALREADY, found, "one agreement", "pledge.kinds", "R-REG, L02"
            )
    if pledge.value_fen is None or pledge.valued_on is None or pledge.valued_on > policy.day:
        return Refused.by(
            PledgeRefusal.NOT_VALUED, policy, "pledge.valued_days", found="none", allowed="a value"
        )
    age, most = (policy.day - pledge.valued_on).days, policy["pledge.valued_days"]
    if age > most:
        return Refused.by(
            PledgeRefusal.VALUE_TOO_OLD,
            policy,
            "pledge.valued_days",
            found=f"{age} days",
            allowed=f"{most} days",
        )
    return None


def moved(
    pledge: Pledge, to: PledgeState, policy: PolicyOn, *, registry_no: str | None = None
) -> Pledge | Refused:
    """The pledge in its next state, or why it may not go there. `registry_no` comes on registering.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("guarantee").on(date(2026, 6, 30))
    >>> cow = Pledge("livestock", "1330", "a-1", 1_200_000, date(2026, 6, 1))
    >>> moved(cow, PledgeState.REGISTERED, rules).why.value
    'not_registered'
    >>> moved(cow, PledgeState.REGISTERED, rules, registry_no="0731-22").state.value
    'registered'
    """
    if to not in MOVES[pledge.state]:
        allowed = ", ".join(sorted(MOVES[pledge.state])) or "nothing: it has ended"
        found = f"{pledge.state} to {to}"
        return Refused(PledgeRefusal.MOVE_NOT_ALLOWED, found, allowed, "pledge.kinds", "")
    number = registry_no or pledge.registry_no
    entered = policy["pledge.kinds"][pledge.kind]["registered"]
    if to is PledgeState.REGISTERED and entered and number is None:
        return Refused.by(
            PledgeRefusal.NOT_REGISTERED,
            policy,
            "pledge.kinds",
            found="no number",
            allowed="the register's number",
        )
    return replace(pledge, state=to, registry_no=number)


def counts_fen(pledge: Pledge, policy: PolicyOn) -> int:
    """How much of its value a pledge counts for today: 0 unless held and freshly valued.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("guarantee").on(date(2026, 6, 30))
    >>> held = Pledge("livestock", "1330", "a-1", 1_200_000, date(2026, 6, 1), PledgeState.HELD)
    >>> counts_fen(held, rules), counts_fen(replace(held, state=PledgeState.OFFERED), rules)
    (600000, 0)
    """
    value, valued_on = pledge.value_fen, pledge.valued_on
    if pledge.state is not PledgeState.HELD or value is None or valued_on is None:
        return 0
    if not 0 <= (policy.day - valued_on).days <= policy["pledge.valued_days"]:
        return 0
    share = int(policy["pledge.kinds"][pledge.kind]["counts"])
    return value * share // BPS_PER_WHOLE

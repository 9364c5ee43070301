"""A co-operative's distribution: each share pays his loan and his group, then the member (E10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.kernel.policy import load_policy
from suixin.lending.dividend import OWN_ORDER, Holding, Paid, distribute
from suixin.lending.events import GuarantorPaid, Receipt
from suixin.lending.replay import replay
from suixin.service.app.arrears import calls_of
from suixin.service.app.caller import Caller
from suixin.service.app.day import business_day
from suixin.service.app.entering import enter
from suixin.service.app.evidence import tell
from suixin.service.app.permits import Act, check_may
from suixin.service.app.standings import Standing, servicing_rules, standings
from suixin.service.store.session import Actor, acting, again, query

_CALLED: Final = """
    select distinct agreement from guarantee_call where institution_id = %s and guarantor = %s
     order by agreement
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPaid:
    """Where a member's dividend went (fen): own agreements, others' he was called for, himself."""

    party: str
    dividend_fen: int
    own: Mapping[str, int]
    called: Mapping[str, int]
    member_fen: int


def dividend(
    caller: Caller, sold: Mapping[str, int], *, total_fen: int, key: str, at: datetime
) -> tuple[MemberPaid, ...]:
    """Share a distribution by what each member sold (fen); each share pays what is due before him.

    First what is due of his own loans, then what he was called for as one of a group, then he.
    Sent again with its key it changes nothing. Raises `InputError` NOT_PERMITTED, AMOUNT.
    """
    check_may(caller, Act.RECEIVE)
    if total_fen <= 0 or not sold or min(sold.values()) < 0 or not any(sold.values()):
        wrong = f"{total_fen} fen over sales of {sum(sold.values())} fen is no distribution."
        raise InputError("AMOUNT", wrong, "Give an amount above 0 and what each member sold.")
    actor, mark = caller.actor("entered a distribution"), f"dividend/{key}"

    def work() -> tuple[MemberPaid, ...]:
        with acting(actor):
            day = business_day(actor, at)
            own = {party: _own(actor, party, mark, day) for party in sold}
            called = {party: _called(actor, party, mark) for party in sold}
            holdings = [
                Holding(party, fen, _sums(own[party]), sum(called[party].values()))
                for party, fen in sold.items()
            ]
            prepay = load_policy("guarantee").on(day)["joint.prepay"]
            paid = distribute(total_fen, holdings, prepay_bps=prepay)
            made = tuple(
                _entered(actor, one, own[one.member], called[one.member], mark=mark, day=day)
                for one in paid
            )
            said = [[one.party, one.dividend_fen, one.member_fen] for one in made]
            tell(actor, Kind.AGREEMENT, {"distribution": key, "members": said}, at=at)
            return made

    return again(work)


def _entered(
    actor: Actor,
    paid: Paid,
    own: Mapping[str, Mapping[str, int]],
    called: Mapping[str, int],
    *,
    mark: str,
    day: date,
) -> MemberPaid:
    """Enter a member's parts, agreement by agreement in their order."""
    rest, to_own = sum(paid.own_fen.values()), {}
    for agreement, dues in own.items():
        fen = min(rest, sum(dues.values()))
        if fen:
            event = Receipt(key=f"{mark}/{paid.member}", on=day, booked_on=day, fen=fen)
            enter(actor, agreement, [event], on=day)
            to_own[agreement], rest = fen, rest - fen
    rest, to_called = paid.called_fen, {}
    for agreement, asked in called.items():
        fen = min(rest, asked)
        if fen:
            name = f"guarantor/{paid.member}/{mark}"
            event_paid = GuarantorPaid(key=name, on=day, booked_on=day, fen=fen)
            enter(actor, agreement, [event_paid], on=day)
            to_called[agreement], rest = fen, rest - fen
    return MemberPaid(
        party=paid.member,
        dividend_fen=paid.dividend_fen,
        own=to_own,
        called=to_called,
        member_fen=paid.member_fen,
    )


def _own(actor: Actor, party: str, mark: str, day: date) -> dict[str, dict[str, int]]:
    """What is due of a party's own agreements by kind, but for this distribution's own receipts."""
    found = {}
    for one in standings(actor, on=day, party=party):
        dues = _dues(one, f"{mark}/{party}", day)
        if any(dues.values()):
            found[one.terms.agreement] = dues
    return found


def _dues(one: Standing, mine: str, day: date) -> dict[str, int]:
    events = [event for event in one.events if event.key != mine]
    rules = servicing_rules(one.terms.start)
    state = replay(one.terms, events, on=max(day, one.terms.start), rules=rules).state
    due = [row for row in state.dues if row.due_on <= day]
    return {
        "penalty": state.penalty_fen,
        "fee": sum(row.fee_fen for row in due),
        "interest": sum(row.interest_fen for row in due),
        "principal": sum(row.principal_fen for row in due),
    }


def _called(actor: Actor, party: str, mark: str) -> dict[str, int]:
    """What a party was last called for and has not paid, but for what this distribution pays."""
    found = {}
    for (agreement,) in query(_CALLED, [actor.institution, party]):
        calls = [
            one
            for one in calls_of(actor, agreement, but=f"guarantor/{party}/{mark}")
            if one.guarantor == party
        ]
        left = calls[-1].asked_fen - calls[-1].paid_fen
        if left > 0:
            found[agreement] = left
    return found


def _sums(own: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    return {kind: sum(dues[kind] for dues in own.values()) for kind in OWN_ORDER}

"""Neighbours who answer for one another: dividends repay, then frost, then the group is asked.

Run it with `python examples/community_chain_story.py`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from functools import partial

from _telling import (
    START,
    Asking,
    at,
    booked,
    day_of,
    ending,
    lived,
    policy,
    quoted,
    stands,
    terms_of,
    told,
    write,
    yuan,
)

from suixin.kernel.money import Money
from suixin.lending.agreement import AgreementTerms
from suixin.lending.dividend import Holding, distribute
from suixin.lending.events import Draw, Event, GuaranteeCalled, GuarantorPaid, Receipt
from suixin.lending.joint_liability import Member, call, call_again, group_refusal
from suixin.lending.origination import Exposure
from suixin.lending.quote import Asked, quote

LENT = 12_000_00
MEMBERS = ("household-1", "household-2", "household-3", "household-4")
CAPS = (4_000_00, 3_000_00, 4_000_00, 4_000_00)


def story() -> Iterator[str]:
    """Formed, lent, repaid by three dividends, paid by the neighbours, who are paid in the end."""
    made = quote("community_chain", Money(LENT), START, Asked(rate_bps=1200))
    yield from quoted(made)
    yield from formed()
    full = Exposure(group_fen=28_000_01, group_cap_fen=40_000_00)
    no = Asking(made, "inputs", 184, limit_fen=LENT, exposure=full).answer()[0]
    yield f"beside 28,000.01 that the group owes it is {told(no)}"
    assert Asking(made, "inputs", 184, limit_fen=LENT).answer() == ()
    terms, events = terms_of(made), [at(Draw, "payout", 0, fen=LENT)]

    for day, whole in ((31, 9_000_00), (61, 8_000_01), (92, 6_500_00)):
        yield from dividend(terms, events, day, whole)
    asked = yield from called(terms, events)
    yield from dividend(terms, events, 380, 16_000_00)  # The next harvest.

    end = lived(terms, events)
    books = booked(end.transactions)
    yield from ending(books, end.state, terms.agreement)

    assert made.product.loss_order[0] == "members"
    assert (end.state.life, end.state.owed_fen, end.state.written_off_fen) == ("closed", 0, 0)
    assert books.balance("9005") == 0  # No call stands open.
    earned = -books.balance("4001") - books.balance("4002")
    assert books.balance("1001") == earned + asked  # The lender lost nothing; what the neighbours
    assert -books.balance("2005") == asked  # paid is there to be given back to them, to the fen.
    assert end.refused == ()


def formed() -> Iterator[str]:
    """Three to five, no kin, each with his amount and period signed."""
    group = [Member(name, cap, day_of(400), START) for name, cap in zip(MEMBERS, CAPS, strict=True)]
    asked = partial(group_refusal, guarantees=(), policy=policy("guarantee"))
    kin = frozenset({frozenset({"household-2", "household-3"})})
    yield f"two of a family are {told(asked(group, kin=kin))}"
    yield f"two alone are {told(asked(group[:2], kin=frozenset()))}"
    assert asked(group, kin=frozenset()) is None


def dividend(terms: AgreementTerms, events: list[Event], day: int, whole: int) -> Iterator[str]:
    """A distribution by what each sold: household-1's share pays what it owes before it."""
    state = stands(terms, events, day)
    dues = {
        "interest": sum(due.interest_fen for due in state.dues),
        "principal": sum(due.principal_fen for due in state.dues) + state.recourse_guarantors_fen,
    }
    others = [Holding(name, 20_000_00, {}) for name in MEMBERS[1:]]
    holdings = [Holding("household-1", 41_250_00, dues), *others]
    shares = distribute(whole, holdings, prepay_bps=policy("guarantee", day)["joint.prepay"])
    own, repaid = shares[0], sum(shares[0].own_fen.values())
    assert sum(one.dividend_fen for one in shares) == whole
    assert repaid + own.member_fen == own.dividend_fen
    yield (
        f"day {day}: of {yuan(whole)} its dividend is {yuan(own.dividend_fen)}, "
        f"{yuan(repaid)} repays, {yuan(own.member_fen)} reaches it"
    )
    events.append(at(Receipt, f"dividend-{day}", day, fen=repaid))


def called(terms: AgreementTerms, events: list[Event]) -> Generator[str, None, int]:
    """Frost: no dividend more. After the last due day the neighbours are asked, to their caps."""
    owed = stands(terms, events, 200).payoff_fen
    caps = dict(zip(MEMBERS[1:], CAPS[1:], strict=True))
    first = call(owed, caps, on=day_of(200), policy=policy("guarantee", 200))
    yield f"day 200: {yuan(owed)} is overdue and asked of the neighbours: " + _each(first.asked_fen)
    events.append(at(GuaranteeCalled, "call-1", 200, fen=owed - first.lender_fen))
    paid = {**first.asked_fen, "household-3": 1_000_00}
    again = call_again(first, paid, on=day_of(216), policy=policy("guarantee", 216))
    yield f"day 216: household-3 paid 1,000.00; the rest is asked again: {_each(again.asked_fen)}"
    for day, asked in ((210, paid), (220, again.asked_fen)):
        due = {who: fen for who, fen in asked.items() if fen}
        events += [at(GuarantorPaid, f"{who}-{day}", day, fen=fen) for who, fen in due.items()]
    ran = stands(terms, events, 221).payoff_fen
    yield f"day 221: household-2 pays the penalty that ran since, {yuan(ran)}"
    events += [
        at(GuaranteeCalled, "call-2", 221, fen=ran),
        at(GuarantorPaid, "household-2-221", 221, fen=ran),
    ]
    return owed + ran


def _each(asked: Mapping[str, int]) -> str:
    return ", ".join(f"{who} {yuan(fen)}" for who, fen in asked.items())


if __name__ == "__main__":
    write(story)

"""The rules by their worked examples: decisions, receipts, calls, distributions, the fund."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chain_house import (
    DAY,
    FAR,
    LATER,
    LENT,
    RATE,
    House,
    applied,
    charged,
    claimed,
    lent,
    name,
    received,
    signed,
)

from suixin.evidence.chain.calls import agreement, group, pool
from suixin.evidence.chain.calls.agreement import Flag, Kind, Status
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Parts

A, B, G = name("a"), name("b"), name("g")
REASON = name("reason")


# -- decisions ---------------------------------------------------------------------------------


@pytest.mark.mechanism("B07")
@pytest.mark.parametrize(
    ("limit", "rate", "until", "review", "flags"),
    [
        (LENT, RATE, DAY, False, Flag(0)),
        (LENT - 1, RATE, DAY, False, Flag.ABOVE_LIMIT),
        (LENT, RATE - 1, DAY, False, Flag.ABOVE_RATE),
        (LENT, RATE, DAY - timedelta(days=1), False, Flag.EXPIRED),
        (LENT, RATE, DAY, True, Flag.REVIEW),
        (0, 0, date(1970, 1, 1), True, Flag(15)),
    ],
)
@pytest.mark.parametrize("whose", ["the decision's", "the lender's"])
def test_a_decision_approves_itself_inside_all_bounds_alone(
    limit: int, rate: int, until: date, review: bool, flags: Flag, whose: str, house: House
) -> None:
    far = date(2099, 1, 1)
    own = agreement.Decision(limit, rate, until, review, name("d"))
    bounds = agreement.Bounds(10**12, 10_000, far, name("policy"))
    if whose == "the lender's":
        own = agreement.Decision(10**12, 10_000, far, review, name("d"))
        bounds = agreement.Bounds(limit, rate, until, name("policy"))
    house.do(agreement.SetBounds(bounds, DAY))
    house.do(applied(A))
    (said,) = house.do(agreement.Decide(A, own, DAY), Role.SCORER).events
    assert said == agreement.Decided(A, own, flags, DAY)
    assert house.record(A).status is (Status.FLAGGED if flags else Status.APPROVED)


@pytest.mark.mechanism("B07")
def test_a_person_approves_a_larger_sum_and_no_higher_rate(house: House) -> None:
    cases = {
        "sum": (agreement.Decision(1, RATE, FAR, False, name("d")), None),
        "rate": (
            agreement.Decision(LENT, RATE - 1, FAR, False, name("d")),
            "agreement: rate above the cap",
        ),
        "day": (
            agreement.Decision(LENT, RATE, DAY - timedelta(days=1), False, name("d")),
            "agreement: decision expired",
        ),
    }
    for what, (decision, text) in cases.items():
        id = name(what)
        house.do(applied(id))
        house.do(agreement.Decide(id, decision, DAY), Role.SCORER)
        assert house.why(agreement.Approve(id, REASON, DAY)) == text
    unsaid = agreement.Approve(name("sum"), bytes(32), DAY)
    assert house.why(unsaid) == "agreement: no reason"


@pytest.mark.mechanism("B07")
def test_the_principal_goes_out_once_to_the_payee_until_the_last_day(house: House) -> None:
    house.do_all(lent(A)[:2])
    payee = name("payee", A)
    assert house.why(agreement.Disburse(A, name("else"), DAY)) == "agreement: another payee"
    late = FAR + timedelta(days=1)
    assert house.why(agreement.Disburse(A, payee, late)) == "agreement: decision expired"
    house.do(agreement.Disburse(A, payee, FAR))
    assert house.record(A).outstanding == LENT
    house.do(agreement.TakeBack(A, REASON, FAR))  # The money came back unspent.
    house.do(agreement.Disburse(A, payee, FAR))


# -- receipts ----------------------------------------------------------------------------------


def took(id: bytes, parts: Parts, kind: Kind = Kind.BORROWER) -> agreement.Receive:
    """A receipt of the bank."""
    return agreement.Receive(id, name("r", id, parts, kind), kind, parts, DAY)


@pytest.mark.mechanism("B07")
def test_nothing_is_paid_ahead_while_anything_is_due(house: House) -> None:
    house.do_all([*lent(A), charged(A, 5_000, 200_000)])
    why = house.why
    assert why(took(A, Parts(interest=5_001))) == "agreement: more than is due"
    assert why(took(A, Parts(fee=1))) == "agreement: more than is due"
    assert why(took(A, Parts(principal=200_000))) is None  # Principal that is due is no haste.
    assert why(took(A, Parts(principal=200_001))) == ("agreement: dues come before principal ahead")
    assert why(took(A, Parts(interest=5_000, principal=LENT))) is None
    assert why(took(A, Parts(interest=5_000, principal=LENT + 1))) == "agreement: more than is owed"
    house.do(took(A, Parts(interest=5_000, principal=300_000)))
    record = house.record(A)
    assert (record.outstanding, record.due, record.paid) == (
        LENT - 300_000,
        Parts(),
        Parts(interest=5_000, principal=300_000),
    )


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.SWEEP, None),
        (Kind.PLEDGE, None),
        (Kind.INSURER, None),
        (Kind.SUBSIDY, None),
        (Kind.DIVIDEND, "agreement: not the group"),
        (Kind.GUARANTOR, "agreement: not the group"),
        (Kind.FUND, "agreement: not the pool"),
        (Kind.RECOVERY, "agreement: not the pool"),
    ],
)
def test_who_brings_which_money(kind: Kind, text: str | None, shared_house: House) -> None:
    id = name("kind", kind)
    shared_house.do_all(lent(id))
    assert shared_house.why(took(id, Parts(principal=1), kind)) == text


def test_what_is_given_back_is_owed_again(house: House) -> None:
    house.do_all([*lent(A), charged(A), received(A, 5_000, 30_000)])
    back = agreement.GiveBack(A, name("refund"), Parts(interest=2_000, principal=10_000), DAY)
    house.do(back)
    record = house.record(A)
    assert record.outstanding == LENT - 20_000
    assert record.due == Parts(interest=2_000)
    assert record.paid == Parts(interest=3_000, principal=20_000)
    more = agreement.GiveBack(A, name("more"), Parts(interest=3_001), DAY)
    assert house.why(more) == "agreement: more than was paid"


# -- guarantors --------------------------------------------------------------------------------


@pytest.mark.mechanism("E08")
def test_a_call_and_the_call_again_by_the_worked_example(house: House) -> None:
    """10,000.01 to caps of 2,000, 6,000 and 10,000; then 1,500.01 of what one did not pay."""
    caps = (1, 200_000, 600_000, 1_000_000)
    house.do_all([*signed(G, caps), *lent(A, 1_000_001, in_=G), charged(A, 0, 1_000_001)])
    (called,) = house.do(group.CallOn(A, 1_000_001, LATER, DAY)).events
    assert isinstance(called, group.Called)
    assert called.asked == (0, 200_000, 400_001, 400_000, 0)
    for seat, fen in ((1, 200_000), (2, 250_000), (3, 400_000)):
        parts = Parts(principal=fen)
        house.do(group.Pay(A, seat, name("paid", seat), parts, DAY))
    day = LATER + timedelta(days=1)
    assert house.why(group.CallAgain(A, FAR, LATER)) == "group: not overdue yet"
    (again,) = house.do(group.CallAgain(A, FAR, day)).events
    assert isinstance(again, group.Called)
    assert again.asked == (0, 0, 0, 150_001, 0)
    house.do(group.Pay(A, 3, name("rest"), Parts(principal=150_001), day))
    call = house.made.ask(group.call_of(A))
    assert call.paid == (0, 200_000, 250_000, 550_001, 0)
    assert house.record(A).outstanding == 0
    assert house.why(agreement.Close(A, day)) == "agreement: a guarantor has something out"
    house.do(pool.Recover(A, name("back"), 1_000_001, day))
    house.do(agreement.Close(A, day))


@pytest.mark.mechanism("E08")
def test_an_end_gives_back_what_was_asked_and_not_paid(house: House) -> None:
    house.do_all([*signed(G), *lent(A, in_=G), charged(A, 0, 90_000)])
    house.do(group.CallOn(A, 90_000, LATER, DAY))
    assert house.made.ask(group.group(G)).left[1:3] == (555_000, 955_000)
    house.do_all([received(A, 0, LENT), (agreement.Close(A, DAY), Role.BANK)])
    found = house.made.ask(group.group(G))
    assert found.left == found.caps
    assert not any(map(any, found.open))
    house.do(group.Release(G, DAY))


@pytest.mark.mechanism("E08")
def test_who_may_stand_behind_whom(house: House) -> None:
    house.do_all([*signed(G), *lent(A, in_=G)])
    taken = [*lent(B, in_=G, seat=0)]
    house.do_all(taken[:2])
    assert house.why(taken[2][0]) == "group: the member has an open agreement"
    other = lent(name("c"), in_=G, seat=3)
    house.do_all(other[:2])
    assert house.why(other[2][0]) == "group: no such member"
    own = group.Pay(A, 0, name("own"), Parts(principal=1), DAY)
    assert house.why(own) == "group: more than was asked"


def test_a_group_stands_until_its_last_day(house: House) -> None:
    house.do_all(signed(G))
    late = FAR + timedelta(days=1)
    terms = agreement.Terms(LENT, RATE, late, name("payee"), name("terms"), G, 0)
    decision = agreement.Decision(LENT, RATE, late, False, name("d"))
    house.do(agreement.Apply(A, terms, DAY))
    house.do(agreement.Decide(A, decision, DAY), Role.SCORER)
    assert house.why(agreement.Disburse(A, name("payee"), late)) == "group: its period is over"
    house.do(agreement.Disburse(A, name("payee"), FAR))
    assert house.why(group.CallOn(A, 1, late + timedelta(days=9), late)) == (
        "group: its period is over"
    )


# -- distributions -----------------------------------------------------------------------------


@pytest.mark.mechanism("E10")
def test_a_distribution_by_the_worked_example(house: House) -> None:
    """24,000.00 by sales; the second owes 3,210.45 of his own, 1,500.00 of another's."""
    due = Parts(interest=21_045, principal=300_000)
    house.do_all(
        [
            *signed(G, (600_000, 600_000, 600_000)),
            *lent(A, 500_000, in_=G, seat=1),
            (agreement.Charge(A, name("due"), due, DAY), Role.BANK),
            *lent(B, 300_000, in_=G, seat=0),
            charged(B, 0, 300_000),
            (group.CallOn(B, 300_000, LATER, DAY), Role.BANK),
            (group.Pay(B, 2, name("third"), Parts(principal=150_000), DAY), Role.BANK),
            (agreement.Waive(B, name("w"), Parts(principal=150_000), REASON, DAY), Role.BANK),
        ]
    )
    sold = (4_125_000, 3_050_050, 1_833_333)
    lines = tuple(
        group.Line(G if seat == 1 else bytes(32), seat, fen) for seat, fen in enumerate(sold)
    )
    done = house.do(group.Distribute(name("sales"), 2_400_000, lines, 0, DAY), Role.COOPERATIVE)
    shared = [event for event in done.events if isinstance(event, group.Shared)]
    assert [one.part for one in shared] == [1_098_977, 812_590, 488_433]
    second = shared[1]
    assert (second.own, second.called, second.member) == (due, 150_000, 341_545)
    assert [one.member for one in shared] == [1_098_977, 341_545, 488_433]
    assert house.record(A).due == Parts()
    assert house.record(B).outstanding == 0


@pytest.mark.mechanism("E10")
@pytest.mark.parametrize(("bps", "ahead"), [(0, 0), (2_500, 23_750), (10_000, 95_000)])
def test_a_share_of_the_rest_prepays(bps: int, ahead: int, house: House) -> None:
    house.do_all([*signed(G), *lent(A, in_=G), charged(A)])
    line = group.Line(G, 0, 1)
    done = house.do(group.Distribute(name("s"), 100_000, (line,), bps, DAY), Role.COOPERATIVE)
    (shared,) = [event for event in done.events if isinstance(event, group.Shared)]
    assert (shared.own.interest, shared.prepaid) == (5_000, ahead)
    assert house.record(A).outstanding == LENT - ahead


@pytest.mark.mechanism("E10")
def test_of_a_claimed_agreement_a_dividend_is_a_recovery(house: House) -> None:
    house.do_all([*signed(G, (1, 1, 1)), *lent(A, in_=G), charged(A, 0, LENT)])
    house.do(group.CallOn(A, LENT, LATER, DAY))
    for seat in (1, 2):
        house.do(group.Pay(A, seat, name("paid", seat), Parts(principal=1), DAY))
    lost = LENT - 2
    house.do(pool.Add(0, name("fill"), LENT, DAY), Role.GOVERNMENT)
    house.do(pool.FileClaim(A, lost, 0, 91, DAY))
    house.do(pool.Accept(A, DAY), Role.GOVERNMENT)
    line = group.Line(G, 0, 1)
    done = house.do(group.Distribute(name("s"), 100_000, (line,), 0, DAY), Role.COOPERATIVE)
    (shared,) = [event for event in done.events if isinstance(event, group.Shared)]
    (back,) = [event for event in done.events if isinstance(event, pool.Recovered)]
    assert (shared.recovered, shared.member) == (100_000, 0)
    assert back.lender + sum(back.tiers) + sum(back.guarantors) == 100_000
    assert (back.guarantors[1:3], back.tiers[0]) == ((1, 0), 69_999)


# -- the fund ----------------------------------------------------------------------------------


def lost(house: House, fen: int = 3_376_543) -> None:
    """An agreement of which so much is lost, claimed of a fund that bears 70 %."""
    house.do_all([*lent(A, fen), (pool.FileClaim(A, fen, 0, 91, DAY), Role.BANK)])


@pytest.mark.mechanism("H06")
@pytest.mark.parametrize(("province", "lender"), [(1_000_000, 1_012_963), (100_000, 1_176_543)])
def test_tiers_bear_in_order_by_the_worked_example(
    province: int, lender: int, house: House
) -> None:
    for tier, fen in enumerate((1_500_000, 600_000, province)):
        house.do(pool.Add(tier, name("tier", tier), fen, DAY), Role.GOVERNMENT)
    lost(house)
    house.do(pool.Accept(A, DAY), Role.GOVERNMENT)
    claim = house.claim(A)
    assert claim.lender == lender
    assert claim.tiers[:3] == (1_500_000, 600_000, min(province, 263_580))
    assert claim.queued == 263_580 - min(province, 263_580)
    if province == 1_000_000:
        done = house.do(pool.Recover(A, name("r"), 1_200_000, DAY))
        (back,) = [event for event in done.events if isinstance(event, pool.Recovered)]
        assert (back.lender, *back.tiers[:3]) == (360_001, 533_090, 213_235, 93_674)


@pytest.mark.mechanism("H06")
def test_a_claim_is_for_more_than_so_many_days_past_due_and_after_guarantors(
    house: House,
) -> None:
    house.do_all([*signed(G), *lent(A, in_=G), charged(A, 0, LENT)])
    assert house.why(pool.FileClaim(A, LENT, 0, 90, DAY)) == ("pool: not overdue for long enough")
    assert house.why(pool.FileClaim(A, LENT, 0, 91, DAY)) == "pool: guarantors come first"
    house.do(group.CallOn(A, LENT, LATER, DAY))
    assert house.why(pool.FileClaim(A, 1, 0, 91, DAY)) == "pool: guarantors come first"


@pytest.mark.mechanism("H06")
def test_what_no_tier_can_pay_waits_in_turn_for_money_and_for_the_year(house: House) -> None:
    ids = [name("wait", number) for number in range(3)]
    caps = (150_000, pool.NO_CAP, pool.NO_CAP, 0, 0)
    house.do(pool.BeginYear(2026, caps, DAY), Role.GOVERNMENT)
    for id in ids:
        house.do_all([*lent(id, 100_000), charged(id)])
        house.do(pool.FileClaim(id, 100_000, 0, 91, DAY))
    for id in ids[::-1]:  # Accepted in another order than they were filed.
        house.do(pool.Accept(id, DAY), Role.GOVERNMENT)
    house.do(pool.Add(0, name("fill"), 400_000, DAY), Role.GOVERNMENT)
    assert [house.claim(id).queued for id in ids] == [0, 0, 60_000]
    assert house.fund().left[0] == 0
    house.do(pool.BeginYear(2027, caps, LATER), Role.GOVERNMENT)
    assert [house.claim(id).queued for id in ids] == [0, 0, 0]
    assert (house.fund().balances[0], house.fund().left[0]) == (190_000, 90_000)


def test_more_that_wait_than_a_call_pays_are_paid_by_the_next(house: House) -> None:
    ids = [name("many", number) for number in range(18)]
    house.do_all([pair for id in ids for pair in lent(id, 1_000)])
    house.do_all([(pool.FileClaim(id, 1_000, 0, 91, DAY), Role.BANK) for id in ids])
    house.do_all([(pool.Accept(id, DAY), Role.GOVERNMENT) for id in ids])
    house.do(pool.Add(0, name("fill"), 10**6, DAY), Role.GOVERNMENT)
    assert sum(house.claim(id).queued > 0 for id in ids) == 2
    house.do(pool.Settle(DAY), Role.GOVERNMENT)
    assert sum(house.claim(id).queued > 0 for id in ids) == 0


def test_once_all_have_theirs_the_rest_may_be_waived_and_it_ends(house: House) -> None:
    """What nobody shares, such as a penalty, does not keep a claimed agreement open for ever."""
    house.do_all([*lent(A), charged(A), *claimed(A)])
    penalty = agreement.Charge(A, name("late"), Parts(penalty=900), LATER)
    house.do(penalty)
    waive = agreement.Waive(A, name("w"), Parts(interest=900), REASON, LATER)
    assert house.why(waive) == "agreement: claimed, recover through the pool"
    done = house.do(pool.Recover(A, name("r"), LENT + 5_000 + 77, LATER))
    (back,) = [event for event in done.events if isinstance(event, pool.Recovered)]
    assert back.surplus == 77
    assert house.why(agreement.Close(A, LATER)) == "agreement: something is owed"
    house.do(waive)
    house.do(agreement.Close(A, LATER))


def test_a_claim_is_not_accepted_beyond_what_is_owed_then(house: House) -> None:
    house.do_all([*lent(A), charged(A), *claimed(A, accept=False)])
    house.do(agreement.Receive(A, name("paid"), Kind.PLEDGE, Parts(interest=1), LATER))
    assert house.why(pool.Accept(A, LATER), Role.GOVERNMENT) == "pool: more than is owed"
    closed = agreement.Close(A, LATER)
    house.do(
        agreement.Receive(
            A, name("all"), Kind.BORROWER, Parts(interest=4_999, principal=LENT), LATER
        )
    )
    assert house.why(closed) == "agreement: the fund has something out"
    house.do(pool.Drop(A, REASON, LATER))
    house.do(closed)


def test_the_share_names_its_leaf(house: House) -> None:
    unsaid = pool.SetShare(pool.Share(7_000, 90, bytes(32)), DAY)
    assert house.why(unsaid, Role.GOVERNMENT) == "pool: no leaf"
    house.do(pool.SetShare(pool.Share(0, 90, name("leaf")), DAY), Role.GOVERNMENT)
    house.do_all(lent(A))
    assert house.why(pool.FileClaim(A, LENT, 0, 91, DAY)) == "pool: nothing to claim"

"""New contracts take over from those before: as it stood, once, and nothing is begun anew."""

from __future__ import annotations

import pytest
from chain_house import (
    DAY,
    FEN_MAX,
    LATER,
    LENT,
    SIGNERS,
    House,
    applied,
    bounds,
    charged,
    claimed,
    first_anchor,
    lent,
    name,
    signed,
)

from suixin.evidence.chain.calls import agreement, anchor, group, parties, pool
from suixin.evidence.chain.calls.agreement import Kind
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act, Parts

A, G, C = name("a"), name("g"), name("c")


@pytest.fixture
def moved(house: House) -> House:
    """Under new contracts, with nothing taken over yet but the fund."""
    house.do_all(
        [
            *signed(G),
            *lent(A, in_=G),
            charged(A, 0, 90_000),
            (group.CallOn(A, 90_000, LATER, DAY), Role.BANK),
            *lent(C),
            charged(C),
            *claimed(C),
            (first_anchor("log", 3), Role.PLATFORM),
        ]
    )
    house.succeeded()
    house.do(pool.AdoptFund())
    return house


ACTS: dict[str, tuple[Act, Role, str]] = {
    "charge": (charged(A)[0], Role.BANK, "agreement: unknown id"),
    "apply": (applied(A), Role.BANK, "agreement: adopt it first"),
    "form": (signed(G)[0][0], Role.COOPERATIVE, "group: adopt it first"),
    "pay": (
        group.Pay(A, 1, name("p"), Parts(principal=1), DAY),
        Role.BANK,
        "group: not bound",
    ),
    "claim": (pool.FileClaim(C, LENT, 0, 91, LATER), Role.BANK, "pool: adopt it first"),
    "recover": (
        pool.Recover(C, name("v"), 100, LATER),
        Role.BANK,
        "pool: adopt it first",
    ),
    "anchor": (first_anchor("log", 3), Role.PLATFORM, "anchor: adopt it first"),
}


@pytest.mark.parametrize("what", ACTS)
def test_nothing_is_begun_again_that_stood_before(what: str, moved: House) -> None:
    act, by, text = ACTS[what]
    assert moved.why(act, by) == text


def test_what_was_not_taken_over_is_answered_from_before(moved: House) -> None:
    ask = moved.made.ask
    assert moved.record(A).status is agreement.Status.DISBURSED
    assert moved.claim(C).status is pool.Status.ACCEPTED
    assert ask(group.group(G)).status is group.Status.SIGNED
    assert ask(group.call_of(A)).asked == (0, 45_000, 45_000, 0, 0)
    assert ask(anchor.head(Role.PLATFORM, anchor.origin_id("log"))).size == 3


def test_all_goes_on_once_it_is_taken_over(moved: House) -> None:
    origin = anchor.origin_id("log")
    assert moved.why(group.AdoptCall(A)) == "group: adopt it first"
    before = [moved.record(A), moved.record(C), moved.claim(C)]
    for act in (
        agreement.Adopt(A),
        agreement.Adopt(C),
        group.Adopt(G),
        group.AdoptCall(A),
        pool.Adopt(C),
        anchor.Adopt(Role.PLATFORM, origin),
    ):
        moved.do(act)
        assert "known already" in (moved.why(act) or "")
    assert [moved.record(A), moved.record(C), moved.claim(C)] == before
    moved.do(group.Pay(A, 1, name("p"), Parts(principal=45_000), DAY))
    moved.do(pool.Add(0, name("fill"), 10 * LENT, LATER), Role.GOVERNMENT)
    assert moved.claim(C).queued == 0
    moved.do(pool.Recover(C, name("v"), 100, LATER))


def test_money_that_came_before_comes_not_again(moved: House) -> None:
    moved.do(agreement.SetBounds(bounds(), DAY))  # The bounds are said anew: they were a decision.
    moved.do_all(lent(name("new")))
    same = agreement.Charge(name("new"), name("charge", C), Parts(fee=1), DAY)
    assert moved.why(same) == "agreement: received already"


def test_a_third_contract_reaches_back_over_the_second(moved: House) -> None:
    """What the second never took over is still there for the third, and still not to be begun."""
    moved.succeeded()
    moved.do(pool.AdoptFund())
    assert moved.record(A).status is agreement.Status.DISBURSED
    assert moved.why(applied(A)) == "agreement: adopt it first"
    assert moved.why(pool.FileClaim(C, LENT, 0, 91, LATER)) == "pool: adopt it first"
    moved.do_all([(agreement.Adopt(A), Role.BANK), (pool.Adopt(C), Role.BANK)])
    assert moved.record(A).outstanding == LENT


def test_a_dropped_claim_does_not_come_back(house: House) -> None:
    house.do_all([*lent(C), charged(C), *claimed(C, accept=False)])
    house.succeeded()
    reason = name("reason")
    house.do_all(
        [
            (pool.AdoptFund(), Role.BANK),
            (agreement.Adopt(C), Role.BANK),
            (pool.SetShare(pool.Share(7_000, 90, name("leaf")), LATER), Role.GOVERNMENT),
            (pool.Adopt(C), Role.BANK),
            (pool.Drop(C, reason, LATER), Role.GOVERNMENT),
        ]
    )
    assert house.why(pool.Adopt(C)) == "pool: nothing to adopt"
    assert house.claim(C).status is pool.Status.UNKNOWN
    house.do(pool.FileClaim(C, LENT, 5_000, 91, LATER))


def test_the_queue_is_taken_over_before_it_moves(house: House) -> None:
    """A claim joins or leaves the queue only where its neighbours are here."""
    ids = [name("wait", number) for number in range(3)]
    for id in ids:
        house.do_all([*lent(id), charged(id), *claimed(id)])
    assert (house.fund().first, house.fund().last) == (ids[0], ids[2])
    house.succeeded()
    house.do(pool.AdoptFund())
    for id in ids:
        house.do(agreement.Adopt(id))
    house.do(pool.Add(0, name("early"), 100, LATER), Role.GOVERNMENT)
    assert house.fund().balances[0] == 100  # Nobody is paid before the first is here.
    house.do(pool.Adopt(ids[1]))
    whole = pool.Recover(ids[1], name("all"), 2 * LENT, LATER)
    assert house.why(whole) == "pool: adopt it first"
    house.do_all([(pool.Adopt(ids[0]), Role.BANK), (pool.Adopt(ids[2]), Role.BANK)])
    house.do(whole)
    assert house.claim(ids[0]).after == ids[2]
    assert house.claim(ids[2]).before == ids[0]
    house.do(pool.Add(0, name("late"), FEN_MAX // 2, LATER), Role.GOVERNMENT)
    assert house.fund().first == house.fund().last == bytes(32)
    assert all(house.claim(id).queued == 0 for id in ids)


def test_old_contracts_refuse_all_and_answer_still(house: House) -> None:
    house.do_all(lent(A))
    before = house.succeeded()
    at = before.address("Agreement")
    assert house.made.address("Agreement") != at
    act = agreement.Receive(A, name("r"), Kind.BORROWER, Parts(principal=1), DAY)
    assert before.try_(act, SIGNERS[Role.BANK].address) == "agreement: not in force"
    assert before.ask(agreement.record(A), at=at).outstanding == LENT


def test_nothing_to_adopt_is_told(house: House) -> None:
    assert house.why(agreement.Adopt(A)) == "agreement: nothing to adopt"
    assert house.why(group.Adopt(G)) == "group: nothing to adopt"
    assert house.why(group.AdoptCall(A)) == "group: nothing to adopt"
    assert house.why(pool.Adopt(C)) == "pool: nothing to adopt"
    assert house.why(anchor.Adopt(Role.BANK, A)) == "anchor: nothing to adopt"
    assert house.why(pool.AdoptFund()) == "pool: known already"


def test_a_pool_without_its_fund_does_nothing(house: House) -> None:
    house.succeeded()
    add = pool.Add(0, name("fill"), 1, DAY)
    assert house.why(add, Role.GOVERNMENT) == "pool: adopt the fund first"
    stop = parties.Stop(name("why"), DAY)
    house.do_all([(stop, Role.BANK), (stop, Role.PLATFORM)])
    house.do(pool.AdoptFund())  # Taking over binds nobody anew.
    assert house.why(add, Role.GOVERNMENT) is None

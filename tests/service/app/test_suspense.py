"""Suspense through the use cases: listed with its age, released by two people, closed in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from bank_branch import Branch
from bank_store import FIRST, RING, at

from suixin.data.errors import InputError
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.payments import pay, payment, payments
from suixin.service.app.proposals import Proposal, confirm
from suixin.service.app.receiving import Due, exchange, expect
from suixin.service.app.settlements import owed
from suixin.service.app.suspense import (
    CaseSeen,
    Way,
    case,
    close_case,
    propose_release,
    suspense,
    suspense_total,
)
from suixin.service.day_end.reading import standing
from suixin.service.home import Home
from suixin.service.store.key_ring import add_key


@pytest.fixture
def branch(database: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Branch:
    """A branch whose home is the service's, with its keys; the bank forgets every reference."""
    made = Branch.opened(tmp_path, no_reference=10_000)
    monkeypatch.setenv("SUIXIN_HOME", str(tmp_path))
    add_key(made.home.keys, bytes(32))
    return made


def lent(branch: Branch, name: str) -> None:
    """A loan of 80,000 that is paid out on the first day, and two nights of it."""
    branch.house.borrower(name)
    pay(branch.house.actor, branch.house.order(name), key=name, at=at(FIRST))
    branch.live(2)


def paid_in(branch: Branch, name: str, reference: str, fen: int) -> CaseSeen:
    """Money that is expected and comes without its reference: it waits, with a proposal."""
    about = branch.house.agreements[f"a-{name}"].about
    expect(branch.house.actor, Due(reference=reference, about=about, fen=fen, on=branch.day))
    branch.bank.pay_in(reference, fen, branch.day, payer="张三")
    branch.live()
    (found,) = suspense(branch.house.cashier, at=at(branch.day))
    return found


def released(branch: Branch, way: Way, subject: str, name: str) -> Proposal:
    """Proposed by the cashier, agreed to by the risk officer."""
    told = propose_release(branch.house.cashier, way, subject, name=name, key=f"{way}/{subject}",
                           why="the payer telephoned", at=at(branch.day))  # fmt: skip
    return confirm(branch.house.risk, told.proposal, digest=told.digest, at=at(branch.day))


def test_what_two_people_explain_counts_from_the_day_it_came(branch: Branch) -> None:
    house = branch.house
    lent(branch, "one")
    came = branch.day
    found = paid_in(branch, "one", "R1", 30_000_00)
    assert (found.why, found.fen, found.candidate) == ("unknown", 30_000_00, "R1")
    assert (found.payer, found.text) == ("张三", "货款")
    assert suspense_total(house.cashier).in_ledger_fen == 30_000_00
    told = propose_release(house.cashier, Way.EXPLAIN, found.key, name="R1", key="k",
                           why="the payer telephoned", at=at(branch.day))  # fmt: skip
    with pytest.raises(InputError) as alone:
        confirm(replace(house.cashier, duties=frozenset(Duty)), told.proposal, digest=told.digest,
                at=at(branch.day))  # fmt: skip
    assert alone.value.code == "SAME_PERSON"
    confirm(house.risk, told.proposal, digest=told.digest, at=at(branch.day))
    assert suspense(house.cashier, at=at(branch.day)) == ()
    closed = case(house.cashier, found.key, at=at(branch.day))
    assert (closed.closed_by, closed.how) == (("user:1", "user:2"), "explained as R1")
    branch.live()
    state = standing(house.actor, "a-one")
    # Two nights on 80,000 are paid first, then a night on the rest: since it came, not since today.
    assert (closed.value_on, state.on) == (came, branch.day - timedelta(days=1))
    assert (state.principal_fen, state.interest_fen) == (50_044_44, 13_91)
    branch.hold()


def test_it_may_be_the_borrowers_own_and_wrong_words_release_nothing(branch: Branch) -> None:
    house = branch.house
    lent(branch, "two")
    found = paid_in(branch, "two", "R2", 5_000_00)
    with pytest.raises(InputError) as wrong:
        released(branch, Way.EXPLAIN, found.key, "R9")
    assert wrong.value.code == "NOT_EXPLAINED"
    for way, name, code in (
        (Way.OFFSET, "nothing", "NO_CASE"),
        (Way.GIVE, "a-none", "NO_AGREEMENT"),
        (Way.REPLACE, "", "NO_PAYMENT"),
    ):
        with pytest.raises(InputError) as wrong:
            released(branch, way, found.key, name)
        assert wrong.value.code == code
    assert len(suspense(house.cashier, at=at(branch.day))) == 1
    told = propose_release(house.cashier, Way.GIVE, found.key, name="a-two", key="give",
                           why="it is his own", at=at(branch.day))  # fmt: skip
    confirm(house.risk, told.proposal, digest=told.digest, at=at(branch.day))
    (his,) = owed(house.cashier)
    assert (his.party, his.payable_fen) == ("h-two", 5_000_00)
    with pytest.raises(InputError) as wrong:
        released(branch, Way.PAY_OUT, "h-two", "1")
    assert wrong.value.code == "OTHER_CONTENT"
    paid = propose_release(house.cashier, Way.PAY_OUT, "all", name="500000", key="out",
                           why="the week's settlements", at=at(branch.day))  # fmt: skip
    confirm(house.risk, paid.proposal, digest=paid.digest, at=at(branch.day))
    branch.live(2)
    assert owed(house.cashier) == ()
    branch.hold()


def test_who_may_not_see_what_is_personal_sees_the_case_without_it(branch: Branch) -> None:
    lent(branch, "three")
    found = paid_in(branch, "three", "R3", 5_000_00)
    auditor = Caller(institution=branch.house.institution, by="user:9",
                     duties=frozenset({Duty.AUDITOR}))  # fmt: skip
    (seen,) = suspense(auditor, at=at(branch.day))
    assert (seen.key, seen.fen, seen.payer, seen.text) == (found.key, found.fen, "", "")
    household = replace(auditor, duties=frozenset({Duty.HOUSEHOLD}))
    with pytest.raises(InputError) as fault:
        suspense(household, at=at(branch.day))
    assert fault.value.code == "NOT_PERMITTED"


def test_cases_grow_older_and_one_without_money_is_closed_in_words(
    database: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    branch = Branch.opened(tmp_path, wrong_amount=10_000, settled_status=10_000)
    monkeypatch.setenv("SUIXIN_HOME", str(tmp_path))
    add_key(branch.home.keys, bytes(32))
    house = branch.house
    house.borrower("four")
    paid = pay(house.actor, house.order("four"), key="four", at=at(FIRST))
    branch.live()
    branch.hold()
    next_day = at(FIRST + timedelta(days=1))
    cases = {one.why: one for one in suspense(house.cashier, at=next_day, ring=RING)}
    assert cases["amount_mismatch"].fen == -8_000_00
    told = cases["no_line"]
    assert (told.fen, told.working_days, told.raised) == (0, 1, 1)
    later = at(FIRST + timedelta(days=7))
    assert {(one.working_days, one.raised) for one in suspense(house.cashier, at=later)} == {(5, 3)}
    with pytest.raises(InputError) as fault:
        close_case(house.cashier, told.key, how=" ", at=later)
    assert fault.value.code == "NO_WORDS"
    with pytest.raises(InputError) as fault:
        close_case(house.cashier, cases["amount_mismatch"].key, how="it is small", at=later)
    assert fault.value.code == "NO_CASE"
    close_case(house.cashier, told.key, how="the bank was asked", at=later)
    assert [one.why for one in suspense(house.cashier, at=later)] == ["amount_mismatch"]
    assert payment(house.cashier, paid.id)[0].state == "settled"


def test_a_payment_that_no_statement_shows_is_paid_under_a_new_number_by_two(
    branch: Branch,
) -> None:
    house = branch.house
    house.borrower("lost")
    paid = pay(house.actor, house.order("lost"), key="lost", at=at(FIRST))
    exchange(house.cashier, at=at(branch.day))
    for path in (branch.bank.folder / "outbox").iterdir():
        path.unlink()  # The bank never saw it.
    order = house.order("lost", on=FIRST + timedelta(days=1), replaces=paid.id)
    told = propose_release(house.cashier, Way.REPLACE, paid.id, name="", key="r",
                           why="the bank has no such file", at=at(branch.day))  # fmt: skip
    for agree in (lambda: pay(house.actor, order, key="lost-2", at=at(branch.day)),
                  lambda: confirm(house.risk, told.proposal, digest=told.digest,
                                  at=at(branch.day))):  # fmt: skip
        with pytest.raises(InputError) as fault:
            agree()
        assert fault.value.code == "STILL_OPEN"
        branch.live()
    confirm(house.risk, told.proposal, digest=told.digest, at=at(branch.day))
    first, second = sorted(payments(house.cashier), key=lambda one: one.attempt)
    assert (first.id, first.state, first.replaced_by) == (paid.id, "sent", second.id)
    assert (second.attempt, second.state) == (2, "pending")
    branch.live(2)
    assert payment(house.cashier, second.id)[0].state == "settled"
    assert standing(house.actor, "a-lost").principal_fen == 80_000_00
    branch.hold()

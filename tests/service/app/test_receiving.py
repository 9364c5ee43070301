"""A bank's day through the use cases: paid out, repaid, swept, given back, paid on."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from bank_branch import OPENING, Branch
from bank_store import FIRST, RING, TWO, House, at

import suixin
from suixin.data.errors import InputError
from suixin.lending.events import Freeze
from suixin.lending.ledger import Scope
from suixin.service.app.bank import desk_of, open_bank
from suixin.service.app.payments import pay, payment, payments
from suixin.service.app.receiving import (
    Due,
    exchange,
    expect,
    file_faults,
    refund,
    send,
    statement_days,
    statement_lines,
    take_in,
)
from suixin.service.app.settlements import owed, pay_out, pay_out_all, payable
from suixin.service.app.suspense import suspense
from suixin.service.day_end.ending import end_days
from suixin.service.day_end.reading import standing
from suixin.service.day_end.receiving import receive
from suixin.service.home import Home
from suixin.service.rails.profile import profile_on
from suixin.service.store.agreements import history_of


@pytest.fixture
def branch(database: Home, tmp_path: Path) -> Branch:
    return Branch.opened(tmp_path)


def test_a_loan_is_paid_out_and_repaid_through_the_bank(branch: Branch) -> None:
    house = branch.house
    terms = house.borrower("one")
    paid = pay(house.actor, house.order("one"), key="one", at=at(FIRST))
    branch.live()
    told, moves = payment(house.cashier, paid.id)
    assert (told.state, told.value_on) == ("settled", FIRST)
    assert [one.became for one in moves] == ["pending", "sent", "settled"]  # The line came first.
    assert standing(house.actor, "a-one").principal_fen == 80_000_00
    assert house.books.balance("1002") == house.books.balance("2002") == 0
    branch.hold()
    expect(house.actor, Due(reference="R1", about=terms.about, fen=30_000_00, on=branch.day))
    branch.bank.pay_in("R1", 30_000_00, branch.day)
    branch.live()
    state = standing(house.actor, "a-one")
    assert state.principal_fen == 50_000_00 + 22_22  # A night at ten per cent of 360 is paid first.
    branch.hold()
    latest, first = statement_days(house.cashier)
    assert (latest.number, latest.differs_fen) == (2, 0)
    assert (first.closing_fen, first.differs_fen) == (OPENING - 80_000_00, 0)
    (line,) = statement_lines(house.cashier, latest.name)
    assert (line.verdict, line.expected, line.fen) == ("exact", "R1", 30_000_00)
    assert file_faults(house.cashier) == ()


def test_what_comes_back_is_no_debt_and_its_payee_is_blocked(
    database: Home, tmp_path: Path
) -> None:
    branch = Branch.opened(tmp_path, returned=10_000, returned_days=2)
    house = branch.house
    house.borrower("back")
    first = pay(house.actor, house.order("back"), key="back", at=at(FIRST))
    branch.live(5)
    assert [one.state for one in payments(house.cashier)] == ["returned"]
    assert standing(house.actor, "a-back").owed_fen == 0
    assert house.books.balance("1101") == house.books.balance("4001") == 0
    branch.hold()
    with pytest.raises(InputError) as blocked:
        pay(house.actor, house.order("back", replaces=first.id), key="again", at=at(branch.day))
    assert blocked.value.code == "PAYEE_BLOCKED"


@pytest.mark.mechanism("C12")
def test_a_share_of_each_settlement_repays_and_the_rest_is_paid_on(branch: Branch) -> None:
    house = branch.house
    terms = house.borrower("sold", share_bps=2_000)
    order = house.order("sold", 50_000_00)
    pay(house.actor, order, key="sold", at=at(FIRST))
    branch.live()
    settled = Due(reference="SET1", about=terms.about, fen=10_000_01, on=branch.day, order="o-1")
    expect(house.actor, settled)
    branch.bank.pay_in("SET1", 10_000_01, branch.day)
    branch.live()
    state = standing(house.actor, "a-sold")
    assert state.principal_fen + state.interest_fen == 50_000_00 + 13_89 - 2_000_00
    (merchant,) = owed(house.cashier)
    assert (merchant.party, merchant.fen, merchant.payable_fen) == ("h-sold", 8_000_01, 8_000_01)
    branch.hold()

    # A fifth of what a buyer gets back is the merchant's again, and owed anew.
    assert refund(house.actor, "a-sold", "o-1", 1_000_00, key="f-1", on=branch.day,
                  at=at(branch.day))  # fmt: skip
    assert not refund(house.actor, "a-sold", "o-1", 1_000_00, key="f-1", on=branch.day,
                      at=at(branch.day))  # fmt: skip
    branch.live()
    (merchant,) = owed(house.cashier)
    assert merchant.payable_fen == 8_000_01 + 200_00
    branch.hold()

    (ready,) = payable(house.actor)
    with pytest.raises(InputError) as other:
        pay_out_all(house.actor, fen=1, by=TWO, key="p", on=branch.day, at=at(branch.day))
    assert other.value.code == "OTHER_CONTENT"
    (out,) = pay_out_all(house.actor, fen=ready.payable_fen, by=TWO, key="p", on=branch.day,
                         at=at(branch.day))  # fmt: skip
    assert (out.fen, out.payee, out.from_account) == (8_200_01, "home-sold", "2003")
    (merchant,) = owed(house.cashier)
    assert (merchant.on_its_way_fen, merchant.payable_fen) == (8_200_01, 0)
    assert pay_out(house.actor, "h-sold", by=TWO, key="p/h-sold", on=branch.day,
                   at=at(branch.day)) == out  # fmt: skip
    branch.live(2)
    assert owed(house.cashier) == ()
    assert payment(house.cashier, out.id)[0].state == "settled"
    branch.hold()


@pytest.mark.mechanism("C12")
def test_without_sales_nothing_is_asked_until_the_long_stop(branch: Branch) -> None:
    house = branch.house
    house.borrower("none", share_bps=2_000, floor_fen=5_000_00, until=date(2026, 5, 2))
    pay(house.actor, house.order("none", 50_000_00), key="none", at=at(FIRST))
    branch.live((date(2026, 5, 1) - FIRST).days + 1)
    assert standing(house.actor, "a-none").dues == ()
    branch.live()
    state = standing(house.actor, "a-none")
    assert state.not_due_fen == 0
    assert [due.due_on for due in state.dues] == [date(2026, 5, 2)]
    branch.hold()


def test_a_settlement_is_not_the_merchants_before_the_share_is_taken(branch: Branch) -> None:
    house = branch.house
    terms = house.borrower("early", share_bps=2_000)
    pay(house.actor, house.order("early", 50_000_00), key="early", at=at(FIRST))
    branch.live()
    expect(house.actor, Due(reference="SET9", about=terms.about, fen=1_000_00, on=branch.day,
                            order="o-9"))  # fmt: skip
    branch.bank.pay_in("SET9", 1_000_00, branch.day)
    branch.bank.end_day()
    desk = desk_of(house.actor, on=branch.day, home=branch.home, ring=RING)
    take_in(house.cashier, desk, at=at(branch.day, 23))
    (merchant,) = owed(house.cashier)
    assert (merchant.fen, merchant.unworked_fen, merchant.payable_fen) == (1_000_00, 1_000_00, 0)
    assert payable(house.actor) == ()
    assert house.books.balance("1001") == branch.bank.bank.balance_fen
    list(end_days(house.actor, branch.day, lake=branch.home.lake))
    assert owed(house.cashier)[0].payable_fen == 800_00
    branch.hold()


def test_what_an_agreement_would_refuse_waits_with_its_reason(branch: Branch) -> None:
    house = branch.house
    terms = house.borrower("held")
    paid = pay(house.actor, house.order("held"), key="held", at=at(FIRST))
    desk = desk_of(house.actor, on=FIRST, home=branch.home, ring=RING)
    send(house.cashier, desk, at=at(FIRST))  # The money is on its way, and then draws are stopped.
    receive(house.actor, terms.agreement, [Freeze(key="f", on=FIRST, booked_on=FIRST,
                                                  hold="draw_stopped")])  # fmt: skip
    branch.bank.end_day()  # Nothing was taken yet: it is paid a day later.
    take_in(house.cashier, desk, at=at(FIRST, 23))
    list(end_days(house.actor, FIRST, lake=branch.home.lake))
    branch.day += timedelta(days=1)
    branch.live()
    assert payment(house.cashier, paid.id)[0].state == "accepted"
    (case,) = suspense(house.cashier, at=at(branch.day), ring=RING)
    assert (case.why, case.fen, case.payment) == ("not_awaited", -80_000_00, paid.id)
    assert "held (draw_stopped)" in case.note
    assert house.books.balance("1101") == 0
    assert not [one for one in history_of(house.actor, terms.agreement) if one.key == paid.id]
    branch.hold()


def test_what_is_expected_is_expected_once_and_must_be_something(branch: Branch) -> None:
    house = branch.house
    terms = house.borrower("due")
    due = Due(reference="R1", about=terms.about, fen=5_00, on=FIRST, payer="张三")
    assert expect(house.actor, due, ring=RING)
    assert not expect(house.actor, due, ring=RING)
    for wrong, code in (
        (Due(reference="R1", about=terms.about, fen=6_00, on=FIRST), "KEY_TAKEN"),
        (Due(reference="R2", about=terms.about, fen=0, on=FIRST), "AMOUNT"),
        (Due(reference="", about=terms.about, fen=1, on=FIRST), "AMOUNT"),
        (Due(reference="R2", about=terms.about, fen=1, on=FIRST, order="o"), "NO_SWEEP"),
    ):
        with pytest.raises(InputError) as fault:
            expect(house.actor, wrong, ring=RING)
        assert fault.value.code == code
    assert house.books.balances(Scope()) == {"1001": OPENING, "3001": -OPENING}


def test_an_account_begins_once_and_a_bank_of_its_own_has_its_own_profile(
    branch: Branch, tmp_path: Path
) -> None:
    house, before = branch.house, FIRST - timedelta(days=1)
    branch.live()
    profile = branch.desk().profile
    open_bank(house.actor, profile, closing_fen=OPENING, on=before)  # The same again.
    with pytest.raises(InputError) as fault:
        open_bank(house.actor, profile, closing_fen=OPENING + 1, on=before)
    assert fault.value.code == "BEGUN"
    other = House.opened()
    with pytest.raises(InputError) as fault:
        desk_of(other.actor, on=FIRST, home=branch.home, ring=RING)
    assert fault.value.code == "NO_BANK"
    assert exchange(other.cashier, at=at(FIRST))[1] == ()
    banks = tmp_path / "policies" / "banks"
    banks.mkdir(parents=True)
    packaged = (Path(suixin.__file__).parent / "policies/banks/simulated.yaml").read_text("utf-8")
    (banks / "county.yaml").write_text(packaged.replace("8010526018159083", "622848"), "utf-8")
    own = profile_on("county", FIRST, tmp_path / "policies")
    open_bank(other.actor, own, closing_fen=1_00, on=before)
    desk = desk_of(other.actor, on=FIRST, home=branch.home, ring=RING)
    assert (desk.profile.name, desk.profile.account.number) == ("county", "622848")

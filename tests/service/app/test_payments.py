"""Payments that two people release: entered once, reserved, withdrawn, to who is listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from bank_store import FIRST, RING, TWO, House, at, payee
from stored import url

from suixin.data.errors import InputError
from suixin.service.app.payees import list_payee, payees, unblock_payee
from suixin.service.app.payments import pay, payment, payments, withdraw
from suixin.service.home import Home
from suixin.service.store.people import Registered, register
from suixin.service.store.session import acting

NOW = at(FIRST)


@pytest.fixture(scope="module")
def house(database: Home) -> House:
    return House.opened()


def refused(house: House, **differs: object) -> str:
    order = replace(house.order("refused"), **differs)  # type: ignore[arg-type]
    with pytest.raises(InputError) as fault:
        pay(house.actor, order, key="refused", at=NOW)
    return fault.value.code


def test_a_payment_is_reserved_and_bears_nothing_until_the_bank_says_so(house: House) -> None:
    house.borrower("one")
    paid = pay(house.actor, house.order("one"), key="one", at=NOW)
    assert (paid.state, paid.fen, paid.payee) == ("pending", 80_000_00, "shop-one")
    assert house.books.standing(f"a-one/{paid.id}") == "pending"
    assert house.books.balance("1101") == 0
    again = pay(house.actor, house.order("one"), key="one", at=at(FIRST + timedelta(days=3)))
    assert again == paid
    (listed,) = payments(house.cashier, agreement="a-one")
    assert listed == paid
    told, moves = payment(house.cashier, paid.id)
    assert told == paid
    assert [(one.was, one.became, one.by, one.why) for one in moves] == [
        ("", "pending", "user:1", "a test")
    ]


def test_the_same_is_not_paid_twice_under_another_key_or_on_another_day(house: House) -> None:
    house.borrower("twice")
    order = house.order("twice")
    pay(house.actor, order, key="twice", at=NOW)
    for other, code in (
        (order, "ALREADY_SENT"),
        (replace(order, on=FIRST + timedelta(days=1)), "ALREADY_SENT"),
        (replace(order, fen=1_00), "ALREADY_SENT"),
    ):
        with pytest.raises(InputError) as fault:
            pay(house.actor, other, key="other", at=NOW)
        assert fault.value.code == code
    with pytest.raises(InputError) as fault:
        pay(house.actor, replace(order, fen=1_00), key="twice", at=NOW)
    assert fault.value.code == "KEY_TAKEN"


@pytest.mark.mechanism("E03")
def test_only_who_is_listed_by_two_people_is_paid(house: House) -> None:
    house.borrower("refused")
    assert refused(house, payee="nobody") == "NO_PAYEE"
    assert refused(house, by=("user:1", " User:1")) == "TWO_PEOPLE"
    assert refused(house, by=("user:1", "")) == "TWO_PEOPLE"
    assert refused(house, fen=0) == "NO_AMOUNT"
    assert refused(house, purpose="RENT") == "PURPOSE"
    assert refused(house, text="\x07") == "TEXT_FORM"
    assert refused(house, replaces="SX1") == "NO_PAYMENT"
    with acting(house.actor), psycopg.connect(url()) as owner:
        owner.execute("update payee set blocked_by = 'B1' where listed = 'shop-refused'")
    assert refused(house) == "PAYEE_BLOCKED"
    with pytest.raises(InputError, match="two people"):
        unblock_payee(house.actor, "shop-refused", by=("user:1", "user:1"))
    unblock_payee(house.actor, "shop-refused", by=TWO)
    assert pay(house.actor, house.order("refused"), key="refused", at=NOW).state == "pending"


def test_a_payee_is_looked_at_when_he_is_listed_and_stays_as_he_is(house: House) -> None:
    register(house.actor, Registered(party_id="s-9", kind="business"))
    told = payee("shop-9", "s-9")
    faults = {
        "PAYEE_ACCOUNT_FORM": replace(told, account="1 2"),
        "PAYEE_IDENTITY_FORM": replace(told, identity="911"),
        "BANK_NUMBER_FORM": replace(told, bank_number="12"),
        "NO_PARTY": replace(told, party="s-none"),
    }
    for code, wrong in faults.items():
        with pytest.raises(InputError) as fault:
            list_payee(house.actor, RING, wrong, by=TWO, at=NOW)
        assert fault.value.code == code
        assert told.account not in str(fault.value)
    assert list_payee(house.actor, RING, told, by=TWO, at=NOW)
    assert not list_payee(house.actor, RING, told, by=TWO, at=NOW)
    with pytest.raises(InputError) as fault:
        list_payee(house.actor, RING, replace(told, bank_number="402611000019"), by=TWO, at=NOW)
    assert fault.value.code == "KEY_TAKEN"
    (listed,) = payees(house.cashier, party="s-9")
    assert (listed.listed, listed.blocked_by) == ("shop-9", "")
    with psycopg.connect(url()) as owner:
        rows = owner.execute("select payee::text from payee where listed = 'shop-9'").fetchall()
    assert told.account not in str(rows)
    assert told.name not in str(rows)


def test_what_was_not_sent_is_withdrawn_and_paid_anew_under_another_number(house: House) -> None:
    house.borrower("back")
    first = pay(house.actor, house.order("back"), key="back", at=NOW)
    with pytest.raises(InputError) as fault:
        pay(house.actor, house.order("back", replaces=first.id), key="back-2", at=NOW)
    assert fault.value.code == "STILL_OPEN"
    gone = withdraw(house.actor, first.id, why="the shop has closed", at=NOW)
    assert (gone.state, gone.reason) == ("rejected", "withdrawn: the shop has closed")
    assert house.books.standing(f"a-back/{first.id}") == "voided"
    with pytest.raises(InputError) as fault:
        withdraw(house.actor, first.id, why="again", at=NOW)
    assert fault.value.code == "NOT_PENDING"
    second = pay(house.actor, house.order("back", replaces=first.id), key="back-2", at=NOW)
    assert (second.attempt, second.state, second.id != first.id) == (2, "pending", True)


def test_another_institution_sees_none_of_it(house: House) -> None:
    other = House.opened()
    house.borrower("seen")
    paid = pay(house.actor, house.order("seen"), key="seen", at=NOW)
    assert payments(other.cashier) == ()
    assert payees(other.cashier) == ()
    for id in (paid.id, "SX000000NONE"):
        with pytest.raises(InputError) as fault:
            payment(other.cashier, id)
        assert fault.value.code == "NO_PAYMENT"

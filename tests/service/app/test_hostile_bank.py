"""Sixty days with a bank that does all that banks do, killed again and again: nothing is lost."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random

import pytest
from bank_branch import Branch
from bank_days import simulated
from bank_store import FIRST, RING, TWO, at
from django.db import connections

from suixin.data.errors import InputError
from suixin.service.app.payees import unblock_payee
from suixin.service.app.payments import Paid, pay, payments
from suixin.service.app.receiving import Due, expect, refund, send, take_in
from suixin.service.app.settlements import pay_out_all, payable
from suixin.service.app.suspense import suspense
from suixin.service.day_end.reading import standing
from suixin.service.home import Home
from suixin.service.rails import cases
from suixin.service.store.session import acting, query

RAILS = simulated().rails
SEEDS = range(1, 7) if os.environ.get("SUIXIN_NIGHTLY") else (3,)
KILLS = 200 if os.environ.get("SUIXIN_NIGHTLY") else 12
DAYS, HOUSEHOLDS = 60, 9


def ordered(branch: Branch, chance: Random) -> None:
    """What people do on a day: pay loans out, expect receipts, pay merchants, look at cases."""
    house, day, number = branch.house, branch.day, (branch.day - FIRST).days
    moment = at(day)
    if number < HOUSEHOLDS:
        name = f"n{number}"
        house.borrower(name, share_bps=2_000 if number % 3 == 0 else 0)
        pay(house.actor, house.order(name, 9_000_00 + number, on=day), key=name, at=moment)
    for at_number in range(min(number, HOUSEHOLDS)):
        terms = house.agreements[f"a-n{at_number}"]
        if chance.random() < 0.25:
            reference, fen = f"R{number:03d}{at_number}", 100_00 + chance.randrange(10_000)
            order = f"o-{reference}" if terms.sweep is not None else ""
            expect(house.actor, Due(reference=reference, about=terms.about, fen=fen, on=day,
                                    order=order))  # fmt: skip
            branch.bank.pay_in(reference, fen, day)
            if order and chance.random() < 0.2:
                refund(house.actor, terms.agreement, order, fen // 4, key=reference, on=day,
                       at=moment)  # fmt: skip
    for one in payments(house.cashier, most=200):
        if one.from_account == "1101" and not one.replaced_by:
            again(branch, one)
    if number % 7 == 6:
        ready = payable(house.actor)
        whole = sum(one.payable_fen for one in ready)
        pay_out_all(house.actor, fen=whole, by=TWO, key=f"week-{number}", on=day, at=moment)
    for case in suspense(house.cashier, at=moment, ring=RING):
        if case.candidate and case.fen and chance.random() < 0.5:
            with suppress(InputError):  # Another may have taken its place since.
                branch.desk().decide(
                    lambda known, case=case: cases.explain(  # type: ignore[misc]
                        known, branch.desk().profile, case.key, name=case.candidate, by=TWO,
                        booked_on=day,
                    ).outcome,
                    day,
                )  # fmt: skip


def again(branch: Branch, one: Paid) -> None:
    """What came to nothing is paid once more, where two people let the payee be paid."""
    house = branch.house
    if one.state in ("rejected", "returned") and one.attempt < 3:
        name = one.agreement.removeprefix("a-")
        if one.state == "returned":
            unblock_payee(house.actor, one.payee, by=TWO)
        order = house.order(name, one.fen, on=branch.day, replaces=one.id)
        with suppress(InputError):  # Entered before: it waits, or is on its way.
            pay(house.actor, order, key=f"{name}/{one.attempt + 1}", at=at(branch.day))


def worked(branch: Branch) -> None:
    """A process of its own that exchanges files until it is killed."""
    inherited = [connection.connection for connection in connections.all()]
    for connection in connections.all():
        connection.connection = None  # It is the parent's; a fork must not end it.
    while inherited:
        send(branch.house.cashier, branch.desk(), at=at(branch.day))
        take_in(branch.house.cashier, branch.desk(), at=at(branch.day))


def test_desks_killed_by_the_system_anywhere_send_each_payment_once(
    database: Home, tmp_path: Path
) -> None:
    """Two at once, each killed as it happens; the bank tells everything twice."""
    branch, chance = Branch.opened(tmp_path, repeat_file=10_000), Random(5)
    house, fork = branch.house, get_context("fork")
    for number in range(KILLS):
        terms = house.borrower(f"k{number}")
        order = house.order(f"k{number}", 700_00 + number, on=branch.day)
        pay(house.actor, order, key=f"k{number}", at=at(branch.day))
        due = Due(reference=f"K{number:03d}", about=terms.about, fen=1_00 + number, on=branch.day)
        expect(house.actor, due)
        branch.bank.pay_in(due.reference, due.fen, branch.day)
        desks = [fork.Process(target=worked, args=(branch,)) for _ in range(2)]
        for desk in desks:
            desk.start()
        time.sleep(chance.uniform(0.01, 0.25))
        for desk in desks:
            desk.kill()
            desk.join()
        branch.bank.step(at(branch.day, 10))
        branch.bank.end_day()
        branch.day += timedelta(days=1)
    branch.settle()
    branch.hold()
    paid = payments(house.cashier, most=200)
    assert len(paid) == KILLS
    for one in paid:
        assert (one.state, branch.bank.bank.debited[one.id]) == ("settled", [one.fen])
    with acting(house.actor):
        came = query("select count(*), sum(fen)::bigint from receipt_part"
                     " where institution_id = %s", [house.institution])  # fmt: skip
    assert came == [(KILLS, sum(1_00 + number for number in range(KILLS)))]
    loans_hold(branch)


@pytest.mark.parametrize("seed", SEEDS)
def test_sixty_days_with_a_hostile_bank_and_a_desk_that_is_killed(
    database: Home, tmp_path: Path, seed: int
) -> None:
    temper = RAILS["simulated.temper"]["hostile"]
    branch, chance = (
        Branch.opened(tmp_path, code=f"hostile-{seed}", seed=seed, **temper),
        Random(seed),
    )
    for _ in range(DAYS):
        ordered(branch, chance)
        branch.live(dies=lambda: chance.random() < 0.06)
        branch.hold_books()
    branch.settle()
    branch.hold()
    assert branch.kills > DAYS // 4
    explained(branch)
    loans(branch)


def explained(branch: Branch) -> None:
    """Every payment is final, or it is told why not; and it is what the bank did."""
    house, done = branch.house, branch.bank.bank.debited
    with acting(house.actor):
        about = {payment for (payment,) in query(
            "select payment from suspense_case where institution_id = %s and payment <> ''",
            [house.institution])}  # fmt: skip
        missed = dict(query("select id, missed from payment where institution_id = %s",
                            [house.institution]))  # fmt: skip
    states = set()
    for one in payments(house.cashier, most=200):
        states.add(one.state.value)
        debits = done.get(one.id, [])
        assert bool(one.line) is (one.fen in debits), one
        if one.state in ("pending", "sent", "accepted"):
            assert one.id in about or missed[one.id] >= RAILS["retry.statements"], one
        if one.state == "rejected":
            assert not debits, one
    assert states >= {"settled"}
    assert states & {"rejected", "returned"}


def loans_hold(branch: Branch) -> None:
    """What the agreements say is what the ledger has; on its way is what no line has shown."""
    house = branch.house
    owed = [standing(house.actor, name) for name in house.agreements]
    assert sum(one.principal_fen for one in owed) == house.books.balance("1101")
    told = [one for one in payments(house.cashier, most=200) if one.state == "settled"]
    on_its_way = house.books.balance("1002") + house.books.balance("2002")
    assert on_its_way == -sum(one.fen for one in told if not one.line)


def loans(branch: Branch) -> None:
    """The loans hold, and the verdicts were of every kind."""
    loans_hold(branch)
    verdicts = {line.verdict.value for taken in branch.taken for line in taken.judged}
    assert verdicts >= {"seen", "exact", "batch", "partial", "over", "bank_fee",
                        "unknown", "confirmed", "completes"}  # fmt: skip
    assert branch.day > FIRST + timedelta(days=DAYS)

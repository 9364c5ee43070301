"""A lender that ends its days: what is entered waits for the end, and the book is the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lending_world import World

from suixin.data.errors import InputError
from suixin.lending.ledger import Scope
from suixin.service.app import arrears, loans, portfolio, portfolio_rows, servicing
from suixin.service.app.caller import service_caller
from suixin.service.app.day_end import end_day
from suixin.service.app.servicing import Settled
from suixin.service.app.standings import standings
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import acting


def ended(world: World, folder: Path, days: int) -> None:
    """Live through so many days, each ended."""
    first = world.day
    world.later(days=days)
    caller = service_caller(world.institution, "day-end")
    end_day(caller, first + timedelta(days=days - 1), at=world.at, lake=folder)


@pytest.mark.mechanism("C12")
def test_the_book_after_a_days_end_is_the_book_replayed(world: World, tmp_path: Path) -> None:
    names = []
    for number, product in enumerate(("sales_flow", "village_live", "sales_flow")):
        world.register(f"h-{number}")
        names.append(world.lent(f"h-{number}", product, 2_000_000, times=1))
    ended(world, tmp_path, 1)
    servicing.sweep(
        world.cashier,
        names[0],
        [Settled(order="o-1", fen=5_000_000, on=world.day)],
        key="s",
        at=world.at,
    )
    with pytest.raises(InputError) as wrong:
        servicing.receive(world.cashier, names[0], fen=-1, on=world.day, key="x", at=world.at)
    assert wrong.value.code == "AMOUNT"
    ended(world, tmp_path, 1)
    last = max(
        loans.agreement(world.officer, name, at=world.at).terms.rows[-1].due_on for name in names
    )
    ended(world, tmp_path, (last - world.day).days + 95)
    closed = world.day - timedelta(days=1)
    told = {row.agreement: row for row in portfolio_rows.book(world.actor, closed)}
    with acting(world.actor):
        again = {
            one.terms.agreement: portfolio_rows._replayed(
                world.actor, one, told[one.terms.agreement].village_code
            )
            for one in standings(world.actor, on=closed)
        }
    assert told == again
    made = portfolio.portfolio(world.risk, closed)
    assert made.at_risk[-1].principal_fen == made.principal_fen > 0
    assert {one.grade for one in made.grades if one.agreements} == {3}
    assert sum(one.bad_fen for one in made.vintages) == 6_000_000
    proposed = arrears.write_off(world.risk, names[2], why="gone", key="w", at=world.at)
    world.agreed(proposed, world.second_risk)
    ended(world, tmp_path, 1)
    row = loans.agreement(world.officer, names[2], at=world.at).row
    assert row.life == "written_off"
    after = {
        one.agreement: one
        for one in portfolio_rows.book(world.actor, world.day - timedelta(days=1))
    }
    assert after[names[2]] == replace(
        told[names[2]],
        life="written_off",
        principal_fen=0,
        written_off_fen=after[names[2]].written_off_fen,
        days_past_due=after[names[2]].days_past_due,
        grade=after[names[2]].grade,
    )
    assert after[names[2]].written_off_fen == StoredBooks(world.actor).balance(
        "9004", Scope(agreement=names[2])
    )
    assert after[names[2]].written_off_fen > 2_000_000  # With interest and penalty in the books.

"""What keeps a day open, what a close leaves to be done, and a state that is written anew."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from histories import after
from lives import START
from portfolios import LOAN, SWEPT, draw, opened, sale, same_as_replayed, signed
from stored import NewBooks, url

from suixin.data.errors import InputError
from suixin.lending import events as kinds
from suixin.lending.transaction import Transaction, pair_of
from suixin.service.day_end import items, subsidies
from suixin.service.day_end.ending import Around, end_days, ended, under_way
from suixin.service.day_end.items import Kind
from suixin.service.day_end.rebuilding import rebuild
from suixin.service.day_end.receiving import receive
from suixin.service.store import agreements
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import Actor


@pytest.fixture
def actor(stored_books: NewBooks) -> Actor:
    return opened(stored_books)


def spoiled(actor: Actor, change: str, agreement: str) -> None:
    """A state changed by another hand, past every rule but the columns' own."""
    with psycopg.connect(url()) as owner:
        owner.execute(
            f"update agreement_state set {change}"
            f" where institution_id = {actor.institution} and agreement = '{agreement}'"
        )


def test_a_movement_that_stands_in_one_institutions_books_alone_keeps_the_day_open(
    stored_books: NewBooks, actor: Actor, tmp_path: Path
) -> None:
    claim = kinds.ClaimAccepted(key="c", on=after(112), booked_on=after(112), fen=100_00)
    signed(actor, [({"rate": 960, "rows": [[after(20)]]}, [draw(), claim])])
    list(end_days(actor, after(111), lake=tmp_path))
    with pytest.raises(InputError) as wrong:
        list(end_days(actor, after(112), lake=tmp_path))
    assert wrong.value.code == "PAIRS"
    assert "a-0/c" in str(wrong.value)
    left = under_way(actor)
    assert left is not None
    assert (left.day, left.step, left.worked) == (after(112), "closing", 1)
    half = pair_of("F102", "F201", 100_00)
    fund = stored_books("fund")
    fund.post(Transaction("a-0/c/fund", after(112), after(112), half, books="fund", pair="a-0/c"))
    (day,) = end_days(actor, after(112), lake=tmp_path)
    assert day.day == after(112)
    assert under_way(actor) is None


def test_money_that_nobody_placed_is_counted_and_raised_once_it_is_old(
    actor: Actor, tmp_path: Path
) -> None:
    paid = kinds.Receipt(key="r", on=START, booked_on=START, fen=700_00)
    signed(actor, [(LOAN, [draw(), paid])])
    days = [one for end in (0, 9) for one in end_days(actor, after(end), lake=tmp_path)]
    over = 700_00 - 500_00
    fresh = {"rows": 1, "fen": -over, "old_rows": 0, "old_fen": 0}
    assert [one.counts["clearing"]["2001"] for one in days[:8]] == [fresh] * 8
    assert days[8].counts["clearing"]["2001"] == {**fresh, "old_rows": 1, "old_fen": -over}
    (raised,) = items.open_items(actor, (Kind.SUSPENSE,))
    assert (raised.day, raised.agreement) == (after(8), "2001/a-0")
    assert raised.content == {"account": "2001", "agreement": "a-0", "party": "h-1", "fen": -over}
    given_back = kinds.Release(
        key="b", on=after(10), booked_on=after(10), fen=over, by=("officer", "approver")
    )
    receive(actor, "a-0", [given_back])
    (day,) = end_days(actor, after(10), lake=tmp_path)
    assert day.counts["clearing"] == {}


def test_a_state_that_differs_is_named_and_rebuilt_from_its_history(
    actor: Actor, tmp_path: Path
) -> None:
    portfolio = signed(actor, [(LOAN, [draw()]), (SWEPT, [draw(), sale(3), sale(6)])])
    days = [one.day for end in (0, 8) for one in end_days(actor, after(end), lake=tmp_path)]
    spoiled(actor, "principal_fen = principal_fen + 1, ahead_fen = 7", "a-1")
    with pytest.raises(InputError) as wrong:
        list(end_days(actor, after(9), lake=tmp_path))
    assert wrong.value.code == "DIFFERS"
    assert "Agreements that differ: a-1." in str(wrong.value)
    made = rebuild(actor, "a-1")
    assert {name for name, _, _ in made.changed} == {"principal_fen", "ahead_fen"}
    assert rebuild(actor, "a-1").changed == ()
    days += [one.day for one in end_days(actor, after(9), lake=tmp_path)]
    same_as_replayed(actor, portfolio, tmp_path, days)
    with pytest.raises(InputError) as wrong:
        rebuild(actor, "a-9")
    assert wrong.value.code == "NO_AGREEMENT"


def test_what_was_posted_by_another_hand_is_named(actor: Actor, tmp_path: Path) -> None:
    signed(actor, [(LOAN, [draw()])])
    list(end_days(actor, START, lake=tmp_path))
    StoredBooks(actor).post(
        Transaction("x", after(1), after(1), pair_of("1101", "1002", 5), "by hand")
    )
    with pytest.raises(InputError) as wrong:
        list(end_days(actor, after(1), lake=tmp_path))
    assert wrong.value.code == "DIFFERS"
    assert "Agreements that differ: no agreement." in str(wrong.value)


@pytest.mark.mechanism("D01")
def test_a_subsidy_is_entered_as_each_month_ends_and_rounded_once_a_year(
    actor: Actor, tmp_path: Path
) -> None:
    signed(actor, [({"rate": 720, "rows": [[after(300)]]}, [draw(50_000_00)])])
    assert subsidies.grant(actor, "a-0", since=START, until=after(200))
    assert not subsidies.grant(actor, "a-0", since=START, until=after(200))
    with pytest.raises(InputError) as wrong:
        subsidies.grant(actor, "a-0", since=after(199), until=after(300))
    assert wrong.value.code == "OVERLAPS"
    march, april = date(2026, 3, 31), date(2026, 4, 30)
    for end in (march, april, april + timedelta(days=1)):  # The first ends its own day alone.
        list(end_days(actor, end, lake=tmp_path))
    # 50,000 yuan at 1 % a year: 31 days are 42.47, 61 days 83.56.
    paid = [
        (one.key, one.on, one.fen)
        for one in agreements.history_of(actor, "a-0")
        if isinstance(one, kinds.Subsidised)
    ]
    assert paid == [
        ("subsidy/2026-03", date(2026, 4, 1), 42_47),
        ("subsidy/2026-04", date(2026, 5, 1), 83_56 - 42_47),
    ]
    assert StoredBooks(actor).balance("1105") == 83_56
    first, second = items.open_items(actor, (Kind.SUBSIDY,))
    assert first.content["split"] == {"central": 21_24, "province": 12_74, "county": 8_49}
    assert sum(second.content["split"].values()) == 83_56 - 42_47


def test_what_is_done_beside_a_close_stands_or_falls_with_it(actor: Actor, tmp_path: Path) -> None:
    signed(actor, [(LOAN, [draw()])])
    seen: list[date] = []

    def refuses(made: object) -> None:
        raise InputError("NOT_TOLD", "The log is full.", "")

    around = Around(before=seen.append, closed=refuses)
    with pytest.raises(InputError) as wrong:
        list(end_days(actor, START, lake=tmp_path, around=around))
    assert wrong.value.code == "NOT_TOLD"
    assert ended(actor, START) is None
    told: list[str] = []
    around = Around(before=seen.append, closed=lambda made: told.append(made.digest))
    (day,) = end_days(actor, START, lake=tmp_path, around=around)
    assert told == [day.digest]
    assert seen == [START, START]

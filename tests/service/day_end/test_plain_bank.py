"""Money that came by the bank before the day's end: found as it stands, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from lives import START
from portfolios import draw, opened, signed
from stored import NewBooks

from suixin.data.errors import InputError
from suixin.lending import events as kinds
from suixin.lending.transaction import Transaction, pair_of
from suixin.service.day_end.ending import end_days, ended
from suixin.service.day_end.reading import standing
from suixin.service.day_end.receiving import receive
from suixin.service.store.agreements import terms_of
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import Actor


@pytest.fixture
def actor(stored_books: NewBooks, tmp_path: Path) -> Actor:
    """A loan that was paid out yesterday."""
    made = opened(stored_books)
    signed(made, [({"rate": 960, "rows": [[START.replace(year=START.year + 1)]]}, [draw()])])
    list(end_days(made, START, lake=tmp_path))
    return made


def arrives(actor: Actor, *, fen: int, told_fen: int) -> None:
    """A line of the bank's is booked, and the agreement told."""
    day, about = START.replace(day=START.day + 1), terms_of(actor, "a-0").about
    postings = pair_of("1001", "2001", fen, about)
    StoredBooks(actor).post(Transaction("a-0/B1", day, day, postings, "B1"))
    receive(actor, "a-0", [kinds.Receipt(key="B1", on=day, booked_on=day, fen=told_fen)])


def test_what_the_bank_brought_is_booked_once(actor: Actor, tmp_path: Path) -> None:
    arrives(actor, fen=500_00, told_fen=500_00)
    before, day = standing(actor, "a-0").principal_fen, START.replace(day=START.day + 1)
    list(end_days(actor, day, lake=tmp_path))
    books = StoredBooks(actor)
    (arrival,) = [one for one in books.transactions() if one.key == "a-0/B1"]
    assert arrival.postings[0].fen == 500_00
    assert books.find("a-0/B1/paid") is not None
    assert books.balance("2001") == 0
    paid = before - standing(actor, "a-0").principal_fen
    assert 0 < paid < 500_00  # Interest first.


def test_another_amount_under_its_key_stops_the_day(actor: Actor, tmp_path: Path) -> None:
    arrives(actor, fen=400_00, told_fen=500_00)
    day = START.replace(day=START.day + 1)
    with pytest.raises(InputError) as fault:
        list(end_days(actor, day, lake=tmp_path))
    assert fault.value.code == "KEY_TAKEN"
    assert ended(actor, day) is None

"""Books in the database: many at once, cut off at any moment, always what memory's books say."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any, TypeVar

import psycopg
import pytest
from django.db import Error, connections
from hypothesis import given, settings
from hypothesis import strategies as st
from stored import DAY, NewBooks, url

from suixin.data.errors import InputError
from suixin.lending.accounts import chart_on
from suixin.lending.books import Books
from suixin.lending.ledger import Ledger, Scope
from suixin.lending.transaction import Dimensions, Posting, Transaction, pair_of
from suixin.service.store.books import StoredBooks
from suixin.service.store.institutions import add_accounts, open_institution
from suixin.service.store.session import Actor, Role, acting, again, query

Made = TypeVar("Made")
ABOUT = Dimensions("a-1", "h-1", "sales_flow", "platform")


def draw(key: str, fen: int = 500) -> Transaction:
    return Transaction(key, DAY, DAY, pair_of("1101", "1002", fen, ABOUT))


@pytest.fixture
def books(stored_books: NewBooks) -> StoredBooks:
    made = stored_books()
    assert isinstance(made, StoredBooks)
    return made


def at_once(times: int, work: Callable[[int], Made]) -> list[Made | Exception]:
    """The results of some work that so many threads begin together, and what they raised."""
    gate = threading.Barrier(times)

    def one(number: int) -> Made | Exception:
        gate.wait()
        try:
            return work(number)
        except InputError as fault:
            return fault
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_the_same_ten_times_at_once_is_once(books: StoredBooks) -> None:
    found = at_once(10, lambda _: books.post(draw("same")))
    assert found == [draw("same")] * 10
    assert books.balance("1101") == 500


def test_of_ten_with_one_key_one_is_booked_and_nine_are_told(books: StoredBooks) -> None:
    found = at_once(10, lambda number: books.post(draw("key", number + 1)))
    taken = [one for one in found if isinstance(one, Transaction)]
    assert len(taken) == 1
    assert {one.code for one in found if isinstance(one, InputError)} == {"KEY_TAKEN"}
    assert books.balance("1101") == taken[0].postings[0].fen


def test_what_many_take_back_at_once_is_taken_back_once(books: StoredBooks) -> None:
    books.post(draw("of"))
    found = at_once(
        8, lambda number: books.reverse("of", by=f"b-{number}", value_on=DAY, booked_on=DAY)
    )
    assert sum(isinstance(one, Transaction) for one in found) == 1
    assert {one.code for one in found if isinstance(one, InputError)} == {"ALREADY_REVERSED"}
    assert books.balance("1101") == 0


def test_of_many_that_end_a_pending_one_at_once_one_does(books: StoredBooks) -> None:
    books.pend(draw("p"))

    def end(number: int) -> Transaction | None:
        if number % 2:
            return books.void("p", booked_on=DAY)
        return books.confirm("p", value_on=DAY, booked_on=DAY)

    found = at_once(8, end)
    told = {one.code for one in found if isinstance(one, InputError)}
    assert told == {"NOT_PENDING"}
    assert sum(isinstance(one, InputError) for one in found) == 4
    assert books.balance("1101") == (500 if books.standing("p") == "posted" else 0)


def test_batches_that_cross_are_all_booked(books: StoredBooks) -> None:
    made = [draw(f"x-{number}") for number in range(60)]

    def post(number: int) -> tuple[Transaction, ...]:
        return books.post_all(made if number % 2 else made[::-1])

    found = at_once(6, post)
    assert not [one for one in found if isinstance(one, Exception)]
    assert books.balance("1101") == 60 * 500
    assert sorted(one.key for one in books.transactions()) == sorted(one.key for one in made)


def test_all_of_a_batch_or_none(books: StoredBooks) -> None:
    books.post(draw("known", 7))
    with pytest.raises(InputError, match="known is taken"):
        books.post_all([draw("fresh"), draw("known", 8)])
    assert books.find("fresh") is None
    assert books.post_all([draw("fresh"), draw("known", 7)]) == (draw("fresh"), draw("known", 7))


def test_what_raises_takes_the_whole_transaction_back(books: StoredBooks) -> None:
    def work() -> None:
        with acting(books.actor):
            books.post(draw("first"))
            books.pend(draw("second"))
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert books.find("first") is None
    assert books.find("second") is None


def test_a_transaction_does_not_turn_to_another_institution(
    books: StoredBooks, stored_books: NewBooks
) -> None:
    other = stored_books()
    with acting(books.actor), pytest.raises(AssertionError, match="cannot turn"):
        other.post(draw("t"))
    with acting(books.actor), pytest.raises(InputError, match="works for institution") as wrong:
        query("select act_for(%s)", [books.actor.institution + 1])
    assert wrong.value.code == "INSTITUTION"


def test_a_deadlock_is_tried_anew(books: StoredBooks) -> None:
    gate = threading.Barrier(2)
    tries: list[int] = []

    def work(number: int) -> None:
        first = True

        def both() -> None:
            nonlocal first
            tries.append(number)
            with acting(books.actor):
                query("select pg_advisory_xact_lock(7, %s)", [number])
                if first:
                    first = False
                    gate.wait()
                query("select pg_advisory_xact_lock(7, %s)", [1 - number])

        again(both)

    assert at_once(2, work) == [None, None]
    assert sorted(set(tries)) == [0, 1]
    assert len(tries) > 2


def test_an_institution_is_opened_once_and_its_chart_grows(books: StoredBooks) -> None:
    chart = chart_on(DAY)
    first = open_institution("bank-once", chart, opened_on=DAY)
    assert open_institution("bank-once", chart, opened_on=DAY) == first
    with pytest.raises(InputError) as wrong:
        open_institution("bank-once", chart, opened_on=DAY, books="fund")
    assert wrong.value.code == "OTHER_BOOKS"
    assert add_accounts(first, chart) == 0
    own = {**chart, "1201": type(chart["1101"])("1201", "lender", "asset", "票据", "bills")}
    assert add_accounts(first, own) == 1
    with pytest.raises(InputError, match="no institution 999999"):
        StoredBooks(Actor(institution=999_999))


def test_an_auditor_and_an_agent_read_and_book_nothing(books: StoredBooks) -> None:
    books.post(draw("t"))
    auditor = StoredBooks(Actor(institution=books.actor.institution, role=Role.AUDITOR))
    assert auditor.balance("1101") == 500
    assert auditor.find("t") == draw("t")
    agent = StoredBooks(Actor(institution=books.actor.institution, role=Role.AGENT))
    assert agent.balance("1101") == 0  # Of no party of his villages.
    for reader in (auditor, agent):
        for work in (reader.post, reader.pend):
            with pytest.raises(InputError, match="permission denied") as wrong:
                work(draw("u"))
            assert wrong.value.code == "NOT_YOURS"
    assert books.find("u") is None


def test_many_transactions_are_read_by_the_thousand_in_the_order_of_entry(
    books: StoredBooks,
) -> None:
    made = [draw(f"n-{number}", number + 1) for number in range(2_100)]
    books.post_all(made)
    assert list(books.transactions()) == made
    assert list(books.transactions(Scope(agreement="a-1"))) == made
    assert list(books.transactions(Scope(valued_through=DAY))) == made
    assert not list(books.transactions(Scope(valued_through=DAY - timedelta(days=1))))


def test_sessions_that_are_cut_off_lose_nothing_that_was_acknowledged(books: StoredBooks) -> None:
    acknowledged: set[str] = set()
    stop = threading.Event()

    def post(number: int) -> None:
        try:
            for at in range(10_000):
                if stop.is_set():
                    return
                made = draw(f"{number}-{at}")
                try:
                    books.post(made)
                except Error:
                    connections.close_all()  # As a worker does; it asks again with the same key.
                    continue
                acknowledged.add(made.key)
        finally:
            connections.close_all()

    cut = """
        select pg_terminate_backend(pid) from pg_stat_activity
         where usename = 'suixin_app' and datname = current_database()
    """
    with ThreadPoolExecutor(4) as pool, psycopg.connect(url(), autocommit=True) as owner:
        running = [pool.submit(post, number) for number in range(4)]
        for _ in range(15):
            threading.Event().wait(0.05)
            owner.execute(cut)
        stop.set()
        for one in running:
            one.result()
    connections.close_all()
    stands = {one.key for one in books.transactions()}
    assert len(acknowledged) > 20
    assert acknowledged <= stands
    assert books.balances() == {"1101": 500 * len(stands), "1002": -500 * len(stands)}


ACCOUNTS = st.sampled_from(["1101", "1102", "2001", "4001", "9003"])
DAYS = st.integers(0, 4).map(lambda days: DAY + timedelta(days=days))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["post", "pend", "confirm", "void", "reverse"]),
        st.integers(0, 4),
        DAYS,
        DAYS,
        st.lists(st.tuples(ACCOUNTS, ACCOUNTS, st.integers(-900, 900)), min_size=1, max_size=3),
    ),
    max_size=14,
)


@settings(max_examples=40)
@given(steps=STEPS, valued=DAYS, booked=DAYS)
def test_whatever_is_done_both_kinds_of_books_say_the_same(
    stored_books: NewBooks, steps: list[Any], valued: date, booked: date
) -> None:
    memory, stored = Books(chart_on(DAY)), stored_books()
    for number, step in enumerate(steps):
        assert _done(memory, number, step) == _done(stored, number, step)
    scopes = [Scope(), Scope(valued_through=valued), Scope(booked_through=booked)]
    scopes += [Scope(agreement="a-1"), Scope(party="h-2", valued_through=valued)]
    for scope in scopes:
        assert dict(stored.balances(scope)) == dict(memory.balances(scope))
        assert list(stored.transactions(scope)) == list(memory.transactions(scope))
        for account in ("1101", "2001"):
            assert stored.statement(account, scope) == memory.statement(account, scope)
            assert stored.balance(account, scope) == memory.balance(account, scope)
    assert stored.waiting() == memory.waiting()
    assert stored.pairs() == memory.pairs()


def _done(ledger: Ledger, number: int, step: Any) -> Any:
    """What a step gives, or the code with which it is refused."""
    what, at, value_on, booked_on, amounts = step
    key = f"k-{at}"
    try:
        if what in ("post", "pend"):
            about = (ABOUT, Dimensions("a-2", "h-2"))[at % 2]
            postings = tuple(
                posting
                for debit, credit, fen in amounts
                for posting in (Posting(debit, fen, about), Posting(credit, -fen, about))
            )
            pair = f"p-{at}" if at == 3 else ""
            made = Transaction(key, value_on, booked_on, postings, "text", pair=pair)
            return getattr(ledger, what)(made)
        if what == "confirm":
            return ledger.confirm(key, value_on=value_on, booked_on=booked_on)
        if what == "void":
            return ledger.void(key, booked_on=booked_on)
        return ledger.reverse(key, by=f"b-{number}", value_on=value_on, booked_on=booked_on)
    except InputError as fault:
        return fault.code

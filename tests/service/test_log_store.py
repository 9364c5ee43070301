"""The log in the database keeps the contract of every store, and stands or falls with postings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.db import connections
from evidence_parties import author_key, log_key
from hypothesis import given, settings
from hypothesis import strategies as st
from store_contract import AUTHORS, Kept, LogContract, StoreContract, batch, orders, signed, tree
from stored import DAY, NewBooks, url

from suixin.data.errors import InputError
from suixin.evidence import entry, log
from suixin.evidence.entry import Body, Kind, Opening
from suixin.evidence.merkle import Head, ProofError, leaf_hash, root
from suixin.evidence.store import StoreFault
from suixin.evidence.tiles import Static, edge
from suixin.lending.transaction import Transaction, pair_of
from suixin.service.store import people
from suixin.service.store.books import StoredBooks
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.log_store import DatabaseStore
from suixin.service.store.openings import StoredOpenings
from suixin.service.store.people import Registered
from suixin.service.store.sealing import InstitutionKey
from suixin.service.store.session import Actor, Role, acting

RING = KeyRing((InstitutionKey("1", b"1" * 32),))


@pytest.fixture
def books(stored_books: NewBooks) -> StoredBooks:
    made = stored_books()
    assert isinstance(made, StoredBooks)
    return made


@pytest.fixture
def store(books: StoredBooks) -> DatabaseStore:
    return DatabaseStore(books.actor)


class _Database:
    @pytest.fixture
    def kept(self, books: StoredBooks) -> Kept:
        return Kept(lambda: DatabaseStore(books.actor))


class TestStoreInDatabase(_Database, StoreContract):
    pass


class TestLogInDatabase(_Database, LogContract):
    pass


def draw(key: str) -> Transaction:
    return Transaction(key, DAY, DAY, pair_of("1101", "1002", 500))


def test_leaves_and_postings_are_one_transaction(books: StoredBooks, store: DatabaseStore) -> None:
    with acting(books.actor):
        books.post(draw("t"))
        assert log.append(store, orders(0, 1)) == (0,)
    assert books.find("t") == draw("t")
    assert store.size() == 1

    def fails() -> None:
        with acting(books.actor):
            books.post(draw("u"))
            log.append(store, orders(1, 300))
            assert store.size() == 301
            assert root(301, store.node)  # And what it remembers of the tree goes as well.
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert books.find("u") is None
    assert store.size() == 1
    assert log.append(store, orders(1, 1)) == (1,)
    assert root(2, store.node) == root(2, DatabaseStore(books.actor).node)

    def refused() -> None:
        with acting(books.actor):
            log.append(store, orders(2, 1))
            books.post(replace(draw("t"), text="another"))  # And so the entry.

    with pytest.raises(InputError):
        refused()
    assert store.size() == 2


def test_many_processes_write_one_log_without_a_gap(books: StoredBooks) -> None:
    author = author_key("bank")

    def work(_: int) -> None:
        store = DatabaseStore(books.actor)
        try:
            for _ in range(12):
                with store.writing():
                    seq = store.next_seq(author.name)
                    made = entry.seal(Body(Kind.ORDER, 1_780_000_000, seq, bytes(32)), author)
                    assert log.append(store, [made]) == (seq,)
                    books.post(draw(f"t-{seq}"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(work, range(5)))
    store = DatabaseStore(books.actor)
    assert store.size() == 60
    seqs = [entry.open(raw, AUTHORS).body.seq for raw in store.entries(0, 60)]
    assert seqs == list(range(60))
    assert books.balance("1101") == 60 * 500


def test_what_another_process_added_is_seen_and_asked_for_anew(books: StoredBooks) -> None:
    one, other = DatabaseStore(books.actor), DatabaseStore(books.actor)
    one.add(batch(0, 255))
    other.add(batch(255, 3))
    with pytest.raises(StoreFault) as wrong:
        one.add(batch(255, 1))
    assert wrong.value.code == "WRITER"
    assert root(258, one.node) == tree(258).head().root
    one.add(batch(258, 300))
    assert root(558, other.node) == tree(558).head().root


@settings(max_examples=12)
@given(st.lists(st.tuples(st.sampled_from([1, 3, 100, 256, 300]), st.booleans()), max_size=8))
def test_whatever_is_taken_back_the_tree_is_the_one_that_stands(
    stored_books: NewBooks, steps: list[tuple[int, bool]]
) -> None:
    books: Any = stored_books()
    store, size = DatabaseStore(books.actor), 0
    for count, stays in steps:
        if stays:
            store.add(batch(size, count))
            size += count
        else:
            with suppress(KeyError), acting(books.actor):
                others = (b"other",) * count
                leaves = tuple(map(leaf_hash, others))
                store.add(replace(batch(size, count), entries=others, leaves=leaves))
                root(size + count, store.node)
                raise KeyError
        assert Head(store.size(), root(size, store.node)) == tree(size).head()
    fresh = DatabaseStore(books.actor)
    assert root(size, fresh.node) == tree(size).head().root


@pytest.mark.parametrize("size", [1, 256, 257, 700])
def test_its_static_files_are_a_log_that_anybody_reads(store: DatabaseStore, size: int) -> None:
    store.add(batch(0, size))
    assert store.fetch("checkpoint") is None
    store.publish(signed(size), size)
    assert store.fetch("checkpoint") == signed(size).encode()
    for at in {1, size // 2, size} - {0}:
        static = Static(store.fetch, at)
        assert root(at, static.node) == tree(at).head().root
        assert tuple(static.entries(0, at)) == batch(0, at).entries
    for tile in edge(size):
        assert store.fetch(tile.path) is not None
    for path in ("tile/0/003", "tile/entries/002.p/200", "tile/1/000", "tile/9/000", "../policy"):
        assert store.fetch(path) is None
    with pytest.raises(ProofError):
        Static(store.fetch, size + 1).node(0, size)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("update log_entry set raw = ''", "KEPT"),
        ("delete from log_entry where index = 2", "KEPT"),
        ("truncate log_entry", "KEPT"),
        ("update log_tile set root = hashes", "KEPT"),
        ("delete from log_head", "KEPT"),
        ("delete from log_author", "KEPT"),
        ("update log_author set next_seq = 1", "SEQ"),
        ("update log_head set size = 258", "WRITER"),
        ("update log_head set size = 260", "WRITER"),
        ("insert into log_entry select institution_id, 270, leaf, raw from log_entry"
         " where index = 0; update log_head set size = 260", "WRITER"),
        ("insert into log_entry select institution_id, 259, leaf, '' from log_entry"
         " where index = 0", "log_entry_hash"),
    ],
)  # fmt: skip
def test_raw_sql_does_not_change_the_log(store: DatabaseStore, statement: Any, code: str) -> None:
    store.add(batch(0, 259))
    with psycopg.connect(url()) as owner, pytest.raises(psycopg.Error) as wrong:
        owner.execute(_only(statement, store.actor.institution))
    assert wrong.value.diag.constraint_name == code
    assert store.size() == 259
    assert root(259, store.node) == tree(259).head().root


def _only(statement: str, institution: int) -> Any:
    """The statement for that institution's rows alone, where it is no truncate."""
    if statement.startswith("truncate"):
        return statement
    parts = []
    for part in statement.split(";"):
        word = "and" if " where " in part else "where"
        parts.append(f"{part} {word} institution_id = {institution}")
    return ";".join(parts)


def test_an_auditor_reads_the_log_and_an_agent_does_not(store: DatabaseStore) -> None:
    store.add(batch(0, 3))
    auditor = DatabaseStore(replace(store.actor, role=Role.AUDITOR))
    assert root(3, auditor.node) == tree(3).head().root
    agent = DatabaseStore(replace(store.actor, role=Role.AGENT))
    for work in (agent.size, lambda: auditor.add(batch(3, 1))):
        with pytest.raises(InputError) as wrong:
            work()
        assert wrong.value.code == "NOT_YOURS"


@pytest.fixture
def openings(store: DatabaseStore) -> StoredOpenings:
    people.register(store.actor, Registered(party_id="h-1", kind="household"))
    return StoredOpenings(store.actor, RING)


@pytest.mark.parametrize("party_id", ["", "h-1"])
def test_an_opening_is_kept_until_it_is_forgotten(openings: StoredOpenings, party_id: str) -> None:
    opening = Opening(b"s" * 32, b'{"fen":500}')
    openings.put(b"l" * 32, opening, party_id=party_id)
    openings.put(b"l" * 32, opening, party_id=party_id)
    assert openings.get(b"l" * 32) == opening
    assert openings.forget(b"l" * 32)
    assert not openings.forget(b"l" * 32)
    with pytest.raises(InputError) as wrong:
        openings.get(b"l" * 32)
    assert wrong.value.code == "NO_OPENING"


def test_an_opening_goes_with_its_person_and_the_entry_stays(
    store: DatabaseStore, openings: StoredOpenings
) -> None:
    opening, author = Opening(b"s" * 32, b'{"fen":500}'), author_key("bank")
    with store.writing():
        body = Body(Kind.ORDER, 1_780_000_000, 0, opening.commitment)
        made = entry.seal(body, author)
        log.append(store, [made])
        openings.put(made.leaf, opening, party_id="h-1")
    told = log.checkpoint(store, log_key())
    with psycopg.connect(url()) as owner:
        kept = owner.execute(
            "select kept from opening where institution_id = %s", [store.actor.institution]
        ).fetchall()
    assert opening.private not in kept[0][0]
    assert people.erase(store.actor, "h-1")
    with pytest.raises(InputError) as wrong:
        openings.get(made.leaf)
    assert wrong.value.code == "NO_OPENING"
    with pytest.raises(InputError) as wrong:
        openings.put(made.leaf, opening, party_id="h-1")
    assert wrong.value.code == "ERASED"
    assert log.prove(store, 0).checkpoint == told  # What was proved is proved.
    assert list(store.entries(0, 1)) == [made.raw]


def test_an_opening_of_another_institution_is_not_there(
    openings: StoredOpenings, stored_books: NewBooks
) -> None:
    openings.put(b"l" * 32, Opening(b"s" * 32, b"{}"))
    books: Any = stored_books()
    with pytest.raises(InputError):
        StoredOpenings(Actor(institution=books.actor.institution), RING).get(b"l" * 32)

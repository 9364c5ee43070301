"""The server killed under load, again and again: nothing acknowledged is lost, all is whole."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import Error, connections
from evidence_parties import author_key, log_key
from server_folders import server_folder
from store_contract import AUTHORS
from stored import DAY, TEMPLATE, owner_url, use
from stored import home as usual

from suixin.evidence import entry, log
from suixin.evidence.entry import Body, Kind
from suixin.evidence.merkle import Tree, leaf_hash, root
from suixin.lending.accounts import chart_on
from suixin.lending.transaction import Transaction, pair_of
from suixin.service import database as databases
from suixin.service import postgres
from suixin.service.home import Home
from suixin.service.store.books import StoredBooks
from suixin.service.store.institutions import open_institution
from suixin.service.store.log_store import DatabaseStore
from suixin.service.store.migrating import migrate
from suixin.service.store.session import Actor

TIMES = 50 if os.environ.get("SUIXIN_NIGHTLY") else 4
WRITERS = 4


@pytest.fixture
def home() -> Iterator[Home]:
    """A home of its own, to which Django is pointed meanwhile."""
    found = Home(server_folder())
    use(
        postgres.url_of(found, user=databases.APP, database=databases.NAME),
        postgres.url_of(found, database=databases.NAME),
    )
    yield found
    connections.close_all()
    use(
        postgres.url_of(usual(), user=databases.APP, database=TEMPLATE),
        owner_url(TEMPLATE, usual()),
    )
    shutil.rmtree(found.folder)


def write(actor: Actor, writer: int, stop: threading.Event, acknowledged: set[str]) -> None:
    """Post and log, each two together; what is cut off is sent again under its key."""
    author = author_key("bank")
    made = 0
    try:
        while not stop.is_set():
            drawn = Transaction(f"{writer}-{made}", DAY, DAY, pair_of("1101", "1002", 500))
            try:
                books, store = StoredBooks(actor), DatabaseStore(actor)
                with store.writing():
                    if books.find(drawn.key) is None:
                        seq = store.next_seq(author.name)
                        body = Body(Kind.ORDER, 1_780_000_000, seq, leaf_hash(drawn.key.encode()))
                        log.append(store, [entry.seal(body, author)])
                        books.post(drawn)
            except Error:
                connections.close_all()
                stop.wait(0.02)
                continue
            acknowledged.add(drawn.key)
            made += 1
    finally:
        connections.close_all()


def test_nothing_acknowledged_is_lost_and_books_and_log_agree(home: Home) -> None:
    chance, stop, acknowledged = Random(7), threading.Event(), set[str]()
    server = postgres.start(home)
    try:
        databases.ensure(server.url, databases.NAME)
        migrate()
        actor = Actor(institution=open_institution("bank", chart_on(DAY), opened_on=DAY))
        with ThreadPoolExecutor(WRITERS) as pool:
            running = [
                pool.submit(write, actor, writer, stop, acknowledged) for writer in range(WRITERS)
            ]
            try:
                for _ in range(TIMES):
                    before = len(acknowledged)
                    stop.wait(chance.uniform(0.05, 0.4))
                    server.child.kill()
                    server.stop()
                    server = postgres.start(home)
                    while len(acknowledged) < before + 3 and not any(one.done() for one in running):
                        stop.wait(0.01)
            finally:
                stop.set()
            for one in running:
                one.result()
        connections.close_all()
        books, store = StoredBooks(actor), DatabaseStore(actor)
        stands = [one.key for one in books.transactions()]
        assert acknowledged <= set(stands)
        assert len(stands) == len(set(stands)) == store.size() >= 3 * TIMES
        assert books.balances() == {"1101": 500 * len(stands), "1002": -500 * len(stands)}
        raws = list(store.entries(0, store.size()))
        told = [entry.open(raw, AUTHORS).body for raw in raws]
        assert [body.seq for body in told] == list(range(len(raws)))
        assert {body.commit for body in told} == {leaf_hash(key.encode()) for key in stands}
        assert root(len(raws), store.node) == Tree(map(leaf_hash, raws)).head().root
        assert log.checkpoint(store, log_key())
    finally:
        connections.close_all()
        server.stop()

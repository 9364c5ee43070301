"""Transactions a second into books in the database, beside bare inserts that check nothing.

`python -m bench.ledger_database [--transactions N] [--clients N] [--batch N]` starts the embedded
server in a folder of its own, with durability on. Clients are processes: each posts its share one
by one, a commit each; then one posts all in batches. The floor inserts the same rows, in the same
two ways, into a table without a rule. All balances are compared with those of a list in memory.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import numpy as np
import psycopg

from bench import last_line, table
from bench.ledger import DAY, Made, listed, made_up, unlike
from suixin.lending.accounts import chart_on
from suixin.lending.transaction import Dimensions, Posting, Transaction
from suixin.service import database, postgres
from suixin.service.home import Home

SMALL = ("--transactions", "2000", "--clients", "4")
TOGETHER_SECONDS = 600.0

BARE = """
    create table bare (
        key text collate "C", line smallint, value_on date, booked_on date,
        account text collate "C", fen bigint, currency text collate "C",
        agreement text collate "C", party text collate "C", sheet text collate "C",
        mode text collate "C", primary key (key, line));
    create index on bare (agreement);
    create index on bare (account, value_on);
    grant select, insert on bare to suixin_app
"""
INSERT = """
    insert into bare select * from unnest(%s::text[], %s::smallint[], %s::date[], %s::date[],
        %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
"""


@dataclass(frozen=True, slots=True)
class Run:
    """How long it took from the first to the last, and each call, in seconds."""

    seconds: float
    calls: tuple[float, ...]

    @property
    def p95_ms(self) -> float:
        """What 95 of 100 calls took at most, in milliseconds."""
        return float(np.percentile(self.calls, 95)) * 1_000


def main(arguments: Sequence[str]) -> str:
    """Print the rates; the last line has singles and batches, each beside its floor."""
    parser = argparse.ArgumentParser(prog="bench.ledger_database")
    parser.add_argument("--transactions", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--folder", type=Path, help="where the server keeps its data")
    given = parser.parse_args(arguments)
    made = made_up(given.transactions)
    postings = sum(len(one[3]) for one in made)
    shares = [made[client :: given.clients] for client in range(given.clients)]
    whole = [made[at : at + given.batch] for at in range(0, len(made), given.batch)]
    with served(given.folder):
        singles, batched = institution("bench-single"), institution("bench-batched")
        single = together([partial(post_singly, singles, share) for share in shares])
        batch = together([partial(post_batches, batched, whole)])
        bare_single = together([partial(insert_bare, [[one] for one in share]) for share in shares])
        emptied()
        bare_batch = together([partial(insert_bare, whole)])
        differing = unlike_either((singles, batched), made)
    rows = [
        ("books, one by one", given.clients, single),
        ("bare inserts, one by one", given.clients, bare_single),
        (f"books, by {given.batch}", 1, batch),
        (f"bare inserts, by {given.batch}", 1, bare_batch),
    ]
    print(
        table(
            ["how", "clients", "seconds", "transactions a second", "postings a second", "p95 ms"],
            [
                [
                    *(how, clients, run.seconds, len(made) / run.seconds),
                    *(postings / run.seconds, run.p95_ms),
                ]
                for how, clients, run in rows
            ],
        )
    )
    line = last_line(
        "bench.ledger_database",
        transactions=len(made),
        clients=given.clients,
        differing=differing,
        per_second=round(len(made) / single.seconds),
        p95_ms=round(single.p95_ms, 2),
        floor_per_second=round(len(made) / bare_single.seconds),
        batched_postings_per_second=round(postings / batch.seconds),
        batched_floor_per_second=round(postings / bare_batch.seconds),
    )
    print(line)
    return line


@contextmanager
def served(folder: Path | None) -> Iterator[None]:
    """An embedded server with a migrated database, to which this process and its children go."""
    home = Home(Path(tempfile.mkdtemp(prefix="suixin-bench-", dir=folder)))
    home.folder.chmod(0o755)
    try:
        with postgres.start(home) as server:
            database.ensure(server.url, database.NAME)
            os.environ["SUIXIN_HOME"] = str(home.folder)
            os.environ.pop("DATABASE_URL", None)
            from suixin.service.store.migrating import migrate

            pointed(home)
            migrate()
            with psycopg.connect(owner()) as connection:
                connection.execute(BARE)
            yield
            pointed(home)
    finally:
        shutil.rmtree(home.folder)


def pointed(home: Home) -> None:
    """Point this process at the home's database, also where it was at another before."""
    from django.db import connections

    found = database.located(home)
    connections.close_all()
    for alias, url, role in (
        ("default", found.url, database.APP),
        ("owner", found.owner_url, None),
    ):
        connections[alias].settings_dict.update(database.django_of(url, role=role))


def owner() -> str:
    return database.located().owner_url


def emptied() -> None:
    with psycopg.connect(owner()) as connection:
        connection.execute("truncate bare")


def institution(code: str) -> int:
    from suixin.service.store.institutions import open_institution

    return open_institution(code, chart_on(DAY), opened_on=DAY)


def together(works: Sequence[Any]) -> Run:
    """The works in a process each, begun together."""
    context = multiprocessing.get_context("spawn")
    gate, told = context.Barrier(len(works)), context.SimpleQueue()
    clients = [context.Process(target=worked, args=(work, gate, told)) for work in works]
    for one in clients:
        one.start()
    ends, calls, begins = [], [], []
    try:
        for _ in clients:
            while told.empty():
                if any(one.exitcode for one in clients):
                    raise RuntimeError("A client failed; what it said stands above.")
                sleep(0.005)
            began, ended, taken = told.get()
            begins.append(began)
            ends.append(ended)
            calls += taken
    finally:
        for one in clients:
            one.kill() if len(ends) < len(clients) else None
            one.join()
    return Run(max(ends) - min(begins), tuple(calls))


def worked(work: Any, gate: Any, told: Any) -> None:
    """One client: ready, together with the others, then its work."""
    calls = work(gate)
    told.put(calls)


def timed(gate: Any, works: Sequence[Any]) -> tuple[float, float, list[float]]:
    """When the works began and ended, and how long each took."""
    gate.wait(TOGETHER_SECONDS)
    began = perf_counter()
    calls, last = [], began
    for work in works:
        work()
        now = perf_counter()
        calls.append(now - last)
        last = now
    return began, last, calls


def post_singly(number: int, made: Sequence[Made], gate: Any) -> tuple[float, float, list[float]]:
    books = stored(number)
    transactions = [transaction(one) for one in made]
    return timed(gate, [partial(books.post, one) for one in transactions])


def post_batches(
    number: int, batches: Sequence[Sequence[Made]], gate: Any
) -> tuple[float, float, list[float]]:
    books = stored(number)
    made = [[transaction(one) for one in batch] for batch in batches]
    return timed(gate, [partial(books.post_all, batch) for batch in made])


def insert_bare(batches: Sequence[Sequence[Made]], gate: Any) -> tuple[float, float, list[float]]:
    with psycopg.connect(database.located().url, autocommit=True) as connection:
        connection.prepare_threshold = 3
        given = [columns(batch) for batch in batches]
        return timed(gate, [partial(connection.execute, INSERT, one) for one in given])


def columns(made: Sequence[Made]) -> list[list[Any]]:
    rows = [
        (key, line, day, day, account, fen, "CNY", agreement, "h-1", "sales_flow", "platform")
        for key, day, agreement, sides in made
        for line, (account, fen) in enumerate(sides, 1)
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def stored(number: int) -> Any:
    from suixin.service.store.books import StoredBooks
    from suixin.service.store.session import Actor

    return StoredBooks(Actor(institution=number))


def transaction(made: Made) -> Transaction:
    key, day, agreement, sides = made
    about = Dimensions(agreement, "h-1", "sales_flow", "platform")
    postings = tuple(Posting(account, fen, about) for account, fen in sides)
    return Transaction(key, day, day, postings)


def unlike_either(numbers: Sequence[int], made: Sequence[Made]) -> int:
    """How many balances differ from the list's; and whether the bare table's do."""
    rows = listed(list(made))
    wrong = sum(unlike(stored(number), rows) for number in numbers)
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["account"]] = sums.get(row["account"], 0) + row["fen"]
    with psycopg.connect(owner()) as connection:
        bare = connection.execute("select account, sum(fen) from bare group by account").fetchall()
    return wrong + ({account: int(fen) for account, fen in bare} != sums)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Days ended in the database: once, one after another, again after a kill, or not at all."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import psycopg
import pytest
from django.db import connections
from histories import after
from lives import START, rules
from portfolios import LOAN, SWEPT, draw, opened, posted, sale, same_as_replayed, signed, some
from stored import NewBooks, url

from suixin.data.errors import InputError
from suixin.lending import events as kinds
from suixin.lending.events import Event
from suixin.lending.replay import replay
from suixin.service.database import APP
from suixin.service.day_end import ending
from suixin.service.day_end.batch import connect
from suixin.service.day_end.ending import Ended, end_days, ended
from suixin.service.day_end.reading import standing
from suixin.service.day_end.receiving import receive
from suixin.service.store import agreements
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import Actor, acting, query


@pytest.fixture
def actor(stored_books: NewBooks) -> Actor:
    return opened(stored_books)


def digests(made: Iterable[Ended]) -> list[tuple[date, str, str]]:
    return [(one.day, one.digest, one.contributions_digest) for one in made]


def test_each_day_is_ended_once_and_the_days_between_are_caught_up(
    actor: Actor, tmp_path: Path
) -> None:
    portfolio = signed(actor, some())
    first = list(end_days(actor, START, lake=tmp_path))
    assert [one.day for one in first] == [START]
    assert list(end_days(actor, START, lake=tmp_path)) == []
    more = list(end_days(actor, after(40), lake=tmp_path))
    assert [one.day for one in more] == [after(number) for number in range(1, 41)]
    assert ended(actor, after(40)) == more[-1]
    assert ended(actor, after(41)) is None
    same_as_replayed(actor, portfolio, tmp_path, [after(number) for number in range(41)])
    closed_day = kinds.Receipt(key="r", on=after(40), booked_on=after(40), fen=1)
    with pytest.raises(InputError) as wrong:
        receive(actor, "a-0", [closed_day])
    assert wrong.value.code == "DAY_CLOSED"
    with pytest.raises(InputError) as wrong:
        StoredBooks(actor).reverse(
            "day:2026-03-20:accrue/sales_flow/platform",
            by="x",
            value_on=after(40),
            booked_on=after(40),
        )
    assert wrong.value.code == "DAY_CLOSED"


def test_a_quiet_agreement_is_not_touched(actor: Actor, tmp_path: Path) -> None:
    signed(actor, [({"rate": 960, "rows": [[after(300)]]}, [draw()])])
    days = list(end_days(actor, START, lake=tmp_path)) + list(
        end_days(actor, after(30), lake=tmp_path)
    )
    assert [one.worked for one in days] == [1] + [0] * 30
    assert [one.contributions for one in days[1:]] == [1] * 30
    with acting(actor):
        assert query("select worked_through, wake_on from agreement_state") == [(START, after(300))]


def test_interest_of_a_day_changed_late_is_put_right_on_that_day(
    actor: Actor, tmp_path: Path
) -> None:
    signed(actor, some())
    days = [*end_days(actor, START, lake=tmp_path), *end_days(actor, after(33), lake=tmp_path)]
    key = f"day:{days[-1].day}:accrue/sales_flow/platform"
    found = {one.key: one for one in StoredBooks(actor).transactions() if one.corrects}
    right = found[f"{key}/{after(20)}"]
    assert (right.value_on, right.booked_on) == (after(20), after(33))
    assert right.corrects == f"day:{after(20)}:accrue/sales_flow/platform"
    assert sum(one.fen for one in right.postings if one.account == "1102") < 0


def test_an_agreement_entered_late_is_taken_in_with_all_its_days(
    actor: Actor, tmp_path: Path
) -> None:
    late = kinds.Draw(key="first", on=START, booked_on=after(6), fen=500_00)
    portfolio = signed(actor, [(LOAN, [draw()])])
    days = [one.day for end in (0, 5) for one in end_days(actor, after(end), lake=tmp_path)]
    portfolio |= signed(actor, [(LOAN, [draw()]), (SWEPT, [late])])
    days += [one.day for one in end_days(actor, after(40), lake=tmp_path)]
    same_as_replayed(actor, portfolio, tmp_path, days)
    assert standing(actor, "a-1") == replace(
        replay(*portfolio["a-1"], on=after(40), rules=rules()).state, memory=ANY
    )
    with pytest.raises(InputError) as wrong:
        standing(actor, "a-2")
    assert wrong.value.code == "NO_AGREEMENT"


def test_what_an_agreement_does_not_take_is_told(actor: Actor, tmp_path: Path) -> None:
    signed(actor, [({"rate": 1200, "limit": 400_00, "rows": [[after(90)]]}, [draw(500_00)])])
    (day,) = end_days(actor, START, lake=tmp_path)
    assert day.refused == (("a-0", "first"),)
    assert (day.worked, day.contributions) == (1, 0)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (kinds.Receipt(key="first", on=START, booked_on=START, fen=1), "KEY_TAKEN"),
        (kinds.Receipt(key="r", on=after(-1), booked_on=START, fen=1), "DATES"),
        (sale(3), "NO_SWEEP"),
        (kinds.Reversal(key="x", on=START, booked_on=START, of="nothing"), "NO_EVENT"),
        (kinds.Receipt(key="r", on=START, booked_on=START, fen=0), "AMOUNT"),
    ],
)
def test_an_event_that_cannot_be_is_refused_when_it_is_sent(
    actor: Actor, event: Event, code: str
) -> None:
    signed(actor, [(LOAN, [draw()])])
    with pytest.raises(InputError) as wrong:
        receive(actor, "a-0", [event])
    assert wrong.value.code == code
    assert agreements.history_of(actor, "a-0") == (draw(),)
    assert receive(actor, "a-0", [draw()]) == ()


def test_an_institution_that_ends_its_days_books_no_event_by_itself(
    actor: Actor, tmp_path: Path
) -> None:
    signed(actor, [(LOAN, [])])
    agreements.record(actor, "a-0", [draw()], through=after(5), rules=rules())
    list(end_days(actor, after(5), lake=tmp_path))
    assert not {one.account for one in _own_interest(actor)}
    with pytest.raises(InputError) as wrong:
        agreements.record(actor, "a-0", [], through=after(6), rules=rules())
    assert wrong.value.code == "DAY_ENDS"


def _own_interest(actor: Actor) -> list[Any]:
    """Interest that stands in the books of an agreement alone: what `record` posted goes."""
    sums: Counter[str] = Counter()
    for one in StoredBooks(actor).transactions():
        for posting in one.postings:
            if posting.about.agreement and posting.account == "1102":
                sums[posting.account] += posting.fen
    return [posting for posting, fen in sums.items() if fen]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (
            "update agreement_state set not_due_fen = not_due_fen + 1000 where agreement = 'a-1'",
            "STATE",
        ),
        (
            "update agreement_state set principal_fen = principal_fen + 1 where agreement = 'a-1'",
            "DIFFERS",
        ),
        (
            "update agreement_state set other = '{\"suspense_fen\":7}' where agreement = 'a-0'",
            "STATE",
        ),
    ],
)
def test_a_difference_keeps_the_day_open(
    actor: Actor, tmp_path: Path, spoil: str, code: str
) -> None:
    signed(actor, some())
    list(end_days(actor, START, lake=tmp_path))
    before = posted(actor, own=False)
    with psycopg.connect(url()) as owner:
        owner.execute(f"{spoil} and institution_id = {actor.institution}")
    with pytest.raises(InputError) as wrong:
        list(end_days(actor, after(1), lake=tmp_path))
    assert wrong.value.code == code
    assert ended(actor, after(1)) is None
    assert posted(actor, own=False) == before


def test_two_at_once_one_waits_and_finds_it_done(actor: Actor, tmp_path: Path) -> None:
    signed(actor, some())
    made: list[list[Ended]] = []

    def end() -> None:
        try:
            made.append(list(end_days(actor, START, lake=tmp_path)))
        finally:
            connections.close_all()

    both = [threading.Thread(target=end) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(len(one) for one in made) == [0, 1]


def _end_slowly(settings: Any, actor: Actor, lake: Path, told: Any) -> None:
    """The child that is killed: batches of one, and each step told."""
    connect(settings, os.getppid())
    ending.BATCH = 1  # type: ignore[misc]
    list(
        end_days(actor, after(35), lake=lake, told=lambda day, done, of: told.send((day, done, of)))
    )
    told.send(None)


def test_killed_at_any_point_and_started_again_the_ledger_is_the_same(
    stored_books: NewBooks, tmp_path: Path
) -> None:
    whole, broken = opened(stored_books), opened(stored_books)
    for actor in (whole, broken):
        signed(actor, some())
        list(end_days(actor, after(28), lake=tmp_path))
    wanted = digests(end_days(whole, after(35), lake=tmp_path))
    context, moments = get_context("spawn"), random.Random(7)
    for messages in (2, 5, 9, 4):
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(
            target=_end_slowly,
            args=(dict(connections["default"].settings_dict), broken, tmp_path, theirs),
        )
        child.start()
        theirs.close()
        with suppress(EOFError):
            for _ in range(messages):
                if ours.recv() is None:
                    break
        time.sleep(moments.uniform(0, 0.1))
        child.kill()
        child.join()
    list(end_days(broken, after(35), lake=tmp_path, processes=2))
    got = [ended(broken, day) for day, _, _ in wanted]
    assert digests(one for one in got if one) == wanted
    assert posted(broken, own=True) == posted(whole, own=True)


def test_the_command_tells_each_day(actor: Actor, tmp_path: Path) -> None:
    signed(actor, some())
    with acting(actor):
        ((code,),) = query("select code from institution where id = %s", [actor.institution])
    told = command("--institution", code, "--on", str(START), "--lake", str(tmp_path))
    assert [one["day"] for one in told["days"]] == [str(START)]
    assert told["days"][0]["worked"] == len(some())
    assert command("--institution", "no-bank", "--on", str(START))["error"]["code"] == "INSTITUTION"


def command(*given: str) -> dict[str, Any]:
    """What `suixin day-end` tells, run on the tests' database."""
    done = subprocess.run(
        [sys.executable, "-c", "from suixin.cli import main; main()", "day-end", *given, "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DATABASE_URL": url(user=APP), "DATABASE_OWNER_URL": url()},
    )
    assert "Traceback" not in done.stderr
    return dict(json.loads(done.stdout))

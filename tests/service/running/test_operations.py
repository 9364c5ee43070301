"""What who looks after the service sees: figures, dead letters, and one run again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest
from django.test import RequestFactory
from stored import DAY, NewBooks

from suixin.data.errors import InputError
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.later import later
from suixin.service.app.operations import dead_letters, operations, run_again
from suixin.service.running import health
from suixin.service.running.metrics import exposition
from suixin.service.store.session import acting, query

NOW = datetime(2026, 7, 2, 4, tzinfo=UTC)
_numbers = count(1)


def caller_of(institution: int, *duties: Duty) -> Caller:
    """Somebody there with these duties."""
    return Caller(institution=institution, by="user:7", duties=frozenset(duties))


@pytest.fixture
def keeper(stored_books: NewBooks) -> Iterator[Caller]:
    """The administrator of a fresh institution."""
    books = stored_books()
    yield caller_of(books.actor.institution, Duty.ADMINISTRATOR)  # type: ignore[attr-defined]
    query("delete from procrastinate_jobs")


def fail(caller: Caller, *, party: str) -> int:
    """A dead letter about a party, with its note."""
    actor = caller.actor()
    number = later(actor, "rescore", lock=f"score:{party}", subject=party)
    with acting(actor):
        query("update procrastinate_jobs set status = 'doing' where id = %s", [number])
        query(
            "update procrastinate_jobs set status = 'failed', attempts = 6 where id = %s", [number]
        )
        query(
            "insert into job_note (institution_id, job, kind, code, place)"
            " values (%s, %s, 'fault', 'NO_PARTY', 'suixin.service.x:1')",
            [caller.institution, number],
        )
    return number


def test_a_dead_letter_is_seen_and_run_again_by_who_may(keeper: Caller) -> None:
    number = fail(keeper, party="h-1")
    (letter,) = dead_letters(keeper, at=NOW)
    assert (letter.job, letter.task, letter.told) == (number, "rescore", {"subject": "h-1"})
    assert (letter.tries, letter.code, letter.place) == (6, "NO_PARTY", "suixin.service.x:1")
    assert letter.given_up_at is not None
    cashier = caller_of(keeper.institution, Duty.CASHIER)
    assert dead_letters(cashier, at=NOW) == (letter,)
    with pytest.raises(InputError) as wrong:
        run_again(cashier, number, why="please", at=NOW)
    assert wrong.value.code == "NOT_PERMITTED"
    with pytest.raises(InputError) as wrong:
        run_again(keeper, number, why=" ", at=NOW)
    assert wrong.value.code == "NO_REASON"
    assert run_again(keeper, number, why="the party is there now", at=NOW) == "rescore"
    assert dead_letters(keeper, at=NOW) == ()
    assert operations(keeper, at=NOW).queues[0].waiting == 1
    with acting(keeper.actor()):
        told = query("select kind, by, why from job_note where job = %s order by id", [number])
    assert told[-1] == ("run again", "user:7", "the party is there now")


def test_another_institutions_letter_is_not_there(keeper: Caller, stored_books: NewBooks) -> None:
    number = fail(keeper, party="h-1")
    books = stored_books()
    other = caller_of(books.actor.institution, Duty.ADMINISTRATOR)  # type: ignore[attr-defined]
    assert dead_letters(other, at=NOW) == ()
    for job in (number, 999_999_999):
        with pytest.raises(InputError, match=f"There is no dead letter {job}") as wrong:
            run_again(other, job, why="mine", at=NOW)
        assert wrong.value.code == "NO_LETTER"
    assert len(dead_letters(keeper, at=NOW)) == 1


@pytest.mark.parametrize("duty", [Duty.HOUSEHOLD, Duty.STATION_AGENT, Duty.CREDIT_OFFICER])
def test_it_is_shown_to_who_looks_after_it_alone(keeper: Caller, duty: Duty) -> None:
    for asked in (operations, dead_letters):
        with pytest.raises(InputError) as wrong:
            asked(caller_of(keeper.institution, duty), at=NOW)
        assert wrong.value.code == "NOT_PERMITTED"


def test_figures_of_the_service_and_of_the_institution(keeper: Caller) -> None:
    fail(keeper, party="h-1")
    with acting(keeper.actor()):
        query("update institution set closed_through = %s where id = %s", [DAY, keeper.institution])
    found = operations(keeper, at=NOW)
    assert found.missing_steps == ()
    assert found.disk_free_bytes > 0
    assert found.database_bytes > 1_000_000
    assert (found.own.closed_through, found.own.day_age) == (DAY, 2)
    assert found.own.dead_letters == 1
    told = exposition(NOW).decode()
    label = f'{{institution="{keeper.institution}"}}'
    assert f"suixin_dead_letters{label} 1.0" in told
    assert f"suixin_day_end_age_days{label} 2.0" in told
    assert f"suixin_suspense_fen{label} 0.0" in told


def test_a_step_that_is_missing_or_a_full_disk_is_not_ready(
    keeper: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = RequestFactory().get("/ready")
    assert health.ready(asked).status_code == 200
    monkeypatch.setattr(health, "missing_steps", lambda: ("store.0099_tomorrow",))
    answer = health.ready(asked)
    assert (answer.status_code, b"suixin database migrate" in answer.content) == (503, True)
    monkeypatch.undo()
    monkeypatch.setattr(health, "disk_free", lambda: 1_000)
    assert health.ready(asked).status_code == 503


def test_a_day_end_that_is_late_is_told_and_still_ready(
    keeper: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(keeper.actor()):
        query("update institution set closed_through = %s where id = %s", [DAY, keeper.institution])
    monkeypatch.setattr(health, "now", lambda: datetime(2026, 7, 9, 4, tzinfo=UTC))
    answer = health.ready(RequestFactory().get("/ready"))
    assert (answer.status_code, b'"day_end", "state": "late"' in answer.content) == (200, True)


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        ("", {}, 200),
        ("", {"REMOTE_ADDR": "192.0.2.7"}, 404),
        ("", {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, 404),
        ("secret", {}, 404),
        ("secret", {"HTTP_AUTHORIZATION": "Bearer secreT"}, 404),
        ("secret", {"HTTP_AUTHORIZATION": "Bearer secret", "REMOTE_ADDR": "192.0.2.7"}, 200),
    ],
)
def test_figures_are_for_this_machine_or_who_has_the_token(
    keeper: Caller,
    monkeypatch: pytest.MonkeyPatch,
    token: str,
    headers: dict[str, str],
    status: int,
) -> None:
    monkeypatch.setenv(health.METRICS_TOKEN, token)
    asked = RequestFactory().get("/metrics", **headers)
    assert health.metrics(asked).status_code == status

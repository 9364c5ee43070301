"""The history of what may change: every change, with who made it and why, also one by raw SQL."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from stored import DAY, NewBooks, url

from suixin.service.store import models
from suixin.service.store.session import Actor, acting


def history(institution: int) -> list[tuple[Any, ...]]:
    with psycopg.connect(url()) as owner:
        return owner.execute(
            "select pgh_label, closed_through, pgh_context ->> 'by', pgh_context ->> 'why'"
            " from institution_history where id = %s order by pgh_id",
            [institution],
        ).fetchall()


def test_a_change_is_kept_with_who_made_it_and_why(stored_books: NewBooks) -> None:
    books: Any = stored_books()
    number = books.actor.institution
    with acting(Actor(institution=number, by="officer-7", why="the day's end")):
        models.Institution.objects.filter(id=number).update(closed_through=DAY)
    assert history(number) == [
        ("insert", None, None, None),
        ("update", DAY, "officer-7", "the day's end"),
    ]


def test_a_change_by_raw_sql_is_kept_too_and_stays(stored_books: NewBooks) -> None:
    books: Any = stored_books()
    number, later = books.actor.institution, DAY + timedelta(days=1)
    with psycopg.connect(url()) as owner:
        owner.execute("update institution set closed_through = %s where id = %s", [later, number])
    assert history(number)[-1] == ("update", later, None, None)
    for statement in (
        "delete from institution_history",
        "update institution_history set code = ''",
    ):
        with psycopg.connect(url()) as owner, pytest.raises(psycopg.Error, match="Cannot update"):
            owner.execute(statement)  # type: ignore[call-overload]
    assert len(history(number)) == 2


def test_who_acted_in_one_transaction_is_not_remembered_in_the_next(
    stored_books: NewBooks,
) -> None:
    books: Any = stored_books()
    number = books.actor.institution
    with acting(Actor(institution=number, by="officer-7")):
        pass
    with acting(Actor(institution=number, by="officer-8")):
        models.Institution.objects.filter(id=number).update(closed_through=DAY)
    assert history(number)[-1][2] == "officer-8"

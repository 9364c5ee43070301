"""The day's end in the database against `lending.replay`: every fen, every state, every day."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from histories import BORROWING, after, histories
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from portfolios import LOAN, draw, opened, same_as_replayed, signed
from stored import NewBooks, url

from suixin.kernel.money import round_by
from suixin.lending.events import ClaimAccepted, Event
from suixin.service.day_end.ending import end_days

EXAMPLES = 40 if os.environ.get("SUIXIN_NIGHTLY") else 2
LAST = 240 if os.environ.get("SUIXIN_NIGHTLY") else 110

# What a fund takes on stands in its own books too, which `test_closing` has.
ALONE = tuple(kind for kind in BORROWING if kind is not ClaimAccepted)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    many=st.lists(histories(ALONE), min_size=1, max_size=6),
    stops=st.sets(st.integers(0, LAST), max_size=3),
)
def test_any_portfolio_over_many_days_is_what_its_histories_say(
    stored_books: NewBooks,
    tmp_path_factory: pytest.TempPathFactory,
    many: list[tuple[dict[str, Any], list[Event]]],
    stops: set[int],
) -> None:
    actor, lake = opened(stored_books), tmp_path_factory.mktemp("lake")
    portfolio = signed(actor, many)
    days: list[date] = []
    for stop in sorted({*stops, 0, 60}):
        days += [one.day for one in end_days(actor, after(stop), lake=lake)]
        same_as_replayed(actor, portfolio, lake, days)


def test_an_amount_beyond_64_bits_times_its_rate_is_counted_to_the_fen(
    stored_books: NewBooks, tmp_path: Path
) -> None:
    actor = opened(stored_books)
    huge = draw(8 * 10**15 + 1)
    portfolio = signed(actor, [({"rate": 3650, "rows": [[after(300)]]}, [huge]), (LOAN, [draw()])])
    days = [one.day for end in (0, 40) for one in end_days(actor, after(end), lake=tmp_path)]
    same_as_replayed(actor, portfolio, tmp_path, days)


@given(
    num=st.integers(0, 10**30) | st.integers(0, 20).map(lambda half: half * 1_825_000),
    kind=st.sampled_from(["numeric", "bigint"]),
    rounding=st.sampled_from(["half_up", "half_even"]),
)
def test_the_database_rounds_as_the_core_does(
    database: Any, num: int, kind: str, rounding: Any
) -> None:
    num %= 2**61 if kind == "bigint" else 10**30
    with psycopg.connect(url()) as owner:
        ((found,),) = owner.execute(
            f"select round_by(%s::text, %s::{kind}, 3650000)", [rounding, Decimal(num)]
        ).fetchall()
    assert int(found) == round_by(rounding, num, 3_650_000)

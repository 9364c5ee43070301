"""What the database works for all at once is what `lending.replay` says, to the fen."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from histories import after
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lives import START
from portfolios import draw, opened, replayed, same_as_replayed, signed
from stored import NewBooks

from suixin.lending import events as kinds
from suixin.lending.events import Event
from suixin.lending.merchant import merchants_part
from suixin.service.day_end import batch
from suixin.service.day_end.ending import end_days
from suixin.service.day_end.plain import work_plain
from suixin.service.store.session import Actor, acting, query

EXAMPLES = 60 if os.environ.get("SUIXIN_NIGHTLY") else 2
LAST = 70 if os.environ.get("SUIXIN_NIGHTLY") else 34

TERMS: tuple[dict[str, Any], ...] = (
    {"rate": 960, "principal": 500_00, "instalments": 3},
    {"rate": 3650, "principal": 500_00, "instalments": 4, "day_count": "30/360"},
    {
        "rate": 1200,
        "rows": [[after(12), 90_00, None, 5_00], [after(25), 120_00, 3_00], [after(60)]],
    },
    {"rate": 2400, "rows": [[after(9), 200_00], [after(40)]], "day_count": "ACT/ACT"},
    {"rate": 1800, "sweep": [2_000, 50_00], "rows": [[after(30)], [after(65)]]},
    {"rate": 900, "sweep": [10_000], "rows": [[after(68)]], "ahead_last": True},
    {"rate": 960, "principal": 500_00, "instalments": 3, "ahead_last": True},
)


@dataclass
class Count:
    """How many agreements were worked at once."""

    plain: int = 0


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Count:
    count = Count()

    def work(*given: Any) -> int:
        found = work_plain(*given)
        count.plain += found
        return found

    monkeypatch.setattr(batch, "work_plain", work)
    return count


@st.composite
def plain_histories(draw_: st.DrawFn) -> tuple[dict[str, Any], list[Event]]:
    """A loan with receipts, or sales of orders, most on days of their own and known at once."""
    said = draw_(st.sampled_from(TERMS))
    happened: list[Event] = [draw()]
    for number, day in enumerate(sorted(draw_(st.lists(st.integers(1, LAST - 2), max_size=12)))):
        bank = draw_(st.sampled_from(["", "settled/"]))
        made = {"key": f"{bank}e-{number}", "on": after(day), "booked_on": after(day)}
        fen = draw_(st.integers(1, 80_00) | st.integers(1, 500_00))
        if "sweep" in said and draw_(st.integers(0, 3)):
            order = f"o-{number}" if draw_(st.integers(0, 3)) else "o-same"
            happened.append(kinds.Sale(**made, fen=fen, order=order))
        else:
            happened.append(kinds.Receipt(**made, fen=fen))
    return said, happened


@pytest.mark.mechanism("E06")
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(many=st.lists(plain_histories(), min_size=12, max_size=12))
def test_plain_days_of_any_portfolio_are_what_their_histories_say(
    stored_books: NewBooks,
    tmp_path_factory: pytest.TempPathFactory,
    counted: Count,
    many: list[tuple[dict[str, Any], list[Event]]],
) -> None:
    actor, lake = opened(stored_books), tmp_path_factory.mktemp("lake")
    portfolio = signed(actor, many)
    days = [one.day for end in (0, 20, LAST) for one in end_days(actor, after(end), lake=lake)]
    assert counted.plain > 0
    same_as_replayed(actor, portfolio, lake, days)
    wanted: Counter[tuple[str, date]] = Counter()
    for one in replayed(portfolio, days[-1]).values():
        for made in merchants_part(one.transactions):
            for posting in made.postings:
                wanted[posting.account, made.value_on] += posting.fen
    assert merchants(actor) == wanted


def merchants(actor: Actor) -> Counter[tuple[str, date]]:
    """What was moved between the bank and the merchants, by account and value day."""
    with acting(actor):
        rows = query(
            "select account, value_on, sum(fen)::bigint from posting"
            " where agreement = '' and party <> '' group by 1, 2 having sum(fen) <> 0"
        )
    return Counter({(account, day): fen for account, day, fen in rows})


def test_what_is_plain_is_worked_at_once_and_what_is_not_by_replay(
    stored_books: NewBooks, tmp_path: Path, counted: Count
) -> None:
    actor = opened(stored_books)
    on = {"on": after(5), "booked_on": after(5)}
    plain: list[tuple[dict[str, Any], list[Event]]] = [
        (TERMS[0], [draw(), kinds.Receipt(key="r", fen=50_00, **on)]),
        (TERMS[5], [draw(), kinds.Sale(key="s", order="o", fen=50_00, **on)]),
    ]
    two = [kinds.Receipt(key=key, fen=5_00, **on) for key in ("r", "s")]
    late = kinds.Receipt(key="r", fen=5_00, on=after(4), booked_on=after(5))
    replay_needed: list[tuple[dict[str, Any], list[Event]]] = [
        (TERMS[0], [draw(), *two]),
        (TERMS[0], [draw(), late]),
        (TERMS[0], [draw(), kinds.Receipt(key="r", fen=600_00, **on)]),
        ({"rate": 1200, "limit": 900_00, "rows": [[after(60)]]}, [draw(), two[0]]),
        (TERMS[0], [draw(), kinds.Fee(key="f", fen=5_00, **on)]),
    ]
    portfolio = signed(actor, [*plain, *replay_needed])
    days = [one.day for end in (0, 4) for one in end_days(actor, after(end), lake=tmp_path)]
    before = counted.plain
    days += [one.day for one in end_days(actor, after(5), lake=tmp_path)]
    assert counted.plain - before == len(plain)
    same_as_replayed(actor, portfolio, tmp_path, days)


def test_amounts_near_64_bits_are_worked_at_once_to_the_fen(
    stored_books: NewBooks, tmp_path: Path, counted: Count
) -> None:
    actor, most = opened(stored_books), 8 * 10**15
    sold = kinds.Sale(key="s", on=after(3), booked_on=after(3), order="o", fen=most)
    portfolio = signed(
        actor,
        [
            ({"rate": 3650, "sweep": [2_000], "rows": [[after(90)]]}, [draw(most), sold]),
            ({"rate": 3650, "rows": [[after(3), most // 3], [after(9)]]}, [draw(most)]),
        ],
    )
    days = [one.day for end in (0, 5) for one in end_days(actor, after(end), lake=tmp_path)]
    assert counted.plain >= len(portfolio)
    same_as_replayed(actor, portfolio, tmp_path, days)


def test_nothing_happens_before_the_first_day(stored_books: NewBooks, tmp_path: Path) -> None:
    actor = opened(stored_books)
    (day,) = end_days(actor, START, lake=tmp_path)
    assert (day.worked, day.contributions, day.counts["grades"]) == (0, 0, {})

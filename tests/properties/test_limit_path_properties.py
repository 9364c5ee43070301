"""What always holds of a limit over time, whatever is asked for and however often."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from suixin.credit.limit_path import Look, PathRules, limit_on, limit_path
from suixin.credit.sheets import policy_on

RULES = PathRules.from_policy(policy_on(date(2026, 6, 30), None))
START = date(2026, 1, 1)
FLAGS = ("PAST_DUE", "REVIEW_FARM", "STEADY")


@st.composite
def looks(draw: st.DrawFn) -> list[Look]:
    """Looks at rising days; what is drawn stays within the largest limit there may be."""
    days = sorted(draw(st.sets(st.integers(0, 150), min_size=1, max_size=25)))
    return [
        Look(
            on=START + timedelta(days=day),
            target_fen=draw(st.integers(0, 30_000_00)),
            drawn_fen=draw(st.sampled_from([0, 0, 1_234_56, 9_000_00])),
            flags=frozenset(draw(st.lists(st.sampled_from(FLAGS), max_size=1))),
        )
        for day in days
    ]


@given(looks())
def test_no_thirty_days_raise_a_limit_by_more_than_a_fifth(asked: list[Look]) -> None:
    changes = limit_path(asked, RULES)
    for change in changes:
        past = limit_on(changes, change.on - timedelta(days=30))
        if past and change.to_fen > change.from_fen:
            assert change.to_fen * 10 <= past * 12


@given(looks())
def test_a_limit_falls_no_lower_than_what_is_drawn(asked: list[Look]) -> None:
    drawn = {look.on: look.drawn_fen for look in asked}
    for change in limit_path(asked, RULES):
        if change.to_fen < change.from_fen:
            assert change.to_fen >= min(drawn[change.on], change.from_fen)


@given(looks())
def test_under_a_flag_nothing_rises_and_under_a_grave_one_nothing_is_available(
    asked: list[Look],
) -> None:
    changes = limit_path(asked, RULES)
    for look in asked:
        now, before = limit_on(changes, look.on), limit_on(changes, look.on - timedelta(days=1))
        if look.flags & (RULES.stop | RULES.hold):
            assert now <= before
        if look.flags & RULES.stop:
            assert now <= look.drawn_fen


@given(looks())
def test_a_limit_is_never_above_what_is_asked_for_but_by_a_small_or_drawn_rest(
    asked: list[Look],
) -> None:
    changes = limit_path(asked, RULES)
    for look in asked:
        now = limit_on(changes, look.on)
        assert now <= max(look.target_fen * 10_000 // 9_500 + 1, look.drawn_fen)


@given(looks())
def test_looking_again_with_nothing_new_moves_nothing(asked: list[Look]) -> None:
    changes = limit_path(asked, RULES)
    last = asked[-1]
    again = Look(
        on=last.on + timedelta(days=1),
        target_fen=limit_on(changes, last.on),
        drawn_fen=last.drawn_fen,
        flags=last.flags - RULES.stop,
    )
    assert limit_path([again], RULES, before=changes) == ()

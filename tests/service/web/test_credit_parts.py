"""What a credit file says on its page: the answer, how far the next grade is, what moved it."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation
from told_file import refused_file, told_file

from suixin.service.web.household import credit_parts as drawn

DAY = date(2026, 6, 30)
FILE = told_file("h-1", DAY)


@pytest.mark.parametrize(
    ("score", "grade", "next_grade"),
    [(641, "A", "AA"), (300, "D", "CCC"), (850, "AAA", "")],
)
def test_a_grade_tells_how_far_the_next_one_is(score: int, grade: str, next_grade: str) -> None:
    """Between its floor and the next; the best has none above it."""
    found = drawn.reached(told_file("h-1", DAY, score=score, grade=grade))
    assert found is not None
    assert found.next_grade == next_grade
    assert bool(found.points) == bool(next_grade)
    assert 0 <= float(found.band.at) <= 1


def test_without_outcomes_the_composite_is_the_answer() -> None:
    """No score is invented where nothing calibrates it, and no chance is told."""
    file = refused_file("h-1", DAY)
    assert drawn.answer(file).value == f"{file.composite:.0f}"
    assert drawn.answer(told_file("h-1", DAY, score=None, composite=None, grade=None)).value == "–"
    with translation.override("en"):
        assert "only ranks" in drawn.chance(file)
        assert "about 8 will" in drawn.chance(FILE)


def test_every_point_is_told_once() -> None:
    """Reasons in their own words first, the rest by its part; all of it adds up."""
    found = drawn.moves(FILE)
    assert found is not None
    assert found.lines[0].points == "+5.6"
    told = sum(float(line.points.replace("−", "-")) for line in found.lines)
    assert FILE.composite is not None
    assert told == pytest.approx(FILE.composite - 50, abs=0.051 * len(found.lines))
    assert len({line.label for line in found.lines}) == len(found.lines)
    assert max(abs(line.length) for line in found.lines) == 1


def test_charts_stay_small_and_say_what_they_show() -> None:
    """At most 12 KB, a text alternative, the same as a table."""
    shown = drawn.sales(FILE.facts.months)
    assert shown is not None
    assert len(str(shown.drawing).encode()) < 12_000
    assert 'role=img aria-label="' in str(shown.drawing)
    assert len(shown.table.rows) == 12


def test_where_nothing_is_known_nothing_is_drawn() -> None:
    """No bars of nothing."""
    assert drawn.sales(()) is None
    nothing = told_file("h-1", DAY, reasons=(), indices=(), social=0.0)
    assert drawn.moves(nothing) is None

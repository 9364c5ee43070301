"""A score book: every subject once, in order, found by id; and that its money adds up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from suixin.credit.book import ScoreBook
from suixin.credit.signs import Sign

DAY = date(2026, 3, 31)


@pytest.fixture(scope="module")
def book(
    make_folder: Any,
    fill_village: Callable[..., None],
    tmp_path_factory: pytest.TempPathFactory,
    scored: Callable[..., ScoreBook],
) -> ScoreBook:
    folder = make_folder(tmp_path_factory.mktemp("village"))
    fill_village(folder, DAY)
    folder.party("silent", "household")
    folder.order("lost", folder.rows["orders"][0]["placed_at"], 77_00, merchant="nobody")
    return scored(folder.write(), DAY, aside=2)


def test_every_subject_once_in_the_order_of_ids(book: ScoreBook) -> None:
    assert len(book) == 3
    assert [file.subject for file in book] == ["home", "next", "silent"]
    assert all(file.as_of == DAY for file in book)


@pytest.mark.mechanism("C04")
def test_the_file_of_an_id_is_the_file_of_the_list(book: ScoreBook) -> None:
    for file in book:
        assert book[file.subject] == file
        assert file.subject in book
    assert "nobody" not in book


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("hme", "there is no subject hme among 3; nearest: home"),
        ("silentt", "there is no subject silentt among 3; nearest: silent"),
        ("zzzzzzzz", "there is no subject zzzzzzzz among 3"),
        ("", "there is no subject  among 3"),
    ],
)
def test_an_unknown_id_is_refused_with_the_nearest(book: ScoreBook, asked: str, said: str) -> None:
    with pytest.raises(KeyError) as refused:
        book[asked]
    assert refused.value.args == (said,)


def test_a_book_shows_itself_in_a_line_once_its_feeds_are_closed(book: ScoreBook) -> None:
    assert repr(book) == "ScoreBook(3 subjects as of 2026-03-31)"


def test_the_table_says_what_the_files_say(book: ScoreBook) -> None:
    table = book.table
    for row, file in enumerate(book):
        assert table["subject"][row] == file.subject
        assert table["status"][row] == file.status
        for one in file.indices:
            told = table[one.name][row]
            assert np.isnan(told) if one.value is None else told == one.value
        told = table["composite"][row]
        assert np.isnan(told) if file.composite is None else told == file.composite
        assert table["grade"][row] == (file.grade or "")
        assert table["limit_fen"][row] == file.terms.limit_fen
        codes = [table[f"reason_{k}"][row] for k in range(1, 5)]
        assert codes == [*(reason.code for reason in file.reasons), *[""] * 4][:4]
        assert table["raise_1"][row] == ("" if file.raise_ is None else file.raise_.code)
        assert table["signs"][row] == ";".join(file.signs)


def test_signs_are_counted_once_a_subject(book: ScoreBook) -> None:
    assert set(book.signs_count) == {sign.value for sign in Sign}
    for sign, count in book.signs_count.items():
        assert count == sum(sign in file.signs for file in book)
    assert dict(book.signs) == {file.subject: file.signs for file in book}


def test_money_in_is_money_kept_and_money_set_aside(book: ScoreBook) -> None:
    """An order of an unknown seller is set aside, and its line with it."""
    kept = sum(file.facts.gross_fen for file in book)
    assert book.money.kept_fen == kept
    assert (book.money.set_aside_fen, book.money.in_fen) == (77_00, kept + 77_00)
    assert {(row.feed, row.code, row.rows, row.amount_fen) for row in book.set_aside} == {
        ("orders", "NO_SUCH_ROW", 1, 77_00),
        ("order_lines", "NO_SUCH_ROW", 1, 77_00),
    }


def test_every_row_read_is_good_repeated_or_set_aside(book: ScoreBook) -> None:
    assert {"orders", "order_lines", "messages", "refunds"} <= book.feed_counts.keys()
    for count in book.feed_counts.values():
        assert count.read == count.good + count.repeated + count.set_aside


def test_a_book_names_what_it_was_made_with(book: ScoreBook) -> None:
    assert set(book.versions) == {"suixin", "weights"}
    assert book.versions["weights"] == "default-2000-01-01"


def test_a_file_explains_itself_in_both_languages(book: ScoreBook) -> None:
    text = book["home"].explain()
    assert "信用档案" in text
    assert "Credit file home, as of 2026-03-31" in text
    assert "Credit formulas, section 3" in text


@pytest.mark.mechanism("C04")
def test_a_file_holds_the_facts_of_all_members(book: ScoreBook) -> None:
    facts = book["home"].facts
    assert facts.orders == 76  # Sold by the man.
    assert facts.messages > 20  # Written by the wife.
    assert facts.groups == 1
    assert facts.reviews == 40
    assert facts.completeness_bps == 10_000
    assert facts.first_day == DAY - timedelta(days=280)
    assert facts.gross_fen == 76 * 600_00
    silent = book["silent"].facts
    assert (silent.orders, silent.first_day, silent.months) == (0, None, ())


def test_arrow_needs_pyarrow_and_says_so(book: ScoreBook) -> None:
    if find_spec("pyarrow") is not None:
        assert book.to_arrow().num_rows == len(book)
        return
    with pytest.raises(ImportError, match="pyarrow"):
        book.to_arrow()

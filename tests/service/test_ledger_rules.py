"""The ledger's rules in the database itself: raw SQL, past all of our code, is refused the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors
from stored import NewBooks, url

from suixin.data.errors import InputError
from suixin.lending.ledger import Standing
from suixin.lending.transaction import Transaction, pair_of
from suixin.service.database import APP

DAY = date(2026, 6, 30)
ENTER = """
    insert into transaction (institution_id, id, key, standing, value_on, booked_on, lines,
                             reverses)
    values (%(institution)s, %(id)s, %(key)s, %(standing)s, %(value_on)s, %(booked_on)s, %(lines)s,
            %(reverses)s)
"""
POST = """
    insert into posting (institution_id, transaction_id, line, account, fen, currency, agreement,
                         party, sheet, mode, tier, value_on, booked_on)
    values (%(institution)s, %(id)s, %(line)s, %(account)s, %(fen)s, %(currency)s, '', '', '', '',
            '', %(value_on)s, %(booked_on)s)
"""
BOTH = f"with entered as ({ENTER}) {POST}, (%(institution)s, %(id)s, %(line2)s, %(account2)s, \
%(fen2)s, %(currency2)s, '', '', '', '', '', %(value_on)s, %(booked_on)s)"
HELD = [["1101", 500, "CNY", *[""] * 5], ["1002", -500, "CNY", *[""] * 5]]
Connection = psycopg.Connection[Any]


def whole(institution: int, number: int, **other: Any) -> dict[str, Any]:
    """A transaction of two postings, right but for what is said otherwise."""
    right: dict[str, Any] = {
        "institution": institution,
        "id": number,
        "key": f"raw-{number}",
        "reverses": "",
    }
    right |= {"standing": "posted", "value_on": DAY, "booked_on": DAY, "lines": 2}
    right |= {"line": 1, "account": "1101", "fen": 500, "currency": "CNY"}
    right |= {"line2": 2, "account2": "1002", "fen2": -500, "currency2": "CNY"}
    return {**right, **other}


@pytest.fixture
def institution(stored_books: NewBooks) -> int:
    books: Any = stored_books()
    return int(books.actor.institution)


@pytest.fixture(params=["postgres", APP])
def raw(request: pytest.FixtureRequest, institution: int) -> Iterator[Connection]:
    """A connection past our code, of the owner and of the service's own role."""
    with psycopg.connect(url(user=request.param)) as connection:
        connection.execute("select set_config('suixin.institution', %s, false)", [f"{institution}"])
        connection.commit()
        yield connection
        connection.rollback()


def refused(connection: Connection, statement: Any, values: Any = None) -> str:
    """The code with which a statement, or the end of its transaction, is refused."""
    try:
        connection.execute(statement, values)
        connection.commit()
    except psycopg.Error as wrong:
        cause: Any = wrong
    else:
        raise AssertionError("It was taken.")
    finally:
        connection.rollback()
    if cause.sqlstate == "23S01":
        return str(cause.diag.constraint_name)
    return str(cause.sqlstate if cause.diag.constraint_name is None else cause.diag.constraint_name)


def test_whole_transactions_are_taken(raw: Connection, institution: int) -> None:
    raw.execute(BOTH, whole(institution, 1_000_001))
    raw.commit()
    found = raw.execute("select sum(fen), count(*) from posting where transaction_id = 1000001")
    assert found.fetchone() == (0, 2)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"fen2": -499}, "NOT_ZERO"),
        ({"currency2": "BRL"}, "NOT_ZERO"),
        ({"lines": 3}, "NOT_WHOLE"),
        ({"line2": 3}, "NOT_WHOLE"),
        ({"line2": 1}, "posting_pkey"),
        ({"standing": "pending"}, "transaction_held"),
        ({"standing": "voided"}, "transaction_standing"),
        ({"account2": "7777"}, "NO_ACCOUNT"),
        ({"account2": "F101"}, "NO_ACCOUNT"),
        ({"key": ""}, "transaction_key_length"),
        ({"key": "k" * 301}, "transaction_key_length"),
        ({"reverses": "nothing"}, "NO_TRANSACTION"),
    ],
)
def test_what_is_no_transaction_is_refused(
    raw: Connection, institution: int, other: dict[str, Any], code: str
) -> None:
    assert refused(raw, BOTH, whole(institution, 1_000_002, **other)) == code
    found = raw.execute("select count(*) from transaction where id = 1000002").fetchone()
    assert found == (0,)


def test_a_transaction_without_postings_is_refused(raw: Connection, institution: int) -> None:
    assert refused(raw, ENTER, whole(institution, 1_000_003)) == "NOT_WHOLE"


def test_postings_are_on_the_days_of_their_transaction(raw: Connection, institution: int) -> None:
    given = whole(institution, 1_000_004)
    moved = BOTH.replace(
        "'', '', '', '', '', %(value_on)s, %(booked_on)s)",
        "'', '', '', '', '', %(value_on)s, %(booked_on)s + 1)",
    )
    assert refused(raw, moved, given) == "NOT_WHOLE"


def test_nothing_is_added_to_what_is_posted(raw: Connection, institution: int) -> None:
    given = whole(institution, 1_000_005)
    raw.execute(BOTH, given)
    raw.commit()
    more = (
        POST
        + ", (%(institution)s, %(id)s, 4, '1002', -500, 'CNY', '', '', '', '', '', \
%(value_on)s, %(booked_on)s)"
    )
    assert refused(raw, more, {**given, "line": 3}) == "NOT_WHOLE"
    raw.execute("set local suixin.spans = 'on'")
    assert refused(raw, more, {**given, "line": 3}) == "NOT_WHOLE"


def test_one_that_spans_statements_is_looked_at_as_it_commits(
    raw: Connection, institution: int
) -> None:
    given = whole(institution, 1_000_006)
    credit = {**given, "line": 2, "account": "1002", "fen": -500}
    for account, code in (("1002", None), ("F101", "NO_ACCOUNT"), ("7777", "NO_ACCOUNT")):
        raw.execute("set local suixin.spans = 'on'")
        raw.execute(ENTER, given)
        raw.execute(POST, given)
        if code is None:
            raw.execute(POST, {**credit, "account": account})
            raw.rollback()
        else:
            assert refused(raw, POST, {**credit, "account": account}) == code
    for last in ({**credit, "fen": -499}, {**credit, "currency": "BRL"}):
        raw.execute("set local suixin.spans = 'on'")
        raw.execute(ENTER, given)
        raw.execute(POST, given)
        assert refused(raw, POST, last) == "NOT_ZERO"
    raw.execute("set local suixin.spans = 'on'")
    assert refused(raw, ENTER, given) == "NOT_WHOLE"  # Its postings never came.
    raw.execute("set local suixin.spans = 'on'")
    raw.execute(ENTER, given)
    raw.execute(POST, given)
    raw.execute(POST, credit)
    raw.commit()
    assert raw.execute("select count(*) from posting where transaction_id = 1000006").fetchone()


@pytest.mark.parametrize(
    "statement",
    [
        "update posting set fen = fen + 1",
        "update transaction set text = 'other'",
        "update account set code = '1'",
        "delete from posting",
        "delete from transaction",
        "delete from account",
        "delete from institution",
        "truncate posting",
        "truncate transaction cascade",
        "truncate account_history",
        "delete from institution_history",
    ],
)
def test_what_stands_stays(
    raw: Connection, institution: int, statement: str, stored_books: NewBooks
) -> None:
    raw.execute(BOTH, whole(institution, 1_000_100))
    raw.commit()
    found = refused(raw, statement)
    # The service has no right to try; the owner's try is refused by the rule itself.
    assert found in (("42501",) if raw.info.user == APP else ("KEPT", "P0001"))


def test_a_key_is_taken_once(raw: Connection, institution: int) -> None:
    raw.execute(BOTH, whole(institution, 1_000_007, key="once"))
    raw.commit()
    assert refused(raw, BOTH, whole(institution, 1_000_008, key="once")) == "transaction_key"


def test_a_transaction_is_taken_back_once_and_not_by_one_before_it(
    raw: Connection, institution: int
) -> None:
    raw.execute(BOTH, whole(institution, 1_000_009, key="of"))
    early = {"reverses": "of", "booked_on": DAY - timedelta(days=1), "fen": -500, "fen2": 500}
    assert refused(raw, BOTH, whole(institution, 1_000_010, **early)) == "DATES"
    raw.execute(BOTH, whole(institution, 1_000_009, key="of"))
    back = {"reverses": "of", "fen": -500, "fen2": 500}
    raw.execute(BOTH, whole(institution, 1_000_011, **back))
    raw.commit()
    assert refused(raw, BOTH, whole(institution, 1_000_012, **back)) == "transaction_reversed_once"
    again = {"reverses": "raw-1000011"}
    assert refused(raw, BOTH, whole(institution, 1_000_013, **again)) == "REVERSAL"


def test_a_closed_day_takes_nothing_and_stays_closed(raw: Connection, institution: int) -> None:
    close = "update institution set closed_through = %s where id = %s"
    raw.execute(close, [DAY, institution])
    raw.commit()
    assert refused(raw, BOTH, whole(institution, 1_000_014)) == "DAY_CLOSED"
    later = DAY + timedelta(days=1)
    raw.execute(BOTH, whole(institution, 1_000_015, booked_on=later))
    raw.commit()
    assert refused(raw, close, [DAY - timedelta(days=1), institution]) == "KEPT"
    assert refused(raw, close, [None, institution]) == "KEPT"


def test_the_library_is_told_of_a_closed_day(stored_books: NewBooks) -> None:
    books: Any = stored_books()
    with psycopg.connect(url()) as owner:
        owner.execute(
            "update institution set closed_through = %s where id = %s",
            [DAY, books.actor.institution],
        )
    with pytest.raises(InputError, match="days to 2026-06-30 are closed") as wrong:
        books.post(Transaction("late", DAY, DAY, pair_of("1101", "1002", 5)))
    assert wrong.value.code == "DAY_CLOSED"


def test_a_pending_one_is_posted_as_it_was_entered(institution: int, raw: Connection) -> None:
    raw.execute(
        "insert into transaction (institution_id, key, standing, value_on, booked_on, lines, held)"
        " values (%s, 'p', 'pending', %s, %s, 2, %s)",
        [institution, DAY, DAY, json.dumps(HELD)],
    )
    raw.commit()
    step = BOTH.replace("standing,", "step, standing,").replace("%(standing)s,", "1, %(standing)s,")
    assert refused(raw, step, whole(institution, 1_000_016, key="q")) == "NOT_PENDING"
    other = {"key": "p", "fen": 400, "fen2": -400}
    assert refused(raw, step, whole(institution, 1_000_016, **other)) == "KEY_TAKEN"
    before = {"key": "p", "booked_on": DAY - timedelta(days=1)}
    assert refused(raw, step, whole(institution, 1_000_016, **before)) == "DATES"
    raw.execute(step, whole(institution, 1_000_016, key="p"))
    raw.commit()
    assert refused(raw, step, whole(institution, 1_000_017, key="p")) == "transaction_key"


@pytest.mark.parametrize(
    ("fen", "key"), [(2**63, "large"), (-(2**63) - 1, "small"), (5, "nul\0"), (5, "k" * 301)]
)
def test_values_that_no_column_takes_are_the_inputs_fault(
    stored_books: NewBooks, fen: int, key: str
) -> None:
    books = stored_books()
    with pytest.raises(InputError) as wrong:
        books.post(Transaction(key, DAY, DAY, pair_of("1101", "1002", fen)))
    assert wrong.value.code in ("VALUE", "ROW")
    assert books.balances() == {}


def test_a_chart_is_the_owners_to_add_to(institution: int) -> None:
    added = "insert into account (institution_id, code, books, side) values (%s, '1', 'lender', '')"
    with psycopg.connect(url(user=APP)) as service, pytest.raises(errors.InsufficientPrivilege):
        service.execute(added, [institution])


def test_it_is_a_ledger_again_after_every_refusal(stored_books: NewBooks) -> None:
    books = stored_books()
    books.post(Transaction("t", DAY, DAY, pair_of("1101", "1002", 5)))
    with pytest.raises(InputError):
        books.post(Transaction("t", DAY, DAY, pair_of("1101", "1002", 6)))
    assert books.standing("t") is Standing.POSTED
    assert books.balances() == {"1101": 5, "1002": -5}

"""What the database refuses of the register, whoever writes: also its owner, by raw SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from bank_store import FIRST, RING, House, at
from psycopg import errors, sql
from stored import url

from suixin.data.errors import InputError
from suixin.service.app.payments import pay
from suixin.service.database import APP
from suixin.service.home import Home
from suixin.service.rails.payment import PAYMENT, PaymentMove, PaymentState
from suixin.service.rails.register import Case, CaseReason, Changes
from suixin.service.rails.sealing import rewrap_bank
from suixin.service.rails.stored_register import StoredRegister
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.sealing import InstitutionKey
from suixin.service.store.session import acting

TABLES = (
    *("payee", "payment", "payment_move", "bank_key", "bank_out", "bank_out_handed", "bank_in"),
    *("bank_fault", "bank_report", "bank_account", "bank_seen", "bank_notice", "bank_line"),
    *("receipt_due", "receipt_part", "suspense_case"),
)
MONEY, WORDS = "case-money", "case-words"


@pytest.fixture(scope="module")
def house(database: Home) -> House:
    """A house with a payment that waits, a file that is kept, and two open cases."""
    made = House.opened()
    made.borrower("one")
    pay(made.actor, made.order("one"), key="one", at=at(FIRST))
    with acting(made.actor):
        known = StoredRegister(made.actor, RING)
        cases = (
            Case(MONEY, CaseReason.UNKNOWN, 500, FIRST, FIRST, payer="张三"),
            Case(WORDS, CaseReason.NO_LINE, 0, FIRST, FIRST),
        )
        known.take(Changes(cases=cases, counted={"800/B1": 2}))
    with psycopg.connect(url()) as owner:
        owner.execute(
            "insert into bank_out (institution_id, name, kind, digest, sealed)"
            " values (%s, 'SXB1', 'payments', '', '')",
            [made.institution],
        )
    return made


@pytest.fixture
def owner(house: House) -> Iterator[psycopg.Connection[Any]]:
    """The owner's own connection; all that it does is taken back."""
    with psycopg.connect(url()) as connection:
        yield connection
        connection.rollback()


def refused(owner: psycopg.Connection[Any], text: str, *values: object) -> str:
    """By which code a statement is refused."""
    with pytest.raises(errors.IntegrityError) as fault, owner.transaction():
        owner.execute(text, values)
    return fault.value.diag.constraint_name or ""


def stands(owner: psycopg.Connection[Any], state: str) -> None:
    """Lead the payment to a state by the moves there are."""
    ways = {"pending": (), "sent": ("sent",), "accepted": ("sent", "accepted"),
            "settled": ("sent", "settled"), "rejected": ("sent", "rejected"),
            "returned": ("sent", "settled", "returned")}  # fmt: skip
    for step in ways[state]:
        owner.execute("update payment set state = %s, file = 'SXB1', value_on = %s", [step, FIRST])


@pytest.mark.parametrize("state", [one.value for one in PaymentState])
def test_a_payment_moves_in_the_database_as_the_table_of_states_says(
    owner: psycopg.Connection[Any], state: str
) -> None:
    stands(owner, state)
    allowed = {PAYMENT.move(state, move) for move in PaymentMove}
    for to in PaymentState:
        text = "update payment set state = %s, file = 'SXB1', value_on = %s"
        if to == state or to in allowed:
            with owner.transaction(force_rollback=True):
                assert owner.execute(text, [to.value, FIRST]).rowcount == 1
        else:
            assert refused(owner, text, to.value, FIRST) == "MOVE"


def test_what_a_payment_is_for_stays_and_it_is_sent_in_a_file_that_is_kept(
    owner: psycopg.Connection[Any],
) -> None:
    for change in ("fen = 1", "payee = 'home-one'", "agreed_by = '{a,b}'", "on_day = '2026-01-01'",
                   "attempt = 2", "from_account = '2003'"):  # fmt: skip
        assert refused(owner, f"update payment set {change}") == "KEPT"
    assert refused(owner, "update payment set agreed_by = '{u,\"U \"}'") == "TWO_PEOPLE"
    assert refused(owner, "update payment set state = 'sent', file = 'SXB2'") == "NOT_KEPT"
    assert refused(owner, "update payment set state = 'sent'") == "payment_file"
    stands(owner, "sent")
    assert refused(owner, "update payment set file = 'SXB3'") == "KEPT"
    copied = "insert into payment select (p).* from (select payment as p from payment) as q"
    assert refused(owner, copied) == "MOVE"  # None begins as sent.
    assert refused(owner, "delete from payment") == "KEPT"
    assert refused(owner, "truncate payment cascade") == "KEPT"


def test_who_may_be_paid_stays_as_two_people_listed_him(owner: psycopg.Connection[Any]) -> None:
    assert refused(owner, "update payee set bank_number = '402611000019'") == "KEPT"
    assert refused(owner, "update payee set sealed = ''") == "KEPT"
    assert refused(owner, "update payee set agreed_by = '{one}'") == "TWO_PEOPLE"
    assert owner.execute("update payee set blocked_by = 'B1'").rowcount == 2
    assert refused(owner, "delete from payee") == "KEPT"


def test_a_case_with_money_is_closed_once_by_two_people(owner: psycopg.Connection[Any]) -> None:
    close = "update suspense_case set closed_on = %s, closed_by = %s, how = %s where key = %s"
    assert refused(owner, close, FIRST, ["a", " A"], "so", MONEY) == "TWO_PEOPLE"
    assert refused(owner, close, FIRST, ["a"], "so", MONEY) == "TWO_PEOPLE"
    assert refused(owner, close, FIRST, ["a"], "", WORDS) == "NO_WORDS"
    assert refused(owner, "update suspense_case set fen = 0") == "KEPT"
    for by, key in ((["a", "b"], MONEY), (["a"], WORDS)):
        owner.execute(close, [FIRST, by, "so", key])
        assert refused(owner, close, FIRST, ["c", "d"], "otherwise", key) == "KEPT"
    assert refused(owner, "delete from suspense_case") == "KEPT"


@pytest.mark.parametrize(
    "statement",
    ["update bank_seen set lines = 1", "update bank_out set sealed = 'x'", "delete from bank_out",
     "update payment_move set by = 'x'", "delete from payment_move", "delete from bank_seen"],
)  # fmt: skip
def test_what_was_kept_and_counted_is_not_taken_back(
    owner: psycopg.Connection[Any], statement: str
) -> None:
    assert refused(owner, statement) == "KEPT"


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_their_institutions_alone(house: House, table: str) -> None:
    name = sql.Identifier(table)
    other = House.opened()
    with psycopg.connect(url(user=APP)) as connection:
        for institution, sees in ((None, False), (other.institution, False)):
            if institution is not None:
                connection.execute("select set_config('suixin.institution', %s, true)",
                                   [f"{institution}"])  # fmt: skip
            found = connection.execute(sql.SQL("select count(*) from {}").format(name)).fetchone()
            assert found is not None
            assert bool(found[0]) is sees
        connection.execute("set local role suixin_agent")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(sql.SQL("select count(*) from {}").format(name))


def test_an_auditor_reads_and_opens_no_seal(house: House) -> None:
    with psycopg.connect(url(user=APP)) as connection:
        connection.execute(
            "select set_config('suixin.institution', %s, true)", [f"{house.institution}"]
        )
        connection.execute("set local role suixin_auditor")
        found = connection.execute("select count(*) from payment").fetchone()
        assert found == (1,)
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("select * from bank_key")


def test_a_receipt_only_grows_and_a_key_of_another_does_not_open(house: House) -> None:
    with acting(house.actor):
        seal = StoredRegister(house.actor, RING).seal
        kept = seal.seal("张三".encode(), "case/one")
        assert seal.open(kept, "case/one").decode() == "张三"
        with pytest.raises(InputError) as fault:
            seal.open(kept, "case/other")
        assert fault.value.code == "SEAL"
    with pytest.raises(InputError) as fault, acting(house.actor):
        assert StoredRegister(house.actor, None).seal
    assert fault.value.code == "NO_KEY"


def test_going_over_to_a_new_key_of_the_service_opens_what_was_sealed(house: House) -> None:
    newer = InstitutionKey("2", b"n" * 32)
    with acting(house.actor):
        kept = StoredRegister(house.actor, RING).seal.seal(b"a statement", "in/one")
        rewrap_bank(house.actor, KeyRing((*RING.keys, newer)))
        after = StoredRegister(house.actor, KeyRing((newer,))).seal
        assert after.open(kept, "in/one") == b"a statement"
        with pytest.raises(InputError) as fault:
            assert StoredRegister(house.actor, RING).seal
        assert fault.value.code == "NO_KEY"
        rewrap_bank(house.actor, KeyRing((newer, *RING.keys)))

"""Parties and what is sealed of them: erasing the key erases the person, also from old backups."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from stored import NewBooks, url

from suixin.data.errors import InputError
from suixin.service.store import people
from suixin.service.store.key_ring import KeyRing, add_key, read_ring
from suixin.service.store.people import Consent, Registered
from suixin.service.store.sealing import InstitutionKey, Personal
from suixin.service.store.session import Actor, Role, acting, query

VILLAGE, OTHER_VILLAGE = "440811100201", "440811100202"
RESIDENT, PHONE = "11010519491231002X", "13800000000"
FIELDS = {Personal.RESIDENT_ID: RESIDENT, Personal.PHONE: PHONE, Personal.NAME: "农户甲"}
RING = KeyRing((InstitutionKey("1", b"1" * 32),))


@pytest.fixture
def actor(stored_books: NewBooks) -> Actor:
    books: Any = stored_books()
    made: Actor = books.actor
    return made


@pytest.fixture
def household(actor: Actor) -> str:
    people.register(actor, Registered(party_id="h-1", kind="household", village_code=VILLAGE))
    people.keep(actor, RING, "h-1", FIELDS)
    return "h-1"


def code(fault: pytest.ExceptionInfo[InputError]) -> str:
    return fault.value.code


def test_a_party_is_entered_once(actor: Actor) -> None:
    party = Registered(party_id="h-1", kind="household", village_code=VILLAGE)
    assert people.register(actor, party)
    assert not people.register(actor, party)
    with pytest.raises(InputError) as wrong:
        people.register(actor, Registered(party_id="h-1", kind="person"))
    assert code(wrong) == "KEY_TAKEN"
    with pytest.raises(InputError, match="party_kind") as wrong:
        people.register(actor, Registered(party_id="h-2", kind="ghost"))
    assert code(wrong) == "ROW"


def test_what_is_sealed_opens_again(actor: Actor, household: str) -> None:
    assert people.personal(actor, RING, household) == FIELDS
    people.keep(actor, RING, household, {Personal.PHONE: "+86 139-0000-0000"})
    assert people.personal(actor, RING, household)[Personal.PHONE] == "13900000000"
    assert people.named(actor, RING, Personal.PHONE, "139 0000 0000") == (household,)
    assert people.named(actor, RING, Personal.PHONE, PHONE) == ()


def test_a_party_is_found_by_its_numbers_alone(actor: Actor, household: str) -> None:
    assert people.named(actor, RING, Personal.RESIDENT_ID, "110105 19491231 002x") == ("h-1",)
    with pytest.raises(InputError) as wrong:
        people.named(actor, RING, Personal.NAME, "农户甲")
    assert code(wrong) == "PERSONAL"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (Personal.RESIDENT_ID, "110105194912310021"),
        (Personal.USCC, "91110000600037341X"),
        (Personal.PHONE, "call me"),
        (Personal.BANK_CARD, "6222021234567895"),
        (Personal.NAME, "  "),
    ],
)
def test_a_field_that_is_none_is_refused_without_being_told(
    actor: Actor, household: str, name: Personal, text: str
) -> None:
    with pytest.raises(InputError) as wrong:
        people.keep(actor, RING, household, {name: text})
    assert code(wrong) == "PERSONAL"
    assert text.strip() == "" or text not in str(wrong.value)
    assert people.personal(actor, RING, household) == FIELDS


def dump() -> bytes:
    """Every row of every table, as a backup has them."""
    with psycopg.connect(url()) as owner:
        tables = owner.execute(
            "select quote_ident(tablename) from pg_tables where schemaname = 'public'"
        ).fetchall()
        found = []
        for (table,) in tables:
            with owner.cursor().copy(f"copy {table} to stdout") as copied:
                found += [bytes(part) for part in copied]
    return b"".join(found)


def test_nothing_personal_stands_in_any_table(actor: Actor, household: str) -> None:
    kept = dump()
    assert b"h-1" in kept
    for text in FIELDS.values():
        assert text.encode() not in kept
        assert text.encode().hex().encode() not in kept


def test_erasing_the_key_erases_the_person(actor: Actor, household: str) -> None:
    assert people.erase(actor, household)
    assert not people.erase(actor, household)
    with pytest.raises(InputError) as wrong:
        people.personal(actor, RING, household)
    assert code(wrong) == "ERASED"
    assert people.named(actor, RING, Personal.PHONE, PHONE) == ()
    with psycopg.connect(url()) as owner:
        for table in ("person_key", "personal_field"):
            found = owner.execute(
                f"select count(*) from {table} where institution_id = %s",
                [actor.institution],
            ).fetchone()
            assert found == (0,)
    with pytest.raises(InputError) as wrong:
        people.keep(actor, RING, household, FIELDS)
    assert code(wrong) == "ERASED"
    with pytest.raises(InputError) as wrong:
        people.erase(actor, "nobody")
    assert code(wrong) == "NO_PARTY"


def test_who_is_erased_while_being_entered_is_erased(actor: Actor) -> None:
    for number in range(12):
        party_id = f"race-{number}"
        people.register(actor, Registered(party_id=party_id, kind="person"))

        def work(what: str, party_id: str = party_id) -> str:
            try:
                if what == "erase":
                    people.erase(actor, party_id)
                else:
                    people.keep(actor, RING, party_id, FIELDS)
            except InputError as fault:
                return fault.code
            finally:
                connections.close_all()
            return ""

        with ThreadPoolExecutor(3) as pool:
            told = list(pool.map(work, ["keep", "erase", "keep"]))
        assert set(told) <= {"", "ERASED"}
        with pytest.raises(InputError) as wrong:
            people.personal(actor, RING, party_id)
        assert code(wrong) == "ERASED"


def test_a_row_moved_to_another_person_does_not_open(actor: Actor, household: str) -> None:
    people.register(actor, Registered(party_id="h-2", kind="household"))
    people.keep(actor, RING, "h-2", {Personal.PHONE: "13900000000"})
    with psycopg.connect(url()) as owner:
        owner.execute(
            "update personal_field as f set sealed = o.sealed from personal_field as o"
            " where f.institution_id = %s and o.institution_id = %s and f.party_id = 'h-2'"
            " and o.party_id = 'h-1' and o.name = f.name",
            [actor.institution, actor.institution],
        )
    with pytest.raises(InputError) as wrong:
        people.personal(actor, RING, "h-2")
    assert code(wrong) == "SEAL"


def test_with_another_key_nothing_opens(actor: Actor, household: str) -> None:
    with pytest.raises(InputError) as wrong:
        people.personal(actor, KeyRing((InstitutionKey("1", b"2" * 32),)), household)
    assert code(wrong) == "SEAL"
    with pytest.raises(InputError) as wrong:
        people.personal(actor, KeyRing((InstitutionKey("2", b"1" * 32),)), household)
    assert code(wrong) == "NO_KEY"


def test_going_over_to_a_new_key_leaves_the_old_one_useless(
    actor: Actor, household: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        people.register(actor, Registered(party_id=f"p-{number}", kind="person"))
        people.keep(actor, RING, f"p-{number}", {Personal.PHONE: f"1370000000{number}"})
    new = InstitutionKey("2", b"2" * 32)
    both, newest = KeyRing((*RING.keys, new)), KeyRing((new,))
    one = people._rewrap_one
    done: list[str] = []

    def ended(actor: Actor, ring: KeyRing, party_id: str) -> bool:
        if len(done) == 2:
            raise KeyError(party_id)
        done.append(party_id)
        return one(actor, ring, party_id)

    with monkeypatch.context() as patched:
        patched.setattr(people, "_rewrap_one", ended)
        with pytest.raises(KeyError):
            people.rewrap(actor, both)
    assert people.named(actor, both, Personal.PHONE, PHONE) == (household,)
    assert people.rewrap(actor, both) == 2
    assert people.rewrap(actor, both) == 0
    assert people.personal(actor, newest, household) == FIELDS
    assert people.named(actor, newest, Personal.PHONE, "13700000001") == ("p-1",)
    with pytest.raises(InputError, match="key 2"):
        people.personal(actor, RING, household)


def test_what_is_entered_while_keys_change_is_found_under_the_new_one(actor: Actor) -> None:
    new = InstitutionKey("2", b"2" * 32)
    both = KeyRing((*RING.keys, new))
    parties = [f"p-{number}" for number in range(12)]
    for party_id in parties:
        people.register(actor, Registered(party_id=party_id, kind="person"))
        people.keep(actor, RING, party_id, {Personal.NAME: "农户"})

    def work(party_id: str) -> None:
        try:
            if party_id:
                people.keep(actor, both, party_id, {Personal.PHONE: f"1380000{party_id[2:]:>04}"})
            else:
                people.rewrap(actor, both)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [*parties[:4], "", *parties[4:]]))
    people.rewrap(actor, both)
    for party_id in parties:
        phone = f"1380000{party_id[2:]:>04}"
        assert people.named(actor, KeyRing((new,)), Personal.PHONE, phone) == (party_id,)


def test_an_agent_works_with_the_parties_of_his_villages(actor: Actor, household: str) -> None:
    agent = Actor(institution=actor.institution, role=Role.AGENT, villages=(VILLAGE,))
    other = Actor(institution=actor.institution, role=Role.AGENT, villages=(OTHER_VILLAGE,))
    assert people.personal(agent, RING, household) == FIELDS
    mine = Registered(party_id="h-3", kind="household", village_code=VILLAGE)
    assert people.register(agent, mine)
    assert not people.register(agent, mine)
    people.keep(agent, RING, "h-3", {Personal.PHONE: "13900000001"})
    with pytest.raises(InputError) as wrong:
        people.keep(agent, RING, "h-3", {Personal.PHONE: "13900000002"})
    assert code(wrong) == "KEPT"
    assert people.named(agent, RING, Personal.PHONE, "13900000001") == ("h-3",)
    assert people.named(other, RING, Personal.PHONE, "13900000001") == ()
    for work in (people.personal, lambda *given: people.keep(*given, FIELDS)):
        with pytest.raises(InputError) as wrong:
            work(other, RING, household)
        assert code(wrong) == "NO_PARTY"
    theirs = Registered(party_id="h-4", kind="household", village_code=OTHER_VILLAGE)
    with pytest.raises(InputError) as wrong:
        people.register(agent, theirs)
    assert code(wrong) == "NOT_YOURS"
    with pytest.raises(InputError) as wrong:
        people.erase(agent, household)
    assert code(wrong) == "NOT_YOURS"


def test_an_auditor_opens_nothing_personal(actor: Actor, household: str) -> None:
    auditor = Actor(institution=actor.institution, role=Role.AUDITOR)
    with pytest.raises(InputError) as wrong:
        people.personal(auditor, RING, household)
    assert code(wrong) == "NOT_YOURS"
    with acting(auditor):
        assert query("select kind from party") == [("household",)]


CONSENT = Consent(
    consent="c-1",
    party_id="h-1",
    purpose="credit",
    receiver="bank",
    kinds=("orders", "refunds"),
    since=date(2026, 6, 1),
    until=date(2027, 6, 1),
)


def test_a_consent_is_recorded_once_and_withdrawn_once(actor: Actor, household: str) -> None:
    at = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
    assert people.grant(actor, CONSENT)
    assert not people.grant(actor, CONSENT)
    assert people.consents(actor, household) == ((CONSENT, None),)
    people.withdraw(actor, "c-1", at=at)
    assert people.consents(actor, household) == ((CONSENT, at),)
    with pytest.raises(InputError) as wrong:
        people.withdraw(actor, "c-1", at=at)
    assert code(wrong) == "KEPT"
    with pytest.raises(InputError) as wrong:
        people.withdraw(actor, "c-2", at=at)
    assert code(wrong) == "NO_CONSENT"
    with psycopg.connect(url()) as owner:
        found = owner.execute(
            "select pgh_label, revoked_at from consent_history where institution_id = %s"
            " order by pgh_id",
            [actor.institution],
        ).fetchall()
    assert found == [("insert", None), ("update", at)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"purpose": "marketing"}, "KEY_TAKEN"),
        ({"consent": "c-2", "party_id": "nobody"}, "NO_PARTY"),
        ({"consent": "c-3", "until": date(2026, 5, 31)}, "ROW"),
    ],
)
def test_a_consent_that_cannot_be_is_refused(
    actor: Actor, household: str, change: dict[str, Any], expected: str
) -> None:
    people.grant(actor, CONSENT)
    with pytest.raises(InputError) as wrong:
        people.grant(actor, replace(CONSENT, **change))
    assert code(wrong) == expected


def test_keys_are_files_that_nobody_else_may_read(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with pytest.raises(InputError) as wrong:
        read_ring(folder)
    assert code(wrong) == "NO_KEY"
    for number in range(11):
        add_key(folder, bytes([number]) * 32)
    ring = read_ring(folder)
    assert [key.name for key in ring.keys] == [str(number) for number in range(1, 12)]
    assert ring.current.secret == bytes([10]) * 32
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())
    assert "0a0a" not in repr(ring)
    (folder / "2.key").chmod(0o644)
    with pytest.raises(InputError) as wrong:
        read_ring(folder)
    assert code(wrong) == "KEY_SEEN"
    (folder / "2.key").chmod(0o600)
    (folder / "2.key").write_text("not hexadecimal")
    with pytest.raises(InputError) as wrong:
        read_ring(folder)
    assert code(wrong) == "KEY"
    with pytest.raises(InputError) as wrong:
        add_key(folder, os.urandom(16))
    assert code(wrong) == "KEY"

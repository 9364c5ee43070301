"""What is told to the log stands or falls with its transaction, and is proved to anybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections
from evidence_parties import author_key
from opened import new_institution
from stored import DAY

from suixin.data.errors import InputError
from suixin.evidence import entry, verifier
from suixin.evidence.canonical import CanonicalFault
from suixin.evidence.entry import Body, EntryFault, Kind, Opening
from suixin.evidence.policy import holder
from suixin.lending.transaction import Transaction, pair_of
from suixin.service.app import evidence
from suixin.service.app.caller import Caller, Duty
from suixin.service.home import Home
from suixin.service.store import people
from suixin.service.store.books import StoredBooks
from suixin.service.store.log_store import DatabaseStore
from suixin.service.store.people import Registered
from suixin.service.store.session import Actor, Role, acting

AT = datetime(2026, 7, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def institution(database: Home) -> int:
    return new_institution(database)


def person(institution: int, duty: Duty, party: str = "") -> Caller:
    return Caller(institution=institution, by="user:1", duties=frozenset({duty}), party=party)


def size(institution: int) -> int:
    return DatabaseStore(Actor(institution=institution)).size()


def verified(found: evidence.Proved, folder: Path) -> int:
    """What the verifier that stands alone answers to the files of a proof."""
    files = {"entry": found.entry, "proof": found.proof.encode(), "policy": found.policy.encode()}
    told = [str(folder / "proof"), "--entry", str(folder / "entry")]
    told += ["--policy", str(folder / "policy")]
    if found.opening is not None:
        files["opening"] = found.opening
        told += ["--opening", str(folder / "opening")]
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return verifier.main(told)


def test_a_record_is_proved_to_who_has_its_files_alone(
    institution: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    actor = Actor(institution=institution, by="user:1")
    people.register(actor, Registered(party_id="h-1", kind="household"))
    record = evidence.tell(actor, Kind.DECISION, {"on": DAY, "fen": 5}, at=AT, party_id="h-1")
    auditor = evidence.proof(person(institution, Duty.AUDITOR), record, at=AT)
    assert auditor.opening is None
    assert verified(auditor, tmp_path) == 0
    own = evidence.proof(person(institution, Duty.HOUSEHOLD, "h-1"), record, at=AT)
    assert own.opening is not None
    assert own.opening.endswith(b'{"fen":5,"on":"2026-06-30"}')
    assert verified(own, tmp_path) == 0
    assert "VALID" in capsys.readouterr().out
    with pytest.raises(InputError) as another:
        evidence.proof(person(institution, Duty.HOUSEHOLD, "h-2"), record, at=AT)
    with pytest.raises(InputError) as never:
        evidence.proof(person(institution, Duty.HOUSEHOLD, "h-2"), bytes(32), at=AT)
    assert another.value.code == never.value.code == "NO_RECORD"
    assert evidence.proof(person(institution, Duty.AUDITOR), own.leaf, at=AT).record == record


def test_once_a_person_is_erased_the_proof_still_holds_and_says_nothing(
    institution: int, tmp_path: Path
) -> None:
    actor = Actor(institution=institution)
    people.register(actor, Registered(party_id="h-9", kind="household"))
    record = evidence.tell(actor, Kind.CONSENT, {"what": "orders"}, at=AT, party_id="h-9")
    people.erase(actor, "h-9")
    found = evidence.proof(person(institution, Duty.CREDIT_OFFICER), record, at=AT)
    assert found.opening is None
    assert verified(found, tmp_path) == 0
    before = size(institution)
    with pytest.raises(InputError, match="was erased"):
        evidence.tell(actor, Kind.CONSENT, {}, at=AT, party_id="h-9")
    assert size(institution) == before


def test_what_is_taken_back_was_not_told(institution: int) -> None:
    books, before = StoredBooks(Actor(institution=institution)), size(institution)

    def told(key: str, *, ends: bool) -> bytes:
        with acting(books.actor):
            books.post(Transaction(key, DAY, DAY, pair_of("1101", "1002", 500)))
            record = evidence.tell(books.actor, Kind.SETTLEMENT, {"key": key}, at=AT)
            if ends:
                raise InputError("ENDS", "It ends here.", "")
        return record

    with pytest.raises(InputError, match="ends here"):
        told("t-1", ends=True)
    with acting(books.actor):
        told("t-2", ends=False)
        with pytest.raises(InputError, match="ends here"):
            told("t-3", ends=True)
        evidence.tell(books.actor, Kind.ORDER, {}, at=AT)
    assert size(institution) == before + 2
    assert (books.find("t-1"), books.find("t-3")) == (None, None)
    assert books.find("t-2") is not None


def test_many_at_once_neither_meet_nor_leave_a_gap(institution: int) -> None:
    before, books = size(institution), StoredBooks(Actor(institution=institution))

    def one(place: int) -> None:
        try:
            with acting(books.actor):
                evidence.tell(books.actor, Kind.ORDER, {"place": place}, at=AT)
                evidence.tell(books.actor, Kind.ORDER, {"more": place}, at=AT)
                books.post(
                    Transaction(f"m-{place}", DAY, DAY, pair_of("1101", "1002", 100 + place))
                )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(60)))
    assert size(institution) == before + 120
    evidence.sign_head(institution, at=AT)
    (*_, head) = evidence.checkpoints(person(institution, Duty.AUDITOR))
    assert (head.kind, head.size, head.on) == ("signed", before + 120, AT.date())


def test_a_station_agent_tells_through_the_service(institution: int) -> None:
    people.register(
        Actor(institution=institution), Registered(party_id="v-1", kind="person", village_code="v1")
    )
    agent = Actor(institution=institution, role=Role.AGENT, villages=("v1",))
    record = evidence.tell(agent, Kind.CONSENT, {"since": DAY}, at=AT, party_id="v-1")
    officer = person(institution, Duty.RISK_OFFICER)
    assert evidence.proof(officer, record, at=AT + timedelta(seconds=1)).kind is Kind.CONSENT


def test_another_institution_has_no_such_record(institution: int, database: Home) -> None:
    record = evidence.tell(Actor(institution=institution), Kind.ORDER, {}, at=AT)
    with pytest.raises(InputError) as fault:
        evidence.proof(person(new_institution(database), Duty.AUDITOR), record, at=AT)
    assert fault.value.code == "NO_RECORD"


def test_without_keys_nothing_is_told_and_nothing_stays(database: Home) -> None:
    other = new_institution(database)
    folder = database.keys / f"log-{other}"
    folder.rename(folder.with_name("put-away"))
    with pytest.raises(InputError, match=r"There is no log\.key and no author\.key") as fault:
        evidence.tell(Actor(institution=other), Kind.ORDER, {}, at=AT)
    assert fault.value.code == "NO_KEY"
    folder.with_name("put-away").rename(folder)
    assert size(other) == 0


def test_only_the_operator_enters_blocks(institution: int) -> None:
    store = DatabaseStore(Actor(institution=institution))
    kept = Opening(bytes(32), b"{}")
    block = entry.seal(Body(Kind.BLOCK, 1, 0, kept.commitment), author_key("other"))
    assert holder(author_key("other").name) != "inst-1.example"
    with pytest.raises(EntryFault, match="enters a block") as fault:
        evidence.enter(store, "inst-1.example/suixin/1", [block])
    assert fault.value.code == "KIND"


def test_what_cannot_be_written_exactly_is_refused_at_once(institution: int) -> None:
    with pytest.raises(CanonicalFault, match="rate is a float"):
        evidence.tell(Actor(institution=institution), Kind.ORDER, {"rate": 0.5}, at=AT)

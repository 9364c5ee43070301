"""Who may do what: every use case there is, by every duty, and with another institution's ids.

What is of another institution is answered as what never was: the same code, the same words. Row
security sees to it that the row is not there to be looked for, so it costs no other time either.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from django.db import Error, transaction
from opened import new_institution
from sign_in import given_duties
from use_cases import AT, UseCase, use_cases

from suixin.data.errors import InputError
from suixin.evidence.canonical import CanonicalFault
from suixin.kernel.parameter import NotInForce
from suixin.kernel.policy import UnknownName
from suixin.service.app import bulk, consents
from suixin.service.app.bulk import Sheet
from suixin.service.app.caller import Caller, Duty, service_caller
from suixin.service.app.import_kinds import Kind
from suixin.service.app.permits import PERMITS, may
from suixin.service.app.proposals import confirm
from suixin.service.home import Home
from suixin.service.store.people import Consent

VILLAGE = "440811100201"
SCOPES = frozenset(permit.scope for permit in PERMITS.values() if permit.scope)
ALL = {one.name: one for one in use_cases()}
PART = "a part of acts, which check: the party is the caller's own"
# Which of them ask no act of the table first, and what they ask instead.
OWN_CHECK = {
    "applications.application_of": PART,
    "applications.applications_of": PART,
    "applications.own_actor": PART,
    "bulk.confirm_many": "each as proposals.confirm does",
    "bulk.import_of": "who proposes imports, agrees to them, or audits",
    "bulk.imports": "who proposes imports, agrees to them, or audits",
    "bulk.refused_rows": "who proposes imports, agrees to them, or audits",
    "bulk.run_import": "the service, or who agrees to imports",
    "entering.actor_for": PART,
    "parties.acting_for": PART,
    "institutions.institutions": "who gives duties or agrees to it",
    "people.changes": "who gives duties or agrees to it",
    "people.check_sees_people": "who gives duties or agrees to it",
    "people.names": "names for staff alone",
    "people.people": "who gives duties or agrees to it",
    "people.person": "who gives duties or agrees to it",
    "disputes.disputes": "who may answer them; a household or an agent, his own",
    "policies.policy_changes": "who changes policies, or reads them at work",
    "policies.sheet": "who changes policies, or reads them at work",
    "policies.sheets": "who changes policies, or reads them at work",
    "policy_preview.preview_change": "who changes policies or agrees to it",
    "proposals.confirm": "the act that was proposed",
    "proposals.proposals_about": "the acts that the caller has to do with",
    "proposals.proposed": "the acts that the caller has to do with",
    "proposals.reject": "the act that was proposed",
    "sync_conflicts.conflicts": "who settles them; an agent those that concern him",
}
# They take what no caller outside the service has: a desk with its keys, a row that was checked.
WITHIN = {"import_rows.do_row", "receiving.send", "receiving.take_in"}
# What the service does by itself besides: at a day's end, and a slot's each second.
BY_ITSELF = {"fund_claims.take_back", "live.slot_of"}
# Of what stood in a content: it differs as the ids do.
HASH = re.compile(r"[0-9a-f]{24,}")
REFUSALS = (InputError, CanonicalFault, NotInForce, UnknownName)


@dataclass(frozen=True)
class World:
    """Whose institution asks, and ids: of another institution, and of nothing."""

    institution: int
    theirs: Mapping[str, Any]
    nothing: Mapping[str, Any]


@pytest.fixture(scope="module")
def world(database: Home) -> Iterator[World]:
    kept = os.environ.get("SUIXIN_HOME")
    ours, other = new_institution(database), new_institution(database)
    _fill(ours, "mine")
    theirs = _fill(other, "h-their")
    nothing = {
        name: "".join(_turned(letter) for letter in told) if isinstance(told, str) else told
        for name, told in theirs.items()
    }
    yield World(ours, theirs, nothing)
    if kept is None:
        os.environ.pop("SUIXIN_HOME", None)
    else:
        os.environ["SUIXIN_HOME"] = kept


def _turned(letter: str) -> str:
    """Another id of the same form: its digits turned, its letters kept."""
    return str(9 - int(letter)) if letter.isdecimal() else "q" if letter == "t" else letter


def _fill(institution: int, party: str) -> dict[str, Any]:
    """Something of each kind in an institution; its ids, by the names that use cases have."""
    officer, cashier, risk = (
        given_duties(institution, duty, first_name=duty.value).caller()
        for duty in (Duty.CREDIT_OFFICER, Duty.CASHIER, Duty.RISK_OFFICER)
    )
    person = given_duties(institution, Duty.AUDITOR, first_name="auditor")

    def imported(kind: Kind, by: Caller, *rows: str) -> str:
        return _imported(kind, by, risk, rows)

    imported(
        Kind.PARTIES,
        officer,
        "party_id,kind,village_code,name",
        f"{party},household,{VILLAGE},农户",
    )
    agreement = f"a-{party}"
    imported(
        Kind.AGREEMENTS,
        officer,
        "agreement,party_id,product,start,fen,rate,penalty,times",
        f'{agreement},{party},village_live,2026-03-15,"30,000.00",6.60%,50%,6',
    )
    batch = imported(
        Kind.RECEIPTS,
        cashier,
        "receipt,agreement,on,fen",
        f"r-{party},{agreement},2026-06-30,100",
    )
    consent = f"c-{party}"
    given = Consent(
        consent=consent,
        party_id=party,
        purpose="credit",
        receiver="bank",
        kinds=("orders",),
        since=date(2026, 6, 1),
        until=date(2027, 6, 1),
    )
    consents.consent(officer, given, at=AT)
    sheet = Sheet(
        Kind.RECEIPTS, "w.csv", f"receipt,agreement,on,fen\nw,{agreement},2026-06-30,1".encode()
    )
    waits = bulk.propose_import(cashier, sheet, key="waits", why="one more", at=AT)
    return {
        **dict.fromkeys(("party", "party_id", "guarantor", "holder"), party),
        **dict.fromkeys(("batch", "subject"), batch),
        "agreement": agreement,
        "consent_id": consent,
        "proposal_id": waits.proposal,
        "digest": waits.digest,
        "event": f"import/r-{party}",
        "username": person.username,
        "by": (f"user:{person.pk}",),
    }


def _imported(kind: Kind, by: Caller, second: Caller, rows: tuple[str, ...]) -> str:
    sheet = Sheet(kind, f"{kind}.csv", "\n".join(rows).encode())
    made = bulk.propose_import(by, sheet, key=f"{kind}", why="taken over", at=AT)
    confirm(second, made.proposal, digest=made.digest, at=AT)
    done = bulk.run_import(service_caller(by.institution, "import"), made.subject, at=AT)
    assert done.done == 1, bulk.refused_rows(second, made.subject)
    return made.subject


def asker(world: World, duty: Duty) -> Caller:
    return Caller(
        institution=world.institution,
        by="user:4711",
        duties=frozenset({duty}),
        villages=(VILLAGE,) if duty is Duty.STATION_AGENT else (),
        party="mine" if duty is Duty.HOUSEHOLD else "",
        scopes=SCOPES if duty is Duty.PARTNER else frozenset(),
    )


def answer(case: UseCase, caller: Caller, ids: Mapping[str, Any]) -> tuple[str, str]:
    """What a use case answers, as code and words; nothing that it did is kept."""
    with transaction.atomic():
        try:
            told = ("", repr(case.run(caller, **case.arguments(ids))))
        except InputError as fault:
            told = (fault.code, str(fault))
        except (*REFUSALS, Error, OSError) as fault:
            told = (type(fault).__name__, str(fault))
        transaction.set_rollback(True)
    code, words = told
    for name, one in ids.items():
        words = words.replace(str(one), f"<{name}>")
    return code, HASH.sub("<hash>", words)


def checked() -> list[str]:
    return [name for name in ALL if name not in WITHIN]


def test_the_list_is_whole() -> None:
    unexplained = [name for name in checked() if ALL[name].act is None]
    assert sorted(set(unexplained) - set(OWN_CHECK)) == []
    assert len(ALL) >= 80


@pytest.mark.mechanism("D06")
@pytest.mark.parametrize("duty", list(Duty))
def test_nobody_does_what_is_not_his(world: World, duty: Duty) -> None:
    caller = asker(world, duty)
    let_in = []
    for name in checked():
        case = ALL[name]
        by_itself = duty is Duty.SERVICE and name in BY_ITSELF
        if case.act is None or by_itself or may(caller, case.act):
            continue
        code, _ = answer(case, caller, world.nothing)
        if code != "NOT_PERMITTED":
            let_in.append((name, code))
    assert let_in == []


@pytest.mark.parametrize("duty", list(Duty))
def test_what_is_of_another_institution_never_was(world: World, duty: Duty) -> None:
    caller = asker(world, duty)
    told_apart = []
    for name in checked():
        asked = [repr(ALL[name].arguments(ids)) for ids in (world.theirs, world.nothing)]
        if asked[0] == asked[1]:
            continue  # It is asked about nothing of anybody's.
        theirs = answer(ALL[name], caller, world.theirs)
        nothing = answer(ALL[name], caller, world.nothing)
        if theirs != nothing:
            told_apart.append((name, theirs, nothing))
    assert told_apart == []


@pytest.mark.parametrize("duty", list(Duty))
def test_no_answer_tells_of_the_machine(world: World, duty: Duty) -> None:
    caller = asker(world, duty)
    places = (tempfile.gettempdir(), os.environ["SUIXIN_HOME"], "site-packages", "psycopg")
    told = [(name, answer(ALL[name], caller, world.nothing)) for name in checked()]
    assert [one for one in told if any(place in one[1][1] for place in places)] == []


def test_the_ids_are_of_something(world: World) -> None:
    """Else nothing would be shown above: asked by their own people they are there."""
    with transaction.atomic():
        user = given_duties_of(world, Duty.RISK_OFFICER)
        assert bulk.import_of(user, world.theirs["batch"]).done == 1
        assert consents.receipt(replace(user, duties=frozenset({Duty.CREDIT_OFFICER})), "c-h-their")


def given_duties_of(world: World, duty: Duty) -> Caller:
    made: Caller = given_duties(world.institution + 1, duty).caller()
    return made

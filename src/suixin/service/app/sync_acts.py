"""What each kind of operation does here, by the same use cases that people on line go through.

An offline operation is judged on what is so today: an application enters as applied and a person
decides it, a household that is known already stays the one it was, a consent that was taken back
meanwhile stays taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.service.app import applying, consents, parties
from suixin.service.app.applying import Asked
from suixin.service.app.caller import Caller
from suixin.service.app.commissions import Work, earn
from suixin.service.app.day import CHINA
from suixin.service.app.devices import service_actor
from suixin.service.app.keys import ring
from suixin.service.app.sync_conflicts import (
    EDIT,
    SAME_HOUSEHOLD,
    SAME_PHONE,
    raise_conflict,
    version_of,
)
from suixin.service.app.sync_ops import Happened, Operation, opened, seal_key
from suixin.service.app.sync_papers import all_here, forget_papers, take_papers
from suixin.service.app.sync_places import caller_then, check_place, party_for
from suixin.service.app.sync_tasks import await_papers, finish
from suixin.service.store import people
from suixin.service.store.people import Consent, Registered
from suixin.service.store.sealing import Personal
from suixin.service.store.session import Actor, query

APPLIED, HELD, CONFLICT, REFUSED = "applied", "held", "conflict", "refused"
_FIELDS: Final = ("name", "resident_id", "phone", "address", "bank_card")
_WHOLE_FILE: Final = frozenset({Personal.NAME, Personal.RESIDENT_ID, Personal.PHONE})
_ENTITY: Final = """
    insert into station_entity (institution_id, entity, party_id, op_id, agent)
    values (%s, %s, %s, %s, %s) on conflict do nothing
"""
_CODE: Final = "select code from institution where id = %s"
_REVOKED: Final = """
    select max(revoked_at) from consent
     where institution_id = %s and party_id = %s and purpose = %s and receiver = %s
"""
_IN_FORCE: Final = """
    select count(*), count(*) filter (where revoked_at is null or revoked_at > %s) from consent
     where institution_id = %s and party_id = %s
"""
_GIVEN: Final = """
    select consent from consent
     where institution_id = %s and party_id = %s and purpose = %s and revoked_at is null
     order by consent
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """An operation that is being done: by whom, when it was done, when it was received."""

    caller: Caller
    op: Operation
    when: Happened
    received: datetime

    @property
    def actor(self) -> Actor:
        """The service, in the agent's name."""
        return service_actor(f"did {self.op.kind} of a device", self.caller)

    @property
    def day(self) -> date:
        """The day from which the law counts: that of receipt where the time is uncertain."""
        return self.when.at.astimezone(CHINA).date()


@dataclass(frozen=True, slots=True)
class Came:
    """What came of an operation. `result` is plain JSON."""

    outcome: str
    code: str = ""
    words: str = ""
    party_id: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)


def do(doing: Doing) -> Came:
    """Do an operation, a part of the transaction under way; what refuses it is raised."""
    act = _ACTS.get(doing.op.kind)
    if act is None:
        wrong = f"Nobody does {doing.op.kind} at a station."
        raise InputError("KIND", wrong, f"Kinds: {', '.join(sorted(_ACTS))}.")
    old = _old_form(doing)
    if old is not None:
        return old
    try:
        return act(doing)
    except (ValueError, TypeError) as fault:
        wrong = f"The form of operation {doing.op.seq} has a value that is none."
        raise InputError("FORM", wrong, "Bring the device to the office.") from fault


def drop_unread(doing: Doing) -> None:
    """Facts that were gathered after a consent was taken back go as they came: unread."""
    forget_papers(doing.actor, doing.op)


def _old_form(doing: Doing) -> Came | None:
    """An operation in a form that is no longer worked waits; it is never lost."""
    day = doing.received.astimezone(CHINA).date()
    policy = load_policy("stations")
    now = policy.on(day)
    then = policy.on(day - timedelta(days=now["sync.form_days"]))
    if then["sync.form"] <= doing.op.form_version <= now["sync.form"]:
        return None
    words = f"Form {doing.op.form_version} is not worked now; a person looks at it."
    return Came(HELD, code="FORM_OLD", words=words)


def _register(doing: Doing) -> Came:
    told = _told(doing)
    village = str(told["village"])
    moved = check_place(doing.when, doing.caller, village)
    if moved:
        return Came(HELD, code="VILLAGE_MOVED", words=moved)
    caller = caller_then(village, doing.caller)
    fields = {Personal(name): str(told[name]) for name in _FIELDS if told.get(name)}
    given = Registered(party_id=doing.op.entity_id, kind="household", village_code=village)
    found = parties.onboard(caller, given, fields, at=doing.received)
    if found.known and not found.new:
        return _known_already(doing, fields, found.party_id)
    _name(doing, found.party_id)
    result: dict[str, Any] = {"party": found.party_id, "record": found.record}
    if fields.keys() >= _WHOLE_FILE:
        result["commission_fen"] = earn(
            doing.actor, Work.FILE, found.party_id, doing.op.op_id, at=doing.received
        )
    others = _with_phone(doing, fields, found.party_id)
    if not others:
        return Came(APPLIED, party_id=found.party_id, result=result)
    result["conflict"] = raise_conflict(
        doing.actor, SAME_PHONE, doing.op, (others[0], found.party_id), at=doing.received
    )
    words = "Another household has this telephone; a person looks whether they are one."
    return Came(APPLIED, "SAME_PHONE", words, found.party_id, result)


def _known_already(doing: Doing, fields: Mapping[Personal, str], seen: str) -> Came:
    """The first received stands; the second is the same household, kept beside it and shown."""
    first = seen or next(
        (
            party
            for name in parties.IDENTITIES
            if name in fields
            for party in people.named(doing.actor, ring(), name, fields[name])
        ),
        "",
    )
    number = raise_conflict(doing.actor, SAME_HOUSEHOLD, doing.op, (first, ""), at=doing.received)
    if seen:
        _name(doing, seen)
    words = "This household was registered before; the first stands, and a person looks at both."
    result = {"same_as": seen, "conflict": number, "commission_fen": 0}
    return Came(CONFLICT, "SAME_AS", words, first, result)


def _with_phone(doing: Doing, fields: Mapping[Personal, str], own: str) -> list[str]:
    phone = fields.get(Personal.PHONE)
    if phone is None:
        return []
    return [p for p in people.named(doing.actor, ring(), Personal.PHONE, phone) if p != own]


def _consent(doing: Doing) -> Came:
    party, waits = _party(doing)
    if waits is not None:
        return waits
    told = _told(doing)
    receiver = _code(doing.actor)
    ((revoked,),) = query(
        _REVOKED, [doing.actor.institution, party, str(told["purpose"]), receiver]
    )
    # Taken back beats given, wherever the order of the two is not certain.
    if revoked is not None and revoked >= (
        doing.when.after if doing.when.uncertain else doing.when.at
    ):
        wrong = "This consent was taken back after it was given here, on another device."
        raise InputError("REVOKED_SINCE", wrong, "Ask the household, and note a new one.")
    name = f"{party}/{doing.op.op_id}"
    given = Consent(
        consent=name,
        party_id=party,
        purpose=str(told["purpose"]),
        receiver=receiver,
        kinds=tuple(str(kind) for kind in told["kinds"]),
        since=doing.day,
        until=date.fromisoformat(str(told["until"])),
    )
    made = consents.consent(_caller(doing, party), given, at=doing.received)
    result = {"consent": made.consent, "record": made.record, "zh": made.zh, "en": made.en}
    return Came(APPLIED, party_id=party, result=result)


def _revoke(doing: Doing) -> Came:
    party, waits = _party(doing)
    if waits is not None:
        return waits
    told = _told(doing)
    # From signing or receipt, the earlier; where the time is uncertain, from receipt.
    at = min(doing.when.at, doing.received)
    names = [
        name for (name,) in query(_GIVEN, [doing.actor.institution, party, str(told["purpose"])])
    ]
    for name in names:
        consents.revoke(_caller(doing, party), name, at=at)
    return Came(APPLIED, party_id=party, result={"consents": names, "revoked_at": at.isoformat()})


def _document(doing: Doing) -> Came:
    party, waits = _party(doing)
    if waits is not None:
        return waits
    actor = doing.actor
    ((had, left),) = query(_IN_FORCE, [doing.when.at, actor.institution, party])
    if had and not left:
        wrong = "The household had taken its consent back; the paper was dropped unread."
        raise InputError("CONSENT_REVOKED", wrong, "Ask for a new consent first.")
    if not all_here(actor, doing.op):
        return _awaits(doing, party)
    told = _told(doing)
    take_papers(actor, doing.op, party, str(told.get("kind", "paper"))[:40])
    finish(actor, f"papers/{doing.op.op_id}", at=doing.received)
    return Came(APPLIED, party_id=party, result={"papers": list(doing.op.photo_hashes)})


def _apply(doing: Doing) -> Came:
    party, waits = _party(doing)
    if waits is not None:
        return waits
    actor = doing.actor
    if not all_here(actor, doing.op):
        return _awaits(doing, party)
    told = _told(doing)
    asked = Asked(
        party=party,
        product=str(told["product"]),
        amount_fen=int(told["amount_fen"]),
        purpose=str(told["purpose"]),
        times=int(told["times"]) if told.get("times") else None,
        # What was asked for away from the rules' facts is never approved by rules alone.
        wants_person=True,
    )
    try:
        made = applying.apply(_caller(doing, party), asked, key=doing.op.op_id, at=doing.received)
    except InputError as fault:
        if fault.code != "NO_FILE":
            raise
        words = "There is no credit file of this household yet; it is tried again at each sync."
        return Came(HELD, code="NO_FILE", words=words, party_id=party)
    finish(actor, f"papers/{doing.op.op_id}", at=doing.received)
    fen = earn(actor, Work.APPLICATION, party, doing.op.op_id, at=doing.received)
    application = made.application
    result = {
        "application": application.application,
        "standing": application.standing,
        "refusals": [one.why for one in made.refusals],
        "commission_fen": fen,
    }
    return Came(APPLIED, party_id=party, result=result)


def _edit(doing: Doing) -> Came:
    """An agent changes nothing that is kept of a household: a checker does, who sees both."""
    party, waits = _party(doing)
    if waits is not None:
        return waits
    told = _told(doing)
    name = Personal(str(told["field"]))
    if name not in parties.OWN:
        wrong = "A name or number is corrected from a document."
        raise InputError("FIELD", wrong, "Send the document; an officer corrects it.")
    same = version_of(doing.actor, party, name) == doing.op.base_version
    number = raise_conflict(doing.actor, EDIT, doing.op, (party, ""), at=doing.received)
    code = "FOR_CHECKER" if same else "OTHER_VERSION"
    words = (
        "An officer looks at the change."
        if same
        else "It was changed elsewhere meanwhile; an officer looks at both."
    )
    return Came(CONFLICT, code, words, party, {"conflict": number})


def _task(doing: Doing) -> Came:
    told = _told(doing)
    first = finish(
        doing.actor,
        str(told["task"]),
        at=doing.received,
        villages=doing.caller.villages,
        op_id=doing.op.op_id,
        note=str(told.get("note", ""))[:400],
    )
    if first:
        return Came(APPLIED)
    return Came(APPLIED, "DONE_BEFORE", "It was done before; this is kept as a note.")


def _awaits(doing: Doing, party: str) -> Came:
    await_papers(doing.actor, doing.op, party, at=doing.received)
    words = "Its papers have not come yet; it is worked as soon as they are here."
    return Came(HELD, code="AWAITING_DOCUMENTS", words=words, party_id=party)


def _party(doing: Doing) -> tuple[str, Came | None]:
    """Of which party an operation is, or why it waits; raises NO_PARTY, DEPENDS_ON_REFUSED."""
    found, waits = party_for(doing.when, doing.caller, doing.op.entity_id)
    if waits:
        return "", Came(HELD, code=waits, words="What it rests on waits for a person.")
    return found, None


def _caller(doing: Doing, party: str) -> Caller:
    """The agent, with a village that was his when it was done."""
    with_village = parties.registered(doing.actor, party).village_code
    return caller_then(with_village, doing.caller)


def _told(doing: Doing) -> dict[str, Any]:
    """What the operation says; raises `InputError` SEAL, NO_KEY, FORM."""
    key = seal_key(ring(), doing.caller.institution, doing.op.key)
    return _Form(opened(doing.op, key))


class _Form(dict[str, Any]):
    """What a form says; a field that it lacks is told as such."""

    def __missing__(self, name: str) -> Any:
        raise InputError("FORM", f"The form lacks {name}.", "Bring the device to the office.")


def _name(doing: Doing, party: str) -> None:
    actor = doing.actor
    query(_ENTITY, [actor.institution, doing.op.entity_id, party, doing.op.op_id, actor.by])


def _code(actor: Actor) -> str:
    ((code,),) = query(_CODE, [actor.institution])
    return str(code)


_ACTS: Final[Mapping[str, Callable[[Doing], Came]]] = MappingProxyType(
    {
        "register": _register,
        "consent": _consent,
        "revoke": _revoke,
        "document": _document,
        "apply": _apply,
        "edit": _edit,
        "task": _task,
    }
)

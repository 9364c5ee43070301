"""Taking people on: a party with what is personal of it sealed, once however often it is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.service.app.caller import Caller, Duty, forbidden
from suixin.service.app.evidence import tell
from suixin.service.app.keys import ring
from suixin.service.app.permits import Act, check_may, check_own
from suixin.service.store import models, people
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.people import Registered
from suixin.service.store.sealing import Personal, checked, lookup
from suixin.service.store.session import Actor, acting, query, reading

# By these numbers a person or a business is known to be one and the same.
IDENTITIES: Final = (Personal.RESIDENT_ID, Personal.USCC)
# What a household corrects of itself alone; the rest an officer corrects from a document.
OWN: Final = frozenset({Personal.PHONE, Personal.ADDRESS})
_PARTY: Final = """
    select party_id, kind, village_code, household_id from party
     where institution_id = %s and party_id = %s
"""
_ALONE: Final = "select pg_advisory_xact_lock(hashtext('suixin.identity'), hashtext(%s))"
_TAKEN_ON: Final = """
    insert into onboarding (institution_id, party_id, onboarded_at, by_whom, record)
    values (%s, %s, %s, %s, %s) on conflict do nothing
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarded:
    """What came of taking a party on.

    `new`: it was entered now. Else nothing was: `known` says that its identity number is of
    `party_id` already, which is empty where the caller may not see that party.
    """

    party_id: str
    new: bool
    known: bool
    record: str = ""


def onboard(
    caller: Caller, party: Registered, fields: Mapping[Personal, str], *, at: datetime
) -> Onboarded:
    """Enter a party and seal what is personal of it; one whose number is known is told instead.

    Raises `InputError` NOT_PERMITTED, NOT_YOURS (another's village), PERSONAL (a number that
    cannot be), KEY_TAKEN (the id is of another party), ERASED.
    """
    check_may(caller, Act.ONBOARD)
    keys, plain = ring(), {name: checked(name, text) for name, text in fields.items()}
    actor = caller.actor("took a party on")
    with acting(actor):
        found = _known_as(keys, plain)
        if found and found != {party.party_id}:
            return Onboarded(party_id=_visible(actor, found), new=False, known=True)
        new = people.register(actor, party)
        if not new:
            return Onboarded(party_id=party.party_id, new=False, known=bool(found))
        if plain:
            people.keep(actor, keys, party.party_id, plain)
        content = {
            "what": "onboarded",
            "party": party.party_id,
            "kind": party.kind,
            "fields": sorted(plain),
        }
        record = tell(actor, Kind.CONSENT, content, at=at, party_id=_of(party, plain))
        query(_TAKEN_ON, [actor.institution, party.party_id, at, caller.by, record])
    return Onboarded(party_id=party.party_id, new=True, known=False, record=record.hex())


def correct_mine(
    caller: Caller, party_id: str, fields: Mapping[Personal, str], *, why: str, at: datetime
) -> str:
    """Correct what is kept of a party; the record of it, in hexadecimal.

    A household corrects its telephone and address; the rest an officer. Raises `InputError`
    NOT_PERMITTED, NO_PARTY, PERSONAL, ERASED, IDENTITY_TAKEN (the number is another party's).
    """
    check_may(caller, Act.CORRECT_PERSONAL)
    check_own(caller, party_id)
    if caller.duties == {Duty.HOUSEHOLD} and not set(fields) <= OWN:
        wrong = "A name or number is corrected from a document."
        raise forbidden(caller, wrong)
    keys, plain = ring(), {name: checked(name, text) for name, text in fields.items()}
    if not plain or not why.strip():
        raise InputError("NOTHING", "Nothing to correct, or no reason.", "Give a field and why.")
    actor = caller.actor(why)
    with acting(actor):
        registered(actor, party_id)
        if _known_as(keys, plain) - {party_id}:
            wrong = "That number is of another party."
            raise InputError("IDENTITY_TAKEN", wrong, "Look at both: they may be one person.")
        people.keep(actor, keys, party_id, plain)
        content = {"what": "corrected", "party": party_id, "fields": sorted(plain), "why": why}
        return tell(actor, Kind.DECISION, content, at=at, party_id=party_id).hex()


def registered(actor: Actor, party_id: str) -> Registered:
    """A party that the actor may see; raises `InputError` NO_PARTY, the same for any other."""
    with reading(actor):
        for row in query(_PARTY, [actor.institution, party_id]):
            return Registered(
                party_id=row[0], kind=row[1], village_code=row[2], household_id=row[3]
            )
    raise InputError("NO_PARTY", f"There is no party {party_id}.", "Check the id.")


def acting_for(caller: Caller, party_id: str, why: str) -> Actor:
    """For whom an act about a party works, once the caller is seen to reach that party.

    A station agent reaches the parties of his villages; what he may ask for is then done by the
    service in his name. Raises `InputError` NO_PARTY.
    """
    check_own(caller, party_id)
    registered(caller.actor(why), party_id)
    return Actor(institution=caller.institution, by=caller.by, why=why)


def _known_as(keys: KeyRing, plain: Mapping[Personal, str]) -> set[str]:
    """Whose these identity numbers are; nobody else enters one of them until the end."""
    found: set[str] = set()
    for name in IDENTITIES:
        if name in plain:
            hashes = [lookup(key, name, plain[name]) for key in keys.keys]
            query(_ALONE, [hashes[-1].hex()])
            rows = query("select who_has(%s, %s)", [name.value, hashes])
            found |= {party_id for (party_id,) in rows}
    return found


def _visible(actor: Actor, found: set[str]) -> str:
    rows = models.Party.objects.filter(institution=actor.institution, party_id__in=sorted(found))
    return next(iter(rows.order_by("party_id").values_list("party_id", flat=True)), "")


def _of(party: Registered, plain: Mapping[Personal, str]) -> str:
    """Whose the record is: nobody's where nothing of a person was given, such as a station's."""
    return party.party_id if plain or party.kind in ("person", "household") else ""

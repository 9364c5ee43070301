"""Parties in the store, and what is sealed of them. Each call is a transaction or a part of one.

An erased person's key is gone and his fields with it; what the log holds of him proves what it
proved before, and tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_bytes
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.service.store import models
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.person_keys import about, alone, made_key, person_key
from suixin.service.store.sealing import (
    NONCE_BYTES,
    SEARCHED,
    Personal,
    checked,
    lookup,
    opened,
    sealed,
    wrapped,
)
from suixin.service.store.session import Actor, Role, acting, query

_REGISTER: Final = """
    insert into party (institution_id, party_id, kind, village_code, household_id)
    values (%s, %s, %s, %s, %s) on conflict (institution_id, party_id) do nothing
    returning party_id
"""
_KEEP: Final = """
    insert into personal_field (institution_id, party_id, name, sealed, lookup)
    values (%s, %s, %s, %s, %s)
"""
_KEEP_OVER: Final = f"""{_KEEP}
    on conflict (institution_id, party_id, name)
    do update set sealed = excluded.sealed, lookup = excluded.lookup
"""
_NAMED: Final = """
    select party_id from personal_field
     where institution_id = %s and name = %s and lookup = any (%s::bytea[]) order by party_id
"""
_CONSENT: Final = """
    insert into consent (institution_id, consent, party_id, purpose, receiver, kinds, since, until)
    values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (institution_id, consent) do nothing
    returning consent
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A party as an institution knows it, and nothing personal."""

    party_id: str
    kind: str
    village_code: str = ""
    household_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A party's permission: which feeds, for what, to whom, from when until when."""

    consent: str
    party_id: str
    purpose: str
    receiver: str
    kinds: tuple[str, ...]
    since: date
    until: date


def register(actor: Actor, party: Registered) -> bool:
    """Enter a party; whether it is new. Raises `InputError` KEY_TAKEN where it is there otherwise.

    An agent enters parties of his own villages: another is refused as NOT_YOURS.
    """
    with acting(actor):
        given = [party.party_id, party.kind, party.village_code, party.household_id]
        if query(_REGISTER, [actor.institution, *given]):
            return True
        if _registered(actor, party.party_id) != party:
            wrong = f"There is another party called {party.party_id}."
            raise InputError("KEY_TAKEN", wrong, "Use a new id, or send the same again.")
        return False


def keep(actor: Actor, ring: KeyRing, party_id: str, fields: Mapping[Personal, str]) -> None:
    """Seal personal fields of a party; one that is there is written over, but not by an agent.

    Raises `InputError` PERSONAL, NO_PARTY, ERASED, and KEPT for an agent.
    """
    plain = {name: checked(name, text) for name, text in fields.items()}
    with acting(actor):
        _registered(actor, party_id)
        key, by = made_key(actor, ring, party_id)
        statement = _KEEP if actor.role is Role.AGENT else _KEEP_OVER
        for name, text in plain.items():
            found = sealed(
                key,
                text.encode(),
                about=f"{about(actor, party_id)}/{name}",
                nonce=token_bytes(NONCE_BYTES),
            )
            hashed = lookup(ring.get(by), name, text) if name in SEARCHED else None
            query(statement, [actor.institution, party_id, name.value, found, hashed])


def personal(actor: Actor, ring: KeyRing, party_id: str) -> dict[Personal, str]:
    """What is sealed of a party, in clear; raises `InputError` NO_PARTY, ERASED, SEAL, NO_KEY."""
    with acting(actor):
        _registered(actor, party_id)
        found = person_key(actor, ring, party_id)
        if found is None:
            return {}
        whose = about(actor, party_id)
        return {
            Personal(row.name): _text(found[0], row, whose)
            for row in _of(models.PersonalField, actor, party_id).order_by("name")
        }


def named(actor: Actor, ring: KeyRing, name: Personal, text: str) -> tuple[str, ...]:
    """The parties with that number: an id, a code, a telephone or a card; each is one, or none."""
    if name not in SEARCHED:
        raise InputError("PERSONAL", f"Nobody is searched by {name}.", "Use a number.")
    plain = checked(name, text)
    hashes = [lookup(key, name, plain) for key in ring.keys]
    with acting(actor):
        rows = query(_NAMED, [actor.institution, name.value, hashes])
    return tuple(dict.fromkeys(party_id for (party_id,) in rows))


def erase(actor: Actor, party_id: str) -> bool:
    """Destroy a party's key and all that is sealed under it; whether there was any.

    The id stays, without anything that leads to a person, and is not sealed under again.
    """
    with acting(actor):
        alone(actor, party_id)
        rows = query(
            "select from party where institution_id = %s and party_id = %s for update",
            [actor.institution, party_id],
        )
        if not rows:
            raise _no_party(party_id)
        gone, _ = _of(models.PersonKey, actor, party_id).delete()
        query(
            "insert into erasure (institution_id, party_id) values (%s, %s) on conflict do nothing",
            [actor.institution, party_id],
        )
        return bool(gone)


def rewrap(actor: Actor, ring: KeyRing) -> int:
    """Go over to the newest key, a person a transaction; how many. Taken up where it was ended."""
    with acting(actor):
        waiting = models.PersonKey.objects.filter(institution_id=actor.institution)
        stale = waiting.exclude(wrapped_by=ring.current.name).values_list("party_id", flat=True)
        parties = list(stale.order_by("party_id"))
    return sum(_rewrap_one(actor, ring, party_id) for party_id in parties)


def grant(actor: Actor, consent: Consent) -> bool:
    """Record a consent; whether it is new. Raises `InputError` KEY_TAKEN, NO_PARTY."""
    with acting(actor):
        _registered(actor, consent.party_id)
        given = [consent.consent, consent.party_id, consent.purpose, consent.receiver]
        days = [list(consent.kinds), consent.since, consent.until]
        if query(_CONSENT, [actor.institution, *given, *days]):
            return True
        if consent not in [one for one, _ in consents(actor, consent.party_id)]:
            wrong = f"There is another consent called {consent.consent}."
            raise InputError("KEY_TAKEN", wrong, "Use a new id, or send the same again.")
        return False


def withdraw(actor: Actor, consent: str, *, at: datetime) -> None:
    """Note that a consent was withdrawn: once. Raises `InputError` NO_CONSENT, KEPT."""
    with acting(actor):
        rows = models.Consent.objects.filter(institution=actor.institution, consent=consent)
        if not rows.update(revoked_at=at):
            raise InputError("NO_CONSENT", f"There is no consent {consent}.", "Check the id.")


def consents(actor: Actor, party_id: str) -> tuple[tuple[Consent, datetime | None], ...]:
    """What a party allowed, each with when it was withdrawn."""
    with acting(actor):
        rows = models.Consent.objects.filter(institution=actor.institution, party_id=party_id)
        return tuple(
            (
                Consent(
                    consent=row.consent,
                    party_id=row.party_id,
                    purpose=row.purpose,
                    receiver=row.receiver,
                    kinds=tuple(row.kinds),
                    since=row.since,
                    until=row.until,
                ),
                row.revoked_at,
            )
            for row in rows.order_by("since", "consent")
        )


def _rewrap_one(actor: Actor, ring: KeyRing, party_id: str) -> bool:
    with acting(actor):
        alone(actor, party_id)
        rows = _of(models.PersonKey, actor, party_id).select_for_update()
        if not rows.exclude(wrapped_by=ring.current.name).exists():
            return False  # Erased, or done by another.
        whose, nonce = about(actor, party_id), token_bytes(NONCE_BYTES)
        key, _ = made_key(actor, ring, party_id)
        kept = wrapped(ring.current, key, about=whose, nonce=nonce)
        rows.update(wrapped_by=ring.current.name, wrapped=kept)
        for row in _of(models.PersonalField, actor, party_id).filter(lookup__isnull=False):
            text = _text(key, row, whose)
            hashed = lookup(ring.current, Personal(row.name), text)
            _of(models.PersonalField, actor, party_id).filter(name=row.name).update(lookup=hashed)
        return True


def _registered(actor: Actor, party_id: str) -> Registered:
    for row in models.Party.objects.filter(institution=actor.institution, party_id=party_id):
        return Registered(
            party_id=row.party_id,
            kind=row.kind,
            village_code=row.village_code,
            household_id=row.household_id,
        )
    raise _no_party(party_id)


def _text(key: bytes, row: models.PersonalField, whose: str) -> str:
    return opened(key, bytes(row.sealed), about=f"{whose}/{row.name}").decode()


def _of(model: Any, actor: Actor, party_id: str) -> Any:
    return model.objects.filter(institution_id=actor.institution, party_id=party_id)


def _no_party(party_id: str) -> InputError:
    return InputError("NO_PARTY", f"There is no party {party_id}.", "Register it first.")

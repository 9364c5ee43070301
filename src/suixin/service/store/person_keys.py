"""The keys of persons, as the store keeps them: wrapped. Within a transaction that acts."""

from __future__ import annotations

from secrets import token_bytes
from typing import Final

from suixin.data.errors import InputError
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.sealing import KEY_BYTES, NONCE_BYTES, unwrapped, wrapped
from suixin.service.store.session import Actor, query

_ADD: Final = """
    insert into person_key (institution_id, party_id, wrapped_by, wrapped) values (%s, %s, %s, %s)
    on conflict (institution_id, party_id) do nothing
"""
_KEY: Final = """
    select wrapped_by, wrapped from person_key where institution_id = %s and party_id = %s
"""
_ERASED: Final = "select party_id from erasure where institution_id = %s and party_id = %s"
_ALONE: Final = "select pg_advisory_xact_lock(hashtext('suixin.person'), hashtext(%s))"


def about(actor: Actor, party_id: str) -> str:
    """What a person's key and his fields are bound to."""
    return f"{actor.institution}/{party_id}"


def alone(actor: Actor, party_id: str) -> None:
    """Wait for whoever seals, goes over to a new key or erases the same person.

    It comes before any lock on rows: two who lock in another order would end one another.
    """
    query(_ALONE, [about(actor, party_id)])


def made_key(actor: Actor, ring: KeyRing, party_id: str) -> tuple[bytes, str]:
    """A person's key, made where there was none, and the name of the one that wraps it.

    Raises `InputError` ERASED.
    """
    alone(actor, party_id)
    nonce, by = token_bytes(NONCE_BYTES), ring.current
    kept = wrapped(by, token_bytes(KEY_BYTES), about=about(actor, party_id), nonce=nonce)
    query(_ADD, [actor.institution, party_id, by.name, kept])
    found = person_key(actor, ring, party_id)
    if found is None:
        raise AssertionError(f"The key of {party_id} is not there after it was made.")
    return found


def person_key(actor: Actor, ring: KeyRing, party_id: str) -> tuple[bytes, str] | None:
    """A person's key and the name of the one that wraps it; None where nothing is sealed of him.

    Raises `InputError` ERASED, SEAL, NO_KEY.
    """
    for wrapped_by, kept in query(_KEY, [actor.institution, party_id]):
        by = ring.get(wrapped_by)
        return unwrapped(by, bytes(kept), about=about(actor, party_id)), wrapped_by
    if query(_ERASED, [actor.institution, party_id]):
        raise InputError("ERASED", f"{party_id} was erased.", "")
    return None

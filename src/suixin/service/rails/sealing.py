"""What is personal in a bank's files and lines, sealed under a key of the institution's own.

The key is wrapped by the service's, so that going over to a new one rewrites a single row.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Final

from suixin.data.errors import InputError
from suixin.service.rails.payment import Payee
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.person_keys import made_key, person_key
from suixin.service.store.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    opened,
    sealed,
    unwrapped,
    wrapped,
)
from suixin.service.store.session import Actor, query

_ADD: Final = """
    insert into bank_key (institution_id, wrapped_by, wrapped) values (%s, %s, %s)
    on conflict (institution_id) do nothing
"""
_KEY: Final = "select wrapped_by, wrapped from bank_key where institution_id = %s"
_GO_OVER: Final = "update bank_key set wrapped_by = %s, wrapped = %s where institution_id = %s"
_PAYEES: Final = """
    select listed, party_id, person, bank_number, sealed from payee
     where institution_id = %s and listed = any (%s::text[])
"""


@dataclass(frozen=True, slots=True)
class BankSeal:
    """Seals and opens; `about` says what it is, and another does not open as it."""

    institution: int
    key: bytes = field(repr=False)

    def seal(self, content: bytes, about: str) -> bytes:
        """The content as it is kept."""
        told = f"{self.institution}/{about}"
        return sealed(self.key, content, about=told, nonce=token_bytes(NONCE_BYTES))

    def open(self, kept: bytes, about: str) -> bytes:
        """The content as it was given; raises `InputError` SEAL."""
        return opened(self.key, kept, about=f"{self.institution}/{about}")


def bank_seal(actor: Actor, ring: KeyRing) -> BankSeal:
    """The seal of an institution's bank, made where there was none. Within a transaction.

    Raises `InputError` NO_KEY, SEAL.
    """
    about, by = f"{actor.institution}/bank", ring.current
    found = query(_KEY, [actor.institution])
    if not found:
        kept = wrapped(by, token_bytes(KEY_BYTES), about=about, nonce=token_bytes(NONCE_BYTES))
        query(_ADD, [actor.institution, by.name, kept])
        found = query(_KEY, [actor.institution])
    ((name, kept),) = found
    return BankSeal(actor.institution, unwrapped(ring.get(name), bytes(kept), about=about))


def rewrap_bank(actor: Actor, ring: KeyRing) -> None:
    """Go over to the newest key of the service. Within a transaction."""
    seal, by = bank_seal(actor, ring), ring.current
    nonce = token_bytes(NONCE_BYTES)
    kept = wrapped(by, seal.key, about=f"{actor.institution}/bank", nonce=nonce)
    query(_GO_OVER, [by.name, kept, actor.institution])


def seal_payee(actor: Actor, ring: KeyRing, party: str, payee: Payee) -> bytes:
    """A payee's name and numbers under the key of the party; raises `InputError` ERASED."""
    key, _ = made_key(actor, ring, party)
    told = json.dumps([payee.name, payee.identity, payee.account], ensure_ascii=False)
    about = _about(actor, payee.listed)
    return sealed(key, told.encode(), about=about, nonce=token_bytes(NONCE_BYTES))


def open_payees(actor: Actor, ring: KeyRing, listed: list[str]) -> dict[str, Payee]:
    """Payees with their names and numbers; one who was erased is told without them.

    Raises `InputError` SEAL, NO_KEY.
    """
    found = {}
    for name, party, person, bank_number, kept in query(_PAYEES, [actor.institution, listed]):
        told = ["", "", ""]
        key = _key_of(actor, ring, party)
        if key is not None:
            told = json.loads(opened(key, bytes(kept), about=_about(actor, name)))
        found[name] = Payee(name, told[0], told[1], told[2], bank_number, person)
    return found


def _key_of(actor: Actor, ring: KeyRing, party: str) -> bytes | None:
    try:
        found = person_key(actor, ring, party)
    except InputError as fault:
        if fault.code != "ERASED":
            raise
        return None
    return None if found is None else found[0]


def _about(actor: Actor, listed: str) -> str:
    return f"{actor.institution}/payee/{listed}"

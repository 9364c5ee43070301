"""Under what agreements stand on the chain: random, and sealed under their party's key.

What leads from an agreement to its id goes with that key. Nothing on the chain, and nothing else
here, leads there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from secrets import token_bytes
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.canonical import entry_bytes
from suixin.evidence.chain.calls.value import HASH_BYTES
from suixin.evidence.entry import SALT_BYTES, Opening
from suixin.lending.agreement import AgreementTerms
from suixin.lending.chain_rows import OnChain
from suixin.service.app.evidence import plain
from suixin.service.app.keys import ring
from suixin.service.store.person_keys import about, made_key, person_key
from suixin.service.store.sealing import NONCE_BYTES, opened, sealed
from suixin.service.store.session import Actor, acting, query, reading

_NAMES: Final = """
    select agreement, party_id, kept, told_through, left_on, left_code from chain_name
     where institution_id = %s order by agreement
"""
_NAME: Final = """
    insert into chain_name (institution_id, agreement, party_id, kept, left_on, left_code)
    values (%s, %s, %s, %s, %s, %s)
"""
_TOLD: Final = """
    update chain_name set told_through = %s where institution_id = %s and agreement = %s
"""
_LEFT: Final = """
    update chain_name set left_on = %s, left_code = %s
     where institution_id = %s and agreement = %s and left_on is null
"""


@dataclass(frozen=True, slots=True)
class Named:
    """An agreement that was named: under what it stands, or None once that was erased.

    `salt` is what hides a decision's hash. What is `left` is told no further, by that code.
    """

    agreement: str
    party: str
    on_chain: OnChain | None
    salt: bytes
    told_through: date | None
    left: str


def names(actor: Actor) -> dict[str, Named]:
    """Every agreement that was named, by its name in the books."""
    with reading(actor):
        rows = query(_NAMES, [actor.institution])
        keys: dict[str, bytes | None] = {}
        found = {}
        for agreement, party, kept, through, _, left in rows:
            if party not in keys:
                keys[party] = _key(actor, party)
            found[agreement] = _named(
                actor, (agreement, party, bytes(kept), through, left), keys[party]
            )
    return found


def name(actor: Actor, terms: AgreementTerms) -> Named:
    """Draw what an agreement is called on the chain, and keep it; within a transaction.

    Raises `InputError` ERASED.
    """
    salts = [token_bytes(SALT_BYTES) for _ in range(3)]
    payee = Opening(salts[0], entry_bytes({"party": terms.party})).commitment
    signed = Opening(salts[1], entry_bytes(plain(_content(terms)))).commitment
    drawn = token_bytes(HASH_BYTES)
    told = json.dumps([one.hex() for one in (drawn, payee, signed, *salts)]).encode()
    with acting(actor):
        key, _ = made_key(actor, ring(), terms.party)
        place = _about(actor, terms.party, terms.agreement)
        kept = sealed(key, told, about=place, nonce=token_bytes(NONCE_BYTES))
        query(_NAME, [actor.institution, terms.agreement, terms.party, kept, None, ""])
    return Named(terms.agreement, terms.party, OnChain(drawn, payee, signed), salts[2], None, "")


def not_named(actor: Actor, terms: AgreementTerms, *, on: date, code: str) -> None:
    """Note that an agreement never goes to the chain, and why; within a transaction."""
    with acting(actor):
        given = [actor.institution, terms.agreement, terms.party, b"", on, code]
        query(_NAME, given)


def told(actor: Actor, agreement: str, through: date) -> None:
    """Note through which day an agreement was told; in the transaction of its calls."""
    query(_TOLD, [through, actor.institution, agreement])


def leave(actor: Actor, agreement: str, *, on: date, code: str) -> None:
    """Tell no more of an agreement from a day on, by a code."""
    with acting(actor):
        query(_LEFT, [on, code, actor.institution, agreement])


def _named(actor: Actor, row: tuple[str, str, bytes, date | None, str], key: bytes | None) -> Named:
    agreement, party, kept, through, left = row
    if key is None or not kept:
        return Named(agreement, party, None, b"", through, left)
    told_ = opened(key, kept, about=_about(actor, party, agreement))
    drawn, payee, signed, _, _, salt = (bytes.fromhex(one) for one in json.loads(told_))
    return Named(agreement, party, OnChain(drawn, payee, signed), salt, through, left)


def _key(actor: Actor, party: str) -> bytes | None:
    """A party's key; None once it was erased."""
    try:
        found = person_key(actor, ring(), party)
    except InputError as fault:
        if fault.code != "ERASED":
            raise
        return None
    return None if found is None else found[0]


def _about(actor: Actor, party: str, agreement: str) -> str:
    return f"{about(actor, party)}/chain/{agreement}"


def _content(terms: AgreementTerms) -> dict[str, object]:
    """What was signed, as far as the hash of terms on the chain commits to it."""
    return {
        "agreement": terms.agreement,
        "sheet": terms.sheet,
        "start": terms.start,
        "rate_bps": terms.rate_bps,
        "penalty_bps": terms.penalty_bps,
        "rows": [[row.due_on, row.principal_fen, row.interest_fen] for row in terms.rows],
    }

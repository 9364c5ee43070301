"""What two people agreed to of a case: to take over what the chain tells, or to close it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.chain_side import chain_side
from suixin.service.app.caller import Caller
from suixin.service.app.chain.day import scope_of
from suixin.service.app.chain.names import names
from suixin.service.app.chain.outbox import stored_inbox, told_by_ledger
from suixin.service.app.chain.places import alone, chain_of, opened
from suixin.service.app.chain.sides import corrections_of
from suixin.service.app.difference_cases import RULE, KeptCase
from suixin.service.app.holds import release_hold
from suixin.service.home import usual_home
from suixin.service.store.session import Actor, query

_CORRECT: Final = """
    insert into chain_correction (institution_id, of, call, kind, amount, on_day, fen, proposal)
    values (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_HOLDS: Final = """
    select hold from hold where institution_id = %s and scope = %s and rule = %s
       and released_by = '' order by id
"""


def agreement_of(actor: Actor, of: str) -> str:
    """The agreement's name in the books; empty where there is none, or it was erased."""
    books = {one.on_chain.of: one.agreement for one in names(actor).values() if one.on_chain}
    return books.get(of, "")


def take_over(actor: Actor, kept: KeptCase, *, proposal: str) -> None:
    """The ledger tells the moves that the chain tells; balances are put right by postings alone.

    Raises `InputError` NOTHING where they tell the same moves.
    """
    place = chain_of(actor)
    if place is None:
        raise InputError("NO_CHAIN", "No chain is open.", "Open it: suixin chain open.")
    with alone(usual_home(), actor.institution), opened(actor, place) as made:
        side = chain_side(made, stored_inbox(actor, depth=place.depth))
    told, _ = told_by_ledger(actor).get(kept.case.of, ((), 0))
    found = [row for row in side.rows if row.of == kept.case.of]
    moves = corrections_of(found[0], told) if found else ()
    if not moves:
        wrong = f"The chain tells no other moves of {kept.name}."
        raise InputError("NOTHING", wrong, "Put the books right by a posting, and reconcile.")
    for one in moves:
        move = one.move
        given = [one.of, move.call, move.kind, move.amount, move.day, move.fen, proposal]
        query(_CORRECT, [actor.institution, *given])


def release(caller: Caller, kept: KeptCase, *, why: str, at: datetime) -> None:
    """New money may go again where the case held it."""
    actor = caller.actor(why)
    books = {one.on_chain.of: one.agreement for one in names(actor).values() if one.on_chain}
    scope = scope_of(kept.case.of, books)
    for (name,) in query(_HOLDS, [actor.institution, scope, RULE]):
        release_hold(caller, name, why=why, at=at)

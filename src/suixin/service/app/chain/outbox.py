"""The outbox and the inbox in the database: a call or a signature is there before it counts.

Both answer as those of `evidence.outbox` do. A call stands or falls with the transaction in which
it was put; bytes are committed before they are sent. What blocks said is kept so that a long chain
is not read anew each day; a block that the chain has no more is let go of.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from suixin.evidence.call_text import call_of_text, text_of_call
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.outbox import Block, Call, Inbox, Outbox, Signed, Told
from suixin.evidence.reconcile import Move
from suixin.service.store.session import Actor, acting, query, reading

# Of what concerns the institution and no agreement: its bounds, the heads of its log.
HOUSE: Final = "house"
_CALLS: Final = "select text from chain_call where institution_id = %s order by id"
_PUT: Final = """
    insert into chain_call (institution_id, call, of, text, told, beyond_fen)
    values (%s, %s, %s, %s, %s::jsonb, %s)
    on conflict (call, institution_id) do nothing returning call
"""
_SIGNED: Final = """
    select call, by_role, turn, raw, transaction from chain_signed where institution_id = %s
     order by id
"""
_SIGN: Final = """
    insert into chain_signed (institution_id, call, by_role, turn, raw, transaction)
    values (%s, %s, %s, %s, %s, %s) on conflict (transaction, institution_id) do nothing
"""
_TOLD: Final = """
    select of, told::text, beyond_fen from chain_call where institution_id = %s and of <> %s
     order by id
"""
_BLOCKS: Final = """
    select number, hash, parent, told::text, calls::text from chain_block
     where institution_id = %s order by number
"""
_LET_GO: Final = "delete from chain_block where institution_id = %s and number >= %s"
_KEEP: Final = """
    insert into chain_block (institution_id, number, hash, parent, told, calls)
    values (%s, %s, %s, %s, %s::jsonb, %s::jsonb)
"""


class StoredOutbox(Outbox):
    """The outbox of an institution, as the database has it now; one run at a time works with it."""

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self._actor = actor
        with reading(actor):
            calls = query(_CALLS, [actor.institution])
            signed = query(_SIGNED, [actor.institution])
        for (text,) in calls:
            super().put(call_of_text(text))
        super().sign(
            [
                Signed(call, Role[by.upper()], turn, bytes(raw), bytes(transaction))
                for call, by, turn, raw, transaction in signed
            ]
        )

    def put(self, call: Call) -> bool:
        return self.put_told(call, ())

    def put_told(self, call: Call, told: Sequence[Told], *, beyond_fen: int = 0) -> bool:
        """Add a call with what the ledger says it moves, within the transaction under way.

        Where that is taken back this outbox knows more than there is: read it anew.
        """
        new = super().put(call)
        if new:
            moves = json.dumps([_plain(one) for one in told])
            given = [self._actor.institution, call.id, call.of, text_of_call(call), moves]
            with acting(self._actor):
                query(_PUT, [*given, beyond_fen])
        return new

    def sign(self, signed: Sequence[Signed]) -> None:
        for one in signed:
            self.call(one.call)
        with acting(self._actor):
            for one in signed:
                given = [one.call, one.by.name.lower(), one.turn, one.raw, one.transaction]
                query(_SIGN, [self._actor.institution, *given])
        super().sign(signed)


def told_by_ledger(actor: Actor) -> Mapping[str, tuple[tuple[Told, ...], int]]:
    """What the ledger told of each id, in its order, and what of it is beyond the debt (fen)."""
    with reading(actor):
        rows = query(_TOLD, [actor.institution, HOUSE])
    told: dict[str, list[Told]] = {}
    beyond: dict[str, int] = {}
    for of, moves, fen in rows:
        told.setdefault(of, []).extend(_told(one) for one in json.loads(moves))
        beyond[of] = beyond.get(of, 0) + fen
    return {of: (tuple(moves), beyond[of]) for of, moves in told.items()}


def stored_inbox(actor: Actor, *, depth: int) -> Inbox:
    """The blocks that were followed, as they were kept."""
    inbox = Inbox(depth)
    with reading(actor):
        rows = query(_BLOCKS, [actor.institution])
    for number, hash_, parent, told, calls in rows:
        moved = tuple(_told(one) for one in json.loads(told))
        inbox.follow(Block(number, hash_, parent, moved, json.loads(calls)))
    return inbox


def keep_blocks(actor: Actor, blocks: Iterable[Block]) -> None:
    """Keep the inbox as it now is, from the first block on that is not kept so."""
    with acting(actor):
        kept = {number: hash_ for number, hash_, *_ in query(_BLOCKS, [actor.institution])}
        fresh = [block for block in blocks if kept.get(block.number) != block.hash]
        if not fresh:
            return
        query(_LET_GO, [actor.institution, fresh[0].number])
        for block in fresh:
            told = json.dumps([_plain(one) for one in block.told])
            given = [block.number, block.hash, block.parent, told, json.dumps(dict(block.calls))]
            query(_KEEP, [actor.institution, *given])


def _plain(one: Told) -> list[Any]:
    move = one.move
    return [one.of, move.call, move.kind, move.day.isoformat(), move.amount, move.fen]


def _told(plain: Sequence[Any]) -> Told:
    of, call, kind, day, amount, fen = plain
    return Told(of, Move(call, kind, date.fromisoformat(day), amount, fen))

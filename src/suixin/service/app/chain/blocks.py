"""Blocks of the embedded chain as entries of the institution's log, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from suixin.evidence import entry
from suixin.evidence.chain.block import block_in, body_of, follow
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.entry import Body, EntryFault, Kind
from suixin.service.app.evidence import enter
from suixin.service.app.keys import log_keys
from suixin.service.store.log_store import DatabaseStore
from suixin.service.store.session import Actor, query, reading

_LOGGED: Final = "select logged_through from chain where institution_id = %s"
_LOG: Final = "update chain set logged_through = %s where institution_id = %s"
_RECORD: Final = """
    insert into log_record (institution_id, record, leaf, kind, told_at)
    select %s, leaf, leaf, %s, %s from unnest(%s::bytea[]) as t(leaf)
"""
# What is no entry of a block by its bytes is not read further.
_BLOCKS: Final = """
    select raw from log_entry
     where institution_id = %s and position('"kind":"block"'::bytea in raw) > 0 order by index
"""


def log_blocks(actor: Actor, chain: EmbeddedChain, *, at: datetime) -> int:
    """Append the blocks that the log lacks, and note it, in one transaction; how many."""
    keys, store = log_keys(actor.institution), DatabaseStore(actor)
    with store.writing():
        ((through,),) = query(_LOGGED, [actor.institution])
        fresh = list(chain.blocks(through + 1))
        if not fresh:
            return 0
        first, told_at = store.next_seq(keys.author.name), int(at.timestamp())
        sealed = [
            entry.seal(body_of(block, at=told_at, seq=seq), keys.author)
            for seq, block in enumerate(fresh, first)
        ]
        enter(store, keys.origin, sealed)
        leaves = [one.leaf for one in sealed]
        query(_RECORD, [actor.institution, Kind.BLOCK.value, at, leaves])
        query(_LOG, [through + len(fresh), actor.institution])
    return len(fresh)


def logged_blocks(actor: Actor) -> Iterator[bytes]:
    """The blocks that the log has, in its order; an entry that was changed shows none."""
    for body in _bodies(actor):
        yield block_in(body)


def refill(actor: Actor, chain: EmbeddedChain) -> None:
    """Run again what the log has and the chain's folder lacks, such as after it was lost.

    Raises `ChainFault` BLOCK where a block does not come out as it says.
    """
    with reading(actor):
        rows = query(_LOGGED, [actor.institution])
    if rows and chain.head().number < rows[0][0]:
        follow(chain, _bodies(actor))


def _bodies(actor: Actor) -> Iterator[Body]:
    authors = entry.authors([log_keys(actor.institution).author.verifier])
    with reading(actor):
        rows = query(_BLOCKS, [actor.institution])
    for (raw,) in rows:
        try:
            body = entry.open(bytes(raw), authors).body
        except EntryFault:
            continue
        if body.kind is Kind.BLOCK:
            yield body

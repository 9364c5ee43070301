"""Ledger, chain and log side by side, as they stand at the end of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from suixin.evidence.carrying import Carrier
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.chain_side import block_rows, chain_side
from suixin.evidence.chain_told import FUND
from suixin.evidence.outbox import Told
from suixin.evidence.reconcile import Move, Reconciled, Row, reconcile
from suixin.lending.chain_rows import OnChain, corrected, ledger_row, paid_fen
from suixin.lending.replay import replay
from suixin.service.app.chain.blocks import logged_blocks
from suixin.service.app.chain.names import names
from suixin.service.app.chain.outbox import told_by_ledger
from suixin.service.app.chain.telling import Known, known_agreements
from suixin.service.app.standings import servicing_rules
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import Actor, query, reading

_CORRECTED: Final = """
    select of, call, kind, on_day, amount, fen from chain_correction
     where institution_id = %s order by id
"""
Told_ = tuple[tuple[Told, ...], int]


def reconciled(actor: Actor, carrier: Carrier, *, on: date) -> Reconciled:
    """All that differs between what the three records tell; it corrects nothing."""
    chain = carrier.made.chain
    embedded = isinstance(chain, EmbeddedChain)
    blocks = list(chain.blocks()) if isinstance(chain, EmbeddedChain) else []
    side = chain_side(carrier.made, carrier.inbox, blocks)
    return reconcile(
        side.rows,
        ledger_rows(actor, {row.of: row for row in side.rows}, on=on),
        pending=carrier.outbox.pending(carrier.inbox),
        blocks=side.blocks,
        entries=block_rows(logged_blocks(actor)) if embedded else (),
    )


def ledger_rows(actor: Actor, on_chain: Mapping[str, Row], *, on: date) -> tuple[Row, ...]:
    """What the ledger says of every agreement that it told the chain, and of the fund.

    Of what is told no further, or erased, it says what it told; that it stands as it did is then
    all that is held against the chain.
    """
    told, corrections = told_by_ledger(actor), _corrections(actor)
    known, books = names(actor), StoredBooks(actor)
    rows, seen = [], set()
    for one in known_agreements(actor, on=on):
        named = known.get(one.terms.agreement)
        if named is None or named.on_chain is None or named.left or named.told_through is None:
            continue
        of = named.on_chain.of
        seen.add(of)
        with reading(actor):
            mine = told.get(of, ((), 0))
            rows.append(_row(books, one, named.on_chain, mine, corrections.get(of, []), on))
    for of, (moves, _) in told.items():
        if of not in seen:
            rows.append(_as_told(of, corrected(moves, corrections.get(of, [])), on_chain))
    return (*rows, Row(FUND, "", MappingProxyType({}), ()))


def corrections_of(found: Row, told: tuple[Told, ...]) -> tuple[Told, ...]:
    """The moves that the chain tells and the ledger does not, or otherwise."""
    ours = {one.move.key: one.move for one in told}
    return tuple(Told(found.of, move) for move in found.moves if ours.get(move.key) != move)


def _row(
    books: StoredBooks, one: Known, on_chain: OnChain, mine: Told_, entered: list[Told], on: date
) -> Row:
    made = replay(one.terms, one.events, on=on, rules=servicing_rules(one.terms.start))
    told, beyond_fen = mine
    return ledger_row(
        on_chain,
        made.state,
        corrected(told, entered),
        paid=paid_fen(books, one.terms.agreement, one.events, through=on),
        beyond_fen=beyond_fen,
    )


def _as_told(of: str, told: tuple[Told, ...], on_chain: Mapping[str, Row]) -> Row:
    amounts: dict[str, int] = {}
    for one in told:
        if one.move.amount:
            amounts[one.move.amount] = amounts.get(one.move.amount, 0) + one.move.fen
    state = on_chain[of].state if of in on_chain else ""
    return Row(of, state, MappingProxyType(amounts), tuple(one.move for one in told))


def _corrections(actor: Actor) -> dict[str, list[Told]]:
    with reading(actor):
        rows = query(_CORRECTED, [actor.institution])
    found: dict[str, list[Told]] = {}
    for of, call, kind, day, amount, fen in rows:
        found.setdefault(of, []).append(Told(of, Move(call, kind, day, amount, fen)))
    return found

"""The chain's side and the log's side of a reconciliation: rows by asking, blocks by their bytes.

A block of the embedded chain is an entry of the log. Both sides name a block by its number and the
SHA-256 of all its bytes, so that a block whose header was kept and whose content was not differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from suixin.evidence import entry as entries
from suixin.evidence.chain.block import block_in, block_of
from suixin.evidence.chain.calls import agreement, group, pool
from suixin.evidence.chain.deployment import Deployment
from suixin.evidence.chain_told import FUND, agreement_row, fund_row
from suixin.evidence.entry import Kind
from suixin.evidence.keys import Verifier
from suixin.evidence.outbox import Inbox
from suixin.evidence.reconcile import BlockRow, Row
from suixin.evidence.rows_file import Side


def chain_side(made: Deployment, inbox: Inbox, blocks: Iterable[bytes] = ()) -> Side:
    """What the chain tells: every agreement that ever moved, the fund, and its blocks, if any.

    Amounts are asked of the contracts as they stand, moves come out of the inbox, so that the two
    check one another. The inbox must be at the head of a chain whose blocks are final at once.
    """
    moves, ask = inbox.moves(), made.ask
    rows: list[Row] = []
    for of in sorted(moves.keys() - {FUND}):
        id = bytes.fromhex(of)
        called, claim = ask(group.call_of(id)), ask(pool.claim_of(id))
        rows.append(agreement_row(id, ask(agreement.record(id)), called, claim, moves[of]))
    rows.append(fund_row(ask(pool.fund()), moves.get(FUND, ())))
    return Side(tuple(rows), block_rows(blocks))


def log_side(raws: Iterable[bytes], authors: Mapping[str, Verifier]) -> Side:
    """What a log tells: the blocks among its entries, in its order.

    Raises `EntryFault` where an entry is by none of the authors or was changed, `ChainFault` BLOCK
    where one shows no block.
    """
    bodies = (entries.open(raw, authors).body for raw in raws)
    return Side(blocks=block_rows(block_in(body) for body in bodies if body.kind is Kind.BLOCK))


def block_rows(blocks: Iterable[bytes]) -> tuple[BlockRow, ...]:
    """Blocks as reconciliation names them."""
    return tuple(BlockRow(block_of(raw).number, sha256(raw).hexdigest()) for raw in blocks)

"""Blocks as the log has them: what one says of itself, and as what it stands in an entry.

The log's order is the order of the blocks. Whoever mirrors the log replays them, and cosigns only a
log whose blocks come out as they say: each block names the root of the whole state after it.
"""

from __future__ import annotations

from base64 import b85decode, b85encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

import rlp
from eth_utils.crypto import keccak
from rlp.exceptions import RLPException

from suixin.evidence.chain.port import BLOCK_BYTES_MAX, ChainFault, Head, too_large
from suixin.evidence.entry import Body, Kind

# Places in a header, by the Yellow Paper.
_PARENT: Final = 0
_STATE_ROOT: Final = 3
_NUMBER: Final = 8
_HASH_BYTES: Final = 32


class Replaying(Protocol):
    """A chain that runs another party's blocks; the embedded one does."""

    def head(self) -> Head:
        """The last block."""

    def replay(self, block: bytes) -> Head:
        """Run a block and keep it; raises `ChainFault` BLOCK unless all agrees."""


@dataclass(frozen=True, slots=True)
class BlockHead(Head):
    """What a block says of itself, and the hashes of its transactions in their order."""

    transactions: tuple[bytes, ...] = ()


def block_of(raw: bytes) -> BlockHead:
    """A block from its RLP, which is read and not run; raises `ChainFault` BLOCK."""
    try:
        header, sent, *_ = rlp.decode(raw)
        encoded = rlp.encode(header)
        parent, root, number = header[_PARENT], header[_STATE_ROOT], header[_NUMBER]
        hashes = tuple(keccak(one if isinstance(one, bytes) else rlp.encode(one)) for one in sent)
        lengths = {len(parent), len(root)}
        counted = int.from_bytes(number)
    except (RLPException, RecursionError, IndexError, TypeError, ValueError) as fault:
        raise ChainFault("BLOCK", "The block is not readable.", "Fetch it again.") from fault
    if lengths != {_HASH_BYTES}:
        raise ChainFault("BLOCK", "The block is not readable.", "Fetch it again.")
    return BlockHead(counted, keccak(encoded), parent, root, hashes)


def body_of(block: bytes, *, at: int, seq: int, policy: str = "") -> Body:
    """A block as the body of an entry: all may read it, since it is about no person.

    >>> body_of(b"block", at=1_780_000_000, seq=0).show
    'Vr*|?YX'
    """
    if len(block) > BLOCK_BYTES_MAX:
        raise too_large(len(block))
    return Body(Kind.BLOCK, at, seq, policy=policy, show=b85encode(block).decode())


def block_in(body: Body) -> bytes:
    """The block that an entry shows; raises `ChainFault` BLOCK where it shows none.

    >>> block_in(body_of(b"block", at=1_780_000_000, seq=0))
    b'block'
    """
    if body.kind is not Kind.BLOCK or body.show is None:
        raise ChainFault("BLOCK", f"An entry of kind {body.kind} shows no block.")
    try:
        return b85decode(body.show)
    except ValueError as fault:
        raise ChainFault("BLOCK", "What the entry shows is no base85.") from fault


def follow(chain: Replaying, bodies: Iterable[Body]) -> Head:
    """Replay the blocks among a log's entries, in its order, and give the head they lead to.

    Blocks that the chain has are passed over. Raises `ChainFault` BLOCK at the first that does not
    come out as it says: do not cosign that log.
    """
    for body in bodies:
        if body.kind is Kind.BLOCK:
            chain.replay(block_in(body))
    return chain.head()

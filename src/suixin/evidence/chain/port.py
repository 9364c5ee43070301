"""The port: what the platform asks of a chain, whether it runs in this process or elsewhere.

Transactions are bytes that somebody signed (`signer`), so a chain holds nobody's key. A refusal is
a value: the transaction stands in its block, changed nothing, and its receipt says why not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from suixin.data.errors import InputError

Address: TypeAlias = str  # "0x" and 40 hexadecimal digits in small letters.

# A block is an entry of the log of at most 65,535 bytes: 48 KiB in base85 are 61,440 of them.
BLOCK_BYTES_MAX: Final = 48 * 1024
# Most a transaction may use. It costs nobody anything: there is no token, and gas has no price.
GAS: Final = 12_000_000


class ChainFault(InputError):
    """What a chain cannot take.

    TRANSACTION: signed for another chain, out of turn, or not readable. BLOCK_SIZE: too large for
    an entry of the log. BLOCK: not the block that its parent and transactions give; the message
    names the first field that differs. LOG: a folder that is not what
    its signed head says. GENESIS: another chain than the one that is kept. BUSY:
    another process writes. NO_BLOCK: the chain has not come so far. CONTRACT: one that
    is not in force.
    """


class NodeFault(Exception):
    """A node elsewhere that did not answer, or not as a node does.

    >>> print(NodeFault("No answer within 10 s.", "Is the node running?"))
    No answer within 10 s. Is the node running?
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".rstrip())
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Log:
    """What a contract said: where, as topics and data. `calls` gives it its name and fields."""

    address: Address
    topics: tuple[bytes, ...]
    data: bytes
    block: int
    index: int  # Among the logs of its block.
    transaction: bytes  # The hash of what made it say so.


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction; `refusal` is the contract's text where it refused."""

    transaction: bytes
    block: int
    gas: int
    refusal: str | None
    logs: tuple[Log, ...]
    contract: Address | None = None  # The address of what it deployed.


@dataclass(frozen=True, slots=True)
class Head:
    """A block: its number, its hash, its parent's, and the root of the whole state after it."""

    number: int
    hash: bytes
    parent: bytes
    state_root: bytes


class Chain(Protocol):
    """One chain; `embedded` and `rpc` are two. Blocks and their replay are the embedded one's."""

    @property
    def chain_id(self) -> int:
        """The number for which transactions are signed."""

    def head(self, number: int | None = None) -> Head:
        """The last block, or the one of a number; raises `ChainFault` NO_BLOCK where none is."""

    def nonce(self, address: Address) -> int:
        """How many transactions an account has sent."""

    def deploy(self, transaction: bytes) -> Receipt:
        """Send one transaction that makes a contract; raises `ChainFault` unless it did."""

    def send(self, transactions: Sequence[bytes]) -> tuple[Receipt, ...]:
        """Take signed transactions in order; when it returns they are durable.

        One that a block holds already moves nothing again: it is answered with its receipt.
        """

    def receipt(self, transaction: bytes) -> Receipt | None:
        """What became of a transaction by its hash; None where no block holds it."""

    def call(self, to: Address, data: bytes, sender: Address | None = None) -> bytes:
        """Ask a contract on the state as it stands; raises `CallRefused` where it refuses."""

    def code(self, address: Address) -> bytes:
        """What runs at an address; empty where no contract is."""

    def events(self, first: int = 0, *, of: Iterable[Address] = ()) -> Iterator[Log]:
        """What contracts said from a block on, in order; of these addresses alone, if any."""


class CallRefused(Exception):
    """A contract refused a question or a trial: its text, such as `agreement: unknown id`."""


def deployed(receipt: Receipt) -> Receipt:
    """A receipt that made a contract; raises `ChainFault` where none was made."""
    if receipt.contract is None or receipt.refusal is not None:
        why = receipt.refusal or "it deploys nothing"
        raise ChainFault("TRANSACTION", f"No contract was made: {why}.", "Send its bytecode.")
    return receipt


def too_large(size: int) -> ChainFault:
    """What to raise where a block of so many bytes is no entry of the log.

    >>> too_large(50_000).message
    'A block of 50,000 bytes is no entry of the log, which takes 49,152.'
    """
    wrong = f"A block of {size:,} bytes is no entry of the log, which takes {BLOCK_BYTES_MAX:,}."
    return ChainFault("BLOCK_SIZE", wrong, "Send less in one transaction.")

"""The embedded chain: py-evm by the rules of Paris over a store on disk, one writer.

Blocks are a function of their parent and their transactions: no clock (a block's time is its
parent's and one second), no miner, no price. So whoever has the transactions can make the block
again, which is how `replay` checks another party's: it runs them and holds every field of the
header against its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import rlp
from eth.abc import BlockAPI, BlockHeaderAPI, SignedTransactionAPI
from eth.chains.base import MiningChain
from eth.consensus.noproof import NoProofConsensus
from eth.constants import ZERO_ADDRESS
from eth.exceptions import CanonicalHeadNotFound, UnrecognizedTransactionType
from eth.vm.forks.paris import ParisVM
from eth.vm.spoof import SpoofTransaction
from eth_keys.exceptions import BadSignature
from eth_typing import BlockNumber
from eth_utils.exceptions import ValidationError
from rlp.exceptions import RLPException

from suixin.evidence.chain.codec import refusal_text
from suixin.evidence.chain.port import (
    BLOCK_BYTES_MAX,
    GAS,
    Address,
    CallRefused,
    ChainFault,
    Head,
    Log,
    Receipt,
    deployed,
    too_large,
)
from suixin.evidence.chain.receipts import kept_receipts, receipts_to_keep
from suixin.evidence.chain.signer import ORDER, contract_address
from suixin.evidence.chain.store import KeptBlock, NodeStore

CHAIN_ID: Final = 20200
# So high that no block of 48 KiB comes near half of it, where gas would get a price: some 500
# transactions, each of `GAS` at most.
_GAS_LIMIT: Final = 10**11
_HEADER_BYTES: Final = 640
# In which order the fields of a header are compared: causes before what follows from them.
_FIELDS: Final = (
    "block_number",
    "timestamp",
    "coinbase",
    "gas_limit",
    "base_fee_per_gas",
    "extra_data",
    "transaction_root",
    "gas_used",
    "receipt_root",
    "state_root",
    "hash",
)


_UNREADABLE: Final = (
    *(RLPException, ValidationError, UnrecognizedTransactionType),
    *(TypeError, ValueError, IndexError, RecursionError),
)


class _Vm(ParisVM.configure(consensus_class=NoProofConsensus)):  # type: ignore[misc]
    """Paris, without a proof of work or of stake: the log's order is the consensus."""


class EmbeddedChain:
    """A whole chain in this process, kept in a folder; raises `ChainFault` GENESIS or BUSY.

    A folder without one begins it. Two parties who give the same `chain_id` begin alike.
    """

    def __init__(self, folder: Path, *, chain_id: int = CHAIN_ID) -> None:
        self._id = chain_id
        self._store = NodeStore(folder / "chain.db")
        config = {"vm_configuration": ((0, _Vm),), "chain_id": chain_id}
        self._class = MiningChain.configure("EmbeddedChain", **config)
        try:
            self._begin()
        except BaseException:
            self._store.close()
            raise

    def _begin(self) -> None:
        name = f"suixin {self._id}".encode()
        try:
            self._chain = self._class(self._store)
        except CanonicalHeadNotFound:
            first: dict[str, Any] = {"difficulty": 0, "gas_limit": _GAS_LIMIT, "timestamp": 0}
            first |= {"extra_data": name, "base_fee_per_gas": 0}
            with self._store.block():
                self._class.from_genesis(self._store, first, {})
            self._chain = self._class(self._store)
        genesis = self._chain.get_canonical_block_header_by_number(BlockNumber(0))
        if genesis.extra_data != name:
            raise ChainFault(
                "GENESIS",
                f"The folder keeps the chain {genesis.extra_data.decode()!r}, not {self._id}.",
                "Open it with its own chain_id, or another folder.",
            )

    @property
    def chain_id(self) -> int:
        return self._id

    def close(self) -> None:
        """Let go of the folder, so that another process may write."""
        self._store.close()

    def __enter__(self) -> EmbeddedChain:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    def head(self, number: int | None = None) -> Head:
        last = self._parent()
        if number is None:
            return _head(last)
        if not 0 <= number <= last.block_number:
            raise ChainFault(
                "NO_BLOCK", f"There is no block {number}; the last is {last.block_number}."
            )
        return _head(self._chain.get_canonical_block_header_by_number(BlockNumber(number)))

    def nonce(self, address: Address) -> int:
        found: int = self._state().get_nonce(bytes.fromhex(address[2:]))
        return found

    def deploy(self, transaction: bytes) -> Receipt:
        return deployed(self.send([transaction])[0])

    def send(self, transactions: Sequence[bytes]) -> tuple[Receipt, ...]:
        """Take signed transactions in order, in as few blocks as the log's entries allow."""
        decoded = self._decoded(transactions)
        done: dict[bytes, Receipt | None] = {}
        new = []
        for place, one in enumerate(decoded):
            if one.hash not in done:
                done[one.hash] = self.receipt(one.hash)
                new += [place] if done[one.hash] is None else []
        self._validated([decoded[place] for place in new], "Transaction", new)
        # All stretches before the first block, so that one that fits nowhere stops all.
        for first, last in list(_fitting([len(transactions[place]) for place in new])):
            for receipt in self._keep([decoded[place] for place in new[first:last]]):
                done[receipt.transaction] = receipt
        return tuple(made for one in decoded if (made := done[one.hash]) is not None)

    def receipt(self, transaction: bytes) -> Receipt | None:
        number = self._store.block_of(transaction)
        if number is None:
            return None
        _, _, kept = next(self._store.blocks(number))
        return next(one for one in kept_receipts(number, kept) if one.transaction == transaction)

    def call(self, to: Address, data: bytes, sender: Address | None = None) -> bytes:
        by = bytes.fromhex(sender[2:]) if sender else ZERO_ADDRESS
        state = self._state()
        plain = _Vm.create_unsigned_transaction(
            nonce=state.get_nonce(by),
            gas_price=0,
            gas=GAS,
            to=bytes.fromhex(to[2:]),
            value=0,
            data=data,
        )
        made = state.costless_execute_transaction(SpoofTransaction(plain, from_=by))
        if made.is_error:
            raise CallRefused(refusal_text(made.output))
        output: bytes = made.output
        return output

    def code(self, address: Address) -> bytes:
        found: bytes = self._state().get_code(bytes.fromhex(address[2:]))
        return found

    def events(self, first: int = 0, *, of: Iterable[Address] = ()) -> Iterator[Log]:
        wanted = frozenset(of)
        for number, _, kept in self._store.blocks(first):
            for receipt in kept_receipts(number, kept):
                for log in receipt.logs:
                    if not wanted or log.address in wanted:
                        yield log

    def blocks(self, first: int = 1) -> Iterator[bytes]:
        """Blocks in RLP from a number on, each small enough to be an entry of the log."""
        for _, block, _ in self._store.blocks(first):
            yield block

    def replay(self, block: bytes) -> Head:
        """Run another party's block and keep it; raises `ChainFault` BLOCK unless all agrees.

        A block that is kept already changes nothing.
        """
        if len(block) > BLOCK_BYTES_MAX:
            raise too_large(len(block))
        try:
            theirs: Any = rlp.decode(block, sedes=_Vm.get_block_class())
        except _UNREADABLE as fault:
            raise ChainFault("BLOCK", "The block is not readable.", "Fetch it again.") from fault
        number = theirs.header.block_number
        if self._has(theirs.header):
            return self.head()
        parent = self._parent()
        if theirs.header.parent_hash != parent.hash:
            raise ChainFault(
                "BLOCK",
                f"Block {number} follows {theirs.header.parent_hash.hex()[:16]}, "
                f"not our block {parent.block_number}, {parent.hash.hex()[:16]}.",
                "Replay every block in its order; if one is missing, fetch it from a mirror.",
            )
        places = range(len(theirs.transactions))
        self._validated(theirs.transactions, f"Block {number}, transaction", places)
        self._keep(theirs.transactions, theirs.header)
        return self.head()

    def _has(self, header: BlockHeaderAPI) -> bool:
        if header.block_number > self._parent().block_number:
            return False
        mine = self._chain.get_canonical_block_header_by_number(header.block_number)
        return bool(mine.hash == header.hash)

    def _parent(self) -> BlockHeaderAPI:
        head: BlockHeaderAPI = self._chain.get_canonical_head()
        return head

    def _next(self) -> BlockHeaderAPI:
        parent = self._parent()
        header: BlockHeaderAPI = _Vm.create_header_from_parent(
            parent,
            gas_limit=parent.gas_limit,
            timestamp=parent.timestamp + 1,
            coinbase=ZERO_ADDRESS,
            extra_data=b"",
        )
        return header

    def _state(self) -> Any:
        return self._chain.get_vm(self._next()).state

    def _decoded(self, transactions: Sequence[bytes]) -> list[SignedTransactionAPI]:
        builder, found = _Vm.get_transaction_builder(), []
        for place, raw in enumerate(transactions):
            try:
                found.append(builder.decode(raw))
            except _UNREADABLE as fault:
                wrong = f"Transaction {place} is not readable."
                raise ChainFault("TRANSACTION", wrong, "Sign it with `signer`.") from fault
        return found

    def _validated(
        self, transactions: Sequence[SignedTransactionAPI], what: str, places: Sequence[int]
    ) -> None:
        """Hold transactions against all that could stop a block half-way, before one is run."""
        state, turns = self._state(), dict[bytes, int]()
        for place, one in zip(places, transactions, strict=True):
            wrong = _fault(one, self._id)
            if wrong is None:
                turn = turns.get(one.sender)
                turn = state.get_nonce(one.sender) if turn is None else turn
                turns[one.sender] = turn + 1
                if one.nonce != turn:
                    wrong = f"its turn is {one.nonce}, the account's next is {turn}"
            if wrong is not None:
                raise ChainFault("TRANSACTION", f"{what} {place}: {wrong}.", "Sign it anew.")

    def _keep(
        self, transactions: Sequence[SignedTransactionAPI], theirs: BlockHeaderAPI | None = None
    ) -> tuple[Receipt, ...]:
        """Run transactions, hold the block against another's header if there is one, keep it."""
        try:
            with self._store.block():
                block, receipts = self._made(transactions)
                if theirs is not None:
                    _same(theirs, block.header)
                encoded = rlp.encode(block)
                if len(encoded) > BLOCK_BYTES_MAX:
                    raise too_large(len(encoded))
                self._chain.chaindb.persist_header(block.header)
                number, sent = block.header.block_number, tuple(one.hash for one in transactions)
                kept = receipts_to_keep(receipts)
                self._store.put_block(KeptBlock(number, block.hash, encoded, kept, sent))
        except BaseException:
            self._chain = self._class(self._store)  # As the store has it: the block never was.
            raise
        return receipts

    def _made(
        self, transactions: Sequence[SignedTransactionAPI]
    ) -> tuple[BlockAPI, tuple[Receipt, ...]]:
        header = self._next()
        vm = self._chain.get_vm(header)
        after, receipts, computations = vm.apply_all_transactions(transactions, header)
        filled = vm.set_block_transactions_and_withdrawals(
            vm.get_block(), after, transactions, receipts
        )
        block = vm.mine_block(filled).block
        made, index, used = [], 0, 0
        for one, receipt, run in zip(transactions, receipts, computations, strict=True):
            logs = []
            for entry in receipt.logs:
                topics = tuple(topic.to_bytes(32) for topic in entry.topics)
                address = "0x" + entry.address.hex()
                logs.append(Log(address, topics, entry.data, header.block_number, index, one.hash))
                index += 1
            refusal = refusal_text(run.output) if run.is_error else None
            gas, used = receipt.gas_used - used, receipt.gas_used
            place = None if one.to else contract_address("0x" + one.sender.hex(), one.nonce)
            number = header.block_number
            made.append(Receipt(one.hash, number, gas, refusal, tuple(logs), place))
        return block, tuple(made)


def _head(header: BlockHeaderAPI) -> Head:
    return Head(header.block_number, header.hash, header.parent_hash, header.state_root)


def _fitting(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of transactions that each make a block of no more than an entry takes."""
    first, bytes_ = 0, _HEADER_BYTES
    for place, size in enumerate(sizes):
        if size + _HEADER_BYTES > BLOCK_BYTES_MAX:
            raise too_large(size + _HEADER_BYTES)
        if bytes_ + size > BLOCK_BYTES_MAX:
            yield first, place
            first, bytes_ = place, _HEADER_BYTES
        bytes_ += size
    if first < len(sizes):
        yield first, len(sizes)


def _fault(one: SignedTransactionAPI, chain_id: int) -> str | None:
    """What of a transaction by itself would stop a block, or None."""
    if one.type_id is not None:
        return f"type {one.type_id} is not taken here, legacy is"
    if one.chain_id != chain_id:
        return f"it is signed for chain {one.chain_id}, this is {chain_id}"
    if one.value or one.gas_price:
        return "it would pay, and there is no token"
    if not one.intrinsic_gas <= one.gas <= GAS:
        return f"its gas is {one.gas:,}, from {one.intrinsic_gas:,} to {GAS:,} will do"
    # Of the two signatures that anybody can make of one, only the lower is taken.
    if one.s > ORDER // 2 or not _is_signed(one):
        return "its signature is not valid"
    return None


def _is_signed(one: SignedTransactionAPI) -> bool:
    """Whether the signature is somebody's; whose, is then known."""
    try:
        return bool(one.sender)
    except (BadSignature, ValidationError):
        return False


def _same(theirs: BlockHeaderAPI, ours: BlockHeaderAPI) -> None:
    """Raise `ChainFault` BLOCK that names the first field in which two headers differ."""
    for name in _FIELDS:
        one, other = getattr(theirs, name), getattr(ours, name)
        if one != other:
            said = [
                value.hex()[:16] if isinstance(value, bytes) else value for value in (one, other)
            ]
            raise ChainFault(
                "BLOCK",
                f"Block {ours.block_number}: its {name.replace('_', ' ')} is {said[0]}, "
                f"ours is {said[1]}.",
                "Do not cosign it; keep it as evidence.",
            )

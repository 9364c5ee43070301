"""Receipts as the store has them: beside their block, with the text of what was refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import rlp

from suixin.evidence.chain.port import Log, Receipt


def receipts_to_keep(receipts: Iterable[Receipt]) -> bytes:
    """Receipts as bytes."""
    kept: bytes = rlp.encode(
        [
            [
                one.transaction,
                one.gas,
                b"" if one.refusal is None else one.refusal.encode(),
                bytes.fromhex(one.contract[2:]) if one.contract else b"",
                [
                    [bytes.fromhex(log.address[2:]), list(log.topics), log.data, log.index]
                    for log in one.logs
                ],
            ]
            for one in receipts
        ]
    )
    return kept


def kept_receipts(block: int, kept: bytes) -> Iterator[Receipt]:
    """The receipts of a block, from its bytes."""
    for transaction, gas, refusal, contract, logs in rlp.decode(kept):
        yield Receipt(
            transaction=transaction,
            block=block,
            gas=int.from_bytes(gas),
            refusal=refusal.decode() or None,
            logs=tuple(
                Log("0x" + at.hex(), tuple(topics), data, block, int.from_bytes(index), transaction)
                for at, topics, data, index in logs
            ),
            contract="0x" + contract.hex() if contract else None,
        )

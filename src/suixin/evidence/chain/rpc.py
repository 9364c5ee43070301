"""A chain elsewhere: any EVM node that speaks JSON-RPC over HTTP, by its address.

The node orders and keeps; we sign. Gas must have no price there, as among parties who know each
other. What counts as final is the chain's own affair: the inbox of `outbox` waits as many blocks
as its kind asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from time import monotonic, sleep
from typing import Any, Final

from eth_utils.crypto import keccak

from suixin.data.errors import shown
from suixin.evidence.chain.codec import refusal_text
from suixin.evidence.chain.node import Answer, Node, said
from suixin.evidence.chain.port import (
    GAS,
    Address,
    CallRefused,
    ChainFault,
    Head,
    Log,
    NodeFault,
    Receipt,
    deployed,
)
from suixin.evidence.chain.signer import sender_of

SECONDS_MAX: Final = 60.0
# Blocks asked for events at once; nodes bound what one question may cover.
_STRETCH: Final = 2_000
_WAIT: Final = (0.005, 0.25)


@contextmanager
def _as_of_a_node() -> Iterator[None]:
    """What lacks a member, or has another kind of one, is no answer of a node."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        wrong = f"The node answers not as a node does: {shown(fault)}."
        raise NodeFault(wrong, "Give the address of an Ethereum node.") from fault


class RpcChain:
    """A chain behind the JSON-RPC of one of its nodes.

    Raises `NodeFault` where the node does not answer, or not as a node does. `seconds` is how long
    `send` waits for a block. A node that parts from the others shows in the inbox, not here.
    """

    def __init__(self, url: str, *, seconds: float = SECONDS_MAX) -> None:
        self._node = Node(url)
        self._seconds = seconds
        try:
            with _as_of_a_node():
                self._id = _number(self._node.ask("eth_chainId"))
        except BaseException:
            self._node.close()
            raise

    def close(self) -> None:
        """End the connection."""
        self._node.close()

    @property
    def chain_id(self) -> int:
        return self._id

    @_as_of_a_node()
    def head(self, number: int | None = None) -> Head:
        which = "latest" if number is None else hex(number)
        block = self._node.ask("eth_getBlockByNumber", which, False)
        if block is None:
            raise ChainFault("NO_BLOCK", f"There is no block {number} yet.")
        return Head(
            _number(block["number"]),
            _bytes(block["hash"]),
            _bytes(block["parentHash"]),
            _bytes(block["stateRoot"]),
        )

    @_as_of_a_node()
    def nonce(self, address: Address) -> int:
        return _number(self._node.ask("eth_getTransactionCount", address, "latest"))

    def deploy(self, transaction: bytes) -> Receipt:
        return deployed(self.send([transaction])[0])

    def send(self, transactions: Sequence[bytes]) -> tuple[Receipt, ...]:
        """Take signed transactions in order: those of one account at once, the next after them.

        An account's own order is in its transactions; between accounts a chain promises none.
        """
        found: list[Receipt] = []
        for _, run in groupby(transactions, sender_of):
            found += self._sent(list(run))
        return tuple(found)

    def _sent(self, transactions: Sequence[bytes]) -> list[Receipt]:
        hashes = [keccak(raw) for raw in transactions]
        waiting = [
            raw for raw, known in zip(transactions, self._held(hashes), strict=True) if not known
        ]
        for raw, answer in zip(waiting, self._tried(waiting), strict=True):
            if "error" in answer:
                self._taken(raw, answer["error"])
        found = {hash_: self._waited(hash_) for hash_ in dict.fromkeys(hashes)}
        return [found[hash_] for hash_ in hashes]

    @_as_of_a_node()
    def receipt(self, transaction: bytes) -> Receipt | None:
        found = self._node.ask("eth_getTransactionReceipt", _hex(transaction))
        return None if found is None or found.get("blockNumber") is None else self._receipt(found)

    def call(self, to: Address, data: bytes, sender: Address | None = None) -> bytes:
        about = {"to": to, "data": _hex(data), "gas": hex(GAS), "gasPrice": "0x0"}
        if sender:
            about["from"] = sender
        return self._called(about, "latest")

    @_as_of_a_node()
    def code(self, address: Address) -> bytes:
        return _bytes(self._node.ask("eth_getCode", address, "latest"))

    def events(self, first: int = 0, *, of: Iterable[Address] = ()) -> Iterator[Log]:
        wanted, last = list(of), self.head().number
        for start in range(first, last + 1, _STRETCH):
            about: dict[str, Any] = {
                "fromBlock": hex(start),
                "toBlock": hex(min(last, start + _STRETCH - 1)),
            }
            if wanted:
                about["address"] = wanted
            yield from self._logs(about)

    @_as_of_a_node()
    def _logs(self, about: dict[str, Any]) -> list[Log]:
        return [_log(found) for found in self._node.ask("eth_getLogs", about)]

    def _held(self, hashes: Sequence[bytes]) -> list[bool]:
        """Which transactions a block holds already."""
        asked = [("eth_getTransactionReceipt", [_hex(one)]) for one in hashes]
        return [answer.get("result") is not None for answer in self._node.answers(asked)]

    def _tried(self, transactions: Sequence[bytes]) -> list[Answer]:
        return self._node.answers([("eth_sendRawTransaction", [_hex(raw)]) for raw in transactions])

    def _taken(self, raw: bytes, error: Any) -> None:
        """A transaction that the node knows already is on its way; any other error is one."""
        if self._node.ask("eth_getTransactionByHash", _hex(keccak(raw))) is None:
            wrong = f"The node takes no transaction: {said(error)}."
            raise ChainFault("TRANSACTION", wrong, "Sign it anew, after what the chain holds.")

    def _waited(self, transaction: bytes) -> Receipt:
        until, pause = monotonic() + self._seconds, _WAIT[0]
        while True:
            found = self.receipt(transaction)
            if found is not None:
                return found
            if monotonic() > until:
                raise NodeFault(
                    f"No block held {_hex(transaction)} within {self._seconds:g} s.",
                    "Ask again later: what was signed counts once, however often it is sent.",
                )
            sleep(pause)
            pause = min(2 * pause, _WAIT[1])

    def _receipt(self, found: Any) -> Receipt:
        gone = _number(found["status"]) == 1
        made = found.get("contractAddress")
        return Receipt(
            transaction=_bytes(found["transactionHash"]),
            block=_number(found["blockNumber"]),
            gas=_number(found["gasUsed"]),
            refusal=None if gone else self._refusal(found),
            logs=tuple(_log(one) for one in found["logs"]),
            contract=made.lower() if made else None,
        )

    def _refusal(self, found: Any) -> str:
        """Why a transaction was refused, which receipts do not say.

        A node that traces knows it; of others we ask the same again, as it stood after the block
        and before it, which is right unless the same block changed what it was refused for.
        """
        traced = ("debug_traceTransaction", [found["transactionHash"], {"tracer": "callTracer"}])
        (answer,) = self._node.answers([traced])
        output = (answer.get("result") or {}).get("output")
        if isinstance(output, str):
            return refusal_text(_bytes(output))
        sent = self._node.ask("eth_getTransactionByHash", found["transactionHash"])
        about = {"from": sent["from"], "data": sent["input"], "gas": sent["gas"]}
        if sent.get("to"):
            about["to"] = sent["to"]
        number = _number(found["blockNumber"])
        for at in (number, number - 1):
            try:
                self._called(about, hex(at))
            except CallRefused as refused:
                return str(refused)
        return refusal_text(b"")

    @_as_of_a_node()
    def _called(self, about: dict[str, Any], at: str) -> bytes:
        (answer,) = self._node.answers([("eth_call", [about, at])])
        if "error" in answer:
            data = _reverted(answer["error"])
            if data is None:
                raise NodeFault(f"The node answers no call: {said(answer['error'])}.")
            raise CallRefused(refusal_text(data))
        return _bytes(answer["result"])


def _log(found: Any) -> Log:
    return Log(
        found["address"].lower(),
        tuple(_bytes(topic) for topic in found["topics"]),
        _bytes(found["data"]),
        _number(found["blockNumber"]),
        _number(found["logIndex"]),
        _bytes(found["transactionHash"]),
    )


def _reverted(error: Any) -> bytes | None:
    """What a contract gave back when it refused, from where nodes put it; None of another error."""
    data = error.get("data") if isinstance(error, dict) else None
    if isinstance(data, dict):
        data = data.get("data")
    if isinstance(data, str) and data.startswith("0x"):
        return _bytes(data)
    return b"" if "revert" in said(error).lower() else None


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def _number(text: str) -> int:
    return int(text, 16)

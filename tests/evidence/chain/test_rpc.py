"""A node elsewhere: the same signed transactions on another maker's chain come out the same."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import rlp
from chain_house import DAY, SIGNERS, STRANGER, applied, founded, lent, name
from chain_sides import quick_folder
from chain_stage import staged
from eth_utils.crypto import keccak
from trie import HexaryTrie

from suixin.evidence.chain.calls import agreement, parties, pool
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.deployment import Deployment
from suixin.evidence.chain.embedded import CHAIN_ID, EmbeddedChain
from suixin.evidence.chain.port import CallRefused, ChainFault, NodeFault
from suixin.evidence.chain.rpc import RpcChain
from suixin.evidence.chain.signer import Draft, Signer
from suixin.evidence.chain.state import rebuild
from tools.anvil import Absent, anvil, node


@contextmanager
def noded(*more: str) -> Iterator[str]:
    """A node of another maker, by its address; skips with the reason where there is none."""
    try:
        anvil()
    except Absent as reason:
        # Also where skipping is forbidden: nobody owes us another registry. The reason is printed.
        pytest.skip(f"no second chain to test against: {reason}")
    with node(*more, chain_id=CHAIN_ID) as found:
        yield found


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A node that makes a block of each transaction at once."""
    with noded() as found:
        yield found


@pytest.fixture
def there(url: str) -> Iterator[RpcChain]:
    """A connection to it."""
    chain = RpcChain(url)
    yield chain
    chain.close()


@pytest.mark.mechanism("B07")
def test_another_makers_chain_comes_to_the_same_state() -> None:
    """Every act and its sending again: same refusals, gas, events, storage and state root."""
    with noded() as url, quick_folder() as folder, EmbeddedChain(folder) as chain:
        there = RpcChain(url)
        houses = [founded(chain), founded(there)]
        heard: list[list[Any]] = []
        for house in houses:
            acts = staged(house)
            pairs = [(act, SIGNERS[by]) for act, by in acts.values() for _ in range(2)]
            done = house.made.do_all(pairs)
            heard.append([(one.refusal, one.gas, one.events) for one in done])
        assert heard[0] == heard[1]
        assert rebuild(houses[0].made.events()) == rebuild(houses[1].made.events())
        assert chain.head().state_root == root_of(stored(there))
        there.close()


def stored(chain: RpcChain) -> dict[str, Any]:
    """All accounts as the node keeps them."""
    dump = bytes.fromhex(chain._node.ask("anvil_dumpState")[2:])
    found: dict[str, Any] = json.loads(gzip.decompress(dump))["accounts"]
    return found


def root_of(accounts: Mapping[str, Any]) -> bytes:
    """The root of a state by the Yellow Paper: what is empty or zero is not in it."""
    state = HexaryTrie({})
    for address, told in accounts.items():
        storage = HexaryTrie({})
        for slot, value in told["storage"].items():
            number = int(value, 16)
            if number:
                storage[keccak(bytes.fromhex(slot[2:].rjust(64, "0")))] = rlp.encode(number)
        code = bytes.fromhex(told["code"][2:])
        nonce, balance = int(str(told["nonce"]), 0), int(told["balance"], 16)
        if nonce or balance or code:
            account = [nonce, balance, storage.root_hash, keccak(code)]
            state[keccak(bytes.fromhex(address[2:]))] = rlp.encode(account)
    found: bytes = state.root_hash
    return found


def test_what_the_node_does_not_take_is_told(there: RpcChain) -> None:
    payer = Signer(name("payer"))
    there.send([payer.sign(Draft(NOBODY, b""), chain_id=CHAIN_ID, nonce=0)])
    with pytest.raises(ChainFault, match="takes no transaction: nonce too low"):
        there.send([payer.sign(Draft(STRANGER.address, b""), chain_id=CHAIN_ID, nonce=0)])
    with pytest.raises(ChainFault, match="No contract was made: it deploys nothing"):
        there.deploy(payer.sign(Draft(NOBODY, b""), chain_id=CHAIN_ID, nonce=1))
    with pytest.raises(ChainFault, match="not readable"):
        there.send([b"what"])


NOBODY = "0x" + "0b" * 20


def test_a_transaction_sent_again_gives_its_receipt_again(there: RpcChain) -> None:
    house = founded(there)
    raw = house.made.signed([(applied(name("once")), SIGNERS[Role.BANK])])
    first = there.send(raw)
    assert there.send([*raw, *raw]) == (*first, *first)
    assert there.receipt(first[0].transaction) == first[0]
    assert there.receipt(name("unknown")) is None


def test_questions_refusals_and_blocks(there: RpcChain) -> None:
    house = founded(there)
    house.do_all(lent(name("a")))
    assert house.record(name("a")).status is agreement.Status.DISBURSED
    assert house.why(applied(name("a"))) == "agreement: id in use"
    with pytest.raises(CallRefused, match="refused without a text"):
        house.made.ask(pool.fund(), at=house.made.address("Agreement"))
    last = there.head()
    assert there.head(last.number) == last
    assert there.head(last.number - 1).hash == last.parent
    with pytest.raises(ChainFault, match="There is no block"):
        there.head(last.number + 1)
    again = Deployment(there, house.made.parties_at)
    assert again.address("Pool") == house.made.address("Pool")
    assert list(again.events()) == list(house.made.events())


def test_refusals_are_told_where_a_node_does_not_trace(
    there: RpcChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = founded(there)
    answers = type(there._node).answers

    def untraced(self: Any, questions: Any) -> Any:
        if questions[0][0] == "debug_traceTransaction":
            return [{"error": {"code": -32601, "message": "the method does not exist"}}]
        return answers(self, questions)

    monkeypatch.setattr(type(there._node), "answers", untraced)
    assert house.sent(parties.Restart(DAY)) == "parties: not stopped"


def test_a_block_may_take_its_time() -> None:
    """A transaction waits for its block; who waits no longer finds it there all the same."""
    with noded("--no-mining") as url:
        chain, hurried = RpcChain(url, seconds=20), RpcChain(url, seconds=0)
        raws = [STRANGER.sign(Draft(NOBODY, b""), chain_id=CHAIN_ID, nonce=n) for n in (0, 1)]
        with pytest.raises(NodeFault, match="No block held 0x"):
            hurried.send(raws[:1])
        hurried.close()
        miner = RpcChain(url)
        soon = threading.Timer(0.2, lambda: miner._node.ask("evm_mine"))
        soon.start()
        done = chain.send(raws)
        soon.join()
        assert [receipt.block for receipt in done] == [1, 1]
        assert chain.nonce(STRANGER.address) == 2
        chain.close()
        miner.close()


def test_a_block_that_vanishes_takes_its_transactions_along() -> None:
    """Another block stands at its number, and what it held can be sent again."""
    with noded() as url:
        chain = RpcChain(url)
        raw = STRANGER.sign(Draft(NOBODY, b""), chain_id=CHAIN_ID, nonce=0)
        (receipt,) = chain.send([raw])
        seen = chain.head()
        chain._node.ask("anvil_reorg", 1, [])
        assert chain.head(seen.number).hash != seen.hash
        assert chain.receipt(receipt.transaction) is None
        (again,) = chain.send([raw])
        assert again.transaction == receipt.transaction
        assert chain.nonce(STRANGER.address) == 1
        chain.close()


# -- nodes that are none -----------------------------------------------------------------------


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A server that answers everything alike."""

    class Alike(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Alike) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/rpc?key=1"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, b"<html>", "answers no JSON"),
        (200, b"[1]", "answers not as a node does"),
        (200, b'{"jsonrpc": "2.0", "id": 7, "result": "0x1"}', "does not say why"),
        (200, b'{"jsonrpc": "2.0", "id": 0, "result": {}}', "answers not as a node does"),
        (200, json.dumps({"id": 0, "error": {"message": "gone away"}}).encode(), "gone away"),
        (404, b"", "answers 404"),
    ],
)
def test_what_is_no_node_is_told(status: int, body: bytes, told: str) -> None:
    with answering(status, body) as url, pytest.raises(NodeFault, match=told) as caught:
        RpcChain(url)
    assert "key=1" not in str(caught.value)  # An address may hold a key.


def test_an_answer_of_another_form_is_the_nodes_fault() -> None:
    with answering(200, b'{"jsonrpc": "2.0", "id": 0, "result": "0xabc"}') as url:
        chain = RpcChain(url)
        asked: list[Callable[[], object]] = [
            chain.head,
            lambda: chain.receipt(bytes(32)),
            lambda: chain.call(SIGNERS[Role.BANK].address, b""),
            lambda: list(chain.events()),
        ]
        for question in asked:
            with pytest.raises(NodeFault, match="answers not as a node does"):
                question()
        chain.close()


def test_nobody_at_an_address_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(NodeFault, match="does not answer"):
        RpcChain(address)
    for wrong in ("ftp://bank.example", "bank.example:8545", "http://bank.example:port"):
        with pytest.raises(NodeFault, match="is no http or https address"):
            RpcChain(wrong)

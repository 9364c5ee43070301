"""What a hostile orderer, or a stranger's contract, may put into a block stops nobody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chain_house import STRANGER
from eth_abi.abi import encode

from suixin.evidence.chain.block import block_of
from suixin.evidence.chain.embedded import CHAIN_ID, EmbeddedChain
from suixin.evidence.chain.port import ChainFault
from suixin.evidence.chain.signer import Draft, sender_of

ERROR = bytes.fromhex("08c379a0")  # The selector of Error(string).

DEEP = """
import json
import suixin.evidence.chain.embedded
for text in ("[" * 1_000_000, '{"a":' * 1_000_000):
    try:
        json.loads(text)
    except RecursionError:
        print("refused")
"""


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[EmbeddedChain]:
    """A chain that has begun."""
    with EmbeddedChain(tmp_path / "chain") as found:
        yield found


def nested(bytes_max: int) -> bytes:
    """A list in a list in a list …, in RLP, of nearly so many bytes."""
    lists = b"\xc0"
    while len(lists) < bytes_max:
        size = len(lists)
        long = size.to_bytes((size.bit_length() + 7) // 8)
        lists = (bytes([0xC0 + size]) if size < 56 else bytes([0xF7 + len(long)]) + long) + lists
    return lists


def gives_back(data: bytes) -> bytes:
    """The code of a contract that refuses to be made, and gives these bytes back."""
    size, start = len(data).to_bytes(2).hex(), (15).to_bytes(2).hex()
    copied = f"61{size}61{start}600039"  # PUSH2 size, PUSH2 start, PUSH1 0, CODECOPY
    return bytes.fromhex(f"{copied}61{size}6000fd") + data  # PUSH2 size, PUSH1 0, REVERT


def test_json_without_end_is_refused_where_the_chain_is_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", DEEP], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, ["refused"] * 2), done.stderr


def test_lists_without_end_are_no_block_and_no_transaction(chain: EmbeddedChain) -> None:
    deep, before = nested(48_000), chain.head()
    for act in (block_of, chain.replay, sender_of, lambda raw: chain.send([raw])):
        with pytest.raises(ChainFault, match="not readable"):
            act(deep)
    assert chain.head() == before


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (encode(["bytes"], [b"\xff\xfe"]), "refused without a text"),
        (encode(["uint256"], [2**255]), "refused without a text"),
        (encode(["string"], [""]), "refused without a text"),
        (encode(["string"], ["\x1b[31m"]), r"\x1b[31m"),
    ],
    ids=["no UTF-8", "no string", "empty", "of a terminal"],
)
def test_whatever_a_strangers_contract_gives_back_is_text(
    given: bytes, told: str, chain: EmbeddedChain, tmp_path: Path
) -> None:
    draft = Draft(None, gives_back(ERROR + given))
    (made,) = chain.send([STRANGER.sign(draft, chain_id=CHAIN_ID, nonce=0)])
    assert made.refusal == told
    assert chain.receipt(made.transaction) == made
    with EmbeddedChain(tmp_path / "mirror") as mirror:
        (block,) = chain.blocks()
        assert mirror.replay(block) == chain.head()

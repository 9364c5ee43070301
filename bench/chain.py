"""Transactions a second into durable blocks: singly, 50 to a block, and replayed by another party.

`python -m bench.chain [--agreements N]` takes agreements through their lives (applied for, decided,
paid out, charged, paid, closed), signed, on the embedded chain; another party replays the blocks
and must come to the same state root. Where anvil is installed (`python -m tools.anvil`), the same
bytes go to that engine, which keeps nothing on disk, and its events must be the same.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench import last_line, table
from suixin.evidence.chain.calls import agreement
from suixin.evidence.chain.calls.agreement import Kind
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act, Parts
from suixin.evidence.chain.deployment import Deployment, deploy
from suixin.evidence.chain.embedded import CHAIN_ID, EmbeddedChain
from suixin.evidence.chain.port import Chain, Receipt
from suixin.evidence.chain.rpc import RpcChain
from suixin.evidence.chain.signer import Signer
from tools.anvil import BINARY, node

SMALL = ("--agreements", "20")
DAY, FAR = date(2026, 6, 30), date(2027, 6, 30)
KEYS = {role: Signer(bytes([role] * 32)) for role in Role}
IN_A_BLOCK = 50
LENT = 2_000_000


def main(arguments: Sequence[str]) -> str:
    """Print all rates; the last line has those of the embedded chain, on its disk."""
    parser = argparse.ArgumentParser(prog="bench.chain")
    parser.add_argument("--agreements", type=int, default=150)
    count = parser.parse_args(arguments).agreements
    with TemporaryDirectory() as folder, EmbeddedChain(Path(folder) / "ours") as chain:
        made = begun(chain)
        first = made.signed(lives(0, count))
        each, receipts = singly(chain, first)
        second = made.signed(lives(count, 3 * count))
        seconds, more = in_blocks(chain, second)
        receipts += more
        refused = sum(one.refusal is not None for one in receipts)
        blocks = list(chain.blocks())
        again, same = replayed(Path(folder) / "theirs", blocks, chain)
        peer, unlike = elsewhere([*first, *second], list(made.events()))
    transactions = len(first) + len(second)
    single, by_block = len(first) / sum(each), len(second) / seconds
    gas = sum(one.gas for one in receipts) / len(receipts)
    rows = [
        ["singly, a durable block each", len(first), single],
        [f"{IN_A_BLOCK} to a durable block", len(second), by_block],
        ["replayed by another party", transactions, transactions / again],
    ]
    if peer is not None:
        rows.append(["anvil, in memory, by JSON-RPC", transactions, transactions / peer])
    print(table(["how", "transactions", "a second"], rows))
    line = last_line(
        "bench.chain",
        transactions=transactions,
        refused=refused,
        gas_mean=round(gas),
        block_bytes_max=max(map(len, blocks)),
        p95_ms=1_000 * sorted(each)[int(0.95 * len(each))],
        single_per_second=round(single),
        replay_per_second=round(transactions / again),
        peer_per_second="absent" if peer is None else round(transactions / peer),
        roots_agree=same,
        peer_agrees="absent" if peer is None else not unlike,
        per_second=round(by_block),
    )
    print(line)
    return line


def begun(chain: Chain) -> Deployment:
    """All contracts, with bounds inside which everything here approves itself."""
    made = deploy(chain, KEYS, tiers=3, on=DAY)
    bounds = agreement.Bounds(10**9, 2_400, FAR, name("policy"))
    done = made.do(agreement.SetBounds(bounds, DAY), KEYS[Role.BANK])
    if done.refusal is not None:
        raise AssertionError(done.refusal)
    return made


def lives(first: int, last: int) -> list[tuple[Act, Signer]]:
    """Six transactions an agreement, ten agreements side by side."""
    found = []
    for start in range(first, last, 10):
        some = [life(number) for number in range(start, min(last, start + 10))]
        found += [pair for step in zip(*some, strict=True) for pair in step]
    return found


def life(number: int) -> list[tuple[Act, Signer]]:
    """One agreement from the application to its end."""
    id, bank = name("agreement", number), KEYS[Role.BANK]
    payee, interest = name("payee", number), 8_000 + number
    terms = agreement.Terms(LENT, 960, FAR, payee, name("terms", number))
    decision = agreement.Decision(LENT, 960, FAR, False, name("decision", number))
    paid = Parts(interest=interest, principal=LENT)
    receipt = name("receipt", number)
    return [
        (agreement.Apply(id, terms, DAY), bank),
        (agreement.Decide(id, decision, DAY), KEYS[Role.SCORER]),
        (agreement.Disburse(id, payee, DAY), bank),
        (agreement.Charge(id, name("due", number), Parts(interest=interest), DAY), bank),
        (agreement.Receive(id, receipt, Kind.BORROWER, paid, DAY), bank),
        (agreement.Close(id, DAY), bank),
    ]


def singly(chain: EmbeddedChain, raw: Sequence[bytes]) -> tuple[list[float], list[Receipt]]:
    """Seconds each until it is on the disk."""
    each, receipts = [], []
    for one in raw:
        began = perf_counter()
        receipts += chain.send([one])
        each.append(perf_counter() - began)
    return each, receipts


def in_blocks(chain: EmbeddedChain, raw: Sequence[bytes]) -> tuple[float, list[Receipt]]:
    """Seconds for all, 50 to a block."""
    receipts: list[Receipt] = []
    began = perf_counter()
    for start in range(0, len(raw), IN_A_BLOCK):
        receipts += chain.send(raw[start : start + IN_A_BLOCK])
    return perf_counter() - began, receipts


def replayed(folder: Path, blocks: Sequence[bytes], ours: EmbeddedChain) -> tuple[float, bool]:
    """Seconds for another party, and whether it ends with the same head and state."""
    with EmbeddedChain(folder) as theirs:
        began = perf_counter()
        for block in blocks:
            theirs.replay(block)
        return perf_counter() - began, theirs.head() == ours.head()


def elsewhere(raw: Sequence[bytes], said: Sequence[Any]) -> tuple[float | None, int]:
    """Seconds in another engine, and how many events differ; None where it is not installed."""
    if not BINARY.is_file():
        print("anvil is not installed (python -m tools.anvil): left out")
        return None, 0
    with node(chain_id=CHAIN_ID) as url:
        chain = RpcChain(url)
        made = begun(chain)
        began = perf_counter()
        chain.send(raw)
        seconds = perf_counter() - began
        there = [(one.contract, one.event) for one in made.events()]
        chain.close()
    here = [(one.contract, one.event) for one in said]
    # Blocks are others there, and between accounts only the order of each is kept.
    return seconds, len(set(map(repr, here)) ^ set(map(repr, there)))


def name(*words: object) -> bytes:
    """32 bytes in place of a random id or a hash."""
    return sha256("/".join(map(str, words)).encode()).digest()


if __name__ == "__main__":
    main(sys.argv[1:])

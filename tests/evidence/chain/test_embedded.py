"""The embedded chain: signed transactions, durable blocks, a kill at any time, replay by others."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import rlp
from chain_house import DAY, SIGNERS, STRANGER, House, applied, lent, name, opened, parties_at

from suixin.data.errors import DiskError
from suixin.evidence.chain.block import block_in, block_of, body_of, follow
from suixin.evidence.chain.calls import agreement, parties
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.deployment import Deployment
from suixin.evidence.chain.embedded import CHAIN_ID, EmbeddedChain
from suixin.evidence.chain.port import BLOCK_BYTES_MAX, GAS, CallRefused, ChainFault
from suixin.evidence.chain.signer import ORDER, Draft, Signer
from suixin.evidence.entry import ENTRY_BYTES_MAX, Body, Kind, authors, seal
from suixin.evidence.entry import open as open_entry
from suixin.evidence.keys import ED25519
from suixin.evidence.keys import Signer as Author

NOBODY = "0x" + "0b" * 20


def raw(nonce: int, *, data: bytes = b"", gas: int = GAS, chain_id: int = CHAIN_ID) -> bytes:
    """A transaction to nobody."""
    return STRANGER.sign(Draft(NOBODY, data, gas), chain_id=chain_id, nonce=nonce)


def mirrored(sent: bytes) -> bytes:
    """The other signature that anybody can make of a transaction's, which says the same."""
    *fields, v, r, s = rlp.decode(sent)
    first = 35 + 2 * CHAIN_ID
    side = 1 - (int.from_bytes(v) - first)
    other = (first + side).to_bytes(2)
    return bytes(rlp.encode([*fields, other, r, (ORDER - int.from_bytes(s)).to_bytes(32)]))


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[EmbeddedChain]:
    """A chain that has begun."""
    with EmbeddedChain(tmp_path / "chain") as found:
        yield found


def test_what_was_sent_is_there_when_it_is_opened_again(tmp_path: Path, template: Path) -> None:
    with opened(template, tmp_path) as house:
        house.do_all(lent(name("a")))
        house.sent(applied(name("a")))
        head, record = house.chain.head(), house.record(name("a"))
        said, nonce = list(house.made.events()), house.chain.nonce(SIGNERS[Role.BANK].address)
    with EmbeddedChain(tmp_path) as chain:
        again = Deployment(chain, parties_at(chain))
        assert chain.head() == head
        assert again.ask(agreement.record(name("a"))) == record
        assert list(again.events()) == said
        assert chain.nonce(SIGNERS[Role.BANK].address) == nonce
        assert chain.head(0).parent == bytes(32)


KILLED = """
import sys
from pathlib import Path
from suixin.evidence.chain.embedded import CHAIN_ID, EmbeddedChain
from suixin.evidence.chain.signer import ORDER, Draft, Signer
signer, nobody = Signer(bytes([99] * 32)), "0x" + "0b" * 20
with EmbeddedChain(Path(sys.argv[1])) as chain:
    for turn in range(chain.nonce(signer.address), 100_000):
        chain.send([signer.sign(Draft(nobody, b""), chain_id=CHAIN_ID, nonce=turn)])
        print(turn + 1, flush=True)
"""


@pytest.mark.mechanism("B06")
def test_a_process_killed_at_any_time_leaves_whole_blocks(tmp_path: Path) -> None:
    """What was answered is there; of what was not, a whole block is there or nothing."""
    answered = 0
    for _ in range(2):
        command = [sys.executable, "-c", KILLED, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _ in range(4):
                answered = int(writer.stdout.readline())
            os.kill(writer.pid, signal.SIGKILL)
            rest = writer.stdout.read().split()
        answered = int(rest[-1]) if rest else answered
        with EmbeddedChain(tmp_path) as chain:
            turn = chain.nonce(STRANGER.address)
            assert turn in (answered, answered + 1)
            assert chain.head().number == turn
            assert len(list(chain.blocks())) == turn
            answered = turn
    with EmbeddedChain(tmp_path) as chain, EmbeddedChain(tmp_path / "other") as other:
        for block in chain.blocks():
            other.replay(block)
        assert other.head() == chain.head()


def test_one_process_writes(chain: EmbeddedChain, tmp_path: Path) -> None:
    with pytest.raises(ChainFault, match="Another process writes") as caught:
        EmbeddedChain(tmp_path / "chain")
    assert caught.value.code == "BUSY"


def test_another_chains_folder_is_not_taken(tmp_path: Path) -> None:
    EmbeddedChain(tmp_path).close()
    with pytest.raises(ChainFault, match="keeps the chain 'suixin 20200', not 7") as caught:
        EmbeddedChain(tmp_path, chain_id=7)
    assert caught.value.code == "GENESIS"
    EmbeddedChain(tmp_path).close()  # It is free again.


def test_a_file_that_is_no_store_is_told(tmp_path: Path) -> None:
    (tmp_path / "chain.db").write_bytes(b"no database, and long enough to be looked at" * 50)
    with pytest.raises(DiskError, match=r"chain\.db is not a chain's store"):
        EmbeddedChain(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(DiskError, match="cannot be written"):
        EmbeddedChain(tmp_path / "file/chain")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (lambda: b"what", "not readable"),
        (lambda: raw(0, chain_id=1), "signed for chain 1, this is 20200"),
        (lambda: raw(1), "its turn is 1, the account's next is 0"),
        (lambda: raw(0, gas=GAS + 1), "its gas is 12,000,001"),
        (lambda: raw(0, gas=20_999), "its gas is 20,999, from 21,000"),
        (
            lambda: STRANGER.sign(Draft(NOBODY, b"", gas_price=1), chain_id=CHAIN_ID, nonce=0),
            "there is no token",
        ),
        (lambda: rlp.encode([*rlp.decode(raw(0))[:7], b"", b"x"]), "signature is not valid"),
        (lambda: mirrored(raw(0)), "signature is not valid"),
        (lambda: rlp.encode([*rlp.decode(raw(0))[:6], b"\x1b", b"x", b"x"]), "for chain None"),
    ],
    ids=[
        "garbage",
        "chain",
        "turn",
        "much gas",
        "little gas",
        "price",
        "signature",
        "mirrored",
        "no chain",
    ],
)
def test_what_no_block_takes_is_told_and_leaves_nothing(
    sent: object, told: str, chain: EmbeddedChain
) -> None:
    assert callable(sent)
    before = chain.head()
    with pytest.raises(ChainFault, match=told) as caught:
        chain.send([sent()])
    assert caught.value.code == "TRANSACTION"
    assert chain.head() == before


def test_one_bad_transaction_stops_all_of_them(chain: EmbeddedChain) -> None:
    before = chain.head()
    with pytest.raises(ChainFault, match="Transaction 1: its turn is 5"):
        chain.send([raw(0), raw(5)])
    assert chain.head() == before
    assert chain.nonce(STRANGER.address) == 0


def test_a_transaction_sent_again_gives_its_receipt_again(chain: EmbeddedChain) -> None:
    (first,) = chain.send([raw(0)])
    head = chain.head()
    assert chain.send([raw(0), raw(0)]) == (first, first)
    assert chain.head() == head
    both = chain.send([raw(0), raw(1), raw(1)])
    assert [receipt.block for receipt in both] == [1, 2, 2]
    assert chain.receipt(first.transaction) == first
    assert chain.receipt(bytes(32)) is None


def test_blocks_are_entries_of_the_log(chain: EmbeddedChain) -> None:
    """Much at once makes several blocks, none above what an entry takes; too much is refused."""
    data = bytes(range(256)) * 40
    receipts = chain.send([raw(turn, data=data) for turn in range(12)])
    blocks = list(chain.blocks())
    assert max(map(len, blocks)) <= BLOCK_BYTES_MAX
    assert [receipt.block for receipt in receipts] == sorted(receipt.block for receipt in receipts)
    assert len(blocks) == 3
    author = Author("bank.example/suixin", ED25519, bytes(32))
    entry = seal(body_of(blocks[0].ljust(BLOCK_BYTES_MAX, b"\0"), at=1, seq=0), author)
    assert len(entry.raw) <= ENTRY_BYTES_MAX
    with pytest.raises(ChainFault, match="is no entry of the log") as caught:
        chain.send([raw(12), raw(13, data=bytes([1]) * BLOCK_BYTES_MAX)])
    assert caught.value.code == "BLOCK_SIZE"
    with pytest.raises(ChainFault, match="is no entry of the log"):
        body_of(bytes(BLOCK_BYTES_MAX + 1), at=1, seq=0)
    assert chain.nonce(STRANGER.address) == 12


def test_what_a_block_says_of_itself(chain: EmbeddedChain) -> None:
    receipts = chain.send([raw(0), raw(1)])
    head = block_of(next(chain.blocks()))
    assert head.transactions == tuple(one.transaction for one in receipts)
    now = chain.head()
    assert (head.number, head.hash, head.parent) == (now.number, now.hash, now.parent)
    assert head.state_root == now.state_root
    for wrong in (b"", b"what", rlp.encode([[b""], []]), rlp.encode([b"x" * 9, []])):
        with pytest.raises(ChainFault, match="not readable"):
            block_of(wrong)


@pytest.mark.mechanism("B06")
def test_a_mirror_replays_the_logs_blocks_to_the_same_state(template: Path, tmp_path: Path) -> None:
    """Entries signed by an author, opened by another party, run on a chain of its own."""
    author = Author("bank.example/suixin", ED25519, bytes(32))
    with opened(template, tmp_path / "ours") as house, EmbeddedChain(tmp_path / "theirs") as theirs:
        house.do_all(lent(name("a")))
        blocks = enumerate(house.chain.blocks())
        entries = [seal(body_of(raw, at=1, seq=seq), author).raw for seq, raw in blocks]
        other = seal(Body(Kind.CONSENT, 1, len(entries), bytes(32)), author).raw
        known = authors([author.verifier])
        bodies = [open_entry(entry, known).body for entry in [*entries[:3], other, *entries[3:]]]
        assert follow(theirs, bodies[:5]).number == 4
        assert follow(theirs, bodies) == house.chain.head()
        assert follow(theirs, bodies) == house.chain.head()  # Once more changes nothing.
        mirror = Deployment(theirs, parties_at(theirs))
        assert mirror.ask(agreement.record(name("a"))) == house.record(name("a"))
        assert list(mirror.events()) == list(house.made.events())
        with pytest.raises(ChainFault, match="shows no block"):
            block_in(open_entry(other, known).body)
        with pytest.raises(ChainFault, match="no base85"):
            block_in(Body(Kind.BLOCK, 1, 0, show='"'))


FIELDS = {
    0: "follows",
    2: "coinbase",
    3: "state root",
    4: "transaction root",
    5: "receipt root",
    9: "gas limit",
    10: "gas used",
    11: "timestamp",
    12: "extra data",
}


@pytest.mark.mechanism("B06")
@pytest.mark.parametrize("field", FIELDS, ids=FIELDS.values())
def test_a_block_that_lies_is_refused_and_says_where(
    field: int, template: Path, tmp_path: Path
) -> None:
    with opened(template, tmp_path / "ours") as house, EmbeddedChain(tmp_path / "theirs") as theirs:
        blocks = list(house.chain.blocks())
        for block in blocks[:-1]:
            theirs.replay(block)
        before = theirs.head()
        header, sent, *rest = rlp.decode(blocks[-1])
        was = header[field]
        header[field] = bytes([was[0] ^ 1, *was[1:]]) if was else b"x"
        with pytest.raises(ChainFault, match=FIELDS[field]) as caught:
            theirs.replay(rlp.encode([header, sent, *rest]))
        assert caught.value.code == "BLOCK"
        assert theirs.head() == before
        theirs.replay(blocks[-1])
        assert theirs.head() == house.chain.head()


@pytest.mark.mechanism("B06")
def test_a_transaction_left_out_or_put_in_is_refused(template: Path, tmp_path: Path) -> None:
    with opened(template, tmp_path / "ours") as house, EmbeddedChain(tmp_path / "theirs") as theirs:
        house.do_all(lent(name("a")))
        blocks = list(house.chain.blocks())
        for block in blocks[:-1]:
            theirs.replay(block)
        header, sent, *rest = rlp.decode(blocks[-1])
        for changed in (sent[:-1], sent[1:], [*sent, sent[0]], sent[::-1]):
            with pytest.raises(ChainFault):
                theirs.replay(rlp.encode([header, changed, *rest]))
        theirs.replay(rlp.encode([header, sent, *rest]))
        with EmbeddedChain(tmp_path / "third") as third, pytest.raises(ChainFault, match="follows"):
            third.replay(blocks[-1])


def test_two_who_begin_alike_are_alike(tmp_path: Path) -> None:
    with EmbeddedChain(tmp_path / "a") as one, EmbeddedChain(tmp_path / "b") as other:
        assert one.head() == other.head()
        one.send([raw(0), raw(1)])
        other.send([raw(0)])
        other.send([raw(1)])
        # The same transactions in other blocks: another head, the same state.
        assert one.head().hash != other.head().hash
        assert one.head().state_root == other.head().state_root
    with EmbeddedChain(tmp_path / "c", chain_id=7) as third:
        assert third.head().hash != one_hash(tmp_path)


def one_hash(tmp_path: Path) -> bytes:
    """The first block's hash of the usual chain."""
    with EmbeddedChain(tmp_path / "d") as chain:
        return chain.head().hash


def test_a_full_disk_leaves_the_chain_as_it_was(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(template, tmp_path) as house:
        before = house.chain.head()
        pairs = [pair for number in range(20) for pair in lent(name("full", number))]
        base = house.chain._store._base  # type: ignore[attr-defined]
        base.execute(f"pragma max_page_count = {base.execute('pragma page_count').fetchone()[0]}")
        raw = house.made.signed([(act, SIGNERS[by]) for act, by in pairs])
        with pytest.raises(DiskError, match="could not be written"):
            house.chain.send(raw)
        assert house.chain.head() == before
        base.execute("pragma max_page_count = 1000000")
        house.chain.send(raw)  # The same bytes, once there is room.
        assert house.record(name("full", 19)).status is agreement.Status.DISBURSED
        assert house.chain.head().number == before.number + 1


def test_a_damaged_disk_is_told(template: Path, tmp_path: Path) -> None:
    with opened(template, tmp_path):
        pass
    size = (tmp_path / "chain.db").stat().st_size
    with (tmp_path / "chain.db").open("r+b") as file:
        file.seek(4096 * 4)
        file.write(b"\xa5" * (size - 4096 * 4))
    with pytest.raises(DiskError, match="could not be read"):
        EmbeddedChain(tmp_path)


def test_an_altered_store_is_not_believed(template: Path, tmp_path: Path) -> None:
    """A byte changed on the disk: the mirror that replays finds the block."""
    with opened(template, tmp_path / "ours"):
        pass
    with sqlite3.connect(tmp_path / "ours/chain.db") as base:
        number, block = base.execute("select number, rlp from block where number = 3").fetchone()
        at = len(block) // 2
        changed = block[:at] + bytes([block[at] ^ 1]) + block[at + 1 :]
        base.execute("update block set rlp = ? where number = ?", (changed, number))
    base.close()
    with EmbeddedChain(tmp_path / "ours") as ours, EmbeddedChain(tmp_path / "theirs") as theirs:
        bodies = [body_of(block, at=1, seq=seq) for seq, block in enumerate(ours.blocks())]
        with pytest.raises(ChainFault):
            follow(theirs, bodies)
        assert theirs.head().number == 2


def test_questions(chain: EmbeddedChain, shared_house: House) -> None:
    with pytest.raises(ChainFault, match="There is no block 1; the last is 0"):
        chain.head(1)
    with pytest.raises(ChainFault, match="There is no block -1"):
        chain.head(-1)
    made = shared_house.made
    with pytest.raises(CallRefused, match="refused without a text"):
        made.ask(parties.stopped(), at=made.address("Pool"))
    with pytest.raises(ChainFault, match="No contract was made"):
        chain.deploy(raw(0))
    unknown = Signer(name("unknown"))
    assert chain.nonce(unknown.address) == 0
    assert made.do(parties.Stop(name("why"), DAY), SIGNERS[Role.SCORER]).refusal == (
        "parties: not a party"
    )


def test_a_folder_can_be_copied_whole(template: Path, tmp_path: Path) -> None:
    with opened(template, tmp_path / "one") as house:
        head = house.chain.head()
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with EmbeddedChain(tmp_path / "two") as chain:
        assert chain.head() == head

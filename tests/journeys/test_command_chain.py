"""`suixin chain`: another party runs a log's blocks, and sees how the chain stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import rlp
from chain_house import DAY, LENT, SIGNERS, STRANGER, founded, lent, name, signed
from evidence_parties import NOON, author_key, log_key, sealed

from suixin.evidence import file_store, log
from suixin.evidence.chain.block import body_of
from suixin.evidence.chain.deployment import deploy
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.chain.signer import Draft
from suixin.evidence.entry import authors, seal
from suixin.evidence.entry import open as open_entry
from suixin.evidence.file_store import FileStore

Suixin = Callable[..., Any]


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of a chain's blocks, and one whose last block lies about its state."""
    folder = tmp_path_factory.mktemp("logged")
    with EmbeddedChain(folder / "ours") as chain:
        house = founded(chain)
        house.do_all([*signed(name("group")), *lent(name("a")), *lent(name("b"))])
        blocks = list(chain.blocks())
    header, sent, *rest = rlp.decode(blocks[-1])
    header[3] = bytes(32)
    write(folder / "log", blocks)
    write(folder / "lying", [*blocks[:-1], rlp.encode([header, sent, *rest])])
    return folder


def write(folder: Path, blocks: Sequence[bytes]) -> None:
    """A log of these blocks and an order between them, its head signed."""
    bank, shop = author_key("bank"), author_key("platform")
    file_store.create(folder, log_key().verifier, authors=[bank.verifier, shop.verifier])
    store = FileStore(folder)
    entries = [seal(body_of(raw, at=NOON, seq=seq), bank) for seq, raw in enumerate(blocks)]
    order = open_entry(sealed("platform", 0), authors([shop.verifier]))
    log.append(store, [*entries[:2], order, *entries[2:]])
    log.checkpoint(store, log_key())
    store.close()


@pytest.mark.mechanism("B06")
def test_another_party_comes_to_the_same_state(
    logged: Path, tmp_path: Path, suixin: Suixin
) -> None:
    ours = suixin("chain", "show", logged / "ours", "--json").json
    done = suixin("chain", "replay", logged / "log", "--chain", tmp_path / "own")
    assert done.status == 0
    assert done.out.startswith(f"{ours['block']} blocks replayed; every header came out")
    assert done.out.endswith(f"state root {ours['state_root']}\n")
    assert suixin("chain", "show", tmp_path / "own", "--json").json == ours
    words = ["chain", "replay", logged / "log", "--chain", tmp_path / "own", "--json"]
    again = suixin(*words).json
    assert again == {key: ours[key] for key in ("block", "hash", "state_root")} | {"replayed": 0}


def test_the_readers_own_keys_count(logged: Path, tmp_path: Path, suixin: Suixin) -> None:
    words = ["chain", "replay", logged / "log", "--chain", tmp_path / "own", "--policy"]
    own = tmp_path / "own.policy"
    authors_ = "".join(f"#author {author_key(who).verifier}\n" for who in ("bank", "platform"))
    own.write_text(f"log {log_key().verifier}\n{authors_}quorum none\n", "utf-8")
    assert suixin(*words, own).status == 0
    own.write_text(f"log {log_key('other.example/suixin/1').verifier}\nquorum none\n", "utf-8")
    said = suixin(*words, own)
    assert said.status == 1
    assert said.err.startswith("LOG: ")
    missing = suixin(*words, tmp_path / "none.policy")
    assert (missing.status, missing.err.split(":")[0]) == (1, "NO_FILE")


@pytest.mark.mechanism("B06")
def test_a_block_that_lies_is_named(logged: Path, tmp_path: Path, suixin: Suixin) -> None:
    words = ["chain", "replay", logged / "lying", "--chain", tmp_path / "own"]
    said = suixin(*words)
    assert said.status == 1
    assert said.err.startswith("BLOCK: Block ")
    assert "its state root is 0000000000000000" in said.err
    assert "Do not cosign it; keep it as evidence." in said.err
    assert suixin(*words, "--json").json["error"]["code"] == "BLOCK"


def test_an_altered_folder_is_not_run(logged: Path, tmp_path: Path, suixin: Suixin) -> None:
    for path in (logged / "log").rglob("*"):
        if path.is_file():
            to = tmp_path / "log" / path.relative_to(logged / "log")
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(path.read_bytes())
    bundle = next((tmp_path / "log/tile/entries").rglob("*.p/*"))
    raw = bundle.read_bytes()
    bundle.write_bytes(raw[:500] + bytes([raw[500] ^ 1]) + raw[501:])
    said = suixin("chain", "replay", tmp_path / "log", "--chain", tmp_path / "own")
    assert said.status == 1
    assert said.err.startswith("LOG: ")
    assert suixin("chain", "show", tmp_path / "own", "--json").json["block"] == 0


def test_how_a_chain_stands(logged: Path, suixin: Suixin) -> None:
    found = suixin("chain", "show", logged / "ours", "--json").json
    assert found["agreements"] == {"disbursed": 2}
    assert found["outstanding fen"] == 2 * LENT
    assert found["groups"] == {"signed": 1}
    assert found["tiers fen"] == {"0": 0, "1": 0, "2": 0}
    assert not found["stopped"]
    assert set(found["in force"]) == {"anchor", "agreement", "group", "pool"}
    told = suixin("chain", "show", logged / "ours").out
    assert f"outstanding fen: {2 * LENT}\n" in told
    assert "  scorer" in told


def test_what_a_stranger_said_first_is_passed_over(tmp_path: Path, suixin: Suixin) -> None:
    log_nothing = Draft(None, bytes.fromhex("60006000a000"))  # PUSH1 0, PUSH1 0, LOG0, STOP
    with EmbeddedChain(tmp_path / "own") as chain:
        chain.send([STRANGER.sign(log_nothing, chain_id=chain.chain_id, nonce=0)])
        assert next(iter(chain.events())).topics == ()
        made = deploy(chain, SIGNERS, tiers=3, on=DAY)
    shown = suixin("chain", "show", tmp_path / "own", "--json")
    assert shown.status == 0
    assert made.address("Pool") in str(shown.json)


def test_what_is_not_there_is_told(tmp_path: Path, suixin: Suixin) -> None:
    said = suixin("chain", "show", tmp_path)
    assert (said.status, said.err.split(":")[0]) == (1, "NO_CHAIN")
    assert not (tmp_path / "chain.lock").exists()
    said = suixin("chain", "replay", tmp_path / "none", "--chain", tmp_path / "own")
    assert (said.status, said.err.split(":")[0]) == (1, "NO_FOLDER")
    said = suixin("chain", "replay", tmp_path, "--chain", tmp_path / "own")
    assert (said.status, said.err.split(":")[0]) == (1, "LOG")
    (tmp_path / "file").write_text("", "utf-8")
    said = suixin("chain", "replay", tmp_path, "--chain", tmp_path / "file")
    assert said.status == 2


@pytest.mark.parametrize("command", ["replay", "show"])
def test_help_shows_an_example(command: str, suixin: Suixin) -> None:
    assert f"Example: suixin chain {command}" in suixin("chain", command, "--help").out

"""Operators and witnesses as processes of their own, and what each does when another fails."""

from __future__ import annotations

import shutil
import signal
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from evidence_hosts import Hosts, hosts
from evidence_parties import (
    NAMES,
    ORIGIN,
    author_key,
    checkpoint_note,
    log_key,
    sealed,
    witness_key,
)
from evidence_processes import LOGS, Network, network, until
from typer.testing import CliRunner

from suixin.cli import app
from suixin.evidence import checkpoint, fork, key_file, note, verifier
from suixin.evidence.entry import Kind
from suixin.evidence.keys import COSIGNATURE, Signer
from suixin.evidence.merkle import Tree, leaf_hash

DONE = ("final", "late")  # Late where the day turned while the test ran.
GOING = ("proceed", "overdue")


@pytest.fixture(scope="module")
def apart(request: pytest.FixtureRequest) -> Iterator[Hosts]:
    """Hosts with a network between them; where only loopback is had, the reason is printed."""
    with hosts((*LOGS, *NAMES)) as found:
        if found.why_loopback:
            captured = request.config.pluginmanager.getplugin("capturemanager")
            with captured.global_and_fixture_disabled():
                print(f"\nHosts are on loopback, not apart: {found.why_loopback}")  # noqa: T201
        yield found


def entries(first: int, count: int, party: str = "bank", kind: Kind = Kind.DECISION) -> list[bytes]:
    return [sealed(party, seq, kind=kind) for seq in range(first, first + count)]


def comes_to(net: Network, entry: bytes, standings: tuple[str, ...], log: str = "log") -> None:
    until(lambda: net.standing(leaf_hash(entry), log) in standings)


@pytest.mark.mechanism("B06")
def test_one_witness_missing_stops_nothing_and_two_stop_the_money(
    apart: Hosts, tmp_path: Path
) -> None:
    """Down, lying, late: each is told apart, and one of them alone holds nobody up."""
    key = witness_key("platform").verifier
    made_up = b64encode(key.id + bytes(8) + bytes(64)).decode()
    with network(tmp_path, apart) as net:
        net.start(*NAMES, "log")
        first, second, third, fourth = (entries(seq, 1) for seq in range(4))
        net.record(first)
        comes_to(net, first[0], DONE)

        net.stop("platform")  # Down, as by a power cut.
        net.record(second)
        comes_to(net, second[0], GOING)
        assert net.witnesses()["platform"] == "down"

        net.lies("platform", f"— {key.name} {made_up}\n")
        net.record(third)
        comes_to(net, third[0], GOING)
        until(lambda: net.witnesses()["platform"] == "lied")
        assert "platform.example" not in proof_of(net, third[0])

        net.pause("government")  # Late: it takes the call and says nothing.
        net.record(fourth)
        until(lambda: net.witnesses().get("government") == "late")
        assert net.standing(leaf_hash(fourth[0])) == "recorded"

        net.stop("platform")
        net.stop("government")
        net.start("platform", "government")
        comes_to(net, fourth[0], DONE)
        assert size_of(net.held("platform")) == 4


def test_a_log_out_of_a_backup_signs_no_second_past(apart: Hosts, tmp_path: Path) -> None:
    """Restored, it waits to be refilled; rolled back by its operator, it is found out."""
    with network(tmp_path, apart) as net:

        def restored() -> None:
            net.stop("log")
            shutil.rmtree(net.root / "log")
            shutil.copytree(net.root / "backup", net.root / "log")

        net.start(*NAMES, "log")
        early, late, after = entries(0, 3), entries(3, 300), entries(303, 1)
        net.record(early)
        comes_to(net, early[0], DONE)
        net.stop("log")
        shutil.copytree(net.root / "log", net.root / "backup")
        net.start("log")
        net.record(late)
        comes_to(net, late[-1], DONE)

        restored()
        net.start("log")
        refused = net.post("log", "entries", after[0])
        assert refused.status == 503
        assert b"holds 303 entries of ours" in refused.body
        assert size_of(net.get("log", "checkpoint").body.decode()) == 3
        net.stop("log")
        net.start("log", with_words=["--restored"])
        net.record(after)
        comes_to(net, after[0], DONE)
        assert {size_of(net.held(name)) for name in NAMES} == {304}
        assert not net.frozen("bank")

        restored()
        other = entries(3, 1, kind=Kind.ORDER)
        net.start("log", with_words=["--as-left"])  # So its operator says.
        net.record(other)
        until(lambda: net.stopped())
        assert net.standing(leaf_hash(other[0])) == "recorded"
        assert net.post("log", "entries", entries(4, 1)[0]).status in (403, 503)
        until(lambda: all(net.frozen(name) for name in NAMES))
        assert {size_of(net.held(name)) for name in NAMES} == {304}


@pytest.mark.mechanism("B06")
def test_two_histories_are_found_out_and_neither_goes_on(apart: Hosts, tmp_path: Path) -> None:
    """One key, two operators: bank and platform see one history, the government another."""
    with network(tmp_path, apart, misled=("government",)) as net:
        net.asks("log", "bank", "platform")
        net.asks("rogue", "government")
        net.start("bank", with_words=["--look-seconds", 1])  # In earnest, each hour.
        net.start("government", "platform", "log")
        net.start("rogue", with_words=["--as-left"])
        common, told, hidden = entries(0, 9), entries(9, 1), entries(9, 1, kind=Kind.ORDER)
        for log in LOGS:
            net.record(common, log)
        net.record([*told, *entries(10, 2)], "log")
        comes_to(net, told[0], GOING)
        net.record(hidden, "rogue")
        until(lambda: all(net.frozen(name) for name in NAMES))
        assert {net.frozen(name) for name in NAMES} == {
            "it signed two histories of its first 10 entries."
        }
        assert net.standing(leaf_hash(hidden[0]), "rogue") == "recorded"

        kept = tmp_path / "evidence"
        words = ("witness", "monitor", "--policy", net.root / "bank/policy", "--out", kept)
        assert f"{ORIGIN}: fork" in net.says("bank", *words, status=1)
        (found,) = kept.iterdir()
        proven = fork.read(found.read_bytes())
        assert proven.check([log_key().verifier]).size == 10
        for name in NAMES:  # Whoever is told of it can check it.
            assert net.post(name, "add-fork", found.read_bytes()).status == 200
        more = entries(12, 1)
        net.post("log", "entries", more[0])
        until(lambda: net.post("log", "entries", entries(13, 1)[0]).status == 403)
        assert net.standing(leaf_hash(more[0])) in ("", "recorded")


@pytest.mark.mechanism("B06")
def test_of_two_halves_of_the_network_one_at_most_goes_on(apart: Hosts, tmp_path: Path) -> None:
    """The operator's key works on both sides of a cut; the side with one witness pays nothing."""
    with network(tmp_path, apart) as net:
        net.start(*NAMES, "log")
        common = entries(0, 4)
        net.record(common)
        comes_to(net, common[-1], DONE)
        net.stop("log", signal.SIGTERM)
        shutil.rmtree(net.root / "rogue")
        shutil.copytree(net.root / "log", net.root / "rogue")
        net.asks("rogue", *NAMES)

        apart.part(["rogue", "bank"])
        try:
            net.start(*LOGS, with_words=["--as-left"])
            told, other = entries(4, 1), entries(4, 1, kind=Kind.ORDER)
            net.record(told, "log")
            net.record(other, "rogue")
            comes_to(net, told[0], GOING, "log")
            until(lambda: net.witnesses("rogue").get("bank"))
            assert net.standing(leaf_hash(other[0]), "rogue") == "recorded"
        finally:
            apart.mend()
        until(lambda: net.stopped("rogue"))
        assert net.standing(leaf_hash(other[0]), "rogue") == "recorded"


def test_lost_keys_are_replaced_by_the_parties(apart: Hosts, tmp_path: Path) -> None:
    """The log's key by what two of them sign, a witness's by the policy from then on."""
    with network(tmp_path, apart) as net:
        net.start(*NAMES, "log")
        before, after = entries(0, 2), entries(2, 1)
        net.record(before)
        comes_to(net, before[1], DONE)
        old_policy, old_proof = net.policy.read_text("utf-8"), proof_of(net, before[1])
        for name in (*NAMES, "log"):
            net.stop(name, signal.SIGTERM)

        text = tmp_path / "new-key.note"
        said("log", "rekey", net.root / "log", text)
        for party in ("bank", "government"):
            key_file.write(tmp_path / f"{party}.key", author_key(party))
            said("witness", "sign", text, "--key", tmp_path / f"{party}.key")
            if party == "bank":
                said("witness", "decide", net.root / "bank", text, status=1)
        for name in ("bank", "government"):
            told = said("witness", "decide", net.root / name, text)
            assert "is witnessed from 2 entries on" in told
        said("log", "rekey", net.root / "log", text, "--signed-by", net.policy)
        new_key = key_file.read(net.root / "log/key").verifier

        shutil.rmtree(net.root / "platform")  # The disk with its key and mirror is gone too.
        fresh = Signer("platform.example/witness", COSIGNATURE, bytes(range(32)))
        key_file.write(net.root / "platform/key", fresh)
        for by, kept in (("platform", "platform/policy"), ("log", "log/parties"), ("", net.policy)):
            text_of_day = net.policy_text(by).replace(
                str(witness_key("platform").verifier), str(fresh.verifier)
            )
            lines = f"log {new_key} {net.url('log', by)}\n"
            old, rest = text_of_day.split("\n", 1)
            (net.root / kept).write_text(f"{old}\n{lines}{rest}", "utf-8")

        net.start(*NAMES, "log")
        net.record(after)
        comes_to(net, after[0], DONE)
        assert {size_of(net.held(name)) for name in NAMES} == {3}
        tree = Tree(map(leaf_hash, [*before, *after, *entries(3, 1)]))
        thief = f"old 3\n\n{checkpoint_note(tree, [log_key()])}"
        answer = net.post("bank", "add-checkpoint", thief.encode())
        assert answer.status == 403
        assert b"counts only at sizes that were cosigned" in answer.body

        strict = (old_policy, net.policy.read_text("utf-8"))
        old, new = (text.replace("group parties 2", "group parties all") for text in strict)
        new_proof = proof_of(net, after[0])
        assert verifier.verify(old_proof, old, entry=before[1])
        assert verifier.verify(new_proof, new, entry=after[0])
        refused = verifier.verify(new_proof, old, entry=after[0])
        assert [one.name for one in refused.checks if one.held is False] == ["log", "quorum"]


def said(*words: object, status: int = 0) -> str:
    """A command that needs no network, in this process."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == status, done.output
    return done.output


def proof_of(net: Network, entry: bytes) -> str:
    return net.get("log", f"proof/{leaf_hash(entry).hex()}").body.decode()


def size_of(told: str) -> int:
    return checkpoint.read(note.read(told).text).size if told else 0

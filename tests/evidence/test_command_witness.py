"""`suixin witness …` and `suixin verify` at the prompt: what they say, and their exit codes."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from evidence_parties import (
    NAMES,
    NOON,
    ORIGIN,
    author_key,
    checkpoint_note,
    log_key,
    policy_text,
    proof_of,
    sealed,
)
from evidence_parties import witness_key as witness_of
from evidence_wire import policy_of, room
from typer.testing import CliRunner

from suixin.cli import app
from suixin.evidence import file_store, key_file, note
from suixin.evidence.fork import Fork
from suixin.evidence.keys import Verifier
from suixin.evidence.merkle import Tree, leaf_hash
from suixin.evidence.policy import parse

ENTRIES = [sealed("bank", seq) for seq in range(5)]
PROOF = proof_of(ENTRIES, 2, [log_key(), *map(witness_of, NAMES)])


def said(*words: object, status: int = 0) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == status, done.output
    return done.output


def told(*words: object, status: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(*words, "--json", status=status))
    return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a proof, its entry, and a policy."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "2.tlog-proof").write_bytes(PROOF)
    (tmp_path / "2.entry").write_bytes(ENTRIES[2])
    (tmp_path / "parties.policy").write_text(policy_text(), "utf-8")
    return tmp_path


VERIFY = ("verify", "2.tlog-proof", "--entry", "2.entry", "--policy", "parties.policy")


def test_verify_tells_each_check_and_the_verdict(place: Path) -> None:
    lines = said(*VERIFY).splitlines()
    assert [line.split()[1] for line in lines[:-1]] == [
        "author", "path", "log", "witnesses", "quorum", "opening"]  # fmt: skip
    assert lines[-1] == "VALID"
    found = told(*VERIFY)
    assert (found["status"], found["reason"], len(found["checks"])) == ("VALID", "", 6)


def test_verify_has_its_own_exit_codes(place: Path) -> None:
    (place / "2.entry").write_bytes(ENTRIES[3])
    assert said(*VERIFY, status=1).splitlines()[-1].startswith("INVALID: path: ")
    assert told(*VERIFY, status=1)["checks"][1]["held"] is False
    (place / "2.tlog-proof").unlink()
    assert said(*VERIFY, status=2).startswith("UNUSABLE: proof: ")
    said("verify", "2.tlog-proof", status=2)
    said("verify", status=2)


def test_the_saved_verifier_runs_alone_and_says_the_same(place: Path) -> None:
    assert "python -I" in said("verify", "--save-verifier", "alone.py")
    command = [sys.executable, "-I", "-S", "alone.py", *VERIFY[1:]]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (0, said(*VERIFY))
    assert said("verify", "--save-verifier", place, status=1)
    assert told("verify", "--save-verifier", "again.py") == {"saved": "again.py"}


def test_a_witness_is_begun_once(place: Path) -> None:
    (place / "logs.policy").write_text(policy_of(), "utf-8")
    words = ("witness", "init", "mine", "--name", "bank.example/witness", "--policy", "logs.policy")
    lines = said(*words).splitlines()
    assert lines[1].startswith("witness bank bank.example/witness+")
    assert parse(f"{lines[1].replace('…', 'bank.example')}\nquorum bank\n").witnesses["bank"]
    found = told(*words, status=1)
    assert found["error"]["code"] == "EXISTS"
    assert told(*words[:-1], "nowhere", status=1)["error"]["code"] == "NO_FILE"


def test_two_sign_one_text(place: Path) -> None:
    text = "what the parties decide\n"
    Path("decided.note").write_text(text, "utf-8")
    for count, name in enumerate(NAMES[:2], 1):
        key_file.write(place / f"{name}.key", author_key(name))
        found = told("witness", "sign", "decided.note", "--key", f"{name}.key")
        assert found["signatures"] == count
    opened = note.open(
        Path("decided.note").read_bytes(), [author_key(name).verifier for name in NAMES]
    )
    assert opened.text == text
    assert len(opened.signed) == 2
    assert "2 signatures" in said("witness", "sign", "decided.note", "--key", "bank.key")
    Path("decided.note").write_text("no end", "utf-8")
    found = told("witness", "sign", "decided.note", "--key", "bank.key", status=1)
    assert "newline" in found["error"]["message"]
    key_file.write(place / "witness.key", witness_of("bank"))
    Path("decided.note").write_text(text, "utf-8")
    found = told("witness", "sign", "decided.note", "--key", "witness.key", status=1)
    assert found["error"]["code"] == "KEY_TYPE"


def test_what_cannot_be_decided_or_thawed(place: Path) -> None:
    (place / "logs.policy").write_text(policy_of(), "utf-8")
    said("witness", "init", "mine", "--name", "bank.example/witness", "--policy", "logs.policy")
    text = "suixin/new-key/1\nnothing\n"
    signed = note.write(text, [note.sign(text, author_key(name)) for name in NAMES])
    Path("decided.note").write_text(signed, "utf-8")
    assert told("witness", "decide", "mine", "decided.note", status=1)["error"]["code"] == "FORM"
    found = told("witness", "thaw", "mine", "--origin", ORIGIN, status=1)
    assert found["error"]["code"] == "FROZEN"
    found = told("witness", "thaw", "none", "--origin", ORIGIN, status=1)
    assert found["error"]["code"] == "NO_KEY"


def test_nobody_answers_the_monitor(place: Path) -> None:
    policy = policy_text(urls=["http://127.0.0.1:1"] * 3)
    (place / "parties.policy").write_text(policy, "utf-8")
    words = ("witness", "monitor", "--policy", "parties.policy", "--out", "kept")
    found = told(*words, status=3)  # So that whoever runs it each hour hears of it.
    assert "nothing was compared" in said(*words, status=3)
    assert (found["finding"], set(found["held"])) == ("agree", set(NAMES))
    assert all("cannot be reached" in why for why in found["held"].values())
    assert not (place / "kept").exists()


@pytest.mark.parametrize("noun", ["witness", "log"])
def test_a_port_that_is_taken_is_the_machines_fault(place: Path, noun: str) -> None:
    (place / "logs.policy").write_text(policy_text(), "utf-8")
    if noun == "witness":
        said("witness", "init", "mine", "--name", "bank.example/witness", "--policy", "logs.policy")
        words: tuple[object, ...] = ("witness", "serve", "mine")
    else:
        file_store.create(place / "mine", log_key().verifier)
        key_file.write(place / "mine/key", log_key())
        words = ("log", "serve", "mine", "--policy", "logs.policy", "--as-left")
    with socket.create_server(("127.0.0.1", 0)) as held:
        found = told(*words, "--port", held.getsockname()[1], status=3)
    assert found["error"]["code"] == "ADDRESS"


def test_a_policy_that_no_log_can_serve_is_told_before_it_listens(place: Path) -> None:
    file_store.create(place / "mine", log_key().verifier)
    key_file.write(place / "mine/key", log_key())
    (place / "logs.policy").write_text("quorum none\n", "utf-8")
    found = told("log", "serve", "mine", "--policy", "logs.policy", status=1)
    assert found["error"]["code"] == "QUORUM"
    key = key_file.read(place / "mine/key").verifier
    assert isinstance(key, Verifier)


def test_a_new_log_takes_the_place_of_one_that_forked(tmp_path: Path) -> None:
    """What `log succeed` writes all parties sign, and a witness carries out, over a restart."""
    with room(tmp_path) as here:
        kept, log = here.witness("bank"), here.log()
        log.as_left()
        log.add(ENTRIES, NOON)
        log.beat(NOON)
        trees = [Tree([bytes([n]) * 32] * 4) for n in (1, 2)]
        fork = Fork(*(checkpoint_note(tree, [log_key()]) for tree in trees))
        assert kept.add_fork(fork.text().encode()).status == 200
        here.close()
        said("log", "init", tmp_path / "new", "--origin", "county.example/suixin/2")
        text = tmp_path / "new-log.note"
        for wrong in (6, 99):
            said(
                "log",
                "succeed",
                tmp_path / "log",
                tmp_path / "new",
                text,
                "--size",
                wrong,
                status=1,
            )
        assert not text.exists()
        said("log", "succeed", tmp_path / "log", tmp_path / "new", text, "--size", 3)
        assert text.read_text("utf-8").splitlines()[:3] == ["suixin/new-log/1", ORIGIN, "3"]
        for count, name in enumerate(NAMES):
            refused = told("witness", "decide", tmp_path / "bank", text, status=1)
            assert refused["error"]["code"] in ("SIGNERS", "malformed"), count
            key_file.write(tmp_path / f"{name}.key", author_key(name))
            said("witness", "sign", text, "--key", tmp_path / f"{name}.key")
        made = told("witness", "decide", tmp_path / "bank", text)
        assert (made["origin"], made["size"]) == ("county.example/suixin/2", 0)

        new = key_file.read(tmp_path / "new/key")
        policy = tmp_path / "bank/policy"
        policy.write_text(f"log {new.verifier} http://new/log\n{policy.read_text()}", "utf-8")
        again = here.witness("bank")
        first = checkpoint_note(Tree(()), [new], origin=new.name)
        assert again.add_checkpoint(f"old 0\n\n{first}".encode(), NOON).status == 200
        old = checkpoint_note(Tree(map(leaf_hash, ENTRIES)), [log_key()])
        assert again.add_checkpoint(f"old 5\n\n{old}".encode(), NOON).status == 403

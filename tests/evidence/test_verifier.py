"""The verifier that stands alone: public vectors, every check by itself, and nothing it lets by."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from evidence_parties import (
    NAMES,
    ORIGIN,
    author_key,
    log_key,
    policy_text,
    proof_of,
    sealed,
    witness_key,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from suixin.evidence import keys as our_keys
from suixin.evidence import policy as our_policy
from suixin.evidence import proof, verifier
from suixin.evidence.verifier import INVALID, UNUSABLE, VALID, verify

ALL = [log_key(), *map(witness_key, NAMES)]
OPENING = bytes(range(32)) + b'{"subject":"h-0231"}'
COMMIT = sha256(b"suixin/commit/1\0" + OPENING).hexdigest()
ENTRIES = [sealed(NAMES[seq % 3], seq, COMMIT) for seq in range(11)]
PROOF = proof_of(ENTRIES, 6, ALL)
POLICY = policy_text().encode()


def failed(verdict: verifier.Verdict) -> list[str]:
    return [check.name for check in verdict.checks if check.held is False]


def test_ed25519_vectors(shared: Path) -> None:
    rows = json.loads((shared / "data/trust/ed25519.json").read_text("utf-8"))
    assert len(rows) == 76
    for row in rows:
        key, message, signature = (bytes.fromhex(row[name]) for name in ("pk", "msg", "sig"))
        assert verifier.signed_by(key, message, signature) is row["valid"], row["comment"]


def test_proof_vectors(shared: Path) -> None:
    for row in json.loads((shared / "data/trust/tlog_proofs.json").read_text("utf-8")):
        keys = [key for key in (row["log_vkey"], *row["witness_vkeys"]) if key]
        verdict = verify(row["tlog_proof"], keys, entry=bytes.fromhex(row["leaf_hex"]))
        assert bool(verdict) is row["ok"], row["desc"]


def test_note_and_key_vectors(shared: Path) -> None:
    for row in json.loads((shared / "data/trust/signed_notes.json").read_text("utf-8")):
        known = [verifier.read_key(key) for key in row["vkeys"]]
        try:
            note = verifier.read_note(row["note"].encode())
        except verifier.Unusable:
            assert row["error"] == "malformed", row["desc"]
        else:
            assert [str(key) for key in verifier.signers(note, known)] == row["verified"]
    for row in json.loads((shared / "data/trust/verifier_keys.json").read_text("utf-8")):
        try:
            known = verifier.read_key(row["vkey"]).type in (1, 4)
        except verifier.Unusable:
            known = False
        assert known is row["ok"]


def test_path_vectors(shared: Path) -> None:
    for row in json.loads((shared / "data/trust/inclusion_probes.json").read_text("utf-8")):
        path = tuple(b64decode(step or "") for step in row["proof"] or ())
        leaf, root = (b64decode(row[name] or "") for name in ("leafHash", "root"))
        whole = all(len(one) == 32 for one in (*path, leaf, root)) and row["leafIdx"] >= 0
        try:
            right = whole and root == verifier.root_by(path, leaf, row["leafIdx"], row["treeSize"])
        except verifier.Invalid:
            right = False
        assert right is not row["wantErr"], row["file"]


def test_checkpoint_vectors(shared: Path) -> None:
    folder = shared / "data/trust/tiles_small"
    key = verifier.read_key((folder / "vkey").read_text("utf-8").strip())
    found = sorted(folder.glob("checkpoint.*"))
    assert len(found) == 8
    for path in found:
        note = verifier.read_note(path.read_bytes())
        assert list(verifier.signers(note, [key])) == [key]
        assert note.text.split("\n")[1] == path.suffix[1:]


@settings(max_examples=40)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 8 * 96 - 1))
def test_signatures_as_openssl_judges_them(seed: bytes, message: bytes, bit: int) -> None:
    signer = our_keys.Signer("party", our_keys.ED25519, seed)
    public, signature = signer.verifier.key, signer.sign(message)
    assert verifier.signed_by(public, message, signature)
    turned = bytearray(public + signature)
    turned[bit // 8] ^= 1 << bit % 8
    key, other = bytes(turned[:32]), bytes(turned[32:])
    expected = our_keys.verifies(key, other, message)
    assert not expected
    assert verifier.signed_by(key, message, other) is expected


def test_keys_of_small_order_are_refused() -> None:
    """Each of these points would let anybody sign anything, or fits no one encoding."""
    p = 2**255 - 19
    order_8 = int.from_bytes(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
    )
    for y in (0, 1, p - 1, order_8, p - order_8, p, p + 1):
        for sign in (0, 1 << 255):
            key = (y | sign).to_bytes(32, "little")
            assert verifier._key_table(key) is None
            assert not verifier.signed_by(key, b"", key + bytes(32))


def test_every_line_of_a_proof_that_holds() -> None:
    verdict = verify(PROOF, POLICY, entry=ENTRIES[6], opening=OPENING)
    assert verdict.status == VALID
    assert verdict.lines() == [
        f"ok      author     bank.example/author+{author_key('bank').verifier.id.hex()} "
        "signed it as entry 6 of its own",
        "ok      path       entry 6 leads to the root by 4 hashes",
        "ok      log        county.example/suixin/1 signed 11 entries",
        "ok      witnesses  bank at 2026-06-30 04:00:00 UTC; government at 2026-06-30 04:00:00 UTC;"
        " platform at 2026-06-30 04:00:00 UTC",
        "ok      quorum     3 of 3 witnesses suffice for `quorum parties`",
        "ok      opening    the private part, 20 bytes, is what it commits to",
        "VALID",
    ]


def test_each_check_fails_by_itself() -> None:
    other_log = [log_key(version=2), *ALL[1:]]
    lone = proof_of(ENTRIES, 6, ALL[:2])
    forged = proof_of([*ENTRIES[:6], sealed("bank", 99), *ENTRIES[7:]], 6, ALL)
    strange = POLICY.replace(str(author_key("bank").verifier).encode(), b"")
    strange = strange.replace(b"#author \n", b"")
    wrong_author = ENTRIES[6].replace(b'"seq":6', b'"seq":7')
    found = {
        "author": verify(
            proof_of([*ENTRIES[:6], wrong_author, *ENTRIES[7:]], 6, ALL), POLICY, entry=wrong_author
        ),
        "path": verify(forged, POLICY, entry=ENTRIES[6]),
        "log": verify(proof_of(ENTRIES, 6, other_log), POLICY, entry=ENTRIES[6]),
        "quorum": verify(lone, POLICY, entry=ENTRIES[6]),
        "opening": verify(PROOF, POLICY, entry=ENTRIES[6], opening=OPENING[:-1] + b"]"),
    }
    for name, verdict in found.items():
        assert failed(verdict) == [name]
        assert verdict.status == INVALID
        assert verdict.reason.startswith(f"{name}: ")
    assert failed(verify(PROOF, strange, entry=ENTRIES[6])) == ["author"]


def test_a_false_cosignature_of_a_known_witness_refuses() -> None:
    lines = PROOF.decode().split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("— platform"))
    raw = bytearray(b64decode(lines[at].split(" ")[2]))
    raw[-1] ^= 1
    lines[at] = f"— platform.example/witness {b64encode(raw).decode()}"
    verdict = verify("\n".join(lines), POLICY, entry=ENTRIES[6])
    assert failed(verdict) == ["witnesses", "quorum"]
    assert "platform.example/witness" in verdict.reason


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_turned_byte_of_proof_or_entry_passes(data: st.DataObject) -> None:
    """But for the unsigned part of a proof: signatures of keys nobody asked about."""
    parts = {"proof": PROOF, "entry": ENTRIES[6], "opening": OPENING}
    which = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, len(parts[which]) - 1))
    bit = data.draw(st.integers(0, 7))
    turned = bytearray(parts[which])
    turned[at] ^= 1 << bit
    parts[which] = bytes(turned)
    strict = policy_text("all").encode()
    verdict = verify(parts["proof"], strict, entry=parts["entry"], opening=parts["opening"])
    assert verdict.status in (INVALID, UNUSABLE)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_bytes_make_it_raise(one: bytes, other: bytes) -> None:
    assert not verify(one, POLICY, entry=other)
    assert not verify(PROOF, one, entry=other)
    assert not verify(b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + one, other, entry=one, opening=other)


POLICIES = [
    "quorum none\n",
    "quorum none",
    "",
    "\n\n# nothing\n",
    "quorum none\nquorum none\n",
    "quorum one\n",
    f"witness one {witness_key('bank').verifier}\nquorum one\n",
    f"witness none {witness_key('bank').verifier}\nquorum none\n",
    f"witness one {author_key('bank').verifier}\nquorum one\n",
    f"log {witness_key('bank').verifier}\nquorum none\n",
    f"log {log_key().verifier} \t https://county.example/log \nquorum none\n",
    f"log {log_key().verifier}\nlog {log_key().verifier}\nquorum none\n",
    f"log {log_key().verifier} a b\nquorum none\n",
    f"witness a {witness_key('bank').verifier}\ngroup g 0 a\nquorum g\n",
    f"witness a {witness_key('bank').verifier}\ngroup g 2 a\nquorum g\n",
    f"witness a {witness_key('bank').verifier}\ngroup g 01 a\nquorum g\n",
    f"witness a {witness_key('bank').verifier}\ngroup g any a a\nquorum g\n",
    f"witness a {witness_key('bank').verifier}\ngroup g any\nquorum g\n",
    f"witness a {witness_key('bank').verifier}\ngroup g any a\ngroup h any a\nquorum h\n",
    f"witness a {witness_key('bank').verifier}\ngroup g any a\ngroup h all g\nquorum h\n",
    f"witness a {witness_key('bank').verifier}\ngroup a any a\nquorum a\n",
    "group g any a\nquorum g\n",
    "quorum none\r\n",
    "quorum none\n\x7f\n",
    "log broken\nquorum none\n",
    "frob one\nquorum none\n",
    f"log {log_key().verifier}\nwitness a {witness_key('bank').verifier}\nquorum a\n",
    "log late.example+4b3b2f23+Af8=\nquorum none\n",
]


@pytest.mark.parametrize("text", POLICIES)
def test_policies_are_read_as_the_house_reads_them(text: str) -> None:
    """Two readers of one file must not differ, or a party is shown what another is not."""
    try:
        theirs = our_policy.parse(text)
    except our_policy.PolicyFault:
        with pytest.raises(verifier.Unusable):
            verifier.read_policy(text.encode())
    else:
        ours = verifier.read_policy(text.encode())
        assert list(ours.witnesses) == list(theirs.witnesses)
        assert {n: g[0] for n, g in ours.groups.items()} == {
            n: g.needed for n, g in theirs.groups.items()
        }
        assert ours.quorum == theirs.quorum


def test_keys_alone_must_all_have_signed() -> None:
    keys = [str(one.verifier) for one in (*ALL, author_key("bank"))]
    assert verify(PROOF, keys, entry=ENTRIES[6])
    fewer = proof_of(ENTRIES, 6, ALL[:3])
    assert failed(verify(fewer, keys, entry=ENTRIES[6])) == ["quorum"]


def test_an_entry_may_travel_in_the_proof() -> None:
    whole = proof.read(PROOF)
    carried = str(proof.Proof(whole.index, whole.path, whole.checkpoint, ENTRIES[6]))
    assert verify(carried, POLICY)
    assert (
        verify(PROOF, POLICY).reason == "entry: it was not given, and the proof does not carry it"
    )


def test_what_a_hostile_origin_may_not_do_to_a_terminal() -> None:
    origin = "\x9b31m" + ORIGIN
    verdict = verify(
        proof_of(ENTRIES, 6, [log_key(origin)], origin), "quorum none\n", entry=ENTRIES[6]
    )
    assert all(line.isprintable() for line in verdict.lines())


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """An empty folder with the verifier and the four files, and nothing of ours to import."""
    (tmp_path / "verifier.py").write_bytes(Path(verifier.__file__).read_bytes())
    (tmp_path / "X.tlog-proof").write_bytes(PROOF)
    (tmp_path / "E").write_bytes(ENTRIES[6])
    (tmp_path / "O").write_bytes(OPENING)
    (tmp_path / "F").write_bytes(POLICY)
    return tmp_path


def run_alone(folder: Path, *words: str) -> tuple[int, list[str]]:
    command = [sys._base_executable, "-I", "-S", "verifier.py", *words]  # type: ignore[attr-defined]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout.splitlines()


def test_it_runs_alone(alone: Path) -> None:
    words = ("X.tlog-proof", "--entry", "E", "--opening", "O", "--policy", "F")
    status, lines = run_alone(alone, *words)
    assert (status, lines[-1], len(lines)) == (0, "VALID", 7)
    (alone / "E").write_bytes(ENTRIES[7])
    status, lines = run_alone(alone, *words)
    assert (status, lines[-1]) == (1, "INVALID: path: the entry does not lead to the signed root")
    (alone / "X.tlog-proof").write_bytes(b"")
    status, lines = run_alone(alone, *words)
    assert (status, lines) == (
        2,
        ["UNUSABLE: proof: it does not begin as c2sp.org/tlog-proof@v1, or has no checkpoint"],
    )
    status, lines = run_alone(alone, "X.tlog-proof", "--policy", "nowhere")
    assert status == 2
    assert lines[0].startswith("UNUSABLE: policy: ")


def test_it_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(Path(verifier.__file__).read_text("utf-8"))
    named = {
        alias.name if isinstance(node, ast.Import) else node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert {name.split(".")[0] for name in named} <= sys.stdlib_module_names
    assert not named & {"socket", "urllib.request", "http.client", "ssl", "subprocess", "time"}

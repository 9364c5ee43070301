"""The verifier against people who mean harm: what each file can hold, and what is said of it.

A case says what is changed of a proof that holds, and the last line that is printed then.
"""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest
from evidence_parties import (
    NAMES,
    NOON,
    author_key,
    checkpoint_note,
    log_key,
    policy_text,
    proof_of,
    sealed,
    witness_key,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from suixin.evidence import keys as our_keys
from suixin.evidence import note, verifier
from suixin.evidence.keys import COSIGNATURE, Signer
from suixin.evidence.merkle import Tree, leaf_hash
from suixin.evidence.policy import PolicyFault, accept, parse
from suixin.evidence.verifier import verify

ALL = [log_key(), *map(witness_key, NAMES)]
OPENING = bytes(range(32)) + b'{"subject":"h-0231"}'
COMMIT = sha256(b"suixin/commit/1\0" + OPENING).hexdigest()
ENTRIES = [sealed(NAMES[seq % 3], seq, COMMIT) for seq in range(11)]
PROOF = proof_of(ENTRIES, 6, ALL)
POLICY = policy_text().encode()
HEAD, _, NOTE = PROOF.partition(b"\n\n")
BODY, _, LINES = NOTE.partition(b"\n\n")
SIGNED = LINES.splitlines()


@dataclass(frozen=True)
class Files:
    proof: bytes = PROOF
    policy: bytes = POLICY
    entry: bytes = ENTRIES[6]
    opening: bytes = OPENING

    def last_line(self) -> str:
        found = verify(self.proof, self.policy, entry=self.entry, opening=self.opening)
        return found.lines()[-1]


GOOD = Files()


def proof_with(*signed: bytes, head: bytes = HEAD, body: bytes = BODY) -> bytes:
    return b"\n\n".join((head, body, b"\n".join(signed) + b"\n"))


def entry_of(raw: bytes) -> Files:
    """An entry that is logged and proved though it is not as ours are."""
    return replace(GOOD, entry=raw, proof=proof_of([*ENTRIES[:6], raw, *ENTRIES[7:]], 6, ALL))


def again(party: str, at: int) -> bytes:
    text = note.read(NOTE).text
    return str(note.sign(text, witness_key(party), time=at)).rstrip("\n").encode()


def witness_line(name: str, key: Signer | None = None) -> str:
    return f"witness {name} {(key or witness_key(name)).verifier}\n"


def policy_with(*lines: str, quorum: str = "quorum parties\n") -> bytes:
    authors = "".join(f"#author {author_key(name).verifier}\n" for name in NAMES)
    return f"log {log_key().verifier}\n{authors}{''.join(lines)}{quorum}".encode()


IDENTITY = b"\1" + bytes(31)  # By this point anybody signs anything.
WEAK_ID = our_keys.key_id("weak.example", 1, IDENTITY)
WEAK = f"#author {our_keys.KeyText('weak.example', 1, IDENTITY, WEAK_ID)}\n"
OWN = Signer("county.example/witness", COSIGNATURE, bytes(range(32)))
TEXT = ENTRIES[6].decode()
BANK_TWICE = [SIGNED[0], SIGNED[1], again("bank", NOON + 1), again("bank", NOON + 2)]
CASES: dict[str, tuple[Files, str]] = {
    "nothing is changed": (GOOD, "VALID"),
    # The proof
    "an empty proof": (
        replace(GOOD, proof=b""),
        "UNUSABLE: proof: it does not begin as c2sp.org/tlog-proof@v1, or has no checkpoint"),
    "a proof of more than a megabyte": (
        replace(GOOD, proof=PROOF + b"\n" * 1_000_000),
        "UNUSABLE: proof: it has more than 1000000 bytes"),
    "a proof with carriage returns": (
        replace(GOOD, proof=PROOF.replace(b"\n", b"\r\n")), "UNUSABLE: proof: it does not begin"),
    "a proof that is no UTF-8": (
        replace(GOOD, proof=PROOF.replace(b"bank.example", b"bank\xff.example")),
        "UNUSABLE: proof: the signed note is not UTF-8"),
    "a proof with a mark of byte order": (
        replace(GOOD, proof=b"\xef\xbb\xbf" + PROOF), "UNUSABLE: proof: it does not begin"),
    "an index below nothing": (
        replace(GOOD, proof=PROOF.replace(b"index 6", b"index -6")),
        "UNUSABLE: proof: '-6' is no count (digits, no leading zero)"),
    "an index with a zero before it": (
        replace(GOOD, proof=PROOF.replace(b"index 6", b"index 06")), "UNUSABLE: proof: '06'"),
    "an index past 2^63": (
        replace(GOOD, proof=PROOF.replace(b"index 6", b"index 9223372036854775808")),
        "UNUSABLE: proof: '9223372036854775808' is no count"),
    "two indices": (
        replace(GOOD, proof=PROOF.replace(b"index 6", b"index 6\nindex 6")),
        "UNUSABLE: proof: 'index 6' is not base64"),
    "the index of another entry": (
        replace(GOOD, proof=PROOF.replace(b"index 6", b"index 7")),
        "INVALID: path: the entry does not lead to the signed root"),
    "an index past the end": (
        replace(GOOD, proof=PROOF.replace(b"index 6", b"index 11")),
        "INVALID: path: a log of 11 entries has no entry 11"),
    "a hash more than the size needs": (
        replace(GOOD, proof=PROOF.replace(b"\n\n", b"\n" + b64encode(bytes(32)) + b"\n\n", 1)),
        "INVALID: path: it has too many hashes for the size"),
    "a hash less": (
        replace(GOOD, proof=PROOF.replace(HEAD.splitlines()[-1] + b"\n", b"", 1)),
        "INVALID: path: it has too few hashes for the size"),
    "64 hashes": (
        replace(GOOD, proof=PROOF.replace(
            b"\n\n", (b"\n" + b64encode(bytes(32))) * 64 + b"\n\n", 1)),
        "UNUSABLE: proof: its path has more than 63 hashes"),
    "a hash in base64 that another text means too": (
        replace(GOOD, proof=PROOF.replace(
            HEAD.splitlines()[-1], HEAD.splitlines()[-1][:-2] + b"9=", 1)),
        "UNUSABLE: proof: "),
    "a line more in the checkpoint": (
        replace(GOOD, proof=proof_with(*SIGNED, body=BODY + b"\nextension")),
        "UNUSABLE: proof: its checkpoint is not three lines: origin, size, root"),
    "a line more under the signatures": (
        replace(GOOD, proof=PROOF + b"one more\n"),
        "UNUSABLE: proof: 'one more' is no signature line"),
    "an empty line under the signatures": (
        replace(GOOD, proof=PROOF + b"\n"), "UNUSABLE: proof: the checkpoint is no signed note"),
    "no end of the last line": (
        replace(GOOD, proof=PROOF[:-1]), "UNUSABLE: proof: the checkpoint is no signed note"),
    "101 signatures": (
        replace(GOOD, proof=proof_with(*SIGNED[:1] * 101)),
        "UNUSABLE: proof: there are more than 100 signatures"),
    "a size the log did not sign": (
        replace(GOOD, proof=proof_with(*SIGNED, body=BODY.replace(b"\n11\n", b"\n12\n"))),
        "INVALID: log: the signature of county.example/suixin/1+"),
    # Witnesses
    "one witness alone": (
        replace(GOOD, proof=proof_with(*SIGNED[:2])),
        "INVALID: quorum: 1 of 3 witnesses are too few for `quorum parties`"),
    "one witness three times": (
        replace(GOOD, proof=proof_with(*SIGNED[:1], *SIGNED[1:2] * 3)),
        "INVALID: quorum: 1 of 3 witnesses are too few for `quorum parties`"),
    "one witness at three times": (
        replace(GOOD, proof=proof_with(*BANK_TWICE)),
        "INVALID: quorum: 1 of 3 witnesses are too few for `quorum parties`"),
    "no log": (
        replace(GOOD, proof=proof_with(*SIGNED[1:])),
        "INVALID: log: no log of the policy signed as county.example/suixin/1"),
    "witnesses of another name with the same keys": (
        replace(GOOD, proof=PROOF.replace("— bank.example".encode(), "— bonk.example".encode())
                .replace("— platform.example".encode(), "— plotform.example".encode())),
        "INVALID: quorum: 1 of 3 witnesses are too few for `quorum parties`"),
    "a cosignature of another time than it says": (
        replace(GOOD, proof=PROOF.replace(SIGNED[1], SIGNED[1][:-8] + b"AAAAAA==")),
        "INVALID: witnesses: the signature of bank.example/witness+"),
    "a signature cut short": (
        replace(GOOD, proof=proof_with(
            SIGNED[0], b"\xe2\x80\x94 bank.example/witness "
            + b64encode(witness_key("bank").verifier.id + bytes(3)), *SIGNED[2:])),
        "INVALID: witnesses: the signature of bank.example/witness+"),
    # The policy
    "an empty policy": (
        replace(GOOD, policy=b""), "UNUSABLE: policy: it holds a control character, or its last"),
    "a policy of more than a megabyte": (
        replace(GOOD, policy=POLICY + b"#\n" * 500_000),
        "UNUSABLE: policy: it has more than 1000000 bytes"),
    "a policy without a quorum": (
        replace(GOOD, policy=policy_with(quorum="")), "UNUSABLE: policy: it has no quorum line"),
    "one key under two names": (
        replace(GOOD, policy=policy_with(
            witness_line("bank"), witness_line("other", witness_key("bank")),
            "group parties 2 bank other\n")),
        "UNUSABLE: policy: line 6: the key of bank.example/witness is listed twice"),
    "the log's own key among the witnesses": (
        replace(GOOD, policy=policy_with(
            witness_line("bank"),
            witness_line("log", Signer("log.example/w", COSIGNATURE, log_key().seed)),
            "group parties 2 bank log\n")),
        "UNUSABLE: policy: line 6: the key of log.example/w is listed twice"),
    "the operator as a witness": (
        replace(GOOD, proof=proof_of(ENTRIES, 6, [*ALL[:2], OWN]), policy=policy_with(
            witness_line("bank"), witness_line("county", OWN), "group parties 2 bank county\n")),
        "INVALID: quorum: 1 of 2 witnesses are too few for `quorum parties`"),
    "a group that needs more than it has": (
        replace(GOOD, policy=policy_with(witness_line("bank"), "group parties 2 bank\n")),
        "UNUSABLE: policy: line 6: the group parties cannot be: 2 of bank"),
    "a member twice": (
        replace(GOOD, policy=policy_with(witness_line("bank"), "group parties 2 bank bank\n")),
        "UNUSABLE: policy: line 6: the group parties cannot be: 2 of bank bank"),
    "a second quorum": (
        replace(GOOD, policy=POLICY + b"quorum none\n"),
        "UNUSABLE: policy: line 10: the line 'quorum none' is not understood here"),
    "a key of the identity": (
        replace(GOOD, policy=POLICY + WEAK.encode()),
        "UNUSABLE: policy: line 10: the key of weak.example is none that only"),
    "an author nobody named": (
        replace(GOOD, policy=POLICY.replace(str(author_key("bank").verifier).encode(),
                                            str(author_key("other").verifier).encode())),
        "INVALID: author: the policy has no line `#author` with the key bank.example/author+"),
    # The entry
    "an entry of more than 65,535 bytes": (
        replace(GOOD, entry=b"{" + b" " * 65_535), "UNUSABLE: entry: it has more than 65535 bytes"),
    "an entry that is no text": (
        entry_of(b"\xff\xfe"), "INVALID: author: it is not canonical JSON of body, by and sig"),
    "an entry with a space more": (
        entry_of(ENTRIES[6].replace(b'"body":', b'"body": ')), "INVALID: author: it is not canon"),
    "an entry with a key twice": (
        entry_of(TEXT.replace('"seq":6', '"seq":6,"seq":6').encode()), "INVALID: author: it is no"),
    "an entry with a float": (
        entry_of(TEXT.replace('"seq":6', '"seq":6.0').encode()), "INVALID: author: it is not can"),
    "an entry with no number": (
        entry_of(TEXT.replace('"seq":6', '"seq":NaN').encode()), "INVALID: author: it is not can"),
    "an entry with half a letter": (
        entry_of(TEXT.replace('"seq":6', '"seq":"\\ud800"').encode()), "INVALID: author: it is "),
    "an entry nested past all reason": (
        entry_of(b"[" * 30_000 + b"]" * 30_000), "INVALID: author: it is not canonical JSON"),
    "an entry with a number of 60,000 digits": (
        entry_of(TEXT.replace('"seq":6', '"seq":' + "9" * 60_000).encode()), "INVALID: author: it"),
    "an entry whose author is no text": (
        entry_of(b'{"body":{},"by":1,"sig":""}'), "INVALID: author: it is not canonical JSON"),
    "an entry whose signature is no base64": (
        entry_of(json.dumps({**json.loads(TEXT), "sig": "?"}, separators=(",", ":")).encode()),
        "INVALID: author: '?' is not base64"),
    "an entry that somebody else signed": (
        entry_of(json.dumps({**json.loads(TEXT), "by": str(author_key("platform").verifier)},
                            separators=(",", ":")).encode()),
        "INVALID: author: the "),
    "another entry": (
        replace(GOOD, entry=ENTRIES[3]),
        "INVALID: path: the entry does not lead to the signed root"),
    # The opening
    "an opening with another salt": (
        replace(GOOD, opening=bytes(32) + OPENING[32:]),
        "INVALID: opening: salt and private part are not what the entry commits to"),
    "an opening shorter than a salt": (
        replace(GOOD, opening=b"salt"), "INVALID: opening: salt and private part are not what"),
    "an opening of more than a megabyte": (
        replace(GOOD, opening=bytes(1_000_001)), "UNUSABLE: opening: it has more than 1000000"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_is_told_by_its_first_failure(name: str) -> None:
    files, told = CASES[name]
    assert files.last_line().startswith(told), files.last_line()


def test_each_has_its_exit_code_and_its_lines(tmp_path: Path) -> None:
    """As printed: a line a check, in order, and the verdict; nothing at all on stderr."""
    (tmp_path / "verifier.py").write_bytes(Path(verifier.__file__).read_bytes())
    words = ["X", "--entry", "E", "--opening", "O", "--policy", "F"]
    for name, status in (
        ("nothing is changed", 0),
        ("one witness three times", 1),
        ("the operator as a witness", 1),
        ("one key under two names", 2),
        ("a proof that is no UTF-8", 2),
    ):
        files, last = CASES[name]
        for file, raw in zip("XEOF", (files.proof, files.entry, files.opening, files.policy),
                             strict=True):  # fmt: skip
            (tmp_path / file).write_bytes(raw)
        command = [sys._base_executable, "-I", "-S", "verifier.py", *words]  # type: ignore[attr-defined]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)
        assert (done.returncode, done.stderr) == (status, ""), name
        lines = done.stdout.splitlines()
        assert lines[-1].startswith(last)
        if status < 2:
            assert [line.split()[1] for line in lines[:-1]] == [*verifier.CHECKS]
            assert ("FAILED" in done.stdout) is bool(status)


def test_the_operator_is_named_and_not_counted() -> None:
    files, _ = CASES["the operator as a witness"]
    found = verify(files.proof, files.policy, entry=files.entry)
    (told,) = [one.told for one in found.checks if one.name == "witnesses"]
    assert told.endswith("(operates the log, so does not count)")


@pytest.mark.parametrize("domain", ["County.Example", "county.example."])
def test_the_operators_domain_is_known_however_it_is_spelt(domain: str) -> None:
    own = Signer(f"{domain}/witness", COSIGNATURE, OWN.seed)
    keys = witness_line("bank"), witness_line("own", own), "group parties 2 bank own\n"
    policy, raw = policy_with(*keys), proof_of(ENTRIES, 6, [*ALL[:2], own])
    found = verify(raw, policy, entry=GOOD.entry)
    assert found.reason == "quorum: 1 of 2 witnesses are too few for `quorum parties`"
    with pytest.raises(PolicyFault, match="Too few witnesses"):
        accept(parse(policy), raw.partition(b"\n\n")[2])


def test_a_file_without_end_is_left_after_a_megabyte() -> None:
    endless = Path("/dev/zero")
    for given_files in ({"entry": endless}, {"entry": ENTRIES[6], "opening": endless}):
        found = verify(PROOF, POLICY, **given_files)
        assert "bytes" in found.reason
        assert found.status == verifier.UNUSABLE
    assert verify(endless, POLICY).reason == "proof: it has more than 1000000 bytes"
    assert verify(PROOF, endless).reason == "policy: it has more than 1000000 bytes"
    missing = verify(PROOF, Path("no such file"), entry=ENTRIES[6])
    assert missing.reason.startswith("policy: ")
    for odd in ("\0", "x" * 5_000, "."):
        assert verify(PROOF, odd, entry=ENTRIES[6]).status == verifier.UNUSABLE


def test_a_policy_of_the_wrong_day(tmp_path: Path) -> None:
    """The proof was cosigned on 30 June, at noon in the county."""
    for day, status in (
        ("2026-06-30", "VALID"),
        ("2026-07-01", "INVALID"),
        ("2026-06-01", "VALID"),
    ):
        path = tmp_path / f"{day}.policy"
        path.write_bytes(POLICY)
        found = verify(PROOF, path, entry=ENTRIES[6])
        assert found.status == status, day
    assert verify(PROOF, tmp_path, entry=ENTRIES[6])
    later = verify(PROOF, tmp_path / "2026-07-01.policy", entry=ENTRIES[6])
    assert later.reason == (
        "quorum: 0 of 3 witnesses are too few for `quorum parties` from 2026-07-01 on"
    )
    (told,) = [one.told for one in later.checks if one.name == "witnesses"]
    assert told.count("not on a day of this policy, so does not count") == 3
    (tmp_path / "2026-06-30.policy").write_bytes(POLICY.replace(b"parties 2", b"parties all"))
    folder = verify(PROOF, tmp_path, entry=ENTRIES[6])
    assert "`quorum parties` from 2026-06-30 on" in folder.lines()[-3]
    (tmp_path / "june.policy").write_bytes(POLICY)
    assert verify(PROOF, tmp_path).reason.startswith("policy: june.policy is not named by its")
    (tmp_path / "june.policy").unlink()
    (tmp_path / "2026-02-30.policy").write_bytes(POLICY)
    assert "a day that is none" in verify(PROOF, tmp_path).reason
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "has no file such as 2026-06-30.policy" in verify(PROOF, empty).reason


def test_a_day_begins_at_midnight_in_the_county() -> None:
    midnight = NOON + 12 * 3_600
    line = again("bank", midnight)
    late = note.sign(note.read(NOTE).text, witness_key("bank"), time=midnight - 1)
    july = verifier.read_policy(POLICY)._replace(since=verifier._day(midnight))
    for at, holds in ((midnight - 1, False), (midnight, True)):
        assert july.holds(verifier._day(at)) is holds
    june = july._replace(since=None, until=july.since)
    for raw, expected in ((line, july), (str(late).rstrip().encode(), june)):
        found = verifier.read_proof(proof_with(SIGNED[0], raw))
        assert verifier.policy_for((june, july), found.note) is expected


def test_the_largest_time_a_cosignature_can_say() -> None:
    text = note.read(NOTE).text
    lines = [str(note.sign(text, witness_key(n), time=2**63 - 1)).rstrip().encode() for n in NAMES]
    found = verify(proof_with(SIGNED[0], *lines), POLICY, entry=ENTRIES[6])
    assert found
    assert "bank at second 9223372036854775807" in found.lines()[3]


@settings(max_examples=100, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_signatures_is_nothing(order: list[int]) -> None:
    assert verify(proof_with(*(SIGNED[at] for at in order)), POLICY, entry=ENTRIES[6])


def test_a_tree_of_another_log_does_not_serve() -> None:
    other = log_key("other.example/suixin/1")
    tree = Tree(map(leaf_hash, ENTRIES))
    text = checkpoint_note(tree, [other, *ALL[1:]], origin=other.name)
    whole = HEAD + b"\n\n" + text.encode()
    told = verify(whole, POLICY, entry=ENTRIES[6]).reason
    assert told == "log: no log of the policy signed as other.example/suixin/1"

"""Erasing a person: every old proof still verifies, and nothing of her can be recovered."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from hashlib import md5, sha1, sha256
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from evidence_parties import NOON, author_key, log_key, policy_text, witness_key

from suixin.data.errors import InputError
from suixin.evidence import entry, file_store, log, note, verifier
from suixin.evidence.audit import Folder, Verdict, audit
from suixin.evidence.entry import Body, Kind, Opening, seal
from suixin.evidence.file_store import FileStore
from suixin.evidence.openings import Openings
from suixin.evidence.policy import parse
from suixin.evidence.sm3 import digest as sm3

BANK = author_key("bank")
POLICY = policy_text(2)
KNOWN = entry.authors([BANK.verifier])
# What is known of her elsewhere, and what could be guessed: two decisions about one household.
HERS: dict[str, Any] = {
    "subject": "h-0231",
    "id_number": "110101199003070000",
    "name": "借款人",
    "limit_fen": 5000000,
    "reasons": ["clean_sales_fell", "few_buyers"],
}


@dataclass
class Kept:
    """A log and openings in folders; two entries are hers, three are others'."""

    folder: Path
    openings: Openings
    store: FileStore
    hers: list[entry.Sealed]
    hidden: list[Opening]
    proofs: dict[int, bytes]


def salt(number: int) -> bytes:
    return sha256(b"drawn by the system's own source %d" % number).digest()


def private(number: int) -> bytes:
    about: dict[str, Any] = HERS if number % 2 else {"subject": f"h-{number}", "name": "另一户"}
    return json.dumps(about, ensure_ascii=False).encode()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    folder = tmp_path / "log"
    parties = [witness_key(name) for name in ("bank", "government", "platform")]
    witnesses = [one.verifier for one in parties]
    file_store.create(folder, log_key().verifier, authors=[BANK.verifier], witnesses=witnesses)
    store, openings = FileStore(folder), Openings(tmp_path / "private")
    found = Kept(folder, openings, store, [], [], {})
    for seq in range(5):
        opening = Opening(salt(seq), private(seq))
        sealed = seal(Body(Kind.DECISION, NOON, seq, opening.commitment), BANK)
        openings.put(sealed.leaf, opening)
        log.append(store, [sealed])
        if seq % 2:
            found.hers.append(sealed)
            found.hidden.append(opening)
    text = note.read(log.checkpoint(store, log_key())).text
    log.cosign(store, [note.sign(text, one, time=NOON) for one in parties], witnesses)
    found.proofs = {index: str(log.prove(store, index)).encode() for index in range(5)}
    return found


def verified(proof: bytes, raw: bytes, opening: Opening | None = None) -> bool:
    told = None if opening is None else bytes(opening)
    return bool(verifier.verify(proof, POLICY.encode(), entry=raw, opening=told))


@pytest.mark.mechanism("B06")
@pytest.mark.mechanism("E09")
def test_after_a_person_is_erased_old_proofs_verify_and_nothing_of_her_is_left(kept: Kept) -> None:
    entries = list(kept.store.entries(0, 5))
    for index, raw in enumerate(entries):
        assert verified(kept.proofs[index], raw, Opening(salt(index), private(index)))

    for sealed in kept.hers:
        assert kept.openings.forget(sealed.leaf)
    leaves = [sealed.leaf for sealed in kept.hers]
    told = entry.erase(leaves, BANK, at=NOON + 60, seq=5, policy="privacy@2026-01-01")
    assert log.append(kept.store, [told]) == (5,)
    log.checkpoint(kept.store, log_key())

    # Every proof, hers too, holds as before, and one made anew does.
    for index, raw in enumerate(entries):
        assert verified(kept.proofs[index], raw)
        assert kept.proofs[index].split(b"\n")[1] == b"index %d" % index
        log.prove(kept.store, index)
    # Others can still be opened; hers cannot.
    for index in (0, 2, 4):
        opening = kept.openings.get(entry.open(entries[index], KNOWN).leaf)
        assert verified(kept.proofs[index], entries[index], opening)
    for leaf in leaves:
        with pytest.raises(InputError) as refused:
            kept.openings.get(leaf)
        assert refused.value.code == "NO_OPENING"
        assert not kept.openings.forget(leaf)

    kept.store.close()
    assert audit(Folder(kept.folder), parse(POLICY)).verdict is Verdict.VALID
    everything = stored(kept.folder.parent)
    assert len(everything) > 8
    for name, raw in everything.items():
        for what in traces(kept.hidden):
            assert what not in raw, (name, what)


def stored(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def traces(hidden: list[Opening]) -> set[bytes]:
    """Her data, and her salts, as they are and in the letters a file might hold them in."""
    plain = {part for one in hidden for part in (one.salt, one.salt[:12], one.private)}
    plain |= {HERS[key].encode() for key in ("subject", "id_number", "name")}
    plain |= {b"clean_sales_fell", b"5000000"}
    coded = {code(part) for part, code in product(plain, (bytes.hex, bytes_base64))}
    return plain | {text.encode() for text in coded} | {text.upper().encode() for text in coded}


def bytes_base64(raw: bytes) -> str:
    return b64encode(raw[: len(raw) // 3 * 3]).decode()


def test_the_search_for_traces_finds_what_is_there(kept: Kept) -> None:
    """Before she is erased her data lies in the folder of openings, and nowhere in the log."""
    kept.store.close()
    with_traces = {
        Path(name).parent.name
        for name, raw in stored(kept.folder.parent).items()
        for what in traces(kept.hidden)
        if what in raw
    }
    assert with_traces == {"private"}


def test_without_the_salt_who_knows_all_but_one_thing_of_her_cannot_check_a_guess(
    kept: Kept,
) -> None:
    """All values of an amount and of an identity number's last digits, by any usual hash."""
    kept.store.close()
    log_holds = b"".join(raw.lower() for raw in stored(kept.folder).values())
    for fen, last in product(range(0, 10_000_000, 500_000), ("0000", "0001", "000X")):
        guess = {**HERS, "limit_fen": fen, "id_number": f"11010119900307{last}"}
        texts = [json.dumps(guess, ensure_ascii=False).encode(), guess["id_number"].encode()]
        for text in texts:
            for tried in (
                text,
                b"suixin/commit/1\0" + text,
                b"suixin/commit/1\0" + bytes(32) + text,
            ):
                for hashed in (sha256(tried), sha1(tried), md5(tried)):
                    assert hashed.hexdigest().encode() not in log_holds
                assert sm3(tried).hex().encode() not in log_holds


def test_her_two_records_cannot_be_linked_by_what_the_log_holds(kept: Kept) -> None:
    """Nothing but the author, the kind and the time is alike, and those are alike for all."""
    bodies = [entry.open(raw, KNOWN).body for raw in kept.store.entries(0, 5)]
    kept.store.close()
    assert len({body.commit for body in bodies}) == 5
    assert {(body.kind, body.at, body.refs, body.policy, body.show) for body in bodies} == {
        (Kind.DECISION, NOON, (), "", None)
    }


def test_what_is_forgotten_is_overwritten_before_it_is_removed(kept: Kept) -> None:
    """A hard link made before, as a careless backup might be, holds nothing afterwards."""
    kept.store.close()
    leaf = kept.hers[0].leaf
    (path,) = (path for path in kept.openings.folder.iterdir() if path.stem == leaf.hex())
    link = kept.folder.parent / "link"
    link.hardlink_to(path)
    assert kept.openings.forget(leaf)
    assert set(link.read_bytes()) == {0}
    assert not path.exists()


def test_others_of_the_machine_may_not_read_openings(kept: Kept) -> None:
    kept.store.close()
    assert kept.openings.folder.stat().st_mode & 0o077 == 0
    kept.openings.folder.chmod(0o755)  # A folder that was there before may be open to all.
    (beginning := kept.openings.folder / f"{bytes(32).hex()}.opening.part").touch(0o644)
    kept.openings.put(bytes(32), Opening(bytes(32), b"hers"))
    assert not beginning.exists()
    assert {path.stat().st_mode & 0o077 for path in kept.openings.folder.iterdir()} == {0}


def test_the_beginning_that_a_kill_left_is_forgotten_too(kept: Kept) -> None:
    kept.store.close()
    beginning = kept.openings.folder / f"{bytes(32).hex()}.opening.part"
    beginning.write_bytes(bytes(32) + b"hers")
    assert kept.openings.forget(bytes(32))
    assert not beginning.exists()
    assert not kept.openings.forget(bytes(32))

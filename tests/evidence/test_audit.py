"""One byte altered anywhere in a log's folder is found, and the first wrong entry is named.

Every byte of every file of a small log, a sample of a large one, and what is more than a byte.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest
from evidence_parties import NAMES, NOON, ORIGIN, author_key, log_key, sealed, witness_key
from store_contract import AUTHORS, batch

from suixin.evidence import entry, file_store, journal, keys, log, note, policy
from suixin.evidence.audit import Audit, Folder, Verdict, audit
from suixin.evidence.checkpoint import Checkpoint
from suixin.evidence.entry import Sealed
from suixin.evidence.file_store import FileStore
from suixin.evidence.keys import ED25519, KeyText, Signer, key_id
from suixin.evidence.merkle import Head, Tree, leaf_hash, root
from suixin.evidence.tiles import bundle, unbundle

BIG = Signer("big.example/log", ED25519, bytes(32))
SIZE = 66_000  # Three levels of tiles.


class Held(dict[str, bytes]):
    """The files of a folder, read once."""

    def names(self) -> Iterable[str]:
        return list(self)

    def read(self, name: str) -> bytes | None:
        return self.get(name)

    def but(self, name: str, raw: bytes | None) -> Held:
        """The same files, one of them another or gone."""
        found = Held(self)
        if raw is None:
            del found[name]
        else:
            found[name] = raw
        return found


def held(folder: Path) -> Held:
    files = Folder(folder)
    return Held((name, files.read(name) or b"") for name in sorted(files.names()))


def orders(*of: tuple[str, int]) -> list[Sealed]:
    return [entry.open(sealed(party, seq), AUTHORS) for party, seq in of]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """Five entries of two authors, cosigned heads at two and five, an older head kept, no close."""
    folder = tmp_path_factory.mktemp("small")
    authors = [author_key(name).verifier for name in NAMES]
    witnesses = [witness_key(name) for name in NAMES]
    known = [one.verifier for one in witnesses]
    file_store.create(folder, log_key().verifier, authors=authors, witnesses=known)
    store = FileStore(folder)
    for part in ([("bank", 0), ("platform", 0)], [("bank", 1)], [("bank", 2), ("platform", 1)]):
        log.append(store, orders(*part))
        if store.size() != 3:
            text = note.read(log.checkpoint(store, log_key())).text
            told = log.cosign(store, [note.sign(text, one, time=NOON) for one in witnesses], known)
            (folder / "heads").mkdir(exist_ok=True)
            if store.size() == 2:
                (folder / "heads" / "final-2026-06-30").write_text(told, "utf-8")
    os.close(store._lock)
    return held(folder)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Held:
    folder = tmp_path_factory.mktemp("large")
    file_store.create(folder, BIG.verifier)
    store = FileStore(folder)
    while store.size() < SIZE:
        store.add(batch(store.size(), 6_000))
    text = Checkpoint(BIG.name, Head(SIZE, root(SIZE, store.node))).text
    store.publish(note.write(text, [note.sign(text, BIG)]), SIZE)
    store.close()
    return held(folder)


def judged(files: Held, trusted: policy.Policy | None = None) -> Audit:
    return audit(files, trusted)


def test_a_right_log_is_valid_and_each_check_is_told(small: Held) -> None:
    found = judged(small)
    assert found.lines() == [
        "keys       1 log, 3 witnesses, 3 authors; those in the folder",
        "checkpoint 5 entries, signed by the log, 3 witnesses",
        "journal    5 entries from 0 on",
        "entries    5 lead to the signed root; so do 1 kept heads",
        "tiles      4 files are what they are made of",
        "authors    2 signed, each numbered without a gap",
        "VALID",
    ]


@pytest.mark.mechanism("B06")
@pytest.mark.mechanism("E09")
def test_every_byte_of_every_stored_file_altered_is_found_and_located(
    small: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it lies in an entry or in its hash, that entry is named, else the file."""
    monkeypatch.setattr(keys, "verifies", cache(keys.verifies))  # The same few, thousands of times.
    looked_at = 0
    for name, raw in small.items():
        starts = where(name, raw)
        for at in range(len(raw)):
            altered = raw[:at] + bytes([raw[at] ^ 1 << at % 8]) + raw[at + 1 :]
            found = judged(small.but(name, altered))
            assert found.verdict is Verdict.INVALID, (name, at)
            assert found.fault is not None
            if starts:
                assert found.fault.entry == max(e for e in starts if starts[e] <= at), (name, at)
            else:
                assert found.fault.file == name, (name, at, str(found.fault))
            looked_at += 1
    assert looked_at == sum(map(len, small.values())) > 5_000


def where(name: str, raw: bytes) -> dict[int, int]:
    """At which byte of a file each entry begins, by its index, where the file tells of entries."""
    if name.startswith("tile/entries"):
        lengths = [2 + len(one) for one in unbundle(raw)]
        return {index: sum(lengths[:index]) for index in range(len(lengths))}
    if name.startswith("tile/0"):
        return {index: 32 * index for index in range(len(raw) // 32)}
    return {}


def test_in_the_journal_the_entry_is_named_or_else_the_first_of_its_batch(small: Held) -> None:
    """The head of a record and its authors belong to no one entry."""
    raw = small["journal"]
    for record in list(journal.records(raw))[1:]:
        content = file_store.read_batch(record.content)
        at = record.end - len(bundle(content.entries))
        places = dict.fromkeys(range(record.start, at, 7), content.first)
        for index, one in enumerate(content.entries, content.first):
            places |= dict.fromkeys((at, at + 1, at + 2, at + 1 + len(one)), index)
            at += 2 + len(one)
        for place, entry_index in places.items():
            altered = raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :]
            fault = judged(small.but("journal", altered)).fault
            assert fault is not None
            assert (fault.file, fault.entry) == ("journal", entry_index), place


@pytest.mark.mechanism("B06")
def test_a_sample_of_a_large_log_altered_is_found_and_located(large: Held) -> None:
    chance = random.Random(20260630)
    kinds = ["tile/entries/", "tile/0/", "tile/1/", "tile/2/", "checkpoint", "journal", "policy"]
    for kind in [*kinds, *kinds[:3] * 3]:
        name = chance.choice([name for name in large if name.startswith(kind) and large[name]])
        raw = large[name]
        at = chance.randrange(len(raw))
        found = judged(large.but(name, raw[:at] + bytes([raw[at] ^ 0x10]) + raw[at + 1 :]))
        assert found.verdict is Verdict.INVALID, (name, at)
        assert found.fault is not None
        if kind == "tile/entries/":
            first = numbered(name) * 256
            starts = where(name, raw)
            assert found.fault.entry == first + max(e for e in starts if starts[e] <= at)
        elif kind.startswith("tile/"):
            level = int(kind[5])
            assert found.fault.entry == (numbered(name) * 256 + at // 32) << 8 * level
        else:
            assert found.fault.file == name


def numbered(name: str) -> int:
    return int(name.split("/")[2].removesuffix(".p"))


def test_the_large_log_itself_is_valid(large: Held) -> None:
    heard: list[tuple[int, int]] = []
    found = audit(large, told=lambda done, size: heard.append((done, size)))
    assert found.lines()[-1] == "VALID"
    assert heard[-1] == (SIZE, SIZE)
    assert len(heard) == -(-SIZE // 256)


def test_every_file_cut_lengthened_or_taken_away_is_found(small: Held) -> None:
    for name, raw in small.items():
        if not raw:
            continue  # The lock holds nothing.
        for changed in (raw + b"\0", raw[:-1], raw[: len(raw) // 2], b""):
            assert judged(small.but(name, changed)).verdict is Verdict.INVALID, name
    gone = {name: judged(small.but(name, None)).verdict for name in small}
    assert gone["checkpoint"] is Verdict.UNUSABLE
    assert gone["policy"] is Verdict.UNUSABLE
    for name in ("tile/0/000.p/5", "tile/entries/000.p/5"):
        assert gone[name] is Verdict.INVALID


def remade(small: Held, entries: list[bytes]) -> Held:
    """A folder by somebody who makes every tile again, but has no key of the log."""
    leaves = b"".join(map(leaf_hash, entries))
    found = Held({name: raw for name, raw in small.items() if not name.startswith("tile/")})
    del found["journal"]
    count = len(entries)
    found[f"tile/entries/000.p/{count}"] = bundle(entries)
    found[f"tile/0/000.p/{count}"] = leaves
    return found


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (lambda raws: [raws[1], raws[0], *raws[2:]], "do not lead to the root"),
        (lambda raws: [*raws[:4], sealed("bank", 9)], "do not lead to the root"),
        (lambda raws: raws[:4], "is missing"),
        (lambda raws: raws[:1] + raws[2:] + raws[1:2], "do not lead to the root"),
    ],
    ids=["swapped", "one replaced", "the last taken away", "one moved"],
)
def test_who_makes_every_tile_again_is_held_to_the_signed_root(
    small: Held, forge: Callable[[list[bytes]], list[bytes]], told: str
) -> None:
    raws = unbundle(small["tile/entries/000.p/5"])
    assert judged(remade(small, raws)).verdict is Verdict.VALID
    found = judged(remade(small, forge(raws)))
    assert found.verdict is Verdict.INVALID
    assert told in str(found.fault)


@pytest.mark.mechanism("E09")
@pytest.mark.parametrize(
    ("raws", "told"),
    [
        ([sealed("bank", 0), sealed("bank", 2)], "entry 1 .*is number 2 of bank.example/author"),
        ([sealed("bank", 0), sealed("bank", 0)], "entry 1 .*is number 0 of bank.example/author"),
        ([sealed("bank", 0), sealed("stranger", 0)], "entry 1 .*is refused.*no author"),
        ([sealed("bank", 0), b"no entry"], "entry 1 .*is refused: This is no entry"),
        ([sealed("bank", 0), sealed("bank", 1)[:-1] + b" "], "entry 1 .*is refused"),
    ],
    ids=["a gap", "twice", "an unknown author", "no entry", "a broken entry"],
)
def test_a_log_that_signs_what_no_author_wrote_is_found_out(
    small: Held, raws: list[bytes], told: str
) -> None:
    """The operator has the log's key; the authors' keys he has not."""
    files = remade(small, raws)
    del files["heads/final-2026-06-30"]
    files["checkpoint"] = head_of(raws)
    found = judged(files)
    assert found.verdict is Verdict.INVALID
    assert re.match(told, str(found.fault)), str(found.fault)


def head_of(raws: list[bytes], by: Signer | None = None) -> bytes:
    text = Checkpoint(ORIGIN, Tree(map(leaf_hash, raws)).head()).text
    return note.write(text, [note.sign(text, by or log_key())]).encode()


def test_the_readers_own_keys_judge_not_those_in_the_folder(small: Held) -> None:
    """Whoever can write the folder can write its keys too: then the folder alone agrees."""
    own = policy.parse(small["policy"])
    thief = log_key(version=2)
    forged = [sealed("bank", 0), sealed("platform", 0)]
    files = remade(small, forged)
    del files["heads/final-2026-06-30"]
    files["checkpoint"] = head_of(forged, thief)
    files["policy"] = small["policy"].replace(
        str(log_key().verifier).encode(), str(thief.verifier).encode()
    )
    assert judged(files).verdict is Verdict.VALID
    found = judged(files, own)
    assert found.verdict is Verdict.INVALID
    assert str(found.fault) == f"checkpoint: no trusted key of {ORIGIN} signed it" or str(
        found.fault
    ).startswith("checkpoint: No key that is known here signed the note")
    assert judged(small, own).verdict is Verdict.VALID


def test_entries_that_are_not_signed_yet_are_told_and_held_to_their_tiles(tmp_path: Path) -> None:
    file_store.create(tmp_path, log_key().verifier, authors=[author_key("bank").verifier])
    store = FileStore(tmp_path)
    log.append(store, orders(("bank", 0)))
    log.checkpoint(store, log_key())
    log.append(store, orders(("bank", 1), ("bank", 2)))
    files = held(tmp_path)
    store.close()
    assert (
        "entries    1 lead to the signed root; 2 more are not signed yet" in judged(files).lines()
    )
    assert judged(held(tmp_path)).verdict is Verdict.VALID
    cut = judged(files.but("journal", files["journal"][:-1]))
    assert cut.verdict is Verdict.VALID  # What was not signed may be as a kill left it.
    assert cut.lines()[2].endswith("bytes of a batch never completed")


def test_of_a_tile_without_end_no_more_is_read_than_a_tile_can_have(
    small: Held, tmp_path: Path
) -> None:
    for name, raw in small.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(raw)
    assert audit(Folder(tmp_path)).verdict is Verdict.VALID
    name = next(name for name in small if name.startswith("tile/entries/"))
    with (tmp_path / name).open("r+b") as file:
        file.truncate(2**40)  # A hole: it takes no room on the disk.
    found = audit(Folder(tmp_path))
    assert found.verdict is Verdict.INVALID
    assert found.fault is not None
    assert found.fault.file == name


def test_a_stranger_among_the_files_is_told_and_left_alone(small: Held) -> None:
    found = judged(Held({**small, "notes.txt": b"mine", "tile/0/7": b"no path of a tile"}))
    assert found.verdict is Verdict.VALID
    assert found.lines()[-3] == "other      2 files are not looked into: notes.txt, tile/0/7"
    more = judged(Held({**small, "tile/0/001.p/1": bytes(32)}))
    assert str(more.fault) == "tile/0/001.p/1: is of no entry; there are 5"


def test_another_logs_head_among_the_kept_ones_is_found(small: Held) -> None:
    text = Checkpoint(ORIGIN, Head(2, bytes(32))).text
    other = note.write(text, [note.sign(text, log_key())]).encode()
    found = judged(small.but("heads/final-2026-06-30", other))
    assert found.fault is not None
    assert found.fault.file == "heads/final-2026-06-30"
    assert "do not lead to the root" in found.fault.wrong


def test_a_head_rolled_back_behind_one_that_was_kept_is_found(small: Held) -> None:
    """Three entries and the newest head are taken away; another head that was kept tells it."""
    raws = unbundle(small["tile/entries/000.p/5"])
    files = remade(small, raws[:2])
    files["checkpoint"] = files["heads/final-2026-06-30"]
    assert judged(files).verdict is Verdict.VALID
    files["heads/final-2026-07-01"] = small["checkpoint"]
    found = judged(files)
    assert str(found.fault) == "entry 2 (heads/final-2026-07-01): is missing; 5 are signed"


def test_heads_that_are_not_this_logs(small: Held) -> None:
    text = note.read(small["checkpoint"]).text
    alone = note.write(text, [note.sign(text, witness_key("bank"), time=NOON)]).encode()
    assert "no trusted key of" in str(judged(small.but("checkpoint", alone)).fault)
    both = policy.parse(small["policy"].decode() + f"log {BIG.verifier}\n")
    other = Checkpoint(BIG.name, Head(1, bytes(32))).text
    kept = note.write(other, [note.sign(other, BIG)]).encode()
    found = judged(small.but("heads/final-2026-06-30", kept), both)
    assert "is a head of big.example/log" in str(found.fault)


def test_a_signature_of_a_type_not_known_here_is_told_where_it_is_listed(small: Held) -> None:
    """As one by SM2 or ML-DSA-44 would be; nobody can add one under a name that is not listed."""
    key = KeyText("sm2.example", 0xFF, bytes(40), key_id("sm2.example", 0xFF, bytes(40)))
    signed = note.read(small["checkpoint"])
    strange = note.Signature(key.name, key.id, bytes(70))
    files = small.but("checkpoint", note.write(signed.text, [*signed.signatures, strange]).encode())
    assert "is of no key that is listed or trusted" in str(judged(files).fault)
    own = policy.parse(small["policy"].decode() + f"witness sm2 {key}\n")
    found = judged(files, own)
    assert found.verdict is Verdict.VALID
    assert found.lines()[1].endswith(", 3 witnesses, 1 signatures of a type not known here")


def test_a_batch_that_says_it_begins_elsewhere_is_found(small: Held, tmp_path: Path) -> None:
    """By somebody who makes the journal's digests again: they need no key."""
    start, *batches = [record.content for record in journal.records(small["journal"])]
    journal.begin(tmp_path / "journal", [start, batches[0], batches[2]])
    forged = small.but("journal", (tmp_path / "journal").read_bytes())
    assert str(judged(forged).fault) == (
        "entry 2 (journal): begins a batch that says it begins at 3"
    )


def test_a_bundle_that_leaves_a_hole_before_it_is_found(small: Held) -> None:
    files = Held({**small, "tile/entries/001.p/1": bundle([b"one"])})
    assert str(judged(files).fault) == "entry 5 (tile/entries/000): is missing"


def test_without_a_signed_head_or_keys_nothing_can_be_said(small: Held) -> None:
    assert judged(small.but("checkpoint", None)).lines()[-1] == (
        "UNUSABLE: checkpoint: there is no signed head to hold the entries against"
    )
    assert judged(small.but("policy", None)).lines() == [
        "UNUSABLE: policy: there are no keys; name a policy that you trust"
    ]
    trusted = policy.parse(small["policy"])
    assert judged(small.but("policy", None), trusted).verdict is Verdict.VALID

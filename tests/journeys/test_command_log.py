"""`suixin log` and `suixin audit`: a log is kept, proves, forgets a person, and is audited.

Each command is what a person would type; what one prints is what the next is given.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suixin.evidence import note
from suixin.evidence.keys import verifier

Suixin = Callable[..., Any]
PRIVATE = '{"subject":"h-0231","limit_fen":5000000}'
DAY = 1_782_792_000


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suixin: Suixin) -> Path:
    """A log in which a shop may write, and a policy of the auditor's own."""
    monkeypatch.chdir(tmp_path)
    said = suixin("log", "init", "log", "--origin", "bank.example/suixin/1", "--json")
    key = said.json["key"]
    shop = suixin("log", "keygen", "shop.example/orders", "--out", "shop.key").out.strip()
    assert verifier(shop).name == "shop.example/orders"
    for named in (shop, "shop.key.pub"):  # As text, or as the file of it; twice is once.
        assert suixin("log", "admit", "log", named).out == "authors: 1, witnesses: 0\n"
    Path("own.policy").write_text(f"log {key}\n#author {shop}\nquorum none\n", "utf-8")
    Path("o-17.json").write_text(PRIVATE, "utf-8")
    return tmp_path / "log"


def appended(suixin: Suixin, count: int = 1) -> list[str]:
    """Orders of the shop; their leaf hashes."""
    made = []
    for _ in range(count):
        words = ["log", "append", "log", "--by", "shop.key", "--kind", "order", "--at", DAY]
        said = suixin(*words, "--private", "o-17.json", "--openings", "private", "--json")
        assert said.status == 0
        made.append(said.json["leaf"])
    return made


@pytest.mark.mechanism("B06")
def test_from_an_empty_folder_to_a_proof_that_anybody_verifies(log: Path, suixin: Suixin) -> None:
    leaves = appended(suixin, 3)
    signed = suixin("log", "sign", "log")
    assert signed.out == suixin("log", "sign", "log", "--json").json["checkpoint"]
    assert note.read(signed.out).text.startswith("bank.example/suixin/1\n3\n")
    paths = suixin("log", "prove", "log", 1, "--out", "proofs", "--json").json
    words = ["verify", paths["proof"], "--entry", paths["entry"], "--policy", "own.policy"]
    opening = f"private/{leaves[1]}.opening"
    found = suixin(*words, "--opening", opening)
    assert found.status == 0
    assert found.out.endswith("VALID\n")
    assert Path(opening).read_bytes()[32:].decode() == PRIVATE
    assert suixin(*words, "--opening", f"private/{leaves[0]}.opening").status == 1
    wrong = ["verify", paths["proof"], "--entry", "o-17.json", "--policy", "own.policy"]
    assert suixin(*wrong).status == 1


def test_what_is_signed_is_shown_with_what_others_name_it_by(log: Path, suixin: Suixin) -> None:
    assert suixin("log", "show", "log", "--json").json["error"]["code"] == "NO_HEAD"
    leaves = appended(suixin, 3)
    suixin("log", "sign", "log")
    told = suixin("log", "show", "log", "--from", 1, "--count", 1, "--json").json
    assert (told["origin"], told["size"]) == ("bank.example/suixin/1", 3)
    (one,) = told["entries"]
    assert (one["index"], one["leaf"], one["kind"], one["seq"]) == (1, leaves[1], "order", 1)
    lines = suixin("log", "show", "log").out.splitlines()
    assert lines[0] == "bank.example/suixin/1, 3 entries signed"
    assert [line.split()[1] for line in lines[1:]] == leaves
    assert suixin("log", "show", "log", "--from", 9).out.splitlines() == lines[:1]


def test_a_person_is_erased_and_old_proofs_hold(log: Path, suixin: Suixin) -> None:
    leaves = appended(suixin, 2)
    suixin("log", "sign", "log")
    paths = suixin("log", "prove", "log", 0, "--out", "proofs", "--json").json
    words = ["log", "erase", "log", leaves[0], "--by", "shop.key", "--openings", "private"]
    erased = suixin(*words, "--policy", "privacy@2026-01-01", "--at", DAY + 1, "--json")
    assert erased.json["index"] == 2
    assert [path.stem for path in Path("private").iterdir()] == leaves[1:]
    words[3] = "1"  # By index it is the same.
    assert suixin(*words).status == 0
    assert not list(Path("private").iterdir())
    suixin("log", "sign", "log")
    checked = ["verify", paths["proof"], "--entry", paths["entry"], "--policy", "own.policy"]
    assert suixin(*checked).status == 0
    assert suixin("audit", "log", "--policy", "own.policy").status == 0
    assert (
        suixin("log", "show", "log", "--from", 2, "--json").json["entries"][0]["kind"] == "erasure"
    )


@pytest.mark.mechanism("B06")
def test_an_auditor_is_told_which_entry_was_altered(log: Path, suixin: Suixin) -> None:
    appended(suixin, 3)
    suixin("log", "sign", "log")
    right = suixin("audit", "log", "--policy", "own.policy")
    assert right.status == 0
    assert right.out.splitlines() == [
        "keys       1 log, 0 witnesses, 1 authors; your own",
        "checkpoint 3 entries, signed by the log, 0 witnesses",
        "journal    3 entries from 0 on",
        "entries    3 lead to the signed root",
        "tiles      2 files are what they are made of",
        "other      1 files are not looked into: key",
        "authors    1 signed, each numbered without a gap",
        "VALID",
    ]
    bundle = log / "tile" / "entries" / "000.p" / "3"
    raw = bytearray(bundle.read_bytes())
    raw[len(raw) // 2] ^= 1  # In the second of three.
    bundle.write_bytes(raw)
    wrong = suixin("audit", "log")
    assert wrong.status == 1
    assert wrong.out.splitlines()[-1].startswith("INVALID: entry 1 (")
    told = suixin("audit", "log", "--json")
    assert told.status == 1
    assert told.json["verdict"] == "INVALID"
    assert told.json["fault"]["entry"] == 1


def test_what_cannot_be_audited(log: Path, suixin: Suixin) -> None:
    for words in (
        ["audit", "log"],
        ["audit", "nowhere"],
        ["audit", "log", "--policy", "o-17.json"],
    ):
        said = suixin(*words)
        assert said.status == 2
        assert said.out.splitlines()[-1].startswith("UNUSABLE: ")
        assert suixin(*words, "--json").json["verdict"] == "UNUSABLE"


FAULTS = (
    ("log init log --origin bank.example/suixin/1", 1, "There is a log in log already"),
    ("log init other --origin bank.example", 1, "no origin of a log of ours"),
    ("log init other --origin ../bank/suixin/1", 1, "no origin of a log of ours"),
    ("log append log --by log --kind order --private o-17.json --openings p", 1, "no key at log"),
    ("log serve log --policy none", 1, "There is no policy at none"),
    ("log append log --by none.key --kind order --private o-17.json --openings p", 1, "no key"),
    ("log append log --by shop.key --kind order --private none --openings p", 1, "is no file"),
    (
        "log append log --by shop.key --kind block --private o-17.json --openings p",
        2,
        "no kind",
    ),
    ("log append log --by shop.key --kind gossip --private o-17.json --openings p", 2, "kind"),
    (
        "log append none --by shop.key --kind order --private o-17.json --openings p",
        1,
        "no log",
    ),
    ("log erase log 00 --by shop.key --openings private", 2, "no leaf hash"),
    (f"log erase log {'0' * 64} --by shop.key --openings private", 1, "There is no entry"),
    ("log erase log 0 --by shop.key --openings private", 1, "There is no entry 0"),
    ("log prove log 0 --out proofs", 1, "No head is signed"),
    ("log admit log shop.example", 1, "is no key"),
    ("log admit log o-17.json", 1, "is no key"),
    ("log admit log shop.key", 1, "This is a secret key"),
    ("log keygen shop.example/orders --out shop.key", 1, "There is a file at"),
    ("log keygen two+words --out other.key", 1, "no name of a key"),
    ("log sign log --nobody", 2, "No such option"),
)


def test_a_clumsy_user_is_told_and_nothing_is_broken(log: Path, suixin: Suixin) -> None:
    before = held(log)
    for words, status, told in FAULTS:
        said = suixin(*words.split())
        assert said.status == status, words
        assert told in (said.out + said.err).replace("\n", " "), words
        assert "PRIVATE+KEY" not in said.out + said.err, words
        assert held(log) == before, words
        assert not any(Path("p").glob("*")), "an opening of an entry that was not logged"


def test_what_was_not_erased_is_not_logged_as_erased(log: Path, suixin: Suixin) -> None:
    appended(suixin)
    before = held(log)
    words = ["log", "erase", "log", 0, "--by", "shop.key", "--openings"]
    said = suixin(*words, "elsewhere", "--json")
    assert (said.status, said.json["error"]["code"]) == (1, "NO_OPENINGS")
    assert held(log) == before
    assert suixin(*words, "private").err == ""
    assert "Of entry 0 nothing was left in private" in suixin(*words, "private").err


def test_a_key_that_was_replaced_may_be_lost_too(log: Path, suixin: Suixin) -> None:
    appended(suixin)
    suixin("log", "sign", "log")
    for party in ("bank", "county"):
        suixin("log", "keygen", f"{party}.example/author", "--out", f"{party}.key")
    authors = "".join(f"#author {Path(f'{one}.key.pub').read_text()}" for one in ("bank", "county"))
    Path("parties.policy").write_text(f"{authors}quorum none\n")
    for turn in range(2):
        (log / "key").unlink()
        note = f"{turn}.note"
        said = suixin("log", "rekey", "log", note)
        assert said.status == 0, said.err
        for party in ("bank", "county"):
            suixin("witness", "sign", note, "--key", f"{party}.key")
        said = suixin("log", "rekey", "log", note, "--signed-by", "parties.policy")
        assert said.status == 0, said.err
        appended(suixin)
        assert suixin("log", "sign", "log").status == 0
    named = Path("1.note").read_text().splitlines()[1]
    assert named == Path("0.note").read_text().splitlines()[4], "the second follows the first"


def held(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_author_whom_the_log_does_not_admit_leaves_nothing_behind(
    log: Path, suixin: Suixin
) -> None:
    suixin("log", "keygen", "stranger.example", "--out", "stranger.key")
    appended(suixin)
    before = held(log) | held(Path("private"))
    by = ["--by", "stranger.key", "--openings", "private", "--json"]
    for words in (
        ["append", "log", "--kind", "order", "--private", "o-17.json"],
        ["erase", "log", 0],
    ):
        said = suixin("log", *words, *by)
        assert said.status == 1
        assert said.json["error"]["code"] == "AUTHOR"
        assert held(log) | held(Path("private")) == before


def test_a_key_that_others_may_read_is_not_used(log: Path, suixin: Suixin) -> None:
    Path("shop.key").chmod(0o644)
    words = ["log", "append", "log", "--by", "shop.key", "--kind", "order"]
    said = suixin(*words, "--private", "o-17.json", "--openings", "private", "--json")
    assert said.json["error"]["code"] == "KEY_SEEN"
    assert "PRIVATE" not in said.out + said.err


def test_a_batch_that_was_cut_short_is_told_when_the_log_is_opened(
    log: Path, suixin: Suixin
) -> None:
    appended(suixin, 1)
    with (log / "journal").open("ab") as file:
        file.write(b"SXJ1\0\0")
    said = suixin("log", "sign", "log")
    assert said.status == 0
    assert said.err.startswith("repaired: journal: cut at byte ")
    assert json.loads(suixin("audit", "log", "--json").out)["verdict"] == "VALID"

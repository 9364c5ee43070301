"""Policies: whose signatures suffice, and what is wrong with a file that cannot be used.

The cases stand in tests/cases/evidence_policies.yaml.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from evidence_parties import (
    NAMES,
    NOON,
    ORIGIN,
    author_key,
    checkpoint_note,
    log_key,
    policy_text,
    witness_key,
)

from suixin.evidence import note, policy
from suixin.evidence.keys import Verifier
from suixin.evidence.merkle import Tree, leaf_hash
from suixin.evidence.note import NoteError
from suixin.evidence.policy import PolicyFault, accept, parse, satisfied

CASES = Path(__file__).resolve().parents[1] / "cases" / "evidence_policies.yaml"
KEYS = {
    "LOG": log_key().verifier,
    "A1": author_key("a1").verifier,
    **{f"W{number}": witness_key(f"w{number}").verifier for number in range(1, 5)},
}
TREE = Tree(leaf_hash(b"%d" % number) for number in range(5))


def written(text: str) -> str:
    return re.sub(r"\b(LOG|A1|W[1-4])\b", lambda found: str(KEYS[found[0]]), text)


def of(names: str) -> list[Verifier]:
    return [KEYS[name] for name in names.split()]


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=c["name"]) for c in yaml.safe_load(CASES.read_text("utf-8"))]
)
def test_what_a_file_says(case: dict[str, Any]) -> None:
    text = written(case["file"])
    if "wrong" in case:
        with pytest.raises(PolicyFault) as refused:
            parse(text)
        assert refused.value.code == "POLICY"
        assert case["wrong"] in str(refused.value)
        return
    found = parse(text)
    for names in case["enough"]:
        assert satisfied(found, of(names)), names
    for names in case.get("too few", ()):
        assert not satisfied(found, of(names)), names
    assert parse(str(found)) == found
    assert parse(text.encode()) == found


def test_a_control_character_may_not_hide_in_a_comment() -> None:
    with pytest.raises(PolicyFault, match="Line 1: a control character"):
        parse("# \x1b[2K\nquorum none\n")
    assert parse(b"# \xff\xfe, in whatever letters\nquorum none\n").quorum == policy.NONE


def test_a_checkpoint_needs_its_log_and_enough_witnesses() -> None:
    asked = parse(policy_text(2))
    witnesses = [witness_key(name) for name in NAMES]
    for count in range(4):
        for some in combinations(witnesses, count):
            told = checkpoint_note(TREE, [log_key(), *some])
            if count < 2:
                with pytest.raises(PolicyFault) as refused:
                    accept(asked, told)
                assert refused.value.code == "QUORUM"
                continue
            found = accept(asked, told)
            assert found.checkpoint.head == TREE.head()
            assert found.log == log_key().verifier
            assert [one.by.name for one in found.witnesses] == [one.name for one in some]


def test_witnesses_alone_do_not_make_a_log_speak() -> None:
    witnesses = [witness_key(name) for name in NAMES]
    asked = parse(policy_text(2))
    other_key, other_log = log_key(version=2), log_key("other.example/suixin/1")
    for signers in ([*witnesses], [other_key, *witnesses], [other_log, *witnesses]):
        with pytest.raises(PolicyFault) as refused:
            accept(asked, checkpoint_note(TREE, signers))
        assert refused.value.code == "LOG"


def test_a_log_may_not_speak_under_the_origin_of_another() -> None:
    both = policy_text(2) + f"log {log_key('other.example/suixin/1').verifier}\n"
    signers = [log_key("other.example/suixin/1"), *(witness_key(name) for name in NAMES)]
    with pytest.raises(PolicyFault) as refused:
        accept(parse(both), checkpoint_note(TREE, signers, origin=ORIGIN))
    assert refused.value.code == "LOG"


def test_one_witness_does_not_count_for_two_however_often_it_signs() -> None:
    text = checkpoint_note(TREE, [log_key(), witness_key("bank")])
    signed = note.read(text)
    again = [note.sign(signed.text, witness_key("bank"), time=NOON + at) for at in range(3)]
    with pytest.raises(PolicyFault) as refused:
        accept(parse(policy_text(2)), note.write(signed.text, [*signed.signatures, *again]))
    assert refused.value.code == "QUORUM"


def test_one_false_signature_of_a_listed_witness_refuses_the_whole() -> None:
    signed = note.read(checkpoint_note(TREE, [log_key(), *(witness_key(n) for n in NAMES)]))
    last = signed.signatures[-1]
    false = replace(last, value=last.value[:-1] + bytes([last.value[-1] ^ 1]))
    with pytest.raises(NoteError) as refused:
        accept(parse(policy_text(2)), note.write(signed.text, [*signed.signatures[:-1], false]))
    assert refused.value.code == note.INVALID

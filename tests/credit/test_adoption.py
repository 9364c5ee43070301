"""Two people for every change of a model, and records that cannot be changed unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from suixin.credit.adoption import (
    Adoption,
    Proposal,
    adopt,
    adopted_on,
    adoptions,
    read_adoption,
    read_proposal,
    write_adoption,
    write_proposal,
)
from suixin.data.errors import InputError

JUNE = date(2026, 6, 1)
PROPOSAL = Proposal(
    kind="weights",
    name="fruit",
    version="2026-06",
    evidence={"n": 640, "auc_after": 0.71, "note": "out of time"},
    digest="ab" * 32,
    proposed_by="risk officer",
    proposed_on=JUNE,
)


def refused(code: str) -> pytest.RaisesExc[InputError]:
    return pytest.RaisesExc(InputError, check=lambda fault: fault.code == code)


@pytest.mark.mechanism("G04", "B08")
@pytest.mark.parametrize(
    "approver", ["risk officer", " Risk  Officer ", "RISK OFFICER", "ｒｉｓｋ officer"]
)
def test_one_person_does_not_do_both(approver: str) -> None:
    with refused("SAME_PERSON"):
        adopt(PROPOSAL, approved_by=approver, on=JUNE)


@pytest.mark.mechanism("G04", "B08")
def test_another_person_adopts_from_the_day_of_the_proposal_on() -> None:
    assert adopt(PROPOSAL, approved_by="head of credit", on=JUNE) == Adoption(
        PROPOSAL, "head of credit", JUNE
    )
    with refused("BEFORE_PROPOSAL"):
        adopt(PROPOSAL, approved_by="head of credit", on=date(2026, 5, 31))


def test_nobody_is_no_person() -> None:
    with refused("NO_PERSON"):
        adopt(PROPOSAL, approved_by=" \u3000", on=JUNE)
    with refused("NO_PERSON"):
        replace(PROPOSAL, proposed_by="")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": "../fruit"}, "BAD_NAME"),
        ({"version": ""}, "BAD_NAME"),
        ({"kind": "Weights"}, "BAD_NAME"),
        ({"digest": "ab"}, "BAD_DIGEST"),
        ({"evidence": {"auc": float("nan")}}, "BAD_EVIDENCE"),
        ({"evidence": {"auc": float("inf")}}, "BAD_EVIDENCE"),
    ],
)
def test_a_proposal_says_what_it_is_of(changed: dict[str, object], code: str) -> None:
    with refused(code):
        replace(PROPOSAL, **changed)


def test_what_is_written_is_read_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "proposal.yaml"
    write_proposal(path, PROPOSAL)
    assert read_proposal(path) == PROPOSAL
    with refused("WRITTEN_ALREADY"):
        write_proposal(path, replace(PROPOSAL, evidence={}))
    assert read_proposal(path) == PROPOSAL


@pytest.mark.mechanism("B08")
def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    path = tmp_path / "proposal.yaml"
    write_proposal(path, PROPOSAL)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(bytes([*whole[:place], whole[place] ^ 1, *whole[place + 1 :]]))
        assert said(path) in (PROPOSAL, "ALTERED", "UNREADABLE", "NO_SEAL")  # Layout may differ.
    path.write_bytes(whole.replace(b"0.71", b"0.81"))
    assert said(path) == "ALTERED"


def said(path: Path) -> Proposal | str:
    """What a file says, or the code of the fault that reading it finds."""
    try:
        return read_proposal(path)
    except InputError as fault:
        return fault.code


@pytest.mark.mechanism("G04")
def test_the_latest_adoption_not_after_the_day_is_in_force(tmp_path: Path) -> None:
    later = replace(PROPOSAL, version="2026-09", proposed_on=date(2026, 9, 1))
    other = replace(PROPOSAL, name="tea")
    for proposal, day in ((later, date(2026, 9, 2)), (PROPOSAL, JUNE), (other, JUNE)):
        write_adoption(tmp_path, adopt(proposal, approved_by="head of credit", on=day))

    def version(day: date) -> str | None:
        found = adopted_on(tmp_path, "weights", "fruit", day)
        return found and found.proposal.version

    assert version(date(2026, 5, 31)) is None
    assert version(JUNE) == version(date(2026, 9, 1)) == "2026-06"
    assert version(date(2026, 9, 2)) == "2026-09"
    assert len(adoptions(tmp_path, "weights")) == 3
    assert adoptions(tmp_path / "nowhere", "weights") == ()


def test_the_same_adoption_twice_changes_nothing_and_another_is_refused(tmp_path: Path) -> None:
    adoption = adopt(PROPOSAL, approved_by="head of credit", on=JUNE)
    path = write_adoption(tmp_path, adoption)
    before = path.read_bytes()
    assert write_adoption(tmp_path, adoption) == path
    with refused("WRITTEN_ALREADY"):
        write_adoption(tmp_path, replace(adoption, adopted_on=date(2026, 6, 9)))
    assert path.read_bytes() == before
    assert read_adoption(path) == adoption


@pytest.mark.parametrize(
    ("text", "code"),
    [("- a", "NO_SEAL"), ("{", "UNREADABLE"), ("seal: x\nkind: y", "ALTERED"), ("", "NO_SEAL")],
)
def test_files_that_are_no_record(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "weights.fruit.1.yaml"
    path.write_text(text, encoding="utf-8")
    with refused(code):
        read_adoption(path)
    with refused("NO_FILE"):
        read_proposal(tmp_path / "nowhere.yaml")

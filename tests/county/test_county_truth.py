"""Holding signs against what was planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from suixin.county import Kind, found
from suixin.county.kinds import PLANTED, SIGNS, kind_counts
from suixin.county.truth import compared
from suixin.credit.signs import Sign

TRUTH = {"m-1": Kind.FALLING, "m-2": Kind.FALLING, "m-3": Kind.STEADY, "m-4": Kind.ORDINARY}


def test_every_planted_kind_has_a_sign_of_the_credit_file() -> None:
    assert {SIGNS[kind] for kind in PLANTED} == {sign.value for sign in Sign}


def test_recall_is_of_the_planted_and_precision_of_the_found() -> None:
    signs = {"m-1": ("FALLING",), "m-3": ("STEADY", "FALLING"), "m-4": ("FALLING",)}
    by_kind = {line.kind: line for line in compared(signs, TRUTH)}
    falling = by_kind[Kind.FALLING]
    assert (falling.planted, falling.found, falling.right) == (2, 3, 1)
    assert (falling.recall, falling.precision) == (1 / 2, 1 / 3)
    assert by_kind[Kind.STEADY].recall == by_kind[Kind.STEADY].precision == 1


def test_nothing_planted_and_nothing_found_is_no_fault() -> None:
    assert all(line.recall == line.precision == 1 for line in compared({}, {"m-1": Kind.ORDINARY}))


def test_a_folder_without_a_truth_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"subjects\.csv"):
        found({}, tmp_path)


@pytest.mark.parametrize("households", [50, 51, 99, 300, 1_000])
def test_the_kinds_add_up_to_the_households(households: int) -> None:
    counts = kind_counts(households)
    assert sum(counts.values()) == households
    assert min(counts.values()) > 0
    assert all(counts[kind] % 4 == 0 for kind in (Kind.ENDORSEMENT_RING, Kind.REVIEW_FARM))

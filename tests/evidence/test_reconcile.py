"""Ledger, chain and log held against one another: whatever is planted is found, by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.evidence.cases import Cases, closed, found
from suixin.evidence.reconcile import (
    CHAIN,
    FAULT_WORDING,
    BlockRow,
    Fault,
    Move,
    Reconciled,
    Row,
    reconcile,
)

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "reconcile.yaml").read_text("utf-8")
)
JUNE = date(2026, 6, 1)


def rows(said: Any, same: Any = None) -> list[Row]:
    said = same if said == "same" else said
    if said == "none":
        return []
    moves = tuple(
        Move(call, kind, JUNE.replace(day=day), amount, fen)
        for call, kind, day, amount, fen in said["moves"]
    )
    return [Row("a-1", said["state"], said["amounts"], moves)]


@pytest.mark.mechanism("B07")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_differs_is_named(case: dict[str, Any]) -> None:
    found = reconcile(
        rows(case["chain"], case["ledger"]),
        rows(case["ledger"]),
        pending=case.get("pending", ()),
    )
    told = [[one.fault.value, one.what, one.differs_fen] for one in found.findings]
    assert told == case["findings"]
    assert found.held == ({"a-1"} if case["findings"] else set())
    assert {move.call for move in found.pending} == set(case.get("pending", ()))


def test_every_fault_is_in_the_table_or_of_blocks_and_told_in_both_languages() -> None:
    planted = {fault for case in CASES for fault, *_ in case["findings"]}
    assert planted | {"entry_without_block", "block_without_entry"} == set(Fault)
    assert list(FAULT_WORDING) == list(Fault)
    assert all(words.zh and words.en for words in FAULT_WORDING.values())


def test_a_side_that_tells_of_one_agreement_twice_is_no_side() -> None:
    row = Row("a-1", "active", {})
    with pytest.raises(InputError) as fault:
        reconcile([row, row], [row])
    assert fault.value.code == "ROW"


BLOCKS = tuple(BlockRow(number, f"hash-{number}") for number in range(5))


@pytest.mark.parametrize(
    ("blocks", "entries", "expected"),
    [
        (BLOCKS, BLOCKS, []),
        (BLOCKS, BLOCKS[:-1], [("block_without_entry", "block 4 hash-4")]),
        (BLOCKS[:-1], BLOCKS, [("entry_without_block", "block 4 hash-4")]),
        (BLOCKS, (*BLOCKS, BLOCKS[2]), [("twice", "block 2 hash-2")]),
        (
            BLOCKS,
            (*BLOCKS[:2], BlockRow(2, "forged"), *BLOCKS[3:]),
            [
                ("block_without_entry", "block 2 hash-2"),
                ("entry_without_block", "block 2 forged"),
            ],
        ),
        (
            BLOCKS,
            (*BLOCKS[:2], BLOCKS[3], BLOCKS[2], BLOCKS[4]),
            [("out_of_order", "blocks of the log")],
        ),
    ],
)
def test_the_log_holds_every_block_once_and_in_order(
    blocks: tuple[BlockRow, ...], entries: tuple[BlockRow, ...], expected: list[tuple[str, str]]
) -> None:
    found = reconcile((), (), blocks=blocks, entries=entries)
    assert [(one.fault.value, one.what) for one in found.findings] == expected
    assert found.held == ({CHAIN} if expected else set())


names = st.sampled_from(["principal", "paid", "tier/county", "share/m-1"])


@st.composite
def told_rows(draw: st.DrawFn) -> Row:
    """A row whose amounts are what its moves make."""
    count = draw(st.integers(1, 8))
    moves = tuple(
        Move(f"c-{n}", "moved", JUNE.replace(day=n + 1), draw(names), draw(st.integers(1, 99)))
        for n in range(count)
    )
    sums: dict[str, int] = {}
    for move in moves:
        sums[move.amount] = sums.get(move.amount, 0) + move.fen
    return Row("a-1", "active", sums, moves)


def _without(row: Row, n: int) -> Row:
    return replace(row, moves=(*row.moves[:n], *row.moves[n + 1 :]))


def _changed(row: Row, n: int, **fields: Any) -> Row:
    return replace(
        row, moves=(*row.moves[:n], replace(row.moves[n], **fields), *row.moves[n + 1 :])
    )


TAMPERINGS = {
    "taken out": (_without, Fault.MISSING_ON_CHAIN),
    "put in": (
        lambda row, n: replace(row, moves=(*row.moves, replace(row.moves[n], call="new"))),
        Fault.MISSING_IN_LEDGER,
    ),
    "twice": (lambda row, n: replace(row, moves=(*row.moves, row.moves[n])), Fault.TWICE),
    "amount": (
        lambda row, n: _changed(row, n, fen=row.moves[n].fen + 1),
        Fault.AMOUNT_DIFFERS,
    ),
    "day": (lambda row, n: _changed(row, n, day=JUNE.replace(day=30)), Fault.DAY_DIFFERS),
    "turned": (
        lambda row, n: replace(row, moves=(row.moves[n], *_without(row, n).moves)),
        Fault.OUT_OF_ORDER,
    ),
    "state": (lambda row, n: replace(row, state="closed"), Fault.STATE_DIFFERS),
    "balance": (lambda row, n: replace(row, amounts={}), Fault.SUM_DIFFERS),
}


@given(row=told_rows(), how=st.sampled_from(sorted(TAMPERINGS)), data=st.data())
def test_any_tampering_on_the_chain_is_found_under_its_name(
    row: Row, how: str, data: st.DataObject
) -> None:
    assert reconcile([row], [row]) == Reconciled(())
    tamper, fault = TAMPERINGS[how]
    chain = tamper(row, data.draw(st.integers(0, len(row.moves) - 1)))
    faults = {one.fault for one in reconcile([chain], [row]).findings}
    assert faults if chain != row else not faults
    if chain != row:
        assert fault in faults


DIFFERS = reconcile(rows(CASES[5]["chain"]), rows(CASES[5]["ledger"]))
PEOPLE = ("officer", "auditor")


def test_a_case_stops_anchoring_and_draws_until_two_people_close_it() -> None:
    cases = found(Cases("bank"), DIFFERS, on=JUNE)
    assert not cases.may_anchor
    assert cases.holds("a-1")
    assert not cases.holds("a-2")
    assert len(cases.open) == 1
    cases = found(cases, Reconciled(()), on=JUNE.replace(day=2))
    assert not cases.may_anchor, "nothing closes by itself"
    cases = closed(cases, "a-1", by=PEOPLE, reason="a receipt booked late", on=JUNE)
    assert cases.may_anchor
    assert not cases.holds("a-1")
    assert cases.cases[0].closed_by == PEOPLE


def test_what_is_found_again_joins_the_open_case_and_opens_anew_after_it() -> None:
    cases = found(found(Cases("bank"), DIFFERS, on=JUNE), DIFFERS, on=JUNE)
    assert [case.findings for case in cases.cases] == [DIFFERS.findings]
    cases = found(cases, Reconciled(()), on=JUNE)
    cases = closed(cases, "a-1", by=PEOPLE, reason="booked late", on=JUNE)
    cases = found(cases, DIFFERS, on=JUNE.replace(day=9))
    assert [case.open for case in cases.cases] == [False, True]


def test_a_difference_of_blocks_holds_every_agreement() -> None:
    cases = found(Cases("bank"), reconcile((), (), blocks=BLOCKS), on=JUNE)
    assert cases.holds("a-1")
    assert cases.holds("a-2")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"of": "a-2"}, "NO_CASE"),
        ({"by": ("officer", "officer")}, "TWO_PEOPLE"),
        ({"by": ("officer", "")}, "TWO_PEOPLE"),
        ({"by": ("officer", " Officer")}, "TWO_PEOPLE"),
        ({"reason": " "}, "REASON"),
        ({"on": date(2026, 5, 31)}, "DATES"),
        ({"differing": DIFFERS}, "STILL_DIFFERS"),
    ],
)
def test_a_case_that_is_not_closed(changed: dict[str, Any], code: str) -> None:
    said = {"of": "a-1", "by": PEOPLE, "reason": "booked late", "on": JUNE} | changed
    last = said.pop("differing", Reconciled(()))
    cases = found(found(Cases("bank"), DIFFERS, on=JUNE), last, on=JUNE)
    with pytest.raises(InputError) as fault:
        closed(cases, said.pop("of"), **said)
    assert fault.value.code == code
    assert not cases.may_anchor

"""The tables of states, cell by cell: what may follow what, and what is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.lending.refused import Refused
from suixin.lending.states import (
    AGREEMENT,
    MOVE_WORDING,
    TABLES,
    Happening,
    Life,
    MoveRefusal,
    Moves,
)

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "lending_states.yaml").read_text("utf-8")
)
BY_NAME: dict[str, Moves] = {table.name: table for table in TABLES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["table"])
def test_every_cell(case: dict[str, Any]) -> None:
    table = BY_NAME[case["table"]]
    assert set(table.states) == set(case["states"])
    assert set(table.cells) == set(case["moves"])
    for event, row in case["moves"].items():
        for state in case["states"]:
            expected = tuple(row.get(state, ()))
            assert table.allowed(state, event) == expected, (state, event)
            for to in case["states"]:
                found = table.move(state, event, to=to)
                if to in expected:
                    assert found == to
                else:
                    assert isinstance(found, Refused)
                    assert found.why is MoveRefusal.MOVE_NOT_ALLOWED
                    assert state in found.found
                    assert event in found.found


def test_every_table_has_its_cases() -> None:
    assert [case["table"] for case in CASES] == [table.name for table in TABLES]


def test_final_states_lead_nowhere() -> None:
    for table in TABLES:
        leading = {state for row in table.cells.values() for state in row}
        assert set(table.states) - leading == table.final


def test_names_of_the_agreement_are_its_table() -> None:
    assert set(AGREEMENT.states) == set(Life)
    assert set(AGREEMENT.cells) == set(Happening)


def test_where_facts_decide_the_caller_says_to_which() -> None:
    with pytest.raises(ValueError, match="say to which"):
        AGREEMENT.move(Life.ACTIVE, Happening.RECEIPT)
    assert AGREEMENT.move(Life.ACTIVE, Happening.RECEIPT, to=Life.CLOSED) == "closed"


def test_an_unknown_event_is_refused_too() -> None:
    refused = AGREEMENT.move(Life.CLOSED, "reopen")
    assert isinstance(refused, Refused)
    assert refused.allowed == "nothing: it is final"
    assert all(words.zh and words.en for words in MOVE_WORDING.values())

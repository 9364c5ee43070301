"""One table of cases, two implementations: the rules of money in Python and in the EVM.

What the contracts do not carry stands in `cases/not_on_chain.yaml` with the reason, and is held to
that here: a case that is listed and carried is as wrong as one that is neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from case_moves import (
    ACTS,
    GROUP_ACTS,
    PLACE,
    Joint,
    Standing,
    group_moved,
    joint,
    moved,
    stands,
)
from case_ways import TABLES, Table
from chain_sides import OnTheChain, Snapshot, quick_folder
from chain_world import NotOnChain, RefusedThere, World

from suixin.lending.states import AGREEMENT, JOINT_GROUP
from suixin.lending.states import TABLES as MOVES

CASES = Path(__file__).parents[1] / "cases"


def read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return found


LISTED: Mapping[tuple[str, str], Mapping[str, Any]] = {
    (one["table"], one["name"]): one["there"] for one in read("not_on_chain")
}
EACH = [pytest.param(t, c, id=f"{t.name}: {c['name']}") for t in TABLES for c in read(t.name)]
NOTHING = "nothing"  # What a refused move leads to.


@pytest.fixture(scope="module")
def deployed() -> Iterator[Snapshot]:
    """Every contract in force, and nothing else."""
    with quick_folder() as folder:
        yield OnTheChain.begun(folder).snapshot(folder)


@pytest.mark.parametrize(("table", "case"), EACH)
def test_in_python(table: Table, case: dict[str, Any]) -> None:
    assert table.python(case) == table.expected(case)


@pytest.mark.mechanism("B07", "E08", "E10", "E12", "H06", "H07")
@pytest.mark.parametrize(("table", "case"), EACH)
def test_in_the_evm(table: Table, case: dict[str, Any], deployed: Snapshot) -> None:
    there = LISTED.get((table.name, case["name"]), {})
    expected = table.expected(case)
    with deployed.opened() as chain:
        world = World(chain, case["name"])
        if "no_word" in there:
            with pytest.raises(NotOnChain, match=f"^{there['no_word']}$"):
                table.on_chain(world, case)
        elif "refused" in there:
            with pytest.raises(RefusedThere, match=f"^{there['refused']}$"):
                table.on_chain(world, case)
        elif "differs" in there:
            found = table.on_chain(world, case)
            assert found != expected
            assert found == {**expected, "borne": there["differs"]}
        else:
            assert table.on_chain(world, case) == expected


@dataclass(frozen=True)
class Stood:
    """A chain with an agreement and a group in every state; a copy serves every event."""

    snapshot: Snapshot
    agreements: Mapping[str, bytes]
    groups: Mapping[str, tuple[bytes, bytes]]


@pytest.fixture(scope="module")
def stood() -> Iterator[Stood]:
    with quick_folder() as folder:
        chain = OnTheChain.begun(folder)
        world = World(chain, "states")
        world.fund({"county": (1_000, None)}, 7_000)
        agreements = {state: stands(world, state).id for state in PLACE}
        groups = {state: joint(world, state) for state in JOINT_GROUP.states}
        behind = {state: (made.id, made.loan) for state, made in groups.items()}
        yield Stood(chain.snapshot(folder), agreements, behind)


def cell(event: str, found: str, state: str, allowed: set[str]) -> None:
    """Hold one cell to the table, or to the list of those that differ."""
    same = found in allowed if allowed else found == NOTHING
    listed = LISTED.get(("lending_states", f"{event} from {state}"))
    assert listed == (None if same else {"differs": found}), (event, state)


@pytest.mark.mechanism("B07")
@pytest.mark.parametrize("event", sorted(ACTS))
def test_every_cell_of_an_agreement(event: str, stood: Stood) -> None:
    with stood.snapshot.opened() as chain:
        for state, id in stood.agreements.items():
            found = moved(Standing(World(chain, f"{event} {state}"), id, state), event)
            allowed = {PLACE[to].name for to in AGREEMENT.allowed(state, event)}
            cell(event, found.name if found else NOTHING, state, allowed)


@pytest.mark.mechanism("E08")
@pytest.mark.parametrize("event", sorted(GROUP_ACTS))
def test_every_cell_of_a_joint_group(event: str, stood: Stood) -> None:
    with stood.snapshot.opened() as chain:
        for state, (id, loan) in stood.groups.items():
            world = World(chain, f"group {event} {state}")
            found = group_moved(Joint(world, id, loan), event)
            allowed = set(JOINT_GROUP.allowed(state, event))
            cell(f"group {event}", found or NOTHING, state, allowed)


def test_the_list_names_what_there_is_and_nothing_twice() -> None:
    names = [(one["table"], one["name"]) for one in read("not_on_chain")]
    assert len(names) == len(set(names))
    cases = {(table.name, case["name"]) for table in TABLES for case in read(table.name)}
    cells = {f"{event} from {state}" for event in ACTS for state in PLACE}
    cells |= {f"group {event} from {state}" for event in GROUP_ACTS for state in JOINT_GROUP.states}
    silent = {event for event in AGREEMENT.cells if event not in ACTS}
    silent |= {table.name for table in MOVES if table not in (AGREEMENT, JOINT_GROUP)}
    listed = {name for table, name in names if table == "lending_states"}
    assert listed - cells == silent
    assert set(JOINT_GROUP.cells) == set(GROUP_ACTS)
    assert {one for one in names if one[0] != "lending_states"} <= cases
    assert all(one["why"] and len(one["there"]) == 1 for one in read("not_on_chain"))
    assert all(LISTED["lending_states", name] == {"no_word": name} for name in silent)

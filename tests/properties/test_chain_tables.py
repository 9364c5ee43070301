"""Tables of cases drawn at random: Python and the EVM make the same of each.

`SUIXIN_NIGHTLY=1` draws 100 of each.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from case_ways import TABLES
from chain_sides import OnTheChain, Snapshot, quick_folder
from chain_world import World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suixin.kernel.money import share

NIGHTLY = os.environ.get("SUIXIN_NIGHTLY") == "1"
DRAWN = settings(
    max_examples=100 if NIGHTLY else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

TIERS = ("county", "city", "province")
FEN = st.integers(1, 2_000)
NAMES: dict[str, Any] = {table.name: table for table in TABLES}


@pytest.fixture(scope="module")
def deployed() -> Iterator[Snapshot]:
    """Every contract in force, and nothing else."""
    with quick_folder() as folder:
        yield OnTheChain.begun(folder).snapshot(folder)


def alike(name: str, case: dict[str, Any], deployed: Snapshot) -> None:
    """Both implementations make the same of a case."""
    table = NAMES[name]
    with deployed.opened() as chain:
        assert table.on_chain(World(chain, "drawn"), case) == table.python(case)


DUES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("penalty", "fee", "interest", "principal"), FEN)
)


@pytest.mark.mechanism("B07", "E10")
@given(
    members=st.lists(
        st.tuples(st.integers(0, 10**7), DUES, st.integers(0, 500), st.integers(0, 500)),
        min_size=1,
        max_size=4,
    ).filter(lambda members: any(sales for sales, *_ in members)),
    total=st.integers(1, 20_000),
    prepay=st.integers(0, 10_000),
)
@DRAWN
def test_a_distribution(deployed: Snapshot, members: list[Any], total: int, prepay: int) -> None:
    told = {"dividends": [], "to_members": [], "called": [], "prepaid": [], "own": []}
    alike(
        "lending_dividend", {**told, "members": members, "total": total, "prepay": prepay}, deployed
    )


@pytest.mark.mechanism("B07", "H06", "E12")
@given(
    loss=st.integers(1, 5_000),
    fund=st.integers(1, 100),
    tiers=st.lists(
        st.tuples(st.integers(0, 2_000), st.none() | st.integers(0, 2_000)), min_size=1, max_size=3
    ),
    insured=st.integers(0, 1_000),
)
@DRAWN
def test_a_loss(deployed: Snapshot, loss: int, fund: int, tiers: list[Any], insured: int) -> None:
    if insured >= loss or not share(loss - insured, [100 - fund, fund])[1]:
        return  # Nothing is left to claim.
    case = {
        "loss": loss,
        "covers": {"insurance": insured} if insured else {},
        "weights": {"lender": 100 - fund, "fund": fund},
        "tiers": dict(zip(TIERS, tiers, strict=False)),
    }
    alike("lending_loss", case, deployed)

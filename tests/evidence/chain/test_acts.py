"""Who may do what: every act of the contracts by every role, while stopped, and sent twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from chain_house import SIGNERS, STRANGER, House, opened
from chain_stage import ACTS, named, stop

from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases/chain_acts.yaml").read_text("utf-8"))
Stage = tuple[House, Mapping[str, tuple[Act, Role]]]


def told(case: Mapping[str, Any]) -> str:
    """A case by its act."""
    act: str = case["act"]
    return act


def test_the_table_has_every_act_but_those_that_the_stage_needed() -> None:
    apart = {"parties.Restart", "pool.AdoptFund"}
    assert [told(case) for case in CASES] == [
        named(kind) for kind in ACTS if named(kind) not in apart
    ]


@pytest.mark.mechanism("B07")
@pytest.mark.parametrize("case", CASES, ids=told)
def test_an_act_is_its_roles_alone(case: Mapping[str, Any], stage: Stage) -> None:
    house, acts = stage
    act, _ = acts[case["act"]]
    heard = {role: house.why(act, role) for role in Role}
    assert {role.name.lower(): text for role, text in heard.items()} == {
        role.name.lower(): None
        if role.name.lower() in case["by"]
        else case.get(role.name.lower(), case.get("others"))
        for role in Role
    }
    nobody = house.made.try_(act, STRANGER.address)
    assert nobody == case.get("nobody", case.get("others"))


@pytest.fixture(scope="module")
def stopped(kept_stage: Any) -> Iterator[Stage]:
    """The stage, stopped."""
    with opened(kept_stage.folder) as house:
        acts = kept_stage.acts
        house.do_all([(stop(), Role.GOVERNMENT), (stop(), Role.COOPERATIVE)])
        yield house, acts


@pytest.mark.parametrize("case", CASES, ids=told)
def test_a_stop_refuses_what_binds_anew_and_lets_the_rest_go_on(
    case: Mapping[str, Any], stopped: Stage
) -> None:
    house, acts = stopped
    act, by = acts[case["act"]]
    text = house.why(act, by)
    assert (text or "goes on") == case["stopped"]


@pytest.mark.parametrize("sent", ["one after another", "in one block"])
def test_an_act_that_is_sent_again_moves_nothing_twice(sent: str, own_stage: Stage) -> None:
    house, acts = own_stage
    heard = {}
    for case in CASES:
        act, by = acts[case["act"]]
        if sent == "in one block":
            first, second = house.made.do_all([(act, SIGNERS[by])] * 2)
        else:
            first, second = house.made.do(act, SIGNERS[by]), house.made.do(act, SIGNERS[by])
        assert first.refusal is None, f"{act}: {first.refusal}"
        heard[case["act"]] = second.refusal or "the same"
    assert heard == {case["act"]: case["again"] for case in CASES}

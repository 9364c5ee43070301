"""What each act costs, in a table that is kept: a change of the contracts shows here first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from chain_house import House

from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act

PAGE = Path(__file__).parents[3] / "docs/chain.md"
ROW = re.compile(r"^\| `((?:parties|anchor|agreement|group|pool)\.\w+)` \| ([\d,]+) \|$", re.M)


def test_gas_is_as_the_page_says(own_stage: tuple[House, Mapping[str, tuple[Act, Role]]]) -> None:
    house, acts = own_stage
    spent = {kind: house.do(act, by).gas for kind, (act, by) in acts.items()}
    told = {kind: int(gas.replace(",", "")) for kind, gas in ROW.findall(PAGE.read_text("utf-8"))}
    now = "\n".join(f"| `{kind}` | {gas:,} |" for kind, gas in spent.items())
    assert told == spent, f"the table of docs/chain.md would be:\n{now}"

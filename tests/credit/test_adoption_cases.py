"""Two people for every change, by the table of cases."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.credit.adoption import Proposal, adopt
from suixin.data.errors import InputError

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases/adoption.yaml").read_text("utf-8"))


@pytest.mark.mechanism("G04", "B08")
@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_who_may_approve(case: dict[str, Any]) -> None:
    def decided() -> str:
        try:
            proposal = Proposal(
                "weights", "fruit", "v1", {}, "0" * 64, case["proposed_by"], date(2026, 6, 1)
            )
            adopt(proposal, approved_by=case["approved_by"], on=case["day"])
        except InputError as fault:
            return fault.code
        return "adopted"

    assert decided() == case["expected"]

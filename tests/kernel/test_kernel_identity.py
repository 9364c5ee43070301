"""Identity numbers: the case table, and that no message repeats a number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from suixin.kernel.identity import BadIdentity, check_bank_card, check_resident_id, check_uscc

TABLE = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/kernel_identity.yaml").read_text("utf-8")
)
CHECKS = {
    "resident id": check_resident_id,
    "unified social credit code": check_uscc,
    "bank card number": check_bank_card,
}
CASES = [
    pytest.param(kind, case, id=f"{kind}: {case['name']}")
    for kind, cases in TABLE.items()
    for case in cases
]


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_identity(kind: str, case: dict[str, Any]) -> None:
    check = CHECKS[kind]
    if "plain" in case:
        assert check(case["text"]) == case["plain"]
        return
    with pytest.raises(BadIdentity) as refused:
        check(case["text"])
    assert str(refused.value) == f"Not a {kind}: {case['wrong']}."
    assert not case["text"] or case["text"] not in str(refused.value)

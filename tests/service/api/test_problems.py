"""One table of problems: every code of a use case that is no mere bad input has a status there."""

from __future__ import annotations

import re
from pathlib import Path

from suixin.service.api import problems

APP = Path(__file__).parents[3] / "src" / "suixin" / "service"
CODE = re.compile(r"""InputError\(\s*"([A-Z][A-Z_0-9]+)""")
# Things that lack a part, told of the input itself: 422 as any.
PARTS = frozenset({"NO_PARAMETER", "NO_REASON", "NO_SHEET", "NO_WORDS"})


def raised() -> set[str]:
    rooms = [APP / "app", APP / "store", APP / "day_end", APP / "api"]
    return {
        code
        for room in rooms
        for path in room.rglob("*.py")
        for code in CODE.findall(path.read_text("utf-8"))
    }


def test_what_is_not_there_has_a_status_of_its_own() -> None:
    missing = {code for code in raised() if code.startswith("NO_")} - set(problems.table())
    assert missing <= PARTS, f"problems.yaml does not have {sorted(missing - PARTS)}"


def test_each_speaks_both_languages() -> None:
    for row in problems.table().values():
        assert re.search("[一-鿿]", row.zh), row
        assert row.en.isascii(), row
        assert 400 <= row.status < 600, row


def test_a_code_that_is_not_in_the_table_is_an_input_at_fault() -> None:
    assert problems.known("NEVER_HEARD_OF").status == 422


def test_every_act_of_two_people_is_carried_out_where_it_is_confirmed() -> None:
    from suixin.service.api.main import api
    from suixin.service.app import proposals

    api()
    folder = APP / "app"
    marked = re.compile(r"^@carries_out\(Act\.(\w+)\)", re.MULTILINE)
    acts = {act for path in folder.glob("*.py") for act in marked.findall(path.read_text("utf-8"))}
    assert acts <= {act.name for act in proposals._CARRIERS}

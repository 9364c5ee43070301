"""What an error is called: in both languages, with what to do next, and nothing of the rows."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import pytest
from django.utils import translation
from people_of_desks import PARTY, People

from suixin.data.errors import InputError
from suixin.service import app
from suixin.service.web.told import REFUSED, WORDS, told

# What households and agents do themselves; what only officers meet may be told by its family.
OWN_ACTS: Final = (
    *("accepting", "applying", "applications", "backings", "consents", "disputes", "exporting"),
    *("scoring", "summaries", "own_sheets"),
)
# A bug of a page of ours, or an institution's own sheets: no reader can do anything about these.
NOT_OURS: Final = frozenset({"KEY", "KIND", "ABOUT", "BAD_POLICY", "VALUE"})


def codes() -> set[str]:
    """Every code that these use cases raise by name."""
    found = set()
    for name in OWN_ACTS:
        text = (Path(app.__path__[0]) / f"{name}.py").read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "InputError":
                code = node.args[0]
                found |= {str(code.value)} if isinstance(code, ast.Constant) else set()
    return found


def test_what_a_household_meets_has_words() -> None:
    """Each code by its own words, a refusal's, or as something that is not there."""
    known = WORDS.keys() | {code.upper() for code in REFUSED} | NOT_OURS
    assert sorted(c for c in codes() if c not in known and not c.startswith("NO_")) == []


@pytest.mark.parametrize(
    ("code", "status", "zh"),
    [
        ("NOT_PERMITTED", 403, "不在您的职责里"),
        ("NO_PARTY", 404, "没有找到"),
        ("NOT_READ", 422, "还没有看够"),
        ("ABOVE_LIMIT", 422, "金额超过可用额度"),
        ("OTHER_CONTENT", 409, "不一样"),
        ("SOMETHING_NEW", 422, "没有办成"),
    ],
)
def test_errors_have_words_and_a_status(code: str, status: int, zh: str) -> None:
    """In Chinese; where only its family is known, English gets the error's own words."""
    error = InputError(code, "It is so.", "Do that.")
    found = told(error)
    assert (found.status, found.code) == (status, code)
    assert zh in found.what
    assert found.next
    with translation.override("en"):
        assert told(error).what.isascii() or "“" in told(error).what


def test_another_households_things_are_not_there(people: People) -> None:
    """The same page for what is another's and for what never was."""
    world = people.world
    other = world.register("h-0099")
    theirs = world.applied(other, "sales_flow", 1_000_000).application.application
    pages = [people.household.get(f"/my/applications/{name}/") for name in (theirs, "l-never")]
    assert [page.status_code for page in pages] == [404, 404]
    first, second = (page.content.decode().replace(theirs, "l-never") for page in pages)
    assert first == second
    assert people.household.get(f"/my/applications/{theirs}/").status_code == 404
    assert PARTY not in first

"""The library's front door: what is promised there, and that opening it costs next to nothing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import pytest

import suixin

HEAVY = ("duckdb", "numpy", "narwhals", "scipy", "jinja2", "python_calamine", "rich.table")
PROMISED = {"read_feeds", "score", "ScoreBook", "CreditFile", "Money", "InputError", "make_county"}


def loaded_by(process: Callable[..., Any], code: str, *words: str) -> set[str]:
    """The heavy modules that some code has loaded in a fresh process."""
    told = f"import sys\n{code}\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    said = process(words, code=told)
    assert said.status == 0, said.err
    return set(said.out.splitlines()[-1].split()) if said.out.strip() else set()


def test_importing_loads_neither_the_engine_nor_the_arrays(process: Callable[..., Any]) -> None:
    assert loaded_by(process, "import suixin") == set()


def test_asking_for_help_loads_neither(process: Callable[..., Any]) -> None:
    code = (
        "from suixin.cli import app\n"
        "from typer.testing import CliRunner\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0"
    )
    assert loaded_by(process, code) <= {"rich.table"}


def test_money_needs_no_engine(process: Callable[..., Any]) -> None:
    assert loaded_by(process, "import suixin; suixin.Money(1, 'CNY')") == set()


def test_everything_promised_is_there_and_says_what_it_is() -> None:
    assert set(suixin.__all__) >= PROMISED
    assert suixin.__all__ == sorted(suixin.__all__)
    for name in suixin.__all__:
        found = getattr(suixin, name)
        assert inspect.getdoc(found), name
        assert name in dir(suixin)


def test_what_is_not_there_is_refused_as_of_any_module() -> None:
    with pytest.raises(AttributeError, match="module 'suixin' has no attribute 'scores'"):
        _ = suixin.scores


def test_a_loaded_name_is_the_thing_itself() -> None:
    from suixin.credit.score import score

    assert suixin.score is score


def test_the_version_is_that_of_the_package() -> None:
    assert version("suixin").count(".") == 2

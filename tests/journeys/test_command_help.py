"""Asked how it is used, every command answers with an example, and none without a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

COMMANDS = (
    "feeds check", "feeds map", "score", "explain", "policy show", "policy check", "county make",
    "demo",
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_has_an_example_and_speaks_to_machines(
    words: str, suixin: Callable[..., Any]
) -> None:
    said = suixin(*words.split(), "--help")
    assert said.status == 0
    told = " ".join(said.out.replace("│", " ").split())
    assert f"Example: suixin {words}" in told
    assert "--json" in told


@pytest.mark.parametrize("words", ["", "feeds", "policy", "county"])
def test_without_a_word_it_says_how_it_is_used(words: str, suixin: Callable[..., Any]) -> None:
    said = suixin(*words.split())
    assert said.status == 2
    told = said.out + said.err
    assert "Usage" in told
    for command in COMMANDS:
        if command.startswith(words):
            assert command.removeprefix(words).split()[0] in told

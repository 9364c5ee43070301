"""Asked how it is used, every command answers with an example, and none without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.main import get_command

from suixin.cli import app


def leaves(command: Any, *words: str) -> Iterator[str]:
    """Every command that does something, by its words."""
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(words)
    else:
        for name, one in below.items():
            yield from leaves(one, *words, name)


COMMANDS = tuple(leaves(get_command(app)))
GROUPS = tuple(sorted({words.split()[0] for words in COMMANDS if " " in words}))


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_has_an_example_and_speaks_to_machines(
    words: str, suixin: Callable[..., Any]
) -> None:
    said = suixin(*words.split(), "--help")
    assert said.status == 0
    told = " ".join(said.out.replace("│", " ").split())
    assert f"Example: suixin {words}" in told
    assert "--json" in told


@pytest.mark.parametrize("words", ["", *GROUPS])
def test_without_a_word_it_says_how_it_is_used(words: str, suixin: Callable[..., Any]) -> None:
    said = suixin(*words.split())
    assert said.status == 2
    told = said.out + said.err
    assert "Usage" in told
    for command in COMMANDS:
        if not words or command.split()[0] == words:
            assert command.removeprefix(words).split()[0] in told

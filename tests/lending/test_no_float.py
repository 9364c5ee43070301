"""No float touches money: not in lending, but for the search of the yearly cost."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import suixin.lending

ROOM = Path(suixin.lending.__file__).parent
MODULES = sorted(ROOM.rglob("*.py"))
SEARCHED = {"cost.py"}  # Its answer is held to an exact bisection.
EXACT = ("Decimal", "Fraction", "Path")
"""What `/` may act on: exact numbers and, in its other sense, paths."""


def floats(tree: ast.AST) -> Iterator[int]:
    """Lines with a float: written out, asked for by name, or as a type of numpy."""
    for node in ast.walk(tree):
        if (
            (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
            or (isinstance(node, ast.Name) and node.id == "float")
            or (isinstance(node, ast.Attribute) and node.attr.startswith("float"))
            or (isinstance(node, ast.Import) and any(alias.name == "math" for alias in node.names))
        ):
            yield node.lineno


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOM)))
def test_no_float(module: Path) -> None:
    found = list(floats(ast.parse(module.read_text("utf-8"))))
    assert not found or module.name in SEARCHED, f"floats in lines {found}"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOM)))
def test_what_divides_is_exact(module: Path) -> None:
    text = module.read_text("utf-8")
    divides = any(
        isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        for node in ast.walk(ast.parse(text))
    )
    assert not divides or any(f"import {exact}" in text or f", {exact}" in text for exact in EXACT)


def test_the_check_finds_a_float() -> None:
    assert list(floats(ast.parse("x = 0.1"))) == [1]
    assert list(floats(ast.parse("x = float(y)"))) == [1]
    assert list(floats(ast.parse("import math"))) == [1]
    assert list(floats(ast.parse("x = np.float64(1)"))) == [1]

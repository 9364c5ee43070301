"""Nothing outgrows a screen: a module has at most 400 lines, a function at most 60.

The story: nobody ever decides that a module shall have a thousand lines; it gets there by ten
harmless lines at a time, none of which a reviewer would refuse. So the refusal is a machine's. What
does not fit yet stands in `sizes.yaml` with its size, which may only fall: a ratchet. Adding a line
there is a decision that a reviewer sees; the check itself asks for its removal.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from tools.house import ROOT, files, finish, name_of

MODULE_LINES: Final = 400
FUNCTION_LINES: Final = 60
ALLOWED: Final = ROOT / "tools/sizes.yaml"


def oversized(path: Path) -> Iterator[tuple[str, int]]:
    """The module and its functions that are over their limit, by name, with their lines."""
    text = path.read_text("utf-8")
    lines = len(text.splitlines())
    if lines > MODULE_LINES:
        yield name_of(path), lines
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            size = node.end_lineno - node.lineno + 1
            if size > FUNCTION_LINES:
                yield f"{name_of(path)}::{node.name}", size


def faults(found: dict[str, int], allowed: dict[str, int]) -> list[str]:
    """What grew past its limit or its allowance, and allowances that are looser than needed."""
    wrong = []
    for name in sorted(found.keys() | allowed.keys()):
        size, allowance = found.get(name, 0), allowed.get(name)
        if allowance is None:
            limit = FUNCTION_LINES if "::" in name else MODULE_LINES
            wrong.append(f"{name}: {size} lines, at most {limit}; split it by idea")
        elif size > allowance:
            wrong.append(f"{name}: grew from {allowance} to {size} lines; it may only shrink")
        elif size < allowance:
            now = f"{size} lines" if size else "within the limit"
            wrong.append(f"{name}: is {now}; lower or drop its line in {name_of(ALLOWED)}")
    return wrong


def main() -> None:
    found = {name: size for path in files(".py") for name, size in oversized(path)}
    allowed = yaml.safe_load(ALLOWED.read_text("utf-8")) or {}
    finish("sizes", faults(found, allowed))


if __name__ == "__main__":
    main()

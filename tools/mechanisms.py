"""docs/mechanisms.md: which mechanisms of the model work here, by the tests that show them.

A test that shows a mechanism says so: `@pytest.mark.mechanism("G02")`. `docs/mechanisms.yaml` says
in a line what each does here, where it lives, and whether it is done. From both this page is made,
so that nobody has to believe a list: a mechanism called done without a test, or a test that shows
an unknown one, fails `make check`.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tools.house import ROOT, files, finish, name_of

PAGE: Final = ROOT / "docs/mechanisms.md"
LIST: Final = ROOT / "docs/mechanisms.yaml"
STATES: Final = ("begun", "done")
FIELDS: Final = frozenset({"phrase", "does", "module", "state"})

HEAD: Final = """\
# Mechanisms

Made by `make mechanisms` from [mechanisms.yaml](mechanisms.yaml) and the tests that show each; do
not edit. *Begun*: part of it works, as the line says. *Done*: all that the line says, with tests.

| id | mechanism | what it does here | where | state | shown by |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One test that shows a mechanism."""

    mechanism: str
    file: str
    line: int
    test: str


def shown_in(path: Path) -> Iterator[Shown]:
    """Every mark of a test file: on a function, a class, a parameter, or the whole module."""
    tree = ast.parse(path.read_text("utf-8"))
    marked: set[int] = set()
    tests = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in ast.walk(tree):
        if isinstance(node, tests):
            for call in (call for decorator in node.decorator_list for call in _marks(decorator)):
                marked.add(id(call))
                yield from _shown(call, path, node.lineno, node.name)
    for call in _marks(tree):
        if id(call) not in marked:
            yield from _shown(call, path, call.lineno, path.stem)


def faults(known: Mapping[str, Mapping[str, Any]], shown: Sequence[Shown]) -> list[str]:
    """Unknown ids in tests, mechanisms done without a test, and lines that say too little."""
    listed, source = {one.mechanism for one in shown}, name_of(LIST)
    wrong = [
        f"{one.file}:{one.line}: shows {one.mechanism}, which {source} does not list"
        for one in shown
        if one.mechanism not in known
    ]
    for key, entry in known.items():
        if set(entry) != FIELDS or entry["state"] not in STATES:
            wrong.append(f"{source}: {key} needs {', '.join(sorted(FIELDS))}; state {STATES}")
            continue
        if entry["state"] == "done" and key not in listed:
            wrong.append(f"{source}: {key} is called done, but no test shows it")
        if not _module_file(entry["module"]):
            wrong.append(f"{source}: {key} lives in {entry['module']}, which is not there")
    return wrong


def page(known: Mapping[str, Mapping[str, Any]], shown: Sequence[Shown]) -> str:
    """The Markdown page: a line a mechanism, in the order of the ids."""
    by_id: dict[str, list[Shown]] = defaultdict(list)
    for one in shown:
        by_id[one.mechanism].append(one)
    lines = []
    for key, entry in sorted(known.items()):
        where = _module_file(entry["module"])
        module = f"[`{entry['module']}`](../{name_of(where)})" if where else entry["module"]
        tests = sorted({(one.file, one.test) for one in by_id[key]})
        links = "<br>".join(f"[{test}](../{file})" for file, test in tests) or "–"
        cells = (key, entry["phrase"], entry["does"], module, entry["state"], links)
        lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |\n")
    return HEAD + "".join(lines)


def _marks(node: ast.AST) -> Iterator[ast.Call]:
    for call in ast.walk(node):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "mechanism"
            and isinstance(call.func.value, ast.Attribute)
            and call.func.value.attr == "mark"
        ):
            yield call


def _shown(call: ast.Call, path: Path, line: int, test: str) -> Iterator[Shown]:
    for argument in call.args:
        if isinstance(argument, ast.Constant):
            yield Shown(str(argument.value), name_of(path), line, test)


def _module_file(module: str) -> Path | None:
    base = ROOT / "src" / module.replace(".", "/")
    found = (base.with_suffix(".py"), base / "__init__.py", base)
    return next((path for path in found if path.exists()), None)


def main() -> None:
    known = yaml.safe_load(LIST.read_text("utf-8"))
    tests = (path for path in files(".py") if name_of(path).startswith("tests/"))
    shown = [one for path in tests for one in shown_in(path)]
    wrong = faults(known, shown)
    made = page(known, shown)
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text("utf-8") != made:
            wrong.append(f"{name_of(PAGE)} is not up to date; run `make mechanisms`")
        finish("mechanisms", wrong)
        return
    PAGE.write_text(made, "utf-8")
    tested = sorted({one.mechanism for one in shown} & set(known))
    print(f"{name_of(PAGE)}: {len(known)} listed, {len(tested)} with tests: {' '.join(tested)}")
    finish("mechanisms", wrong)


if __name__ == "__main__":
    main()

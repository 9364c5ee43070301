"""Every example in README and docs runs as written: a page cannot promise what is not there.

A page is followed from top to bottom in a scratch folder of its own, as a reader would:

- ```python with `>>>` is a doctest; without, it must run. One page is one namespace.
- ```console or ```bash: `suixin …` is run and must exit 0; `make TARGET` must be a target of the
  Makefile and `python -m MODULE` a module of ours (both would be too long to run here). Lines that
  fetch or change the reader's own machine (`git clone`, `cd`, …) are left alone.
- The word `fragment` after the language (```python fragment) marks what is not meant to run.

`../shared` beside the checkout is there for the page too; where it is absent, lines that use it are
left out and counted.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tools.house import ROOT, files, finish, name_of

SHARED: Final = ROOT.parent / "shared"
FENCE: Final = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
TARGET: Final = re.compile(r"^([a-z][\w-]*):", re.MULTILINE)
SHELLS: Final = frozenset({"console", "bash", "sh", "shell"})
SECONDS_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class Example:
    """A fenced block: its language, its text and the line of the page it starts on."""

    language: str
    text: str
    line: int


@dataclass(slots=True)
class Reader:
    """Follows one page: where he stands, what he has defined, and what did not work."""

    page: str
    folder: Path
    namespace: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})
    faults: list[str] = field(default_factory=list)
    left_out: int = 0

    def fault(self, line: int, message: str) -> None:
        self.faults.append(f"{self.page}:{line}: {message}")

    def python(self, example: Example) -> None:
        padded = "\n" * (example.line - 1) + example.text
        said = io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(said):
            if ">>>" in example.text:
                self._doctest(padded, said)
                return
            exec(compile(padded, self.page, "exec"), self.namespace)  # A traceback names the page.

    def _doctest(self, padded: str, said: io.StringIO) -> None:
        test = doctest.DocTestParser().get_doctest(padded, self.namespace, self.page, self.page, 0)
        runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
        if runner.run(test, out=said.write, clear_globs=False).failed:
            self.fault(
                test.examples[0].lineno + 1, f"does not answer as written:\n{said.getvalue()}"
            )
        self.namespace.update(test.globs)

    def shell(self, example: Example) -> None:
        for line, command in commands(example):
            if "../shared" in command and not SHARED.is_dir():
                self.left_out += 1
                continue
            words = shlex.split(command, comments=True)
            wrong = self.run(words) if words else None
            if wrong:
                self.fault(line, f"{command}: {wrong}")

    def run(self, words: list[str]) -> str | None:
        """What is wrong with a command line, or None."""
        if words[0] == "make":
            targets = set(TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
            asked = [word for word in words[1:] if "=" not in word and not word.startswith("-")]
            missing = [word for word in asked if word not in targets]
            return f"the Makefile has no target {missing[0]}" if missing else None
        if words[0].endswith("python") and words[1:2] == ["-m"]:
            file = ROOT / (words[2].replace(".", "/"))
            there = file.with_suffix(".py").exists() or (file / "__main__.py").exists()
            return None if there else "there is no such module"
        if words[0].removeprefix(".venv/bin/") != "suixin":
            return None
        program = Path(sys.executable).with_name("suixin")
        done = subprocess.run(
            [program, *words[1:]],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
            env={**os.environ, "COLUMNS": "100"},
        )
        return f"exit {done.returncode}\n{done.stderr[-2000:]}" if done.returncode else None


def examples(text: str) -> Iterator[Example]:
    """The fenced blocks of a page that are meant to run."""
    for found in FENCE.finditer(text):
        language, info, block = found.groups()
        if "fragment" not in info.split():
            yield Example(language, block, text.count("\n", 0, found.start(3)) + 1)


def commands(example: Example) -> Iterator[tuple[int, str]]:
    """The commands of a shell block, continued lines joined; in a console only those after `$`."""
    joined, start = "", 0
    for line, written in enumerate(example.text.splitlines(), example.line):
        text = written
        if not joined:
            start = line
            if example.language == "console":
                if not written.startswith("$ "):
                    continue
                text = written[2:]
        if text.endswith("\\"):
            joined += text[:-1]
            continue
        yield start, joined + text
        joined = ""


def follow(page: Path) -> Reader:
    """Run all that a page shows, in its order."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "here"
        folder.mkdir()
        (folder / "examples").symlink_to(ROOT / "examples")
        if SHARED.is_dir():
            (Path(scratch) / "shared").symlink_to(SHARED)
        reader = Reader(name_of(page), folder)
        for example in examples(page.read_text("utf-8")):
            if example.language in {"python", "pycon"}:
                reader.python(example)
            elif example.language in SHELLS:
                reader.shell(example)
    return reader


def main() -> None:
    readers = [follow(page) for page in files(".md")]
    left_out = sum(reader.left_out for reader in readers)
    if left_out:
        print(f"examples: {left_out} lines left out, the shared data folder is not there")
        if os.environ.get("CI") == "true":
            finish("examples", ["leaving out is forbidden here (CI=true)"])
    finish("examples", [fault for reader in readers for fault in reader.faults])


if __name__ == "__main__":
    main()

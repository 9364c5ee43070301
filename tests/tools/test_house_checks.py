"""The checks of the house find what they are for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools import examples, house, mechanisms, pages, sizes


@pytest.fixture
def house_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """An empty checkout, and a way to write a file into it."""
    for module in (house, examples, mechanisms, pages):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(mechanisms, "LIST", tmp_path / "docs/mechanisms.yaml")

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_long_function_and_module_are_found(house_at: Callable[[str, str], Path]) -> None:
    body = "    pass\n" * 60
    path = house_at("src/long.py", f"def fits():\n{body[:-9]}\n\ndef long():\n{body}" + "\n" * 300)
    assert list(sizes.oversized(path)) == [("src/long.py", 423), ("src/long.py::long", 61)]


@pytest.mark.parametrize(
    ("found", "allowed", "wrong"),
    [
        ({"a.py": 401}, {"a.py": 401}, []),
        ({"a.py": 401}, {}, ["a.py: 401 lines, at most 400; split it by idea"]),
        ({"a.py::f": 61}, {}, ["a.py::f: 61 lines, at most 60; split it by idea"]),
        ({"a.py": 402}, {"a.py": 401}, ["a.py: grew from 401 to 402 lines; it may only shrink"]),
        (
            {"a.py": 401},
            {"a.py": 402},
            ["a.py: is 401 lines; lower or drop its line in tools/sizes.yaml"],
        ),
        (
            {},
            {"a.py": 401},
            ["a.py: is within the limit; lower or drop its line in tools/sizes.yaml"],
        ),
    ],
)
def test_the_ratchet_only_turns_one_way(
    found: dict[str, int], allowed: dict[str, int], wrong: list[str]
) -> None:
    assert sizes.faults(found, allowed) == wrong


def test_dead_links_are_found(house_at: Callable[[str, str], Path]) -> None:
    house_at("docs/guide.md", "# The guide\n\n## Day by day\n\n## Day by day\n")
    page = house_at(
        "README.md",
        "[a](docs/guide.md) [b](docs/guide.md#day-by-day-1) [c](https://example.org/none)\n"
        "[d](docs/gone.md) [e](docs/guide.md#night) [f](#here) `[g](gone.md)`\n"
        "```\n[h](gone.md)\n```\n![i](<docs/none.png>) [j](../elsewhere.md)\n# Here\n",
    )
    house_at("../elsewhere.md", "")
    assert list(pages.dead_links(page)) == [
        "README.md: the link docs/gone.md leads nowhere",
        "README.md: docs/guide.md has no heading for #night",
        "README.md: the link docs/none.png leads nowhere",
        "README.md: the link ../elsewhere.md leads nowhere",
    ]


def test_machine_paths_and_index_hosts_are_found(house_at: Callable[[str, str], Path]) -> None:
    home = "/".join(("", "home", "clerk", "feeds"))
    notes = house_at("docs/notes.md", f"see {home}\nsee docs/home/page and https://a.org{home}\n")
    assert list(pages.machine_paths(notes)) == [
        f"docs/notes.md:1: names a folder of one machine: see {home}"
    ]
    lock = house_at(
        "requirements.lock", "--index-url https://example.org/simple\na==1 --hash=sha256:0\nb @ c\n"
    )
    assert [fault.split(":")[1] for fault in pages.index_hosts(lock)] == ["1", "3"]


MARKED = """
import pytest

pytestmark = pytest.mark.mechanism("A01")

@pytest.mark.mechanism("G02", "G04")
def test_seasons(): ...

@pytest.mark.mechanism("F03")
class TestAsOf:
    @pytest.mark.parametrize("day", [pytest.param(1, marks=pytest.mark.mechanism("H01"))])
    def test_day(self, day): ...
"""


def test_marks_are_found_wherever_they_stand(house_at: Callable[[str, str], Path]) -> None:
    path = house_at("tests/test_some.py", MARKED)
    found = {one.mechanism: one.test for one in mechanisms.shown_in(path)}
    assert found == {
        "A01": "test_some",
        "G02": "test_seasons",
        "G04": "test_seasons",
        "F03": "TestAsOf",
        "H01": "test_day",
    }


def test_a_mechanism_called_done_needs_a_test_and_a_test_a_mechanism(
    house_at: Callable[[str, str], Path],
) -> None:
    house_at("src/suixin/credit/stability.py", "")
    lives = {"phrase": "p", "does": "d", "module": "suixin.credit.stability"}
    known = {
        "G02": {**lives, "state": "done"},
        "G04": {**lives, "state": "done"},
        "K10": {**lives, "state": "begun", "module": "suixin.credit.gone"},
        "A01": {**lives, "state": "soon"},
    }
    shown = [
        mechanisms.Shown("G02", "tests/test_s.py", 3, "test_season"),
        mechanisms.Shown("Z99", "tests/test_s.py", 9, "test_other"),
    ]
    wrong = mechanisms.faults(known, shown)
    assert [fault.split(": ", 1)[1].split(";")[0] for fault in wrong] == [
        "shows Z99, which docs/mechanisms.yaml does not list",
        "G04 is called done, but no test shows it",
        "K10 lives in suixin.credit.gone, which is not there",
        "A01 needs does, module, phrase, state",
    ]
    page = mechanisms.page({"G02": known["G02"]}, shown)
    assert "| G02 | p | d | [`suixin.credit.stability`](../src/suixin/credit/stability.py)" in page
    assert "[test_season](../tests/test_s.py)" in page


PAGE = """
```python
day = 3
```
```python
>>> day + 1
4
>>> day
4
```
```python fragment
nothing.runs()
```
```console
$ make test
$ make dinner
tests pass
$ python -m bench.nothing
```
```bash
# a comment
git clone somewhere \\
  here
suixin --nonsense
```
"""


def test_examples_that_do_not_hold_are_found(house_at: Callable[[str, str], Path]) -> None:
    house_at("Makefile", "test: setup\n\tpytest\n")
    reader = examples.follow(house_at("README.md", PAGE))
    assert [fault.splitlines()[0].partition(": exit")[0] for fault in reader.faults] == [
        "README.md:6: does not answer as written:",
        "README.md:16: make dinner: the Makefile has no target dinner",
        "README.md:18: python -m bench.nothing: there is no such module",
        "README.md:24: suixin --nonsense",
    ]


def test_an_example_that_fails_names_its_page_and_line(
    house_at: Callable[[str, str], Path],
) -> None:
    page = house_at("README.md", "# A\n\n```python\n1 / 0\n```\n")
    with pytest.raises(ZeroDivisionError) as failed:
        examples.follow(page)
    where = failed.traceback[-1]
    assert (Path(where.path).name, where.lineno + 1) == ("README.md", 4)

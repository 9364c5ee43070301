"""Writing a report: one page of the whole book, and beside it a page a subject."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment

from suixin.credit.file import CreditFile, PolicyUse
from suixin.credit.report import portfolio
from suixin.credit.report.book import Book, currency_of, listed
from suixin.credit.report.names import link_to, page_names
from suixin.credit.report.render import sheet, templates
from suixin.credit.report.subject import Pages, told
from suixin.credit.report.tongue import Shown, Tongue
from suixin.data.errors import InputError
from suixin.data.write import atomic_path

SHEET = "suixin.css"
RULES = "rules.html"


@dataclass(frozen=True, slots=True)
class ReportResult:
    """What was written: the book's page, the folder beside it, subjects' pages, bytes in all."""

    path: Path
    folder: Path
    pages: int
    bytes: int


def write_report(
    book: Book, path: Path | str, *, pages: int = 2000, language: Shown = "zh"
) -> ReportResult:
    """Write `path` (the book on one page) and, in the folder of its name, a page a subject.

    At most `pages` subjects are listed and have a page, the largest limits first. The pages ask
    nothing of any network, need no script, and hold no time of their making: the same book gives
    the same bytes. What stood there before stays whole until everything new is written. Raises
    InputError where the folder holds something else than a report, DiskError when the disk refuses.
    """
    path = Path(path)
    folder = path.with_name(path.stem if path.suffix else f"{path.name}-pages")
    refuse_another(folder)
    tongue = Tongue(language)
    site = _Site(templates(language), Pages.on(book.on, tongue, currency_of(book)), path.name)
    subjects, rows = book.table["subject"], listed(book, pages).tolist()
    names = page_names(str(subjects[row]) for row in sorted(rows))
    beside = link_to(folder.name)
    hrefs = {row: f"{beside}/{names[str(subjects[row])]}" for row in rows}
    with (
        atomic_path(path) as page,
        tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as held,
    ):
        fresh = Path(held) / "pages"
        fresh.mkdir()
        size = site.pages(book, names, fresh) + _put(fresh / SHEET, sheet())
        size += _put(page, site.portfolio(book, hrefs, rules=f"{beside}/{RULES}"))
        _swap(fresh, folder, Path(held) / "before")
    return ReportResult(path, folder, len(names), size)


@dataclass(slots=True)
class _Site:
    environment: Environment
    words: Pages
    home: str

    def pages(self, book: Book, names: Mapping[str, str], folder: Path) -> int:
        """Write the subjects' pages and the page of rules; the bytes written."""
        template = self.environment.get_template("subject.html")
        used: dict[str, PolicyUse] = {}
        size = 0
        for file in _files(book, names):
            used |= {p.name: p for p in file.policies}
            page = template.render(f=file, v=self.words.of(file), home=link_to(self.home))
            size += _put(folder / names[file.subject], page)
        if not used and len(book):
            used = {p.name: p for p in next(iter(book)).policies}
        held = [(used[name], told(used[name].value)) for name in sorted(used)]
        rules = self.environment.get_template("rules.html")
        page = rules.render(rules=held, on=book.on, home=link_to(self.home))
        return size + _put(folder / RULES, page)

    def portfolio(self, book: Book, hrefs: Mapping[int, str], *, rules: str) -> str:
        """The page of the book, with its sheet of styles in it."""
        shown: dict[str, Any] = portfolio.page_of(book, self.words, hrefs)
        return self.environment.get_template("portfolio.html").render(
            v=shown, book=book, sheet=sheet(), rules=rules
        )


def _files(book: Book, names: Mapping[str, str]) -> Iterator[CreditFile]:
    """The files of the subjects that have a page; the whole book in one walk where all have one."""
    if len(names) == len(book):
        yield from book
    else:
        yield from (book[name] for name in names)


def _put(path: Path, text: str) -> int:
    return path.write_bytes(text.encode())


def _swap(fresh: Path, folder: Path, before: Path) -> None:
    """Put a folder in the place of another: two renames, the second undone if it fails."""
    if folder.exists():
        folder.rename(before)
    try:
        fresh.rename(folder)
    finally:
        if before.exists() and not folder.exists():
            before.rename(folder)


def refuse_another(folder: Path) -> None:
    """Nothing but an earlier report is ever replaced."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not _is_report(folder)):
        raise InputError(
            "FOLDER_IN_THE_WAY",
            f"{folder} is in the way: it holds something else than a report.",
            "Move it, or write the report to another place.",
        )


def _is_report(folder: Path) -> bool:
    return (folder / SHEET).is_file() and (folder / RULES).is_file()

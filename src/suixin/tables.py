"""What the command shows a person: tables, what was left out and why, a bar for the wait."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from suixin.county.truth import KindFound
from suixin.credit.book import ScoreBook
from suixin.credit.gaming.lab import Result
from suixin.data.feed import FEEDS
from suixin.data.parts import FeedCount
from suixin.data.quarantine import SetAsideKind

_SHOWN = 12
_KINDS_SHOWN = 20


@contextmanager
def steps(total: int, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A progress bar on stderr, a step an act; nothing where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda what: None
        return
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        begun = False

        def step(what: str) -> None:
            nonlocal begun
            progress.update(task, description=what, advance=1 if begun else 0)
            begun = True

        yield step


def show_counts(counts: Mapping[str, FeedCount]) -> None:
    """A line a feed: read, good, repeated, set aside."""
    table = Table("feed", *(_right(name) for name in ("read", "good", "repeated", "set aside")))
    for name, count in counts.items():
        numbers = (count.read, count.good, count.repeated, count.set_aside)
        table.add_row(name, *(f"{number:,}" for number in numbers))
    Console().print(table)


def show_set_aside(kinds: Sequence[SetAsideKind]) -> None:
    """A line a kind of fault with its first row; causes stand before what they dragged along."""
    for kind in sorted(kinds, key=_cause_first)[:_KINDS_SHOWN]:
        rows = "" if kind.rows == 1 else f"  ({kind.rows:,} rows like it)"
        typer.echo(f"{kind.first}{rows}")
    if len(kinds) > _KINDS_SHOWN:
        typer.echo(f"… and {len(kinds) - _KINDS_SHOWN} more kinds of fault")


def show_notes(notes: Sequence[str]) -> None:
    """What a reader should know of the load."""
    for note in notes:
        typer.echo(f"note: {note}")


def show_left_out(book: ScoreBook, quarantine: Path) -> None:
    """What of the folder is in no number, and where to read why."""
    show_notes(book.notes)
    aside = sum(row.rows for row in book.set_aside)
    if aside:
        typer.echo(f"{aside:,} rows set aside, each with what was wrong: {quarantine}")


def _cause_first(kind: SetAsideKind) -> tuple[bool, int, int]:
    """A row lost with the row it names comes after that one; then the more frequent first."""
    dragged = kind.first.code == "NO_SUCH_ROW"
    return dragged, _depth(kind.first.feed) if dragged else 0, -kind.rows


def _depth(feed: str) -> int:
    """How many feeds stand behind one by the keys its rows name: parties 0, orders 1, lines 2."""
    behind = {f.references.split(".")[0] for f in FEEDS[feed].fields if f.references} - {feed}
    return 1 + max(map(_depth, behind)) if behind else 0


def show_book(book: ScoreBook) -> None:
    """The subjects with the largest limits, and how many of each grade."""
    table, columns = book.table, Table(title=f"{len(book):,} subjects as of {book.on}")
    for name in ("subject", "status", "composite", "grade", "limit", "rate", "signs"):
        columns.add_column(
            name, justify="right" if name in ("composite", "limit", "rate") else "left"
        )
    limits = np.nan_to_num(table["limit_fen"])
    for row in np.lexsort((np.arange(len(book)), -limits))[:_SHOWN]:
        rate, composite = table["rate_bps"][row], table["composite"][row]
        columns.add_row(
            table["subject"][row],
            table["status"][row],
            "" if np.isnan(composite) else f"{composite:.2f}",
            table["grade"][row],
            f"{limits[row] / 100:,.2f}",
            "" if np.isnan(rate) else f"{rate / 100:.2f}%",
            table["signs"][row],
        )
    console = Console()
    console.print(columns)
    grades = Counter(
        grade or status for grade, status in zip(table["grade"], table["status"], strict=True)
    )
    console.print("  ".join(f"{name} {count:,}" for name, count in sorted(grades.items())))


def show_kinds(kinds: Sequence[KindFound]) -> None:
    """What was planted and what was found of it."""
    table = Table(
        "planted", *(_right(name) for name in ("subjects", "found", "recall", "precision"))
    )
    for kind in kinds:
        table.add_row(
            kind.kind.value, str(kind.planted), str(kind.found),
            f"{kind.recall:.3f}", f"{kind.precision:.3f}",
        )  # fmt: skip
    Console().print(table)


def _right(name: str) -> Column:
    return Column(name, justify="right")


def show_attacks(results: Sequence[Result]) -> None:
    """What each attack spent and bought, and whether it stayed under its bar."""
    names = ("spent", "limit", "after", "bought")
    figures = (Column(name, justify="right", no_wrap=True) for name in names)
    table = Table(Column("attack", no_wrap=True), *figures, "bar", "signs after")
    for one in results:
        bar = "reported" if one.bar_bps is None else "held" if one.held else "BROKEN"
        table.add_row(
            one.attack,
            f"{one.spent_fen / 100:,.2f}",
            f"{one.limit_fen / 100:,.2f}",
            f"{one.after_fen / 100:,.2f}",
            f"{one.bought_bps / 100:+.1f} %",
            bar,
            ", ".join(one.signs).lower(),
        )
    Console().print(table)

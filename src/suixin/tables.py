"""Tables that the command prints for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from rich.console import Console
from rich.table import Column, Table

from suixin.county.truth import KindFound
from suixin.credit.book import ScoreBook
from suixin.data.parts import FeedCount

_SHOWN = 12


def show_counts(counts: Mapping[str, FeedCount]) -> None:
    """A line a feed: read, good, repeated, set aside."""
    table = Table("feed", *(_right(name) for name in ("read", "good", "repeated", "set aside")))
    for name, count in counts.items():
        numbers = (count.read, count.good, count.repeated, count.set_aside)
        table.add_row(name, *(f"{number:,}" for number in numbers))
    Console().print(table)


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

"""What a report needs of a score book, and the order in which its subjects are listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from suixin.credit.file import CreditFile, PoolLine


class Counted(Protocol):
    """What became of the rows of a feed: read = good + repeated + set_aside."""

    @property
    def read(self) -> int: ...
    @property
    def good(self) -> int: ...
    @property
    def repeated(self) -> int: ...
    @property
    def set_aside(self) -> int: ...


class Aside(Protocol):
    """Rows of one feed set aside for one reason, and the money in them (fen)."""

    @property
    def feed(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def amount_fen(self) -> int: ...


class MoneyIn(Protocol):
    """Money in the files (fen): in_fen = kept_fen + set_aside_fen."""

    @property
    def in_fen(self) -> int: ...
    @property
    def kept_fen(self) -> int: ...
    @property
    def set_aside_fen(self) -> int: ...


class Book(Protocol):
    """A score book: one credit file a subject, by id, with the table they are sums of.

    `table` holds one numpy column a name (subject, status, composite, grade, limit_fen, rate_bps,
    signs), aligned to the ids in order; an unknown number is NaN, an unknown word is empty.
    """

    @property
    def on(self) -> date: ...
    @property
    def table(self) -> Mapping[str, npt.NDArray[Any]]: ...
    @property
    def feed_counts(self) -> Mapping[str, Counted]: ...
    @property
    def set_aside(self) -> Sequence[Aside]: ...
    @property
    def money(self) -> MoneyIn: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def versions(self) -> Mapping[str, str]: ...
    @property
    def pools(self) -> Sequence[PoolLine]: ...
    @property
    def signs_count(self) -> Mapping[str, int]: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[CreditFile]: ...
    def __getitem__(self, subject: str) -> CreditFile: ...


def listed(book: Book, most: int) -> npt.NDArray[np.int64]:
    """Rows of the table in the order they are listed: the largest limit first, then the composite.

    At most `most` of them; equal ones by id.
    """
    composite = np.nan_to_num(book.table["composite"].astype(np.float64), nan=-1.0)
    limit = np.nan_to_num(book.table["limit_fen"].astype(np.float64), nan=-1.0)
    order = np.lexsort((np.arange(len(book)), -composite, -limit))
    return order[:most].astype(np.int64)


def currency_of(book: Book) -> str:
    """The currency the mapping states in a note ("currency BRL"); yuan where none does."""
    stated = [note.split()[1] for note in book.notes if note.startswith("currency ")]
    return stated[0] if stated else "CNY"

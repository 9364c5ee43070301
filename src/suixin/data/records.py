"""CSV read record by record, with the line each starts on: for files that are not regular."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# An open quote swallows what follows; after so many lines it is taken for a fault of its own line.
_LINES_IN_RECORD = 1_000


@dataclass(frozen=True, slots=True)
class Record:
    """A record and the line it starts on; `cells` is None where `fault` says why."""

    line: int
    cells: tuple[str, ...] | None
    fault: str


def csv_records(path: Path, delimiter: str) -> Generator[Record, None, None]:
    """The records of a UTF-8 file, the header first; blank lines are passed over.

    A record that cannot be read costs only its first line: reading goes on with the next.
    """
    with path.open(encoding="utf-8-sig", newline="") as text:
        lines = _Lines(text)
        while not lines.ended:
            start = lines.at
            try:
                cells = next(csv.reader(lines.record(), delimiter=delimiter, strict=True))
            except StopIteration:
                return
            except csv.Error as error:
                lines.back_to(start + 1)
                yield Record(start, None, str(error))
                continue
            lines.forget()
            if cells:
                yield Record(start, tuple(cells), "")


class _Lines:
    """Lines of a file that can be given back, so that a failed record costs one line only."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self._ahead: deque[str] = deque()
        self._taken: list[str] = []
        self._last = False
        self.at = 1

    @property
    def ended(self) -> bool:
        """Whether no line is left."""
        if not self._ahead and not self._last:
            line = self._text.readline()
            if line:
                self._ahead.append(line)
            else:
                self._last = True
        return not self._ahead

    def record(self) -> Iterator[str]:
        """The lines from here on, as many as one record may have."""
        for _ in range(_LINES_IN_RECORD):
            if self.ended:
                return
            line = self._ahead.popleft()
            self._taken.append(line)
            self.at += 1
            yield line
        raise csv.Error("a quote is not closed")

    def back_to(self, line: int) -> None:
        """Give back every line taken since, from `line` on."""
        keep = len(self._taken) - (self.at - line)
        self._ahead.extendleft(reversed(self._taken[keep:]))
        self.at = line
        self._taken.clear()

    def forget(self) -> None:
        """The lines taken made a record."""
        self._taken.clear()

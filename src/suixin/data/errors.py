"""Faults of a whole file or folder. A fault of one row is set aside instead (quarantine.py)."""

from __future__ import annotations


class InputError(Exception):
    """A file or folder that cannot be used: what is wrong, and what to do next.

    >>> print(InputError("EMPTY_FILE", "orders.csv is empty.", "Export it again."))
    orders.csv is empty. Export it again.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".rstrip())
        self.code = code
        self.message = message
        self.hint = hint


class DiskError(Exception):
    """The disk refused (full, read-only, not permitted); what stood there before still stands."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".rstrip())
        self.message = message
        self.hint = hint


def shown(text: object, length: int = 80) -> str:
    """Text from a file as it may be printed: on one line, no control characters, cut to length.

    >>> shown("a\\nb\\x1b[31m")
    'a\\\\nb\\\\x1b[31m'
    """
    clean = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in str(text)
    )
    return clean if len(clean) <= length else clean[: length - 1] + "…"

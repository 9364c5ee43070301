"""Names and values as SQL text; nothing from a file is ever pasted into a statement otherwise."""

from __future__ import annotations

from collections.abc import Iterable


def name(text: str) -> str:
    """A column or table name, quoted.

    >>> name('from'), name('odd"one')
    ('"from"', '"odd""one"')
    """
    return '"' + text.replace('"', '""') + '"'


def names(texts: Iterable[str]) -> str:
    """Several names, quoted, with commas.

    >>> names(["from", "to"])
    '"from", "to"'
    """
    return ", ".join(name(text) for text in texts)


def value(text: str) -> str:
    """A text literal.

    >>> value("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def values(texts: Iterable[str]) -> str:
    """Several text literals with commas.

    >>> values(["a", "b"])
    "'a', 'b'"
    """
    return ", ".join(value(text) for text in texts)

"""A mapping: how the files of one platform's own export become canonical feeds.

The form it is written in is YAML (`written.py` reads it); docs/mappings.md teaches it.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace

from suixin.data.sources.expression import Condition, Path, Rule, Table


class MappingError(ValueError):
    """A mapping is at fault: which file, which line, which field, and what would be right."""

    def __init__(self, file: str, line: int, field: str, message: str) -> None:
        super().__init__(f"{file}:{line}: {field}: {message}")
        self.file, self.line, self.field, self.message = file, line, field, message


@dataclass(frozen=True, slots=True)
class Each:
    """The elements of a list inside a record, and their fields."""

    path: Path
    fields: Map[str, Rule | Table]


@dataclass(frozen=True, slots=True)
class Form:
    """One record that a row yields: its fields and lists."""

    fields: Map[str, Rule | Table]
    lists: Map[str, tuple[Each, ...]]
    only: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """Rows of another kind of file hung into a record under `name`: all, or the one."""

    name: str
    kind: str
    on: str
    one: bool


@dataclass(frozen=True, slots=True)
class Split:
    """A record that holds several: one for each value of `by` in the list `of`."""

    of: str
    by: str
    empty: str  # the code a record without elements is set aside under


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: by which keys or columns it is known, and what its rows yield."""

    name: str
    json: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    only: tuple[Condition, ...] = ()
    list: str | None = None
    ignored: str | None = None
    rows_by: str | None = None
    key: str | None = None
    joins: tuple[Join, ...] = ()
    split: Split | None = None
    forms: Map[str, Form] = field(default_factory=dict)
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Unproven:
    """What no source proves, and the check that guards it."""

    says: str
    check: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class Mapping:
    """A platform's mapping, as its YAML states it; `merchant` may be set by whoever runs it."""

    name: str
    title: str
    kinds: tuple[Kind, ...]
    currency: str = "CNY"
    promise: str | None = None
    pool: str | None = None
    consent: str | None = None
    whole_refund: bool = False
    as_placed: bool = False
    failed: tuple[tuple[Condition, ...], ...] = ()
    unproven: tuple[Unproven, ...] = ()
    merchant: str | None = None

    def kind(self, name: str) -> Kind:
        """The kind of file of that name; KeyError where the mapping has none."""
        for kind in self.kinds:
            if kind.name == name:
                return kind
        raise KeyError(name)

    @property
    def shop(self) -> str:
        """The merchant where the export names none."""
        return self.merchant or f"{self.name}-shop"

    def for_merchant(self, merchant: str | None) -> Mapping:
        """The same mapping for the merchant named, where the export names none."""
        return self if merchant is None else replace(self, merchant=merchant)

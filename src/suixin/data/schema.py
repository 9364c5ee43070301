"""What a feed is: one declaration from which validation, documentation and JSON schema are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FieldType = Literal[
    "id", "hash", "text", "ts", "day", "fen", "bps", "n", "g", "int", "flag", "degrees", "ids"
]
Consent = Literal["required", "none"]

ID_LENGTH = 64
IDS_LENGTH = 2_000
HASH_LENGTH = 64
# One row over a hundred thousand million yuan is a unit gone wrong, and sums must fit int64.
FEN_MAX = 10**13
COUNT_MAX = 10**12
INT_MAX = 10**15
BPS_MAX = 10_000

TEXT_TYPES = frozenset({"id", "hash", "text", "ids"})
INTEGER_TYPES = frozenset({"fen", "bps", "n", "g", "int"})

SQL_TYPE: Mapping[FieldType, str] = {
    "id": "VARCHAR",
    "hash": "VARCHAR",
    "text": "VARCHAR",
    "ids": "VARCHAR",
    "ts": "BIGINT",
    "day": "BIGINT",
    "fen": "BIGINT",
    "bps": "BIGINT",
    "n": "BIGINT",
    "g": "BIGINT",
    "int": "BIGINT",
    "flag": "BOOLEAN",
    "degrees": "DOUBLE",
}

EXPECTED: Mapping[FieldType, str] = {
    "id": f"text of at most {ID_LENGTH} characters",
    "hash": f"{HASH_LENGTH} hexadecimal characters (keyed SHA-256 or SM3)",
    "text": "text",
    "ids": "names joined by ;",
    "ts": "a time such as 2026-05-31T21:10:00+08:00",
    "day": "a day such as 2026-05-31",
    "fen": "whole fen",
    "bps": "whole basis points",
    "n": "a whole number",
    "g": "whole grams",
    "int": "a whole number",
    "flag": "yes or no",
    "degrees": "decimal degrees",
}

DEFAULT_RANGE: Mapping[FieldType, tuple[int | None, int | None]] = {
    "text": (None, 2_000),
    "ids": (None, IDS_LENGTH),
    "id": (None, ID_LENGTH),
    "fen": (0, FEN_MAX),
    "bps": (0, BPS_MAX),
    "n": (0, COUNT_MAX),
    "g": (0, COUNT_MAX),
    "int": (-INT_MAX, INT_MAX),
    "degrees": (-180, 180),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its type, whether it may be null, and the range or values it is held to.

    `minimum` and `maximum` are in the field's unit (characters for text); None takes the type's own
    range. `references` is "feed.field", judged when that feed is connected. `later` allows a time
    or day after the row was read (a promise, an end).

    >>> Field("net_weight", "g", null=True, doc="of one item").range
    (0, 1000000000000)
    """

    name: str
    type: FieldType
    null: bool = False
    key: bool = False
    doc: str = ""
    values: tuple[str, ...] | None = None
    minimum: int | None = None
    maximum: int | None = None
    references: str | None = None
    pattern: str | None = None
    later: bool = False

    @property
    def range(self) -> tuple[int | None, int | None]:
        """The least and greatest value (characters for text), from here or from the type."""
        low, high = DEFAULT_RANGE.get(self.type, (None, None))
        return (
            low if self.minimum is None else self.minimum,
            high if self.maximum is None else self.maximum,
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold between the fields of one row, as SQL over its typed columns."""

    field: str
    holds: str
    expected: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A kind of fact: its own fields, whether consent is required, what its money is.

    `money` names the amount a set-aside row is counted with; `forbidden` columns refuse the file.

    >>> feed = Feed("tolls", "Tolls paid", (Field("toll", "id", key=True), Field("fee", "fen")))
    >>> feed.key, feed.required[:4]
    (('source', 'toll'), ('source', 'subject', 'occurred_at', 'recorded_at'))
    """

    name: str
    doc: str
    fields: tuple[Field, ...]
    consent: Consent = "none"
    chinese: str = ""
    money: str | None = None
    forbidden: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def columns(self) -> tuple[Field, ...]:
        """Every column a file may give: the common ones first, then the feed's own."""
        own = {field.name for field in self.fields}
        return (*(field for field in GIVEN if field.name not in own), *self.fields)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row: its source and the fields marked as key."""
        return ("source", *(field.name for field in self.fields if field.key))

    @property
    def required(self) -> tuple[str, ...]:
        """The columns a file must have."""
        return tuple(field.name for field in self.columns if not field.null)

    def field(self, name: str) -> Field:
        """The column of that name; KeyError when the feed has none."""
        for field in self.columns:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name}")


# What every row has, in the order of a canonical file.
GIVEN: tuple[Field, ...] = (
    Field("source", "id", doc="who keeps the record: a platform, an office, a station"),
    Field("subject", "id", doc="the party the fact is about"),
    Field("occurred_at", "ts", doc="when it was true"),
    Field("recorded_at", "ts", doc="when the source wrote it down; not before occurred_at"),
    Field("consent", "id", null=True, doc="the consent it is used under; null for public facts"),
    Field("via_bureau", "id", null=True, doc="the licensed credit bureau it came through"),
    Field("replaces", "id", null=True, doc="the row this one corrects, as batch:line"),
)
# Where the row was read from; set by the reader, never given by a file.
BATCH = Field("batch", "text", doc="the file it was read from", maximum=1_000)
LINE = Field("line", "int", doc="the line of that file")

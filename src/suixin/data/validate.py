"""From a feed's declaration to SQL: how each column is read, and what is wrong with a row.

A row's faults are looked for in the order of the columns; the first one found sets it aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from suixin.data import sql
from suixin.data.schema import (
    EXPECTED,
    HASH_LENGTH,
    INTEGER_TYPES,
    SQL_TYPE,
    TEXT_TYPES,
    Feed,
    Field,
)
from suixin.kernel.day import LOCAL_OFFSET, day_end, day_start, epoch_day

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2199, 12, 31)

_INTEGERS = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
)
_TIME = (
    r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
    r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)?"
)
_SECONDS = "[0-9]{9,11}"
_DAY = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([T ]0?0:00(:00)?)?"
_WHOLE = "[+-]?[0-9]{1,18}"
_DECIMALS = r"[+-]?[0-9]+\.[0-9]+"
_ROUNDED = r"[0-9](\.[0-9]+)?E\+[0-9]{2}"
_YES = ("yes", "true", "1", "y", "是")
_NO = ("no", "false", "0", "n", "否")


@dataclass(frozen=True, slots=True)
class Check:
    """One way a row can be wrong: the code and field it is set aside under, and the SQL test."""

    code: str
    field: str
    expected: str
    fails: str
    suggest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the outside world sets: today, and the feeds that must come through a bureau."""

    today: date | None = None
    via_bureau_feeds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a relation with given column types becomes a feed; its text is plain (clean.py)."""

    feed: Feed
    types: Mapping[str, str]
    bounds: Bounds

    @property
    def canonical(self) -> bool:
        """Whether every column already has its feed's type."""
        return all(
            _canonical(field, self.types[field.name])
            for field in self.feed.columns
            if field.name in self.types
        )

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check, in order, over columns named by `seen` and `given`."""
        feed = self.feed
        found: list[Check] = []
        for field in feed.columns:
            found += _missing(feed, field, self.bounds)
            if field.name in self.types:
                found += _type_checks(field)
                found += _range_checks(field, self.bounds)
        before = f"{seen('recorded_at')} < {seen('occurred_at')}"
        found.append(Check("BAD_TIME", "recorded_at", "not before occurred_at", before))
        for rule in feed.rules:
            broken = f"NOT ({_seen_in(rule.holds, feed)})"
            found.append(Check("OUT_OF_RANGE", rule.field, rule.expected, broken))
        return tuple(found)

    @property
    def fault(self) -> str:
        """SQL: the number of the first check a row fails, or null."""
        tests = " ".join(f"WHEN {c.fails} THEN {i}" for i, c in enumerate(self.checks))
        return f"CAST(CASE {tests} END AS SMALLINT)"

    def typed(self, field: Field) -> str:
        """SQL: a field as its feed's type, null where that cannot be."""
        kind = self.types.get(field.name)
        if kind is None:
            return f"CAST(NULL AS {SQL_TYPE[field.type]})"
        if field.type in TEXT_TYPES or not _canonical(field, kind):
            return _parsed(field, self._text(field.name))
        column = sql.name(field.name)
        if field.type == "ts" and kind.startswith("TIMESTAMP"):
            # A time without a zone is China's.
            offset = "" if "TIME ZONE" in kind else f" - {LOCAL_OFFSET}"
            return f"(epoch_us({column}) // 1000000{offset})"
        if field.type == "day" and kind == "DATE":
            return f"CAST(date_diff('day', DATE '1970-01-01', {column}) AS BIGINT)"
        wanted = SQL_TYPE[field.type]
        return column if kind == wanted else f"CAST({column} AS {wanted})"

    def seen_from(self, source: str) -> str:
        """SQL: the source with its own columns, and beside them what was seen and given."""
        columns = []
        for field in self.feed.columns:
            columns.append(f"{self._given(field.name)} AS {given(field.name)}")
            columns.append(f"{self.typed(field)} AS {seen(field.name)}")
        return f"SELECT *, {', '.join(columns)} FROM {source}"

    @property
    def wrong(self) -> str:
        """SQL: what stood in the field at fault, as text; null where nothing did."""
        places: dict[str, list[int]] = {}
        for i, check in enumerate(self.checks):
            places.setdefault(check.field, []).append(i)
        whens = [
            f"WHEN fault IN ({', '.join(map(str, among))}) THEN {self._shown(name)}"
            for name, among in places.items()
            if name in self.types
        ]
        return f"CASE {' '.join(whens)} END"

    @property
    def key(self) -> str:
        """SQL: the row's key as one text, its parts joined by a slash."""
        parts = (self._text(name) for name in self.feed.key if name in self.types)
        return f"left(concat_ws('/', {', '.join(parts)}), 300)"

    def _shown(self, name: str) -> str:
        field = next(field for field in self.feed.columns if field.name == name)
        return shown_value(self._text(name), field)

    def _text(self, name: str) -> str:
        column = sql.name(name)
        return column if self.types[name] == "VARCHAR" else f"CAST({column} AS VARCHAR)"

    def _given(self, name: str) -> str:
        return f"({sql.name(name)} IS NOT NULL)" if name in self.types else "false"


def shown_value(text: str, field: Field) -> str:
    """SQL: a value, given as text, as it is kept beside what is wrong; of free text its length.

    >>> shown_value("text", Field("text", "text"))
    "length(text) || ' characters'"
    """
    return f"length({text}) || ' characters'" if field.type == "text" else f"left({text}, 200)"


def seen(name: str) -> str:
    """The column that holds a field as its feed's type."""
    return sql.name(f"seen:{name}")


def given(name: str) -> str:
    """The column that tells whether anything was given for a field."""
    return sql.name(f"given:{name}")


def _seen_in(rule: str, feed: Feed) -> str:
    known = {field.name for field in feed.columns}
    return " ".join(seen(word) if word in known else word for word in rule.split(" "))


def _canonical(field: Field, kind: str) -> bool:
    if field.type in TEXT_TYPES:
        return kind == "VARCHAR"
    if field.type == "flag":
        return kind == "BOOLEAN"
    if field.type == "degrees":
        return kind in ("DOUBLE", "FLOAT")
    if field.type == "ts":
        return kind in _INTEGERS or kind.startswith("TIMESTAMP")
    if field.type == "day":
        return kind in _INTEGERS or kind == "DATE"
    return kind in _INTEGERS


def _parsed(field: Field, text: str) -> str:
    if field.type in TEXT_TYPES:
        return text
    if field.type == "ts":
        return (
            f"CASE WHEN regexp_full_match({text}, {sql.value(_TIME)}) "
            f"THEN epoch_us(TRY_CAST({text} AS TIMESTAMPTZ)) // 1000000 "
            f"WHEN regexp_full_match({text}, '{_SECONDS}') THEN TRY_CAST({text} AS BIGINT) END"
        )
    if field.type == "day":
        read = f"date_diff('day', DATE '1970-01-01', TRY_CAST({text} AS DATE))"
        return f"CASE WHEN regexp_full_match({text}, {sql.value(_DAY)}) THEN {read} END"
    if field.type == "flag":
        return (
            f"CASE WHEN lower({text}) IN ({sql.values(_YES)}) THEN true "
            f"WHEN lower({text}) IN ({sql.values(_NO)}) THEN false END"
        )
    if field.type == "degrees":
        return f"CASE WHEN isfinite(TRY_CAST({text} AS DOUBLE)) THEN TRY_CAST({text} AS DOUBLE) END"
    return f"CASE WHEN regexp_full_match({text}, '{_WHOLE}') THEN TRY_CAST({text} AS BIGINT) END"


def _missing(feed: Feed, field: Field, bounds: Bounds) -> tuple[Check, ...]:
    none = f"NOT {given(field.name)}"
    own = any(field.name == mine.name for mine in feed.fields)
    if field.name == "consent" and not own and feed.consent == "required":
        return (Check("NO_CONSENT", field.name, f"{feed.name} is used only under a consent", none),)
    if field.name == "via_bureau" and feed.name in bounds.via_bureau_feeds:
        expected = f"{feed.name} must come through a licensed bureau (R-CR1)"
        return (Check("NO_BUREAU", field.name, expected, none),)
    if field.null:
        return ()
    return (Check("MISSING_VALUE", field.name, EXPECTED[field.type], none),)


def _type_checks(field: Field) -> tuple[Check, ...]:
    it = seen(field.name)
    if field.type == "hash":
        fails = f"NOT regexp_full_match({it}, '[0-9a-f]{{{HASH_LENGTH}}}')"
        return (Check("BAD_TYPE", field.name, EXPECTED["hash"], fails),)
    if field.type == "id" and field.pattern is None and field.values is None:
        rounded = f"(contains({it}, 'E+') AND regexp_full_match({it}, {sql.value(_ROUNDED)}))"
        expected = "an id as text; a spreadsheet rounds long numbers"
        return (Check("BAD_TYPE", field.name, expected, rounded),)
    if field.type in TEXT_TYPES:
        if field.pattern is None:
            return ()
        fails = f"NOT regexp_full_match({it}, {sql.value(field.pattern)})"
        return (Check("BAD_TYPE", field.name, field.doc, fails),)
    unread = f"({it} IS NULL AND {given(field.name)})"
    wrong = Check("BAD_TYPE", field.name, EXPECTED[field.type], unread)
    if field.type != "fen":
        return (wrong,)
    raw = f"CAST({sql.name(field.name)} AS VARCHAR)"
    yuan = f"({unread} AND regexp_full_match({raw}, {sql.value(_DECIMALS)}))"
    return (Check("BAD_TYPE", field.name, "whole fen, got yuan?", yuan), wrong)


def _range_checks(field: Field, bounds: Bounds) -> tuple[Check, ...]:
    it, (low, high) = seen(field.name), field.range
    if field.type in ("ts", "day"):
        return _time_checks(field, bounds)
    if field.values is not None:
        among = f"one of {', '.join(field.values)}"
        fails = f"{it} NOT IN ({sql.values(field.values)})"
        return (Check("UNKNOWN_VALUE", field.name, among, fails, field.values),)
    if field.type in TEXT_TYPES:
        if high is None:
            return ()
        # Bytes first: they are counted without looking at the text.
        fails = f"(strlen({it}) > {high} AND length({it}) > {high})"
        return (Check("TOO_LONG", field.name, f"at most {high:,} characters", fails),)
    if field.type not in INTEGER_TYPES and field.type != "degrees":
        return ()
    limits = []
    if low is not None:
        limits.append(Check("OUT_OF_RANGE", field.name, f"at least {low:,}", f"{it} < {low}"))
    if high is not None:
        limits.append(Check("OUT_OF_RANGE", field.name, f"at most {high:,}", f"{it} > {high}"))
    return tuple(limits)


def _time_checks(field: Field, bounds: Bounds) -> tuple[Check, ...]:
    it, instant = seen(field.name), field.type == "ts"
    first = day_start(FIRST_DAY) if instant else epoch_day(FIRST_DAY)
    if field.minimum is not None:
        first = field.minimum
    since = FIRST_DAY.isoformat() if field.minimum is None else field.doc
    last_day = LAST_DAY if field.later or bounds.today is None else bounds.today
    last = day_end(last_day) if instant else epoch_day(last_day)
    until = f"not after {last_day.isoformat()}"
    if not field.later and bounds.today is not None:
        until = f"not in the future (after {last_day.isoformat()})"
    return (
        Check("BAD_TIME", field.name, f"not before {since}", f"{it} < {first}"),
        Check("BAD_TIME", field.name, until, f"{it} > {last}"),
    )

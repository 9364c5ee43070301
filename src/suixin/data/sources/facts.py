"""From rows to facts: only the fields a mapping names are read; the rest is never looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from suixin.data.quarantine import SetAside
from suixin.data.sources.expression import Record, Rule, Secret, Table, UnknownCode
from suixin.data.sources.mapping import Form, Kind
from suixin.data.sources.mapping import Mapping as SourceMapping
from suixin.data.sources.reading import Pull, Row, pull
from suixin.data.sources.shape import FEED_OF, NEEDED
from suixin.data.sources.values import BadValue, clean

# A code unknown here decides what a row is; elsewhere it only leaves a detail unknown.
_DECIDES: Final = frozenset({"status", "state", "kind"})


@dataclass(frozen=True, slots=True)
class Fact:
    """What one row says of one thing: its fields, its lists, and where it stood."""

    kind: Kind
    file: str
    line: int
    exported: int | None
    values: dict[str, Any]
    lists: dict[str, list[dict[str, Any]]]
    unknown: UnknownCode | None = None

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    @property
    def from_api(self) -> bool:
        """Whether it came from the platform's interface, not from a table the merchant saved."""
        return bool(self.kind.json)

    def aside(self, feed: str, field: str, code: str, wrong: str | None, expected: str) -> SetAside:
        """This fact as a row set aside."""
        money = self["net"] if feed == "settlements" else self["amount"] or self["gross"]
        keys = ("order", "refund", "review", "waybill", "message")
        key = next((str(self[k]) for k in keys if isinstance(self[k], str)), None)
        return SetAside(self.file, self.line, feed, field, code, wrong, expected, money, key)


@dataclass(slots=True)
class Facts:
    """All facts of a folder by what they are of, and the rows that gave none."""

    of: dict[str, list[Fact]] = field(default_factory=dict)
    set_aside: list[SetAside] = field(default_factory=list)

    def __getitem__(self, name: str) -> list[Fact]:
        return self.of.get(name, [])


def gather(mapping: SourceMapping, folder: Path) -> tuple[Pull, Facts]:
    """Read the fields that the mapping names out of every row of a folder.

    A row is let go once it is read; only rows that join others wait for all of them.
    """
    found = Facts()
    joined = {join.kind for kind in mapping.kinds for join in kind.joins}
    waiting: dict[str, list[Row]] = {}

    def take(row: Row) -> None:
        if row.kind.joins or row.kind.name in joined:
            waiting.setdefault(row.kind.name, []).append(row)
        else:
            _facts(row, row.record, found)

    pulled = pull(mapping, folder, take)
    found.set_aside += pulled.set_aside
    tables = Tables(mapping, waiting)
    for kind in mapping.kinds:
        for row in waiting.get(kind.name, ()) if kind.forms else ():
            for record in _records(row, tables, found):
                _facts(row, record, found)
    _unclaimed(mapping, tables, found)
    for facts in found.of.values():
        facts.sort(key=lambda fact: fact.kind.rank)
    return pulled, found


class Tables:
    """Rows of the kinds that others join, by their key."""

    def __init__(self, mapping: SourceMapping, waiting: dict[str, list[Row]]) -> None:
        self._kinds = {kind.name: kind for kind in mapping.kinds}
        self._waiting = waiting
        self._made: dict[str, dict[str, list[Row]]] = {}
        self.claimed: dict[str, set[str]] = {}

    def of(self, kind: str) -> dict[str, list[Row]]:
        """The rows of a kind by key, what they join themselves hung in."""
        if kind not in self._made:
            index: dict[str, list[Row]] = {}
            for row in self._waiting.get(kind, ()):
                key = clean(row.record.get(self._kinds[kind].key or ""))
                if key is not None:
                    self.hang(self._kinds[kind], row.record)
                    index.setdefault(key, []).append(row)
            self._made[kind] = index
        return self._made[kind]

    def hang(self, kind: Kind, record: dict[str, Any]) -> None:
        """Hang the rows a record joins into it."""
        for join in kind.joins:
            key = clean(record.get(join.on)) or ""
            rows = self.of(join.kind).get(key, [])
            self.claimed.setdefault(join.kind, set()).add(key)
            if join.one:
                record[join.name] = rows[0].record if rows else None
            else:
                record[join.name] = [row.record for row in rows]


def _records(row: Row, tables: Tables, found: Facts) -> Iterator[dict[str, Any]]:
    """The records of a row: itself with what it joins, or one for each part it is split into."""
    kind, record, split = row.kind, row.record, row.kind.split
    tables.hang(kind, record)
    if split is None:
        yield record
        return
    parts: dict[str, list[dict[str, Any]]] = {}
    for element in record[split.of]:
        parts.setdefault(clean(element.get(split.by)) or "", []).append(element)
    if not parts:
        key = clean(record.get(kind.key or ""))
        expected = f"at least one row of {split.of}"
        found.set_aside.append(
            SetAside(row.file, row.line, "orders", split.of, split.empty, None, expected, 0, key)
        )
    for elements in parts.values():
        yield {**record, split.of: elements}


def _unclaimed(mapping: SourceMapping, tables: Tables, found: Facts) -> None:
    """Rows of a split list that belong to no record: their money must not vanish."""
    for kind in mapping.kinds:
        if kind.split is None:
            continue
        join = next(join for join in kind.joins if join.name == kind.split.of)
        lines = kind.forms["order"].lists["lines"][0]
        for key, rows in tables.of(join.kind).items():
            if key in tables.claimed.get(join.kind, ()):
                continue
            for row in rows:
                money = _money(lines.fields["amount"], row.record)
                expected = f"a row of {kind.name} with this {join.on}"
                found.set_aside.append(
                    SetAside(
                        row.file, row.line, "order_lines", join.on, "NO_SUCH_ROW",
                        key, expected, money, key,
                    )
                )  # fmt: skip


def _money(rule: Rule | Table, record: Record) -> int | None:
    """An amount, None where it cannot be read."""
    try:
        amount = rule.read(record, {})
    except BadValue:
        return None
    return amount if isinstance(amount, int) else None


def _facts(row: Row, record: Record, found: Facts) -> None:
    for name, form in row.kind.forms.items():
        _fact(name, form, row, record, found)


def _fact(name: str, form: Form, row: Row, record: Record, found: Facts) -> None:
    if form.only and not all(condition.holds(record, {}) for condition in form.only):
        return
    feed, reading = FEED_OF[name], ""
    unknown: UnknownCode | None = None
    place = {"file": row.file.rsplit("/", 1)[-1].split(".", 1)[0]}
    values: dict[str, Any] = {}
    lists: dict[str, list[dict[str, Any]]] = {}
    try:
        for reading, rule in form.fields.items():
            try:
                values[reading] = _read(reading, rule, record, place)
            except UnknownCode as error:
                unknown = error
        for reading, eaches in form.lists.items():
            lists[reading] = [
                {key: _read(key, rule, element, record) for key, rule in each.fields.items()}
                for each in eaches
                for element in _elements(each.path.all(record, {}))
            ]
    except BadValue as error:
        found.set_aside.append(
            SetAside(row.file, row.line, feed, reading, error.code, error.wrong, error.expected)
        )
        return
    fact = Fact(row.kind, row.file, row.line, row.exported, values, lists, unknown)
    for needed in NEEDED[name]:
        if values.get(needed) is None:
            expected = "an id, as every such row has"
            found.set_aside.append(fact.aside(feed, needed, "MISSING_VALUE", None, expected))
            return
    found.of.setdefault(name, []).append(fact)


def _read(name: str, rule: Rule | Table, record: Record, around: Record) -> Any:
    try:
        value = rule.read(record, around)
    except UnknownCode:
        if name in _DECIDES:
            raise
        return None
    return None if value == "" else value


def _elements(found: Iterator[Any]) -> Iterator[dict[str, Any]]:
    for value in found:
        for element in value if isinstance(value, list) else [value]:
            if isinstance(element, dict):
                yield element
            elif element is not None:
                yield {"it": element}


def secret(value: str | Secret | None) -> str | None:
    """The text of an id, hidden or not."""
    return value.text if isinstance(value, Secret) else value

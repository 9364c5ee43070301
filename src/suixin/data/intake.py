"""Rows of a source into the store: read in place where nothing is wrong, else a typed table."""

from __future__ import annotations

from suixin.data import sql
from suixin.data.clean import cleaned, irregular
from suixin.data.parts import FEW, Part, Store
from suixin.data.quarantine import TABLE
from suixin.data.schema import Feed
from suixin.data.validate import Check, Reading, given, seen

# The nearest allowed value is named when it is at least this like the one found (Jaro-Winkler).
_ALIKE = 0.75
_TOLD = ("consent", "replaces")


def keep_in_place(store: Store, reading: Reading, source: str, *, file: str, line: str) -> bool:
    """Keep a file where it is, if one counting pass finds its rows good but for a few.

    False where it must be read by `load`: text to clean, corrections, or many faults. `file` and
    `line` are SQL over the source; a line names one row.
    """
    feed = reading.feed
    tells = {name: given(name) if name in reading.types else "false" for name in _TOLD}
    rows, faults, odd, consented, replacing = store.one(
        "SELECT count(*), count(fault), count_if(odd), count_if(consented), count_if(replacing) "
        f"FROM (SELECT {reading.fault} AS fault, {irregular(feed, reading.types)} AS odd, "
        f"{tells['consent']} AS consented, {tells['replaces']} AS replacing "
        f"FROM ({reading.seen_from(source)}))"
    )
    if odd or replacing or faults > FEW:
        return False
    left_out = None
    if faults:
        left_out = _set_few_aside(store, reading, source, file=file, line=line, faults=faults)
        if left_out is None:
            return False
    view = store.fresh(f"view_{feed.name}")
    columns = ", ".join(f"{reading.typed(f)} AS {sql.name(f.name)}" for f in feed.columns)
    store.connection.execute(
        f"CREATE VIEW {view} AS SELECT {columns}, {file} AS _file, {line} AS _line FROM {source}"
    )
    part = Part(view, in_place=True, row="_line", left_out=left_out)
    store.add(feed.name, part, rows=rows, aside=faults, consented=bool(consented))
    return True


def keep_written(store: Store, feed: Feed, source: str) -> None:
    """Keep rows where they are that were checked when they were written, typed as a feed has them.

    Beside the feed's columns the source gives _file and _line, and _row, which names one row.
    """
    view = store.fresh(f"view_{feed.name}")
    columns = sql.names((*(column.name for column in feed.columns), "_file", "_line", "_row"))
    store.connection.execute(f"CREATE VIEW {view} AS SELECT {columns} FROM {source}")
    rows, consented = store.one(f"SELECT count(*), count(consent) FROM {view}")
    part = Part(view, in_place=True, row="_row")
    store.add(feed.name, part, rows=rows, aside=0, consented=bool(consented))


def load(store: Store, reading: Reading, source: str, *, file: str, line: str | None) -> None:
    """Read a source into a typed table; rows at fault are set aside.

    `file` and `line` are SQL over the source; without `line` the rows stand in file order under
    one header line.
    """
    feed, table = reading.feed, store.fresh(f"rows_{reading.feed.name}")
    _lay(store, reading, source, table, place=_place(file, line))
    at = "rowid + 2" if line is None else "_line"
    rows, faults, consented = store.one(
        f"SELECT count(*), count(fault), count(consent) FROM {table}"
    )
    if faults:
        _set_aside(store, feed, table, at, reading.checks)
    part = Part(table, line=at, faults=bool(faults))
    store.add(feed.name, part, rows=rows, aside=faults, consented=bool(consented))


def _place(file: str, line: str | None) -> str:
    return f"{file} AS _file" if line is None else f"{file} AS _file, {line} AS _line"


def _lay(store: Store, reading: Reading, source: str, table: str, *, place: str) -> None:
    """A table of a source's rows, typed, each with its fault, if any, and what was wrong."""
    columns = ", ".join(f"{seen(f.name)} AS {sql.name(f.name)}" for f in reading.feed.columns)
    store.connection.execute(
        f"CREATE TABLE {table} AS SELECT {columns}, {place}, fault, "
        f"CASE WHEN fault IS NOT NULL THEN {reading.wrong} END AS _wrong, "
        f"CASE WHEN fault IS NOT NULL THEN {reading.key} END AS _key "
        f"FROM (SELECT *, {reading.fault} AS fault FROM ({reading.seen_from(source)}))"
    )


def _set_few_aside(
    store: Store, reading: Reading, source: str, *, file: str, line: str, faults: int
) -> str | None:
    """Set the few rows at fault aside; gives the table of their lines.

    None when cleaning their text mends some: then the file must be read whole.
    """
    table = store.fresh("left_out")
    bad = (
        f"(SELECT {sql.names(reading.types)} FROM ({reading.seen_from(source)}) "
        f"WHERE {reading.fault} IS NOT NULL)"
    )
    clean, types = cleaned(reading.feed, reading.types, bad)
    again = Reading(reading.feed, types, reading.bounds)
    _lay(store, again, clean, table, place=f"{_place(file, line)}, {line} AS _row")
    (still,) = store.one(f"SELECT count(fault) FROM {table}")
    if still < faults:
        return None
    _set_aside(store, reading.feed, table, "_line", again.checks)
    return table


def _set_aside(store: Store, feed: Feed, table: str, line: str, checks: tuple[Check, ...]) -> None:
    """Put the rows at fault of a table that `_lay` made into quarantine."""
    listed = ", ".join(
        f"({i}, {sql.value(c.field)}, {sql.value(c.code)}, {sql.value(c.expected)}, "
        f"[{sql.values(c.suggest)}]::VARCHAR[])"
        for i, c in enumerate(checks)
    )
    money = sql.name(feed.money) if feed.money else "NULL"
    alike = (
        "list_sort(list_transform(suggest, lambda v: {'s': "
        "jaro_winkler_similarity(lower(_wrong), lower(v)), 'v': v}), 'DESC')[1]"
    )
    store.connection.execute(
        f"INSERT INTO {TABLE} SELECT _file, placed, '{feed.name}', field, code, _wrong, "
        f"CASE WHEN alike.s >= {_ALIKE} THEN expected || '; nearest ' || alike.v "
        f"ELSE expected END, amount, nullif(_key, '') FROM ("
        f"SELECT _file, {line} AS placed, field, code, _wrong, expected, _key, "
        f"{money} AS amount, {alike} AS alike FROM {table} "
        f"JOIN (VALUES {listed}) AS checks(fault, field, code, expected, suggest) "
        f"USING (fault))"
    )

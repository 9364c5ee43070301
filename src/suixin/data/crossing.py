"""What can only be judged across rows: repeats, conflicts, missing references, refunds in sum.

Each question is first asked of the whole (keys.py, or one count). Only when something is wrong
are rows looked up, set aside, and the feed rebuilt without them.
"""

from __future__ import annotations

from suixin.data import sql
from suixin.data.feed import FEEDS
from suixin.data.keys import Keys
from suixin.data.parts import Store, insert_aside
from suixin.data.schema import Feed, Field
from suixin.data.validate import shown_value

# Learned again, later or from another file, a fact is the same fact.
_NOT_CONTENT = frozenset({"recorded_at", "replaces"})


def judge(store: Store) -> None:
    """Judge every feed across its rows and those of the feeds it refers to."""
    keys = Keys(store)
    for feed in _in_order(store):
        repeated = keys.repeated(feed.name, feed.key)
        if repeated is not None:
            _judge_keys(store, feed, repeated)
        for field in feed.fields:
            if field.references is not None:
                target, column = field.references.split(".")
                if target in store.parts:
                    missing = keys.missing(feed.name, field.name, target, column)
                    if missing is not None:
                        _judge_reference(store, feed, field, missing)
        if feed.name == "refunds" and "orders" in store.parts:
            _judge_refunds(store)


def _in_order(store: Store) -> tuple[Feed, ...]:
    """The feeds that have rows, each after those it refers to."""
    done: dict[str, Feed] = {}

    def visit(name: str) -> None:
        if name in done:
            return
        for field in FEEDS[name].fields:
            if field.references is not None:
                target = field.references.split(".")[0]
                if target != name and target in store.parts:
                    visit(target)
        done[name] = FEEDS[name]

    for name in FEEDS:
        if name in store.parts:
            visit(name)
    return tuple(done.values())


def _judge_keys(store: Store, feed: Feed, hashes: str) -> None:
    """Of rows whose key hashes to one of those given: repeats, corrections and clashes."""
    same, dead = store.fresh("same_key"), store.fresh("dead")
    keys = sql.names(feed.key)
    store.connection.execute(
        f"CREATE TEMP TABLE {same} AS SELECT * FROM ({store.rows(feed.name, hidden=True)}) "
        f"WHERE hash({keys}) IN (SELECT h FROM {hashes}) "
        f"QUALIFY count(*) OVER (PARTITION BY {keys}) > 1"
    )
    content = sql.names(f.name for f in feed.columns if f.name not in _NOT_CONTENT)
    store.connection.execute(
        f"CREATE TEMP TABLE {dead}_ranked AS SELECT *, row_number() OVER (PARTITION BY {content} "
        f"ORDER BY recorded_at, _file, _line, _part, _row) AS nth FROM {same}"
    )
    (repeated,) = store.one(f"SELECT count_if(nth > 1) FROM {dead}_ranked")
    kept = f"(SELECT * FROM {dead}_ranked WHERE nth = 1)"
    _lay_replaced(store, feed, kept, dead)
    store.connection.execute(
        f"CREATE TEMP TABLE {dead} AS SELECT _part, _row FROM {dead}_ranked WHERE nth > 1 "
        f"UNION ALL SELECT _part, _row FROM {dead}_clash"
    )
    _set_aside_clashes(store, feed, f"{dead}_clash")
    store.repeated[feed.name] += repeated
    store.leave_out(feed.name, dead)
    (replaced,) = store.one(f"SELECT count(*) FROM {dead}_replaced")
    if replaced:
        store.mark_replaced(feed.name, f"{dead}_replaced")


def _lay_replaced(store: Store, feed: Feed, kept: str, dead: str) -> None:
    """Of rows with one key and several contents: which are replaced and when, and which clash.

    A chain holds when each row but the first names, by batch:line, one recorded before it and no
    two name the same; else every row of the key clashes.
    """
    keys = sql.names(feed.key)
    on = " AND ".join(f"new.{sql.name(k)} = old.{sql.name(k)}" for k in feed.key)
    store.connection.execute(
        f"CREATE TEMP TABLE {dead}_links AS "
        f"SELECT old._part, old._row, min(new.recorded_at) AS _ended, "
        f"count(*) AS _enders FROM {kept} AS new JOIN {kept} AS old "
        f"ON {on} AND new.replaces = old._file || ':' || old._line "
        f"AND new.recorded_at > old.recorded_at GROUP BY ALL"
    )
    placed = (
        f"SELECT kept.*, _file || ':' || _line AS _place, links._ended, links._enders "
        f"FROM {kept} AS kept LEFT JOIN {dead}_links AS links USING (_part, _row)"
    )
    store.connection.execute(
        f"CREATE TEMP TABLE {dead}_clash AS "
        f"SELECT * EXCLUDE (_ended, _enders), CASE WHEN _place = min(_place) OVER w "
        f"THEN max(_place) OVER w ELSE min(_place) OVER w END AS _other "
        f"FROM ({placed}) WINDOW w AS (PARTITION BY {keys}) "
        f"QUALIFY count(*) OVER w > 1 "
        f"AND (count(_ended) OVER w < count(*) OVER w - 1 OR max(_enders) OVER w > 1)"
    )
    store.connection.execute(
        f"CREATE TEMP TABLE {dead}_replaced AS "
        f"SELECT _file, _line, {keys}, links._ended AS _replaced_at "
        f"FROM {kept} AS kept JOIN {dead}_links AS links USING (_part, _row) "
        f"ANTI JOIN {dead}_clash USING (_part, _row)"
    )


def _set_aside_clashes(store: Store, feed: Feed, clash: str) -> None:
    """Each row of a clash, with the first field in which the rows of its key differ."""
    whens = []
    for field in feed.columns:
        if field.name not in _NOT_CONTENT and field.name not in feed.key:
            it = sql.name(field.name)
            differs = (
                f"min({it}) OVER w IS DISTINCT FROM max({it}) OVER w "
                f"OR count({it}) OVER w NOT IN (0, count(*) OVER w)"
            )
            shown = shown_value(f"CAST({it} AS VARCHAR)", field)
            found = f"{{'field': {sql.value(field.name)}, 'wrong': {shown}}}"
            whens.append(f"WHEN {differs} THEN {found}")
    money = sql.name(feed.money) if feed.money else "NULL"
    insert_aside(
        store.connection,
        f"SELECT _file, _line, '{feed.name}', differing.field, 'CONFLICT', "
        f"differing.wrong, 'one content a key; ' || _other || ' has another', "
        f"{money}, {_shown_key(feed)} FROM (SELECT *, CASE {' '.join(whens)} END AS differing "
        f"FROM {clash} WINDOW w AS (PARTITION BY {sql.names(feed.key)}))",
    )
    (clashes,) = store.one(f"SELECT count(*) FROM {clash}")
    store.aside[feed.name] += clashes


def _judge_reference(store: Store, feed: Feed, field: Field, hashes: str) -> None:
    """Set aside the rows that refer, by a hash of those given, to what is not there."""
    target, column = (field.references or "").split(".")
    asked, key = sql.name(field.name), sql.name(column)
    dead = store.fresh("dead")
    store.connection.execute(
        f"CREATE TEMP TABLE {dead} AS SELECT * FROM ({store.rows(feed.name, hidden=True)}) "
        f"WHERE hash({asked}) IN (SELECT h FROM {hashes}) AND {asked} NOT IN "
        f"(SELECT {key} FROM ({store.rows(target)}) WHERE hash({key}) IN (SELECT h FROM {hashes}))"
    )
    expected = f"a row of {target} with this {column}, not itself set aside"
    _set_aside_dead(store, feed, dead, field.name, "NO_SUCH_ROW", sql.value(expected))


def _judge_refunds(store: Store) -> None:
    """Refunds of an order never exceed what was paid for it, goods and freight together.

    The first refund that alone is too much is set aside; of the rest, in order of time, those
    that go over.
    """
    feed = FEEDS["refunds"]
    orders, refunds = (store.rows(name, current=True) for name in ("orders", "refunds"))
    paid = f"(SELECT order_id, max(gross + freight) AS paid FROM ({orders}) GROUP BY 1)"
    (over,) = store.one(
        f"SELECT count(*) FROM (SELECT order_id, sum(amount) AS back FROM ({refunds}) GROUP BY 1) "
        f"JOIN {paid} USING (order_id) WHERE back > paid"
    )
    if not over:
        return
    dead = store.fresh("dead")
    store.connection.execute(
        f"CREATE TEMP TABLE {dead} AS SELECT * FROM (SELECT *, "
        f"sum(CASE WHEN amount <= paid THEN amount ELSE 0 END) OVER (PARTITION BY order_id "
        f"ORDER BY refunded_at, source, refund_id ROWS UNBOUNDED PRECEDING) AS so_far "
        f"FROM ({store.rows('refunds', hidden=True, current=True)}) JOIN {paid} USING (order_id)) "
        f"WHERE amount > paid OR so_far > paid"
    )
    expected = "'at most ' || paid || ' in all, the gross and freight of the order'"
    _set_aside_dead(store, feed, dead, "amount", "OUT_OF_RANGE", expected)


def _set_aside_dead(
    store: Store, feed: Feed, dead: str, field: str, code: str, expected: str
) -> None:
    money = sql.name(feed.money) if feed.money else "NULL"
    insert_aside(
        store.connection,
        f"SELECT _file, _line, '{feed.name}', {sql.value(field)}, '{code}', "
        f"CAST({sql.name(field)} AS VARCHAR), {expected}, {money}, {_shown_key(feed)} FROM {dead}",
    )
    (count,) = store.one(f"SELECT count(*) FROM {dead}")
    store.aside[feed.name] += count
    store.leave_out(feed.name, dead)


def _shown_key(feed: Feed) -> str:
    parts = ", ".join(f"CAST({sql.name(key)} AS VARCHAR)" for key in feed.key)
    return f"left(concat_ws('/', {parts}), 300)"

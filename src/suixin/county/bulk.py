"""A large county for benchmarks: millions of orders made inside DuckDB, as Parquet.

Chance is a hash of the order's number and the seed, so no row needs another and nothing is held in
memory. Columns are whole numbers of seconds, days and fen, which a reader may use where they lie.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import MappingProxyType

import duckdb

from suixin.data.errors import InputError
from suixin.data.feed import FEEDS
from suixin.data.schema import SQL_TYPE
from suixin.kernel.day import day_end, day_start, epoch_day

DAYS = 882
"""How long the county has traded; the last day is the one it is made until."""

_WRITERS = 2  # files written at a time, one thread each
_DAY, _HOUR = 86_400, 3_600
_ORDER = "i::VARCHAR"

# Each feed as the columns that are not null, over one row an order (or a merchant).
_TRADE: Mapping[str, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {
        "orders": (
            "placed_orders",
            {
                "occurred_at": "placed",
                "order_id": _ORDER,
                "merchant": "name",
                "buyer": "'b-' || (m * 97 + chance(i, 6) % 97)",
                "channel": "CASE WHEN posted THEN 'shelf' ELSE 'group' END",
                "pool": "'private'",
                "gross": "gross",
                "freight": "0::BIGINT",
                "placed_at": "placed",
                "promised_at": f"placed + {2 * _DAY}",
                "promise": "'ship'",
                "buyer_kind": "'household'",
            },
        ),
        "order_lines": (
            "placed_orders",
            {
                "occurred_at": "placed",
                "order_id": _ORDER,
                "line_no": "1::BIGINT",
                "item": "'i-' || m",
                "category": "(['egg', 'honey', 'mushroom', 'noodle', 'rice'])[1 + m % 5]",
                "quantity": "1::BIGINT",
                "amount": "gross",
            },
        ),
        "order_events": (
            "placed_orders WHERE NOT posted",
            {
                "occurred_at": f"placed + {_DAY}",
                "order_id": _ORDER,
                "event": "'picked_up'",
                "at": f"placed + {_DAY}",
                "confirmed_by": "'agent-1'",
            },
        ),
        "settlements": (
            "placed_orders",
            {
                "occurred_at": f"placed + {9 * _DAY}",
                "settlement_id": _ORDER,
                "merchant": "name",
                "order_id": _ORDER,
                "gross": "gross",
                "commission": "gross // 20",
                "refund_netted": "0::BIGINT",
                "net": "gross - gross // 20",
                "payee_account_hash": "lower(lpad(to_hex(m), 64, '0'))",
                "settled_at": f"placed + {9 * _DAY}",
            },
        ),
        "refunds": (
            "placed_orders WHERE back",
            {
                "occurred_at": f"placed + {5 * _DAY}",
                "refund_id": _ORDER,
                "order_id": _ORDER,
                "amount": "gross",
                "reason": "'quality'",
                "refunded_at": f"placed + {5 * _DAY}",
            },
        ),
        "shipments": (
            "(SELECT *, unnest(['handed_over', 'delivered']) AS step"
            " FROM placed_orders WHERE posted)",
            {
                "occurred_at": "placed + CASE step WHEN 'delivered' THEN 259200 ELSE slow END",
                "tracking": _ORDER,
                "event": "step",
                "order_id": _ORDER,
                "carrier": "'postal'",
                "at": "placed + CASE step WHEN 'delivered' THEN 259200 ELSE slow END",
            },
        ),
        "parties": (
            "merchants",
            {
                "occurred_at": "opened",
                "party_id": "name",
                "kind": "'household'",
                "identity_kind": "'resident'",
                "identity": "lower(lpad(to_hex(m), 64, '0'))",
            },
        ),
        "store_ratings": (
            "merchants",
            {
                "occurred_at": "rated",
                "merchant": "name",
                "on": "rated_on",
                "rating_hundredths": "430 + (chance(m, 7) % 70)::BIGINT",
            },
        ),
    }
)


def make_bulk_county(
    households: int, orders: int, seed: int, folder: Path, until: date
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Write a county of so many trading households and orders; returns rows a feed, and ids.

    A merchant's size is drawn: the largest sell a hundred times what the smallest do. One order in
    ten is posted, the others are fetched at a station; one in twenty is paid back.
    """
    if households < 1 or orders < 1:
        raise InputError(
            "TOO_FEW_HOUSEHOLDS",
            f"A county of {households} households and {orders} orders cannot be made.",
            "Ask for at least one of each.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": _WRITERS}) as connection:
        _lay_views(connection, households, orders, seed, until)
        with ThreadPoolExecutor(_WRITERS) as pool:
            written = pool.map(
                lambda feed: _write(connection.cursor(), feed, folder, until), _TRADE
            )
            rows = dict(zip(_TRADE, written, strict=True))
    return rows, tuple(f"m-{m}" for m in range(households))


def _lay_views(
    connection: duckdb.DuckDBPyConnection, households: int, orders: int, seed: int, until: date
) -> None:
    first = day_start(until) - (DAYS - 1) * _DAY
    connection.execute(f"""
        CREATE MACRO chance(i, stream) AS hash(i, stream + {seed} * 1000);
        CREATE MACRO part(i, stream) AS (chance(i, stream) >> 11)::DOUBLE * 2.0**-53;
        CREATE VIEW placed_orders AS
        SELECT i, m, 'm-' || m AS name,
               {first} + (i * {DAYS} // {orders}) * {_DAY} + (chance(i, 2) % {_DAY - _HOUR})::BIGINT
                   AS placed,
               2000 + 10 * (chance(i, 3) % 3000)::BIGINT AS gross,
               {_HOUR} + (chance(i, 8) % {50 * _HOUR})::BIGINT AS slow,
               chance(i, 4) % 20 = 0 AS back,
               chance(i, 5) % 10 = 0 AS posted
        FROM (SELECT range AS i, floor({households} * part(range, 1) * part(range, 1))::BIGINT AS m
              FROM range({orders}));
        CREATE VIEW merchants AS
        SELECT range AS m, 'm-' || range AS name, {first - _DAY}::BIGINT AS opened,
               {day_start(until) - _DAY}::BIGINT AS rated,
               {epoch_day(until) - 1}::BIGINT AS rated_on
        FROM range({households});
    """)


def _write(cursor: duckdb.DuckDBPyConnection, feed: str, folder: Path, until: date) -> int:
    """One feed as Parquet: what was recorded within the hour, if that was by the last day."""
    source, given = _TRADE[feed]
    common = {"source": "'bulk'", "subject": "name", "recorded_at": f"occurred_at + {_HOUR}"}
    columns = {**common, **given}
    selected = ", ".join(
        f'{columns.get(field.name, f"NULL::{SQL_TYPE[field.type]}")} AS "{field.name}"'
        for field in sorted(FEEDS[feed].columns, key=lambda field: field.name == "recorded_at")
    )
    names = ", ".join(f'"{field.name}"' for field in FEEDS[feed].columns)
    target = str(folder / f"{feed}.parquet").replace("'", "''")
    [(rows,)] = cursor.execute(f"""
        COPY (SELECT {names} FROM (SELECT {selected} FROM {source})
              WHERE recorded_at <= {day_end(until)})
        TO '{target}' (FORMAT parquet)
    """).fetchall()
    return int(rows)

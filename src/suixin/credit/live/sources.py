"""Live sessions from canonical feeds, or from a behaviour log of a shop platform."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt

from suixin.credit.index import Floats
from suixin.credit.live.events import Events
from suixin.credit.live.replay import Session
from suixin.credit.live.rules import KINDS, MEASURES
from suixin.credit.subject import same_party, subjects_of
from suixin.data.errors import InputError, shown
from suixin.data.lake import FeedsOn
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY

BEHAVIOURS: Final = {"pv": "click", "fav": "favourite", "cart": "cart", "buy": "order_paid"}
"""What a shop's behaviour log calls what a live room calls otherwise."""

COLUMNS: Final = ("user_id", "item_id", "category_id", "behaviour", "ts")
_THOUSANDTHS = 1_000.0
_PAID, _ENTERED = KINDS.index("order_paid"), KINDS.index("enter")


def sessions_of(known: FeedsOn) -> tuple[Session, ...]:
    """The sessions of `live_sessions`, with their events, or the sums of minutes kept after these.

    What a seller's own side buys weighs nothing. A session that has neither is left out; one still
    open ends with the day asked for.
    """
    shows = known.relation("live_sessions").order("opens_at, session").fetchnumpy()
    events, minutes = _grouped_events(known), _grouped_minutes(known)
    found = []
    for name, merchant, opens, closes in zip(
        shows["session"], shows["merchant"], shows["opens_at"],
        np.ma.filled(np.ma.asarray(shows["closes_at"]), known.cutoff), strict=True,
    ):  # fmt: skip
        if name in events or name in minutes:
            hours = (int(opens), int(closes))
            found.append(
                Session(str(name), str(merchant), *hours, events.get(name), minutes.get(name))
            )
    return tuple(found)


def _grouped_events(known: FeedsOn) -> dict[str, Events]:
    if "live_events" not in known.present:
        return {}
    rows = known.relation("live_events").order('session, "at", sequence').fetchnumpy()
    code = {kind: k for k, kind in enumerate(KINDS)}
    kind = np.array([code[one] for one in rows["kind"].tolist()], dtype=np.int64)
    value = np.ma.filled(np.ma.asarray(rows["value"], np.float64), 0.0)
    own = _own_orders(known)
    if own:
        # What the seller's own side buys was seen to happen, and is no order.
        kind[np.isin(rows["order_id"].astype(str), own) & (kind == _PAID)] = _ENTERED
    named = ~np.ma.getmaskarray(np.ma.asarray(rows["order_id"]))
    order = np.full(len(named), -1, dtype=np.int64)
    order[named] = _codes(np.asarray(rows["order_id"])[named])
    return {
        name: Events(
            room=np.zeros(end - begin, dtype=np.int64),
            viewer=_codes(rows["viewer_day_hash"][begin:end]),
            device=_codes(rows["device_day_hash"][begin:end]),
            kind=kind[begin:end],
            value=value[begin:end],
            at=rows["at"][begin:end].astype(np.int64),
            order=order[begin:end],
        )
        for name, begin, end in _runs(rows["session"])
    }


def _own_orders(known: FeedsOn) -> list[str]:
    """Orders whose buyer is the seller in other clothes: the first test of clean sales."""
    if "orders" not in known.present:
        return []
    subjects = subjects_of(known, known.connection)
    sellers = subjects.frame.select("row", merchant="party")
    orders = known.frame("orders").join(sellers, on="merchant")
    own = orders.join(same_party(known, subjects), on=["row", "buyer"]).select("order_id").unique()
    found: list[str] = subjects.engine.fetch(own)["order_id"].tolist()
    return found


def _grouped_minutes(known: FeedsOn) -> dict[str, Floats]:
    """Sums of minutes by session; where orders were not counted the sums tell nothing of them."""
    if "live_minutes" not in known.present:
        return {}
    told = known.relation("live_minutes").filter("paid_orders is not null and refunds is not null")
    rows = told.order("session, minute").fetchnumpy()
    found = {}
    for name, begin, end in _runs(rows["session"]):
        sums = np.zeros((int(rows["minute"][end - 1]) + 1, len(MEASURES)))
        columns = ("interest_thousandths", "paid_orders", "refunds")
        for k, (column, unit) in enumerate(zip(columns, (_THOUSANDTHS, 1.0, 1.0), strict=True)):
            sums[rows["minute"][begin:end], k] = rows[column][begin:end] / unit
        found[name] = sums
    return found


def _runs(names: npt.NDArray[Any]) -> list[tuple[str, int, int]]:
    """Each name with where its rows begin and end; equal names stand together."""
    if not len(names):
        return []
    starts = np.flatnonzero(np.concatenate(([True], names[1:] != names[:-1])))
    ends = [*starts[1:].tolist(), len(names)]
    return [(str(names[a]), a, b) for a, b in zip(starts.tolist(), ends, strict=True)]


def _codes(names: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    return np.unique(names.astype(str), return_inverse=True)[1].astype(np.int64)


def behaviour_sessions(path: Path, *, rooms: int) -> tuple[Session, ...]:
    """A behaviour log (user, item, category, behaviour, epoch seconds) as live rooms.

    Each of the busiest categories is a merchant and each local day a session from midnight to
    midnight; a user is his own device. Views are clicks and purchases paid orders; the log has no
    dwell, likes, shares or refunds, and none are invented. Raises `InputError` on other files.
    """
    with duckdb.connect() as connection:
        try:
            connection.read_csv(str(path)).create("log")
        except duckdb.Error as fault:
            raise InputError("UNREADABLE", f"{shown(path.name)}: {shown(fault)}.") from fault
        _refuse_odd(connection, path.name)
        rows = connection.sql(
            "with busy as (select category_id from log group by 1"
            f" order by count(*) desc, category_id limit {int(rooms)})"
            f" select category_id, (ts + {LOCAL_OFFSET}) // {SECONDS_PER_DAY} as day,"
            " user_id, behaviour, ts from log join busy using (category_id)"
            " order by category_id, day, ts, user_id, behaviour, item_id"
        ).fetchnumpy()
    return _days(rows)


def _refuse_odd(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Refuse a log that lacks a column or tells of something that is no behaviour."""
    missing = [column for column in COLUMNS if column not in connection.table("log").columns]
    if missing:
        raise InputError(
            "BAD_BEHAVIOUR",
            f"{shown(name)} lacks the column {missing[0]}.",
            f"Expected columns: {', '.join(COLUMNS)}.",
        )
    known = ", ".join(f"'{behaviour}'" for behaviour in BEHAVIOURS)
    odd = connection.sql(
        f"select behaviour from log where behaviour is null or behaviour not in ({known}) limit 1"
    ).fetchall()
    if odd:
        raise InputError(
            "BAD_BEHAVIOUR",
            f"{shown(name)} has a behaviour {shown(odd[0][0])}.",
            f"Expected: {', '.join(BEHAVIOURS)}.",
        )


def _days(rows: dict[str, Any]) -> tuple[Session, ...]:
    code = {name: KINDS.index(kind) for name, kind in BEHAVIOURS.items()}
    kind = np.array([code[one] for one in rows["behaviour"].tolist()], dtype=np.int64)
    names = np.char.add(np.char.add(rows["category_id"].astype(str), "/"), rows["day"].astype(str))
    found = []
    for name, begin, end in _runs(names):
        opens = int(rows["day"][begin]) * SECONDS_PER_DAY - LOCAL_OFFSET
        user = _codes(rows["user_id"][begin:end])
        zeros = np.zeros(end - begin, dtype=np.int64)
        events = Events(
            zeros, user, user, kind[begin:end], zeros.astype(np.float64), rows["ts"][begin:end]
        )
        merchant = name.partition("/")[0]
        found.append(Session(name, merchant, opens, opens + SECONDS_PER_DAY, events))
    return tuple(found)

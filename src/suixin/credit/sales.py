"""Clean sales 净销售: what an order is worth once fake, unpaid and returned ones are netted out.

Each order gets one value `q` in fen and, where a test cut it, the reason. The tests run in a
stated order and each sees what the ones before it left. Source: formulas §2.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import narwhals as nw
import numpy as np

from suixin.credit.engine import Engine, Frame
from suixin.credit.sales_caps import buyer_caps
from suixin.credit.subject import Subjects, same_party
from suixin.data.lake import FeedsOn
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY
from suixin.kernel.policy import PolicyOn

SECONDS_PER_HOUR = 3_600
BPS = 10_000
_FIRST_YEAR = 1970
_DAYS_OF_CALENDAR = 47_482  # To the end of 2099.
_MONDAY_SHIFT = 3  # 1970-01-01 was a Thursday.
MAD_TO_SIGMA = 1.4826  # A normal's standard deviation over its median absolute deviation.


class Cut(StrEnum):
    """Why an order counts less than it paid, in the order of the tests."""

    UNSETTLED = "UNSETTLED"
    SAME_PARTY = "SAME_PARTY"
    QUICK_REFUND = "QUICK_REFUND"
    NO_GOODS = "NO_GOODS"
    BURST = "BURST"
    BUYER_CAP = "BUYER_CAP"


_CUTS = tuple(Cut)


@dataclass(frozen=True, slots=True)
class CleanRules:
    """The dated constants of the tests."""

    quick_share_bps: int
    quick_hours: int
    burst_floor: int
    burst_deviations: float
    burst_days: int
    cap_share_bps: int
    cap_orders: int
    cap_months: int

    @classmethod
    def of(cls, policy: PolicyOn) -> CleanRules:
        quick, burst = policy["clean.quick_refund"], policy["clean.burst"]
        cap = policy["clean.buyer_cap"]
        return cls(
            quick_share_bps=quick["share_bps"],
            quick_hours=quick["hours"],
            burst_floor=burst["floor"],
            burst_deviations=burst["deviations"],
            burst_days=burst["days"],
            cap_share_bps=cap["share_bps"],
            cap_orders=cap["orders"],
            cap_months=cap["months"],
        )


def clean_sales(feeds: FeedsOn, subjects: Subjects, rules: CleanRules) -> Frame:
    """Every order known on the day with its clean value `q` (fen) and why it was cut.

    Columns: order_id, row (of the subject), buyer (resolved), known_buyer, placed_at, day, month,
    in_session, gross, refund (paid back by the day), promised_at (null where the promise fell away
    with the order or was given to oneself), late (not handed over or delivered by then, as
    promised), closed_at (settled, else delivered; null for one's own), q, cut.
    """
    engine = subjects.engine
    netted = engine.keep("netted_orders", _net(feeds, subjects, rules))
    burst = engine.keep("burst_orders", _burst(netted, feeds, subjects, rules))
    left = netted.filter(nw.col("q") > 0).join(burst, on="order_id", how="anti")
    capped = _over_cap(left, feeds, subjects, rules)
    changed = nw.concat(
        [
            burst.select("order_id", left_q=nw.lit(0, nw.Int64), why=_code(Cut.BURST)),
            capped.select("order_id", "left_q", why=_code(Cut.BUYER_CAP)),
        ]
    )
    changed = engine.keep("changed_orders", changed)
    clean = netted.join(changed, on="order_id", how="left").with_columns(
        q=nw.coalesce(nw.col("left_q"), nw.col("q")),
        code=nw.coalesce(nw.col("why"), nw.col("code")),
    )
    return clean.with_columns(cut=_cut_named(nw.col("code"))).drop("left_q", "why", "code")


def _code(cut: Cut) -> nw.Expr:
    """A cut as one byte, for there is one on every order."""
    return nw.lit(_CUTS.index(cut), nw.Int8)


def _cut_named(code: nw.Expr) -> nw.Expr:
    named = nw.lit(None, nw.String)
    for cut in reversed(_CUTS):
        named = nw.when(code == _code(cut)).then(nw.lit(cut.value)).otherwise(named)
    return named


def with_calendar(frame: Frame, engine: Engine, name: str) -> Frame:
    """Add the ISO week (counted from that of 1970-01-01) or the month (year × 12 + month − 1).

    Looked up by `day` (days since 1970-01-01): a join with a short table costs a tenth of the
    divisions that would give the same.
    """
    days = np.arange(_DAYS_OF_CALENDAR)
    table = engine.lay(
        "calendar_days",
        {
            "day": days,
            "week": (days + _MONDAY_SHIFT) // 7,
            "month": days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
            + 12 * _FIRST_YEAR,
        },
    )
    return frame.join(table.select("day", name), on="day")


def day_of(seconds: nw.Expr) -> nw.Expr:
    """The local day (UTC+8, days since 1970-01-01) of an instant."""
    return (seconds + LOCAL_OFFSET) // SECONDS_PER_DAY


def _net(feeds: FeedsOn, subjects: Subjects, rules: CleanRules) -> Frame:
    """The first four tests, which need only the order and what happened to it."""
    col, none = nw.col, nw.lit(0, nw.Int64)
    merchants = subjects.frame.select("row", merchant="party")
    # Kept, so that the engine knows how short it is and plans the joins after it well.
    same = subjects.engine.keep("same_party", same_party(feeds, subjects))
    orders = (
        feeds.frame("orders")
        .join(merchants, on="merchant")
        .join(subjects.holders.select(buyer="party", holder="holder"), on="buyer", how="left")
        .join(same, on=["row", "buyer"], how="left")
    )
    for happened in (_settled_and_told(feeds), _paid_back(feeds, rules), _carried(feeds)):
        orders = orders.join(happened, on="order_id", how="left")
    settled = "settlements" in feeds.present
    netted = _or_zero("netted")
    refund = _or_zero("refund") if "refunds" in feeds.present else netted
    back = nw.max_horizontal(refund - netted, none) if settled else refund
    worth = nw.max_horizontal((col("net") if settled else col("gross")) - back, none)
    shipped = nw.when(col("promise") == "ship").then(col("handed_at"))
    dated = orders.with_columns(
        code=_cut(feeds, rules),
        day=day_of(col("placed_at")),
        done_at=shipped.otherwise(col("delivered_at")),
    )
    # What the seller's own side bought says nothing of promises to others, nor of their returns.
    others = col("same").is_null()
    stands = (
        others
        & (_or_zero("cancelled") == 0)
        & (col("code").is_null() | (col("code") != _code(Cut.QUICK_REFUND)))
    )
    return (
        with_calendar(dated, subjects.engine, "month")
        .with_columns(q=nw.when(col("code").is_null()).then(worth).otherwise(none))
        .select(
            "order_id", "placed_at", "gross", "q", "code",
            *(col(name).cast(nw.Int32) for name in ("row", "day", "month")),
            buyer=nw.coalesce(col("holder"), col("buyer")),
            known_buyer=~col("holder").is_null(),
            in_session=~col("live_session").is_null(),
            refund=refund,
            promised_at=nw.when(stands).then(col("promised_at")),
            late=col("done_at").is_null() | (col("done_at") > col("promised_at")),
            closed_at=nw.when(others).then(nw.coalesce(col("settled_at"), col("delivered_at"))),
        )
    )  # fmt: skip


def _cut(feeds: FeedsOn, rules: CleanRules) -> nw.Expr:
    """The code of the first of the four tests that an order fails, or null."""
    col, never = nw.col, nw.lit(False)
    unsettled = col("settled_at").is_null() if "settlements" in feeds.present else never
    quick = (_or_zero("quick_refund") > 0) & (
        _or_zero("quick_refund") * BPS >= col("gross") * rules.quick_share_bps
    )
    carried = ~col("handed_at").is_null() & ~col("delivered_at").is_null()
    missing = ~(carried | (_or_zero("confirmed") > 0)) if goods_are_told(feeds) else never
    return (
        nw.when(unsettled)
        .then(_code(Cut.UNSETTLED))
        .when(~col("same").is_null())
        .then(_code(Cut.SAME_PARTY))
        .when(quick)
        .then(_code(Cut.QUICK_REFUND))
        .when(missing)
        .then(_code(Cut.NO_GOODS))
    )


def goods_are_told(feeds: FeedsOn) -> bool:
    """Whether the goods test can run: without carrier scans a settlement alone must do.

    Where neither scans nor settlements are connected nothing shows that an order was more than
    a click, and the test runs (and fails all but confirmed pick-ups).
    """
    return "shipments" in feeds.present or "settlements" not in feeds.present


def _or_zero(name: str) -> nw.Expr:
    return nw.coalesce(nw.col(name), nw.lit(0, nw.Int64))


def _settled_and_told(feeds: FeedsOn) -> Frame:
    """Columns order_id, net, netted, settled_at, confirmed, cancelled (1 where so, else null).

    What an order's settlements come to, and whether an agent confirmed or anybody cancelled it.
    Most orders have a row in both feeds: one grouping of both is cheaper than two and a join.
    """
    col, one, no = nw.col, nw.lit(1, nw.Int64), nw.lit(None, nw.Int64)
    settlements = feeds.frame("settlements").filter(~col("order_id").is_null())
    cancelled = col("event") == "cancelled"
    confirmed = col("event").is_in(["paid", "picked_up"]) & ~col("confirmed_by").is_null()
    told = feeds.frame("order_events").filter(confirmed | cancelled)
    both = nw.concat(
        [
            settlements.select(
                "order_id", "net", "refund_netted", "settled_at", confirmed=no, cancelled=no
            ),
            told.select(
                "order_id",
                net=no,
                refund_netted=no,
                settled_at=no,
                confirmed=nw.when(~cancelled).then(one),
                cancelled=nw.when(cancelled).then(one),
            ),
        ]
    )
    return both.group_by("order_id").agg(
        net=col("net").sum().cast(nw.Int64),
        netted=col("refund_netted").sum().cast(nw.Int64),
        settled_at=col("settled_at").min(),
        confirmed=col("confirmed").max(),
        cancelled=col("cancelled").max(),
    )


def _paid_back(feeds: FeedsOn, rules: CleanRules) -> Frame:
    """Columns order_id, refund, quick_refund: paid back by the day, and soon after placing."""
    col = nw.col
    placed = feeds.frame("orders").select("order_id", "placed_at")
    soon = col("refunded_at") <= col("placed_at") + rules.quick_hours * SECONDS_PER_HOUR
    return (
        feeds.frame("refunds")
        .join(placed, on="order_id")
        .with_columns(quick=nw.when(soon).then(col("amount")))
        .group_by("order_id")
        .agg(
            refund=col("amount").sum().cast(nw.Int64),
            quick_refund=col("quick").sum().cast(nw.Int64),
        )
    )


def _carried(feeds: FeedsOn) -> Frame:
    """Columns order_id, handed_at, delivered_at: the carrier's first scan of each."""
    col = nw.col
    return (
        feeds.frame("shipments")
        .filter(~col("order_id").is_null())
        .with_columns(
            handed=nw.when(col("event") == "handed_over").then(col("at")),
            delivered=nw.when(col("event") == "delivered").then(col("at")),
        )
        .group_by("order_id")
        .agg(handed_at=col("handed").min(), delivered_at=col("delivered").min())
    )


def _burst(netted: Frame, feeds: FeedsOn, subjects: Subjects, rules: CleanRules) -> Frame:
    """Order ids beyond what an hour outside a live session can believably hold."""
    col = nw.col
    hour = col("placed_at") // SECONDS_PER_HOUR
    live = netted.filter(col("q") > 0, ~col("in_session")).with_columns(hour=hour)
    counts = live.group_by("row", "hour").agg(n=nw.len())
    busy = counts.filter(col("n") > rules.burst_floor)
    window = rules.burst_days * SECONDS_PER_DAY // SECONDS_PER_HOUR
    past = counts.join(busy.select("row", at="hour"), on="row").filter(
        col("hour") < col("at"), col("hour") >= col("at") - window
    )
    median = past.group_by("row", "at").agg(median=col("n").median())
    spread = (
        past.join(median, on=["row", "at"])
        .with_columns(off=(col("n") - col("median")).abs())
        .group_by("row", "at")
        .agg(mad=col("off").median(), median=col("median").max())
        .with_columns(usual=col("median") + col("mad") * (rules.burst_deviations * MAD_TO_SIGMA))
    )
    floor = nw.lit(float(rules.burst_floor))
    most = busy.join(spread, left_on=["row", "hour"], right_on=["row", "at"], how="left").select(
        "row", "hour", most=nw.max_horizontal(nw.coalesce(col("usual"), floor), floor)
    )
    sessions = (
        feeds.frame("live_sessions")
        .join(subjects.frame.select("row", merchant="party"), on="merchant")
        .select("row", "opens_at", "closes_at")
    )
    suspects = live.join(most, on=["row", "hour"])
    during = (
        suspects.join(sessions, on="row")
        .filter(
            col("placed_at") >= col("opens_at"),
            col("closes_at").is_null() | (col("placed_at") <= col("closes_at")),
        )
        .select("order_id")
    )
    return (
        suspects.join(during, on="order_id", how="anti")
        .with_columns(one=nw.lit(1, nw.Int64))
        .with_columns(
            place=col("one").cum_sum().over("row", "hour", order_by=["placed_at", "order_id"])
        )
        .filter(col("place") > col("most"))
        .select("order_id")
    )


def _over_cap(left: Frame, feeds: FeedsOn, subjects: Subjects, rules: CleanRules) -> Frame:
    """Orders of a buyer who passed his month's cap, with what the cap leaves of each."""
    col = nw.col
    by_month = left.group_by("row", "month").agg(s=col("q").sum().cast(nw.Int64), n=nw.len())
    engine = subjects.engine
    caps = engine.lay("buyer_caps", buyer_caps(engine.fetch(by_month), rules))
    over = (
        left.group_by("row", "month", "buyer")
        .agg(s=col("q").sum().cast(nw.Int64))
        .join(caps, on=["row", "month"])
        .filter(col("s") > col("cap"))
        .select("row", "month", "buyer", "cap")
    )
    # Kept, for they are few, and the engine would else join every order with every buyer's month.
    over = engine.keep(
        "over_cap", over.join(_invoiced(feeds, subjects), on=["row", "buyer"], how="anti")
    )
    before = col("q").cum_sum().over("row", "month", "buyer", order_by=["placed_at", "order_id"])
    return (
        left.join(over, on=["row", "month", "buyer"])
        .with_columns(room=col("cap") - (before.cast(nw.Int64) - col("q")))
        .filter(col("room") < col("q"))
        .select("order_id", left_q=nw.max_horizontal(col("room"), nw.lit(0, nw.Int64)))
    )


def _invoiced(feeds: FeedsOn, subjects: Subjects) -> Frame:
    """Business buyers whose verified invoice to the merchant is on file: no cap binds them."""
    buyers = subjects.holders.select(buyer="party", holder="holder")
    return (
        feeds.frame("purchase_orders")
        .filter(~nw.col("invoice_hash").is_null())
        .join(subjects.frame.select("row", supplier="party"), on="supplier")
        .join(buyers, on="buyer", how="left")
        .select("row", buyer=nw.coalesce(nw.col("holder"), nw.col("buyer")))
        .unique()
    )

"""Trade: orders and what later happened to them, settlements, shipments, reviews, traffic."""

from __future__ import annotations

from suixin.data.schema import Feed, Field, Rule

ORDER = "orders.order_id"
PARTY = "parties.party_id"

ORDERS = Feed(
    "orders",
    "An order as placed. What happens later (payment, delivery, refund) is its own row elsewhere.",
    (
        Field(
            "order_id", "id", key=True, doc="one merchant's order; split where a cart had several"
        ),
        Field("merchant", "id", references=PARTY, doc="who sells"),
        Field("buyer", "id", doc="who buys; in real exports opaque, one id a shop"),
        Field(
            "channel", "id", values=("live", "group", "shelf", "offline"), doc="where it was sold"
        ),
        Field("live_session", "id", null=True, doc="the live session it was sold in"),
        Field("referrer", "id", null=True, doc="the party whose share led here"),
        Field("pool", "id", null=True, values=("public", "private"), doc="traffic pool"),
        Field("gross", "fen", doc="paid for goods + platform subsidy, without freight"),
        Field("freight", "fen", doc="paid for freight, outside gross"),
        Field("placed_at", "ts", doc="when it was placed"),
        Field("promised_at", "ts", null=True, later=True, doc="the promised time"),
        Field(
            "promise", "id", null=True, values=("ship", "deliver"), doc="what was promised by then"
        ),
        Field("buyer_kind", "id", values=("household", "business"), doc="kind of buyer"),
    ),
    chinese="订单",
    money="gross",
)

ORDER_LINES = Feed(
    "order_lines",
    "One item of an order.",
    (
        Field("order_id", "id", key=True, references=ORDER, doc="the order"),
        Field("line_no", "n", key=True, minimum=1, doc="from 1"),
        Field("item", "id", doc="what was sold"),
        Field("category", "id", doc="its category, as the source names it"),
        Field("quantity", "n", minimum=1, doc="pieces"),
        Field("net_weight", "g", null=True, doc="net weight of the line"),
        Field("grade", "id", null=True, doc="grade of the goods"),
        Field("brand", "id", null=True, doc="brand or origin mark"),
        Field("amount", "fen", doc="this line's part of gross"),
    ),
    chinese="订单明细",
    money="amount",
)

ORDER_EVENTS = Feed(
    "order_events",
    "What happened to an order.",
    (
        Field("order_id", "id", key=True, references=ORDER, doc="the order"),
        Field(
            "event",
            "id",
            key=True,
            values=("paid", "cancelled", "closed", "disputed", "picked_up"),
            doc="what happened",
        ),
        Field("at", "ts", key=True, doc="when"),
        Field("confirmed_by", "id", null=True, doc="the agent, for picked_up and cash sales"),
    ),
    chinese="订单事件",
)

REFUNDS = Feed(
    "refunds",
    "Money paid back, not merely asked. All refunds of an order stay within gross + freight.",
    (
        Field("refund_id", "id", key=True, doc="the refund"),
        Field("order_id", "id", references=ORDER, doc="the order"),
        Field("line_no", "n", null=True, minimum=1, doc="the line, where only one was refunded"),
        Field("amount", "fen", minimum=1, doc="paid back"),
        Field(
            "reason",
            "id",
            null=True,
            values=("quality", "late", "wrong", "no_reason", "fraud"),
            doc="why",
        ),
        Field("refunded_at", "ts", doc="when the money went back"),
    ),
    chinese="退款",
    money="amount",
)

SETTLEMENTS = Feed(
    "settlements",
    "What the platform really paid out. Only a fee has no order.",
    (
        Field("settlement_id", "id", key=True, doc="the settlement"),
        Field("merchant", "id", references=PARTY, doc="who is paid"),
        Field("order_id", "id", null=True, references=ORDER, doc="the order; null only for fees"),
        Field("gross", "fen", doc="sales settled"),
        Field("commission", "fen", doc="platform + streamer + agents"),
        Field("refund_netted", "fen", doc="refunds taken off here"),
        Field(
            "net", "fen", minimum=-(10**13), doc="gross − commission − refund_netted; may be < 0"
        ),
        Field("promoter", "id", null=True, doc="the streamer who sold for the merchant"),
        Field("payee_account_hash", "hash", doc="the account paid"),
        Field("settled_at", "ts", doc="when it was paid out"),
    ),
    chinese="结算",
    money="net",
    rules=(
        Rule(
            "net",
            "net = gross - commission - refund_netted",
            "gross − commission − refund_netted",
        ),
    ),
)

SHIPMENTS = Feed(
    "shipments",
    "A carrier's scan. In a locker is not delivered.",
    (
        Field("tracking", "id", key=True, doc="waybill number"),
        Field(
            "event",
            "id",
            key=True,
            values=("handed_over", "delivered", "returned", "lost"),
            doc="what the carrier recorded",
        ),
        Field("order_id", "id", references=ORDER, doc="the order carried"),
        Field("carrier", "id", doc="the carrier"),
        Field("weight", "g", null=True, doc="as weighed by the carrier"),
        Field("at", "ts", doc="when it was scanned"),
    ),
    chinese="物流",
)

REVIEWS = Feed(
    "reviews",
    "A buyer's words. The text is kept only until scored if the grant says so.",
    (
        Field("review_id", "id", key=True, doc="the review"),
        Field("merchant", "id", references=PARTY, doc="who is reviewed"),
        Field("buyer", "id", doc="who wrote it"),
        Field("item", "id", doc="about what"),
        Field("order_id", "id", null=True, doc="null where unverified"),
        Field("rating", "n", null=True, minimum=1, maximum=5, doc="stars"),
        Field("text", "text", null=True, maximum=2_000, doc="the words"),
        Field("written_at", "ts", doc="when it was written"),
    ),
    chinese="评价",
)

TRAFFIC = Feed(
    "traffic",
    "A touch in the public or private pool that led, or did not lead, to an order.",
    (
        Field("touch_id", "id", key=True, doc="the touch"),
        Field("merchant", "id", references=PARTY, doc="whose traffic"),
        Field("pool", "id", values=("public", "private"), doc="which pool"),
        Field("referrer_touch", "id", null=True, doc="the touch before it"),
        Field("order_id", "id", null=True, doc="the order it led to"),
        Field("cost", "fen", doc="what it cost the merchant"),
        Field("kind", "id", values=("ad", "share", "group_message", "search"), doc="kind of touch"),
        Field("at", "ts", doc="when"),
    ),
    chinese="流量",
    money="cost",
)

STORE_RATINGS = Feed(
    "store_ratings",
    "The platform's own rating of a shop on a day.",
    (
        Field("merchant", "id", key=True, references=PARTY, doc="the shop"),
        Field("on", "day", key=True, doc="the day"),
        Field("rating_hundredths", "n", maximum=500, doc="4.80 is 480"),
    ),
    chinese="店铺评分",
)

FEEDS = (
    ORDERS,
    ORDER_LINES,
    ORDER_EVENTS,
    REFUNDS,
    SETTLEMENTS,
    SHIPMENTS,
    REVIEWS,
    TRAFFIC,
    STORE_RATINGS,
)

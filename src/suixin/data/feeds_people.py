"""People: parties and their links, consents, what households declare, group chat, live sessions."""

from __future__ import annotations

from suixin.data.schema import Feed, Field

PARTY = "parties.party_id"

PARTIES = Feed(
    "parties",
    "A person, household, business or office. Personal numbers enter only as keyed hashes.",
    (
        Field("party_id", "id", key=True, doc="our id of the party"),
        Field(
            "kind",
            "id",
            values=("person", "household", "business", "co-operative", "station", "office"),
            doc="what it is",
        ),
        Field("identity_kind", "id", values=("resident", "uscc"), doc="which number was hashed"),
        Field("identity", "hash", doc="keyed hash of the resident id or unified credit code"),
        Field("name_hash", "hash", null=True, doc="keyed hash of the name"),
        Field("phone_hash", "hash", null=True, doc="keyed hash of the telephone number"),
        Field("device_hash", "hash", null=True, doc="keyed hash of the device"),
        Field("account_hash", "hash", null=True, doc="keyed hash of the payment account"),
        Field("address_hash", "hash", null=True, doc="keyed hash of the address"),
        Field("village_code", "id", null=True, pattern="[0-9]{12}", doc="12 digits"),
        Field("household_id", "id", null=True, doc="the party that is its household"),
    ),
    chinese="主体",
)

PARTY_LINKS = Feed(
    "party_links",
    "How two parties belong together.",
    (
        Field("from", "id", key=True, references=PARTY, doc="one party"),
        Field("to", "id", key=True, references=PARTY, doc="the other"),
        Field(
            "kind",
            "id",
            key=True,
            values=(
                "same_as",
                "household",
                "spouse",
                "kin",
                "owner",
                "legal_representative",
                "supplier",
            ),
            doc="the tie",
        ),
        Field("confidence", "bps", doc="10,000 = declared and checked"),
        Field("until", "day", null=True, later=True, doc="last day it held"),
    ),
    chinese="主体关系",
)

DECLARATIONS = Feed(
    "declarations",
    "A household's own statement, witnessed by an agent.",
    (
        Field("party", "id", key=True, references=PARTY, doc="who declares"),
        Field(
            "kind",
            "id",
            key=True,
            values=("other_income", "living_cost", "debt_elsewhere", "crop_plan"),
            doc="what is declared",
        ),
        Field("from", "day", key=True, later=True, doc="first day it holds"),
        Field("amount_month", "fen", null=True, doc="a month"),
        Field("crop", "id", null=True, doc="for a crop plan"),
        Field("area_mu_hundredths", "n", null=True, doc="1 mu is 100"),
    ),
    consent="required",
    chinese="申报",
    money="amount_month",
)

CONSENTS = Feed(
    "consents",
    "A grant by a party: which feeds, for what, to whom, from when until when.",
    (
        Field("consent", "id", key=True, doc="the grant, as rows name it"),
        Field("party", "id", references=PARTY, doc="who grants"),
        Field("purpose", "id", doc="for what"),
        Field("receiver", "id", doc="to whom"),
        Field("kinds", "ids", doc="the feeds it covers, joined by ;"),
        Field("from", "day", later=True, doc="first day in force"),
        Field("until", "day", later=True, doc="last day in force"),
        Field("revoked_at", "ts", null=True, doc="when it was withdrawn"),
    ),
    chinese="授权",
)

PERSON_FACTS = Feed(
    "person_facts",
    "For fairness reports only, never a feature of a score.",
    (
        Field("party", "id", key=True, references=PARTY, doc="the person"),
        Field("on", "day", key=True, doc="the day"),
        Field("sex", "id", null=True, values=("f", "m"), doc="as registered"),
        Field("birth_year", "n", null=True, minimum=1900, maximum=2200, doc="year of birth"),
        Field("distance_to_station_m", "n", null=True, doc="metres to the service station"),
    ),
    consent="required",
    chinese="个人情况",
)

MESSAGES = Feed(
    "messages",
    "That a message was sent in a group: metadata only. No text field exists.",
    (
        Field("message_id", "id", key=True, doc="the message"),
        Field("group", "id", doc="the group"),
        Field("sender", "id", doc="who sent it"),
        Field("in_reply_to", "id", null=True, doc="the message it answers"),
        Field("reply_author", "id", null=True, doc="who wrote that one"),
        Field("kind", "id", values=("chat", "relay", "notice"), doc="relay is an order relay 接龙"),
        Field("relay_order", "id", null=True, doc="the order it joined or opened"),
        Field("sent_at", "ts", doc="when"),
    ),
    consent="required",
    chinese="群消息元数据",
    forbidden=("text", "content", "body", "message", "内容", "正文"),
)

MEMBERSHIPS = Feed(
    "memberships",
    "Who is in which group or co-operative.",
    (
        Field("group", "id", key=True, doc="the group"),
        Field("party", "id", key=True, doc="the member"),
        Field("from", "day", key=True, doc="first day"),
        Field("until", "day", null=True, later=True, doc="last day"),
        Field("role", "id", values=("member", "admin", "streamer"), doc="role in the group"),
    ),
    consent="required",
    chinese="群成员",
)

ENDORSEMENTS = Feed(
    "endorsements",
    "Who vouches for whom, with liability or without.",
    (
        Field("endorser", "id", key=True, references=PARTY, doc="who vouches"),
        Field("subject", "id", key=True, references=PARTY, doc="for whom"),
        Field("from", "day", key=True, doc="first day"),
        Field("until", "day", null=True, later=True, doc="last day"),
        Field("liability_cap", "fen", null=True, doc="null = no liability"),
        Field("kin_ring_checked", "day", null=True, doc="when kinship was checked"),
    ),
    chinese="背书",
    money="liability_cap",
)

LIVE_SESSIONS = Feed(
    "live_sessions",
    "A live session of a merchant.",
    (
        Field("session", "id", key=True, doc="the session"),
        Field("merchant", "id", references=PARTY, doc="whose goods"),
        Field("streamer", "id", doc="who speaks"),
        Field("opens_at", "ts", later=True, doc="start"),
        Field("closes_at", "ts", null=True, later=True, doc="end"),
    ),
    chinese="直播场次",
)

LIVE_EVENTS = Feed(
    "live_events",
    "What viewers did. They gave no consent: hashes are salted per day, dropped 24 h after close.",
    (
        Field("session", "id", key=True, doc="the session"),
        Field("sequence", "n", key=True, doc="order of arrival"),
        Field("viewer_day_hash", "hash", doc="viewer, salted per day"),
        Field("device_day_hash", "hash", doc="device, salted per day"),
        Field(
            "kind",
            "id",
            values=(
                "enter",
                "dwell",
                "click",
                "like",
                "favourite",
                "share",
                "cart",
                "order_paid",
                "refund",
            ),
            doc="what was done",
        ),
        Field("value", "n", null=True, doc="seconds for dwell, fen for order_paid and refund"),
        Field("order_id", "id", null=True, doc="for order_paid and refund"),
        Field("at", "ts", doc="when"),
    ),
    chinese="直播事件",
)

LIVE_MINUTES = Feed(
    "live_minutes",
    "Sums a minute of a session, kept after its events are dropped.",
    (
        Field("session", "id", key=True, doc="the session"),
        Field("minute", "n", key=True, doc="from 0 at opening"),
        Field("interest_thousandths", "n", doc="interest, 1.000 is 1,000"),
        Field("paid_fen", "fen", doc="paid in that minute"),
        Field("refunded_fen", "fen", doc="refunded in that minute"),
        Field("paid_orders", "n", null=True, doc="orders paid in that minute"),
        Field("refunds", "n", null=True, doc="refunds in that minute"),
    ),
    chinese="直播分钟汇总",
    money="paid_fen",
)

FEEDS = (
    PARTIES,
    PARTY_LINKS,
    DECLARATIONS,
    CONSENTS,
    PERSON_FACTS,
    MESSAGES,
    MEMBERSHIPS,
    ENDORSEMENTS,
    LIVE_SESSIONS,
    LIVE_EVENTS,
    LIVE_MINUTES,
)

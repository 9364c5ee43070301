"""Outreach: villages, stations and their kiosks, agents' devices, lessons and contests."""

from __future__ import annotations

from suixin.data.schema import Feed, Field

VILLAGE_CODE = "[0-9]{12}"
VILLAGE = "villages.village_code"
STATION = "stations.station"

VILLAGES = Feed(
    "villages",
    "A village: how many live there, where, and how it is connected.",
    (
        Field("village_code", "id", key=True, pattern=VILLAGE_CODE, doc="12 digits"),
        Field("households", "n", doc="how many"),
        Field("lon", "degrees", doc="WGS84"),
        Field("lat", "degrees", minimum=-90, maximum=90, doc="WGS84"),
        Field("has_4g", "flag", doc="covered by 4G"),
        Field("mbps", "n", doc="measured megabits a second"),
        Field("pickup_m", "n", doc="metres to the nearest parcel pick-up"),
    ),
    chinese="村庄",
)

STATIONS = Feed(
    "stations",
    "A service station.",
    (
        Field("station", "id", key=True, doc="the station"),
        Field("village_code", "id", pattern=VILLAGE_CODE, references=VILLAGE, doc="where"),
        Field("opened", "day", later=True, doc="first day"),
        Field("closed", "day", null=True, later=True, doc="last day"),
        Field("capacity", "n", doc="households it can serve"),
        Field("kind", "id", doc="kind of station"),
    ),
    chinese="服务站",
)

STATION_VILLAGES = Feed(
    "station_villages",
    "Which villages a station serves.",
    (
        Field("station", "id", key=True, references=STATION, doc="the station"),
        Field(
            "village_code",
            "id",
            key=True,
            pattern=VILLAGE_CODE,
            references=VILLAGE,
            doc="the village",
        ),
        Field("from", "day", key=True, later=True, doc="first day"),
        Field("until", "day", null=True, later=True, doc="last day"),
    ),
    chinese="站村对应",
)

KIOSK_HEARTBEATS = Feed(
    "kiosk_heartbeats",
    "What a kiosk says of itself.",
    (
        Field("kiosk", "id", key=True, doc="the kiosk"),
        Field("at", "ts", key=True, doc="when"),
        Field("cash_bps", "bps", doc="cash left"),
        Field("paper_bps", "bps", doc="paper left"),
        Field("errors", "n", doc="since the last"),
    ),
    chinese="终端心跳",
)

SERVICE_EVENTS = Feed(
    "service_events",
    "A service given at a station or branch.",
    (
        Field("event", "id", key=True, doc="the service"),
        Field("station", "id", null=True, references=STATION, doc="where, if at a station"),
        Field("branch", "id", null=True, doc="where, if at a branch"),
        Field("agent", "id", doc="who served"),
        Field("kind", "id", doc="kind of service"),
        Field("started_at", "ts", doc="start"),
        Field("done_at", "ts", null=True, doc="end, if completed"),
        Field("standard_minutes", "n", doc="standard time of its kind"),
    ),
    chinese="服务事件",
)

DEVICES = Feed(
    "devices",
    "An agent's enrolled device.",
    (
        Field("device", "id", key=True, doc="the device"),
        Field("agent", "id", doc="whose"),
        Field("public_key", "text", doc="its public key"),
        Field("enrolled_at", "ts", doc="when enrolled"),
        Field("revoked_at", "ts", null=True, doc="when revoked"),
    ),
    chinese="设备",
)

DEVICE_OPERATIONS = Feed(
    "device_operations",
    "An operation sent by a device that was offline, and what became of it.",
    (
        Field("device", "id", key=True, references="devices.device", doc="the device"),
        Field("seq", "n", key=True, doc="its own count"),
        Field("op_id", "id", doc="the operation"),
        Field("hash", "hash", doc="SHA-256 of the operation"),
        Field("received_at", "ts", doc="when received"),
        Field("time_uncertain", "flag", doc="was the device's clock unproven"),
        Field(
            "outcome",
            "id",
            values=("applied", "duplicate", "held", "conflict", "refused"),
            doc="what became of it",
        ),
    ),
    chinese="离线操作",
)

LESSON_ATTEMPTS = Feed(
    "lesson_attempts",
    "An answer in a lesson.",
    (
        Field("attempt", "id", key=True, doc="the attempt"),
        Field("node", "id", key=True, doc="the question"),
        Field("party", "id", references="parties.party_id", doc="who answered"),
        Field("content_version", "id", doc="version of the lesson"),
        Field("form", "id", values=("A", "B"), doc="test form"),
        Field("choice", "id", doc="the answer"),
        Field("assisted", "flag", doc="read out by an agent"),
        Field("at", "ts", doc="when"),
    ),
    consent="required",
    chinese="学习作答",
)

CONTEST_ANSWERS = Feed(
    "contest_answers",
    "An answer in a contest.",
    (
        Field("contest", "id", key=True, doc="the contest"),
        Field("item", "id", key=True, doc="the question"),
        Field("party", "id", references="parties.party_id", doc="who answered"),
        Field("team", "id", null=True, doc="for which team"),
        Field("device_hash", "hash", doc="keyed hash of the device"),
        Field("choice", "id", doc="the answer"),
        Field("at", "ts", doc="when"),
    ),
    consent="required",
    chinese="竞赛作答",
)

FEEDS = (
    VILLAGES,
    STATIONS,
    STATION_VILLAGES,
    KIOSK_HEARTBEATS,
    SERVICE_EVENTS,
    DEVICES,
    DEVICE_OPERATIONS,
    LESSON_ATTEMPTS,
    CONTEST_ANSWERS,
)

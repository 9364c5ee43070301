"""What offices and the household itself put on record: parties, ties, consents, declarations."""

from __future__ import annotations

from typing import Any

import numpy as np

from suixin.county.bits import Bits, Ints, Texts
from suixin.county.cast import ALIASES, VILLAGE_SIZE, Cast, consent_ids
from suixin.county.kinds import Kind
from suixin.county.shops import Calendar
from suixin.county.table import NONE, Column, Table, named, same, stacked
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY

HOUR = 3_600
REGISTERED = 30
"""Days before the first trade on which everyone was put on record."""

# Which feeds a subject opens, by what for; each purpose is a consent of its own.
PURPOSES: dict[str, tuple[str, ...]] = {
    "trade": (
        "orders", "order_lines", "order_events", "refunds", "settlements", "shipments",
        "reviews", "store_ratings", "traffic", "live_sessions", "live_events",
    ),
    "community": ("messages", "memberships", "endorsements"),
    "person": (
        "parties", "party_links", "declarations", "person_facts", "parcels",
        "parcel_observations", "debts_elsewhere", "loan_performance",
    ),
}  # fmt: skip
QUOTING = "review_words"
"""What a consent names beside feeds where a line of a review may be shown."""

_COUNTY = "360731"
_REVOKED_SHARE = 0.03
_REVOKED_DAYS = 100


def morning(day: Ints) -> Ints:
    """Nine o'clock of a day, epoch seconds."""
    return np.where(day == NONE, NONE, day * SECONDS_PER_DAY - LOCAL_OFFSET + 9 * HOUR)


def village_codes(cast: Cast) -> Texts:
    """The 12-digit code of each village.

    >>> from suixin.county.cast import cast
    >>> village_codes(cast(50, Bits(1))).tolist()
    ['360731100200', '360731100201']
    """
    codes = [f"{_COUNTY}{100 + v // 10:03}{200 + v % 10:03}" for v in range(cast.villages)]
    return np.array(codes, dtype=object)


def filed(subject: Texts, day: Ints, consent: Texts | None, source: str) -> dict[str, Column]:
    """The common columns of facts that an office wrote down the morning after."""
    at = morning(day)
    common: dict[str, Column] = {
        "source": same(source, subject.size),
        "subject": subject,
        "occurred_at": at,
        "recorded_at": at + SECONDS_PER_DAY,
    }
    return common if consent is None else {**common, "consent": consent}


def accounts(cast: Cast, bits: Bits) -> Texts:
    """The payment account of every party."""
    return _marks(cast, bits, "account", 1)


def party_table(cast: Cast, calendar: Calendar, bits: Bits) -> Table:
    """Everyone in the county; members live at their household's address."""
    n = cast.ids.size
    kind = np.full(n, "person", dtype=object)
    kind[: cast.households] = "household"
    kind[cast.first_cooperative : cast.first_agent] = "co-operative"
    everyone = np.arange(cast.households, dtype=np.int64)
    members = slice(cast.households, cast.first_cooperative)
    household = np.full(n, None, dtype=object)
    household[members] = np.repeat(cast.ids[: cast.households], 2)
    village = np.full(n, None, dtype=object)
    village[: cast.households] = village_codes(cast)[cast.village(everyone)]
    village[members] = np.repeat(village[: cast.households], 2)
    address = _marks(cast, bits, "address", 2)
    address[members] = np.repeat(address[: cast.households], 2)
    consent = np.full(n, None, dtype=object)
    consent[: cast.households] = consent_ids(cast, everyone, "person")
    consent[members] = np.repeat(consent[: cast.households], 2)
    own: dict[str, Column] = {
        "party_id": cast.ids,
        "kind": kind,
        "identity_kind": np.where(kind == "co-operative", "uscc", "resident").astype(object),
        "identity": bits.hashes("party/identity", n),
        "name_hash": bits.hashes("party/name", n),
        "phone_hash": bits.hashes("party/phone", n),
        "device_hash": _marks(cast, bits, "device", 0),
        "account_hash": accounts(cast, bits),
        "address_hash": address,
        "village_code": village,
        "household_id": household,
    }
    day = np.full(n, calendar.first - REGISTERED, dtype=np.int64)
    return Table("parties", {**filed(cast.ids, day, consent, "county"), **own})


def _marks(cast: Cast, bits: Bits, name: str, turn: int) -> Texts:
    """A hash a party; of a self-buyer's aliases, every third (from `turn` on) shows his own."""
    marks = bits.hashes(f"party/{name}", cast.ids.size)
    for place, subject in enumerate(cast.of(Kind.WASH_TRADER).tolist()):
        if place % 2 == 0:
            for alias in range(ALIASES):
                if alias % 3 == turn:
                    marks[cast.first_alias + ALIASES * place + alias] = marks[subject]
    return marks


def link_table(cast: Cast, calendar: Calendar) -> Table:
    """Each household's head owns its shop and is married to the other member."""
    head = cast.head(np.arange(cast.households, dtype=np.int64))
    rows = [
        _links(cast, calendar, cast.head(cast.shops), cast.shops, "owner"),
        _links(cast, calendar, head, head + 1, "spouse"),
    ]
    return stacked(*rows)


def _links(cast: Cast, calendar: Calendar, one: Ints, other: Ints, kind: str) -> Table:
    household = (one - cast.households) // 2
    day = np.full(one.size, calendar.first - REGISTERED, dtype=np.int64)
    own: dict[str, Column] = {
        "from": cast.ids[one],
        "to": cast.ids[other],
        "kind": same(kind, one.size),
        "confidence": np.full(one.size, 10_000, dtype=np.int64),
    }
    consent = consent_ids(cast, household, "person")
    return Table("party_links", {**filed(cast.ids[one], day, consent, "county"), **own})


def closed_on(cast: Cast, calendar: Calendar, bits: Bits) -> Ints:
    """The day on which each household withdrew its consent to chat metadata, or NONE."""
    ordinary = np.array([kind is Kind.ORDINARY for kind in cast.kinds], dtype=np.bool_)
    closed = bits.chance("consent/revoked", cast.households, _REVOKED_SHARE) & ordinary
    return np.where(closed, calendar.until - _REVOKED_DAYS, NONE)


def consent_table(cast: Cast, calendar: Calendar, bits: Bits) -> Table:
    """One grant a household and purpose; a few ordinary ones have closed their chats again.

    Two households in three also let a line of their buyers' reviews be quoted.
    """
    everyone = np.arange(cast.households, dtype=np.int64)
    quoting = np.where(everyone % 3 == 0, "", f";{QUOTING}").astype(object)
    nothing = same("", cast.households)
    revoked = closed_on(cast, calendar, bits)
    day = np.full(cast.households, calendar.first - REGISTERED, dtype=np.int64)
    tables = []
    for purpose, feeds in PURPOSES.items():
        own: dict[str, Column] = {
            "consent": consent_ids(cast, everyone, purpose),
            "party": cast.ids[: cast.households],
            "purpose": same("credit", cast.households),
            "receiver": same("county-bank", cast.households),
            "kinds": ";".join(feeds) + (quoting if "reviews" in feeds else nothing),
            "from": day,
            "until": np.full(cast.households, calendar.until + 365, dtype=np.int64),
            "revoked_at": morning(
                revoked if purpose == "community" else np.full(cast.households, NONE)
            ),
        }
        common = filed(cast.ids[: cast.households], day, None, "county")
        tables.append(Table("consents", {**common, "recorded_at": common["occurred_at"], **own}))
    return stacked(*tables)


def declaration_table(cast: Cast, calendar: Calendar, bits: Bits) -> Table:
    """What each household says it earns besides and needs to live, yuan a month."""
    n = cast.households
    everyone = np.arange(n, dtype=np.int64)
    amounts = {
        "other_income": 50_000 + 10_000 * bits.below("declared/income", n, 25),
        "living_cost": 120_000 + 10_000 * bits.below("declared/cost", n, 9),
    }
    day = np.full(n, calendar.until - 200, dtype=np.int64)
    tables = []
    for kind, amount in amounts.items():
        own: dict[str, Column] = {
            "party": cast.ids[:n],
            "kind": same(kind, n),
            "from": day,
            "amount_month": amount,
        }
        consent = consent_ids(cast, everyone, "person")
        tables.append(
            Table("declarations", {**filed(cast.ids[:n], day, consent, "station"), **own})
        )
    return stacked(*tables)


def person_table(cast: Cast, calendar: Calendar, bits: Bits) -> Table:
    """Sex, year of birth and way to the station of each household's head."""
    n = cast.households
    everyone = np.arange(n, dtype=np.int64)
    heads = cast.ids[cast.head(everyone)]
    day = np.full(n, calendar.until - 200, dtype=np.int64)
    own: dict[str, Column] = {
        "party": heads,
        "on": day,
        "sex": named(("f", "m"), bits.below("person/sex", n, 2)),
        "birth_year": 1956 + bits.below("person/birth", n, 45),
        "distance_to_station_m": 100 + bits.below("person/distance", n, 8_000),
    }
    consent = consent_ids(cast, everyone, "person")
    return Table("person_facts", {**filed(heads, day, consent, "station"), **own})


def village_tables(cast: Cast, calendar: Calendar, bits: Bits) -> tuple[Table, Table]:
    """Villages on a grid of one hundredth of a degree, each with a service station."""
    n, codes = cast.villages, village_codes(cast)
    day = np.full(n, calendar.first - REGISTERED, dtype=np.int64)
    lon, lat = village_places(n)
    common = filed(codes, day, None, "county")
    last = cast.households - VILLAGE_SIZE * (n - 1)
    villages: dict[str, Any] = {
        "village_code": codes,
        "households": np.where(np.arange(n) == n - 1, last, VILLAGE_SIZE).astype(np.int64),
        "lon": lon,
        "lat": lat,
        "has_4g": np.asarray(bits.chance("village/4g", n, 0.96)),
        "mbps": 5 + bits.below("village/mbps", n, 95),
        "pickup_m": 100 + bits.below("village/pickup", n, 5_000),
    }
    stations: dict[str, Any] = {
        "station": np.array([f"s-{v + 1:03}" for v in range(n)], dtype=object),
        "village_code": codes,
        "opened": day,
        "capacity": np.full(n, 2 * VILLAGE_SIZE, dtype=np.int64),
        "kind": same("rural_service", n),
    }
    return Table("villages", {**common, **villages}), Table("stations", {**common, **stations})


def village_places(n: int) -> tuple[Any, Any]:
    """Longitude and latitude of each village, degrees (WGS84), exact to five decimals."""
    at = np.arange(n, dtype=np.int64)
    return (11_520_000 + at % 10 * 4_000) / 100_000, (2_580_000 + at // 10 * 6_000) / 100_000

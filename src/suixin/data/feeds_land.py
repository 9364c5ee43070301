"""Land and goods: parcels, purchase orders, warehouse receipts, prices, what offices register."""

from __future__ import annotations

from suixin.data.schema import Feed, Field

PARTY = "parties.party_id"
PARCEL = "parcels.parcel"

PARCELS = Feed(
    "parcels",
    "A piece of land and what is declared to grow on it in a season.",
    (
        Field("parcel", "id", key=True, doc="the parcel"),
        Field("holder", "id", references=PARTY, doc="who farms it"),
        Field("polygon", "text", maximum=100_000, doc="WGS84 GeoJSON"),
        Field("declared_crop", "id", doc="crop, as the category map names it"),
        Field("area_mu_hundredths", "n", doc="1 mu is 100"),
        Field("season", "id", doc="growing season"),
        Field(
            "polygon_source",
            "id",
            values=("drawn", "walked", "registry"),
            doc="where the line is from",
        ),
        Field("land_use", "id", null=True, doc="registered use"),
    ),
    chinese="地块",
)

PARCEL_OBSERVATIONS = Feed(
    "parcel_observations",
    "What a satellite saw of a parcel on a day.",
    (
        Field("parcel", "id", key=True, references=PARCEL, doc="the parcel"),
        Field("observed_on", "day", key=True, doc="the day"),
        Field("sensor", "id", key=True, doc="the sensor"),
        Field(
            "ndvi_ten_thousandths",
            "int",
            null=True,
            minimum=-10_000,
            maximum=10_000,
            doc="null under cloud",
        ),
        Field("clear_bps", "bps", doc="share of pixels clear"),
        Field("pixels", "n", doc="pixels inside"),
        Field("planted_pixels", "n", null=True, doc="of them planted"),
    ),
    chinese="地块遥感",
)

PARCEL_VISITS = Feed(
    "parcel_visits",
    "A visit to a parcel by two agents.",
    (
        Field("parcel", "id", key=True, references=PARCEL, doc="the parcel"),
        Field("on", "day", key=True, doc="the day"),
        Field("agent_1", "id", doc="one agent"),
        Field("agent_2", "id", doc="the other"),
        Field("planted_mu_hundredths", "n", doc="1 mu is 100"),
        Field("crop", "id", doc="what grows there"),
    ),
    chinese="地块走访",
)

LAND_USE = Feed(
    "land_use",
    "A county's land on a day.",
    (
        Field("county", "id", key=True, doc="the county"),
        Field("as_of", "day", key=True, doc="the day"),
        Field("area_mu_hundredths", "n", doc="1 mu is 100"),
        Field("holdings_50mu_share", "bps", doc="share held in holdings of 50 mu and more"),
    ),
    chinese="土地利用",
)

PURCHASE_ORDERS = Feed(
    "purchase_orders",
    "An order by a business, with its invoice where verified.",
    (
        Field("po", "id", key=True, doc="the purchase order"),
        Field("buyer", "id", doc="the business that buys"),
        Field("supplier", "id", references=PARTY, doc="who delivers"),
        Field("amount", "fen", doc="of the order"),
        Field("deliver_by", "day", later=True, doc="last day of delivery"),
        Field("paid_at", "ts", null=True, doc="when it was paid"),
        Field("invoice_hash", "hash", null=True, doc="of the verified invoice"),
    ),
    chinese="采购订单",
    money="amount",
)

WAREHOUSE_RECEIPTS = Feed(
    "warehouse_receipts",
    "Goods stored in a warehouse.",
    (
        Field("receipt", "id", key=True, doc="the receipt"),
        Field("warehouse", "id", doc="the warehouse"),
        Field("owner", "id", references=PARTY, doc="whose goods"),
        Field("commodity", "id", doc="what"),
        Field("grade", "id", doc="of which grade"),
        Field("weight", "g", doc="stored"),
        Field("stored_on", "day", doc="first day"),
        Field("expires_on", "day", null=True, later=True, doc="last day"),
        Field("registry_no", "id", null=True, doc="in the pledge registry"),
        Field("inspected_on", "day", null=True, doc="last inspection"),
    ),
    chinese="仓单",
)

PRICE_QUOTES = Feed(
    "price_quotes",
    "A market's price of a commodity on a day.",
    (
        Field("commodity", "id", key=True, doc="what"),
        Field("grade", "id", key=True, doc="of which grade"),
        Field("market", "id", key=True, doc="where"),
        Field("quoted_on", "day", key=True, doc="the day"),
        Field("price_kg", "fen", doc="a kilogram"),
    ),
    chinese="行情",
)

REGISTRY_FACTS = Feed(
    "registry_facts",
    "What a government office shares of its registers.",
    (
        Field("office", "id", key=True, doc="whose register"),
        Field(
            "kind",
            "id",
            key=True,
            values=("land", "land_use", "subsidy", "insurance", "tax", "utility", "penalty"),
            doc="which register",
        ),
        Field("subject", "id", key=True, doc="about whom"),
        Field(
            "from", "day", key=True, minimum=-7_397, later=True, doc="first day (from 1949-10-01)"
        ),
        Field("amount", "fen", null=True, doc="paid, granted or insured"),
        Field("until", "day", null=True, later=True, doc="last day"),
        Field("document_hash", "hash", null=True, doc="of the document"),
    ),
    consent="required",
    chinese="政务登记",
    money="amount",
)

FEEDS = (
    PARCELS,
    PARCEL_OBSERVATIONS,
    PARCEL_VISITS,
    LAND_USE,
    PURCHASE_ORDERS,
    WAREHOUSE_RECEIPTS,
    PRICE_QUOTES,
    REGISTRY_FACTS,
)

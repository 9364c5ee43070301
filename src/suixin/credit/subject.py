"""Subjects: whose credit file it is, and which parties' facts belong in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import narwhals as nw

from suixin.credit.engine import Engine, Frame

if TYPE_CHECKING:
    import duckdb

    from suixin.data.lake import FeedsOn

_MERCHANT_FEEDS = ("orders", "settlements", "reviews", "live_sessions", "store_ratings", "traffic")
_KINDS = ("household", "business", "co-operative")
_ONE_HAND = ("same_as", "household", "spouse", "owner", "legal_representative")
_TELLTALE = ("device_hash", "account_hash", "address_hash")


@dataclass(frozen=True)
class Subjects:
    """The subjects of one scoring, in the order of their ids; `row` is a subject's place.

    A party belongs to its household's file, else to its own. Files are kept for households,
    businesses and co-operatives, and for any party that trades under its own name.
    """

    ids: tuple[str, ...]
    connection: duckdb.DuckDBPyConnection

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def engine(self) -> Engine:
        """The engine that holds the subjects' tables and whatever is computed beside them."""
        return Engine(self.connection)

    @cached_property
    def frame(self) -> Frame:
        """Columns party, subject, row: every party whose facts belong in a subject's file."""
        return nw.from_native(self.connection.table("subject_of"))

    @cached_property
    def holders(self) -> Frame:
        """Columns party, holder: every party known, with the household it counts as."""
        return nw.from_native(self.connection.table("holder_of"))


def subjects_of(feeds: FeedsOn, connection: duckdb.DuckDBPyConnection) -> Subjects:
    """Find the subjects known on a day and lay their tables down beside the lake."""
    parties = feeds.relation("parties")
    traders = feeds.relation("orders").project("merchant").distinct()
    for name in _MERCHANT_FEEDS[1:]:
        traders = traders.union(feeds.relation(name).project("merchant").distinct())
    connection.register("known_parties", parties)
    connection.register("known_traders", traders)
    kinds = ", ".join(f"'{kind}'" for kind in _KINDS)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE holder_of AS
        SELECT party_id AS party, coalesce(household_id, party_id) AS holder
        FROM known_parties
        UNION
        SELECT household_id, household_id FROM known_parties WHERE household_id IS NOT NULL;
        CREATE OR REPLACE TEMP TABLE subject_ids AS
        SELECT subject, row_number() OVER (ORDER BY subject) - 1 AS row
        FROM (
            SELECT holder AS subject FROM holder_of
            JOIN known_parties ON party_id = party WHERE kind IN ({kinds})
            UNION
            SELECT coalesce(holder, merchant) FROM known_traders
            LEFT JOIN holder_of ON party = merchant
            WHERE merchant IS NOT NULL
        );
        CREATE OR REPLACE TEMP TABLE subject_of AS
        SELECT party, subject, row FROM holder_of JOIN subject_ids ON holder = subject
        UNION
        SELECT subject, subject, row FROM subject_ids;
    """)
    connection.unregister("known_parties")
    connection.unregister("known_traders")
    rows = connection.execute("SELECT subject FROM subject_ids ORDER BY row").fetchall()
    return Subjects(tuple(subject for (subject,) in rows), connection)


def same_party(feeds: FeedsOn, subjects: Subjects) -> Frame:
    """Columns row, buyer, same: the buyers who are the seller in other clothes.

    The subject's own parties, its household, spouse, owner or legal representative, and whoever
    shares a device, a payment account or an address with one of them; and the households of all
    these, for a household is one buyer. Source: formulas §2.
    """
    col = nw.col
    mine = subjects.frame.select("party", "row")
    links = feeds.frame("party_links").filter(col("kind").is_in(list(_ONE_HAND)))
    parties = feeds.frame("parties")
    found = [mine.select("row", buyer="party")]
    for own, other in (("from", "to"), ("to", "from")):
        found.append(links.join(mine, left_on=own, right_on="party").select("row", buyer=other))
    for name in _TELLTALE:
        shown = parties.filter(~col(name).is_null()).select("party_id", mark=name)
        held = shown.join(mine, left_on="party_id", right_on="party").select("row", "mark").unique()
        found.append(held.join(shown, on="mark").select("row", buyer="party_id"))
    buyers, members = nw.concat(found).unique(), subjects.holders.select("holder", buyer="party")
    households = buyers.join(members, on="buyer").select("row", "holder").unique()
    found = [buyers, households.join(members, on="holder").select("row", "buyer")]
    return nw.concat(found).unique().with_columns(same=nw.lit(1, nw.Int64))

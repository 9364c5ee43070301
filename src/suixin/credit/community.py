"""Who counts in which group, what they sent and whom they answered: metadata only, never text.

A member weighs nothing before he has been in the group for a while, in a group too small to hide
a pair of friends, or without a consent in force. Source: formulas §4.
"""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw

from suixin.credit.engine import Frame
from suixin.credit.nodes import node_of
from suixin.credit.sales import day_of
from suixin.credit.subject import Subjects
from suixin.data.lake import FeedsOn
from suixin.kernel.day import epoch_day
from suixin.kernel.policy import PolicyOn

FEED = "messages"


@dataclass(frozen=True, slots=True)
class CommunityRules:
    """The dated constants of who counts and which replies do."""

    window: int
    member_days: int
    consenting: int
    pair_day: int
    inferred_within: int

    @classmethod
    def of(cls, policy: PolicyOn) -> CommunityRules:
        """Read `engagement.window`, `engagement.member` and `engagement.replies`.

        >>> from datetime import date
        >>> from suixin.kernel.policy import load_policy
        >>> CommunityRules.of(load_policy("engagement").on(date(2026, 6, 30))).consenting
        8
        """
        member, replies = policy["engagement.member"], policy["engagement.replies"]
        return cls(
            window=policy["engagement.window"],
            member_days=member["days"],
            consenting=member["consenting"],
            pair_day=replies["pair_day"],
            inferred_within=replies["inferred_within"],
        )


@dataclass(frozen=True, slots=True)
class Community:
    """What counts of the groups on a day, each frame computed once.

    members: group, party, node, circle (the group's number), joined (day)
    messages: circle, node, day, kind, inferring (1 where its source has no reply link)
    replies: circle, replier, author (nodes), day, waited (s, null: unknown), inferred (0 or 1)
    """

    members: Frame
    messages: Frame
    replies: Frame


def community(feeds: FeedsOn, subjects: Subjects, rules: CommunityRules) -> Community:
    """The members who count, the messages of the window that are theirs and their replies."""
    col, engine, today = nw.col, subjects.engine, epoch_day(feeds.day)
    members = engine.keep("community_members", _members(feeds, subjects, rules))
    recent = (
        feeds.frame(FEED)
        .with_columns(day=day_of(col("sent_at")))
        .filter(col("day") > today - rules.window, col("day") <= today)
    )
    linked = feeds.frame(FEED).filter(_has_link()).select("source", linked=nw.lit(1)).unique()
    messages = (
        recent.join(
            members.select("group", "circle", "node", sender="party"), on=["group", "sender"]
        )
        .join(linked, on="source", how="left")
        .select("circle", "node", "day", "kind", inferring=col("linked").is_null().cast(nw.Int64))
    )
    said = nw.concat([_said(feeds, recent), _inferred(recent, linked, rules)])
    return Community(
        members=members,
        messages=engine.keep("community_messages", messages),
        replies=engine.keep("community_replies", _between(said, members, rules)),
    )


def consenting(feeds: FeedsOn, subjects: Subjects) -> Frame:
    """Parties (column `party`) for whose messages a consent is in force, own or household's.

    Where no consents are connected, one named on a row is taken as stated.
    """
    col = nw.col
    if "consents" not in feeds.present:
        named = ~col("consent").is_null()
        members = feeds.frame("memberships").filter(named).select("party")
        senders = feeds.frame(FEED).filter(named).select(party="sender")
        return nw.concat([members, senders]).unique()
    today = epoch_day(feeds.day)
    kinds = nw.concat_str([nw.lit(";"), col("kinds"), nw.lit(";")])
    grants = feeds.frame("consents").filter(
        kinds.str.contains(f";{FEED};", literal=True),
        col("from") <= today,
        col("until") >= today,
        col("revoked_at").is_null() | (col("revoked_at") > feeds.cutoff),
    )
    own = grants.select("party")
    through = subjects.holders.join(own.select(holder="party"), on="holder", how="semi")
    return nw.concat([own, through.select("party")]).unique()


def _members(feeds: FeedsOn, subjects: Subjects, rules: CommunityRules) -> Frame:
    """Consenting members of large enough groups, long enough in them.

    A group without any roster (a chat archive alone) knows a member from his first message on.
    """
    col, today = nw.col, epoch_day(feeds.day)
    roster = feeds.frame("memberships").select("group", "party", "from", "until")
    listed = (
        roster.filter(col("from") <= today, col("until").is_null() | (col("until") >= today))
        .group_by("group", "party")
        .agg(joined=col("from").min())
    )
    seen = (
        feeds.frame(FEED)
        .join(roster.select("group").unique(), on="group", how="anti")
        .group_by("group", "sender")
        .agg(first=col("sent_at").min())
        .select("group", party="sender", joined=day_of(col("first")))
    )
    willing = nw.concat([listed, seen]).join(consenting(feeds, subjects), on="party", how="semi")
    circles = (
        willing.group_by("group")
        .agg(size=nw.len())
        .filter(col("size") >= rules.consenting)
        .with_row_index("circle", order_by="group")
        .select("group", circle=col("circle").cast(nw.Int64))
    )
    counted = willing.join(circles, on="group").filter(col("joined") <= today - rules.member_days)
    return counted.join(node_of(counted, subjects), on="party").select(
        "group", "party", "node", "circle", "joined"
    )


def _has_link() -> nw.Expr:
    return ~nw.col("in_reply_to").is_null() | ~nw.col("reply_author").is_null()


_SAID = (
    "source",
    "message_id",
    "group",
    "sender",
    "author",
    "sent_at",
    "day",
    "waited",
    "inferred",
)


def _said(feeds: FeedsOn, recent: Frame) -> Frame:
    """Replies that name what they answer; the row answered knows its author best."""
    col = nw.col
    answered = feeds.frame(FEED).select(
        "source", in_reply_to="message_id", wrote="sender", asked_at="sent_at"
    )
    waited = col("sent_at") - col("asked_at")
    return (
        recent.filter(_has_link())
        .join(answered, on=["source", "in_reply_to"], how="left")
        .with_columns(
            author=nw.coalesce("wrote", "reply_author"),
            waited=nw.when(waited >= 0).then(waited).otherwise(nw.lit(None, nw.Int64)),
            inferred=nw.lit(0, nw.Int64),
        )
        .select(*_SAID)
    )


def _inferred(recent: Frame, linked: Frame, rules: CommunityRules) -> Frame:
    """Where a source never links, the next message soon after answers the author before it."""
    col = nw.col
    before = {"order_by": ["sent_at", "message_id"]}
    return (
        recent.join(linked, on="source", how="anti")
        .with_columns(
            author=col("sender").shift(1).over("source", "group", **before),
            asked_at=col("sent_at").shift(1).over("source", "group", **before),
        )
        .with_columns(waited=col("sent_at") - col("asked_at"), inferred=nw.lit(1, nw.Int64))
        .filter(col("waited") <= rules.inferred_within)
        .select(*_SAID)
    )


def _between(said: Frame, members: Frame, rules: CommunityRules) -> Frame:
    """Replies between two members who count, the first few a day of each ordered pair."""
    col = nw.col
    repliers = members.select("group", "circle", sender="party", replier="node")
    authors = members.select("group", author="party", author_node="node")
    return (
        said.join(repliers, on=["group", "sender"])
        .join(authors, on=["group", "author"])
        .filter(col("replier") != col("author_node"))
        .with_columns(
            place=col("sent_at")
            .cum_count()
            .over("replier", "author_node", "day", order_by=["sent_at", "source", "message_id"])
        )
        .filter(col("place") <= rules.pair_day)
        .select("circle", "replier", "day", "waited", "inferred", author="author_node")
    )

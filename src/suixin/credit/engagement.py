"""Community engagement 社群参与: how alive a household is among its neighbours and followers.

Message metadata only (who, when, in answer to whom), and only of members who agreed. It measures
activity; where a household stands in the network is a twentieth of it. Source: formulas §4.
"""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw
import numpy as np

from suixin.credit.community import Community, CommunityRules, community, consenting
from suixin.credit.engine import Columns, Engine, Frame
from suixin.credit.index import Bools, Floats, Ints, Measures
from suixin.credit.nodes import summed
from suixin.credit.reply_graph import influence, pagerank
from suixin.credit.subject import Subjects
from suixin.credit.summary import week_of
from suixin.data.lake import FeedsOn
from suixin.kernel.day import epoch_day
from suixin.kernel.policy import PolicyOn

NAME = "engagement"
PARTS = (
    "recency",
    "active",
    "repliers",
    "reciprocity",
    "delay",
    "relays",
    "influence",
    "breadth",
    "tenure",
)
BPS = 10_000
SECONDS_PER_MINUTE = 60.0


def measure(feeds: FeedsOn, subjects: Subjects, policy: PolicyOn) -> Measures:
    """The nine parts for every subject, before any judgement.

    A subject is present where a consent to the use of its messages is in force; the flag
    `REPLIES_INFERRED` marks those of a source that never links a reply.
    """
    size, connected = len(subjects), "messages" in feeds.present
    x = {part: np.zeros(size) for part in PARTS}
    n = {part: np.zeros(size) for part in PARTS}
    inferred = np.zeros(size, dtype=np.bool_)
    present = np.zeros(size, dtype=np.bool_)
    if connected:
        seen = community(feeds, subjects, CommunityRules.of(policy))
        present = _present(feeds, subjects)
        x |= _presence(seen, feeds, subjects, policy)
        replies = _replies(seen, subjects.engine)
        pairs = _pairs(replies, policy["engagement.replies"]["inferred_weight"] / BPS)
        x["repliers"] = _repliers(pairs, size, policy["engagement.repliers_full"])
        x["reciprocity"], n["reciprocity"] = _reciprocity(pairs, size)
        x["delay"], n["delay"] = _delay(seen, subjects, policy)
        x["influence"], n["influence"] = _influence(seen, replies, feeds, subjects, policy)
        inferred = _inferring(seen, subjects)
    return Measures(
        name=NAME,
        connected=connected,
        x=x,
        n=n,
        present=dict.fromkeys(PARTS, present),
        flags={"REPLIES_INFERRED": inferred & present},
    )


def _present(feeds: FeedsOn, subjects: Subjects) -> Bools:
    """Where a consent is in force; without any register of consents, everywhere."""
    if "consents" not in feeds.present:
        return np.ones(len(subjects), dtype=np.bool_)
    willing = consenting(feeds, subjects).join(subjects.frame.select("party", "row"), on="party")
    rows = subjects.engine.fetch(willing.select("row").unique())["row"]
    return _marked(rows, len(subjects))


def _presence(
    seen: Community, feeds: FeedsOn, subjects: Subjects, policy: PolicyOn
) -> dict[str, Floats]:
    """What needs no partner: recency, active days, relays, breadth and tenure."""
    col, engine, size, today = nw.col, subjects.engine, len(subjects), epoch_day(feeds.day)
    own = seen.messages.filter(col("node") < size)
    days = engine.fetch(own.group_by("node").agg(last=col("day").max(), x=col("day").n_unique()))
    since = today - _spread(days["node"], days["last"], size, absent=-np.inf)
    relays = own.filter(col("kind") == "relay").group_by("node").agg(x=col("day").n_unique())
    breadth = (
        own.with_columns(week=week_of(col("day")))
        .filter(col("week") < (today + 3) // 7)
        .group_by("node", "circle")
        .agg(weeks=col("week").n_unique())
        .filter(col("weeks") >= policy["engagement.breadth_weeks"])
        .group_by("node")
        .agg(x=nw.len())
    )
    joined = seen.members.filter(col("node") < size).group_by("node").agg(x=col("joined").min())
    return {
        "recency": 100.0 * np.exp2(-since / policy["engagement.recency_half_life"]),
        "active": _spread(days["node"], days["x"], size) / policy["engagement.window"],
        "relays": _counted(relays, engine, size),
        "breadth": _counted(breadth, engine, size),
        "tenure": _months(engine.fetch(joined), today, size),
    }


def _months(joined: Columns, today: int, size: int) -> Floats:
    """Whole months lived in the oldest group."""
    day, now = joined["x"].astype("datetime64[D]"), np.datetime64(today, "D")
    month, this_month = day.astype("datetime64[M]"), now.astype("datetime64[M]")
    short = (day - month) > (now - this_month)  # The day of the month has not come round yet.
    lived = (this_month - month).astype(np.int64) - short
    return _spread(joined["node"], lived, size)


@dataclass(frozen=True, slots=True)
class _Replies:
    """Replies by group, ordered pair and day, in the order of these."""

    circle: Ints
    replier: Ints
    author: Ints
    day: Ints
    linked: Ints
    inferred: Ints


def _replies(seen: Community, engine: Engine) -> _Replies:
    by_day = seen.replies.group_by("circle", "replier", "author", "day").agg(
        replies=nw.len(), inferred=nw.col("inferred").sum().cast(nw.Int64)
    )
    found = engine.fetch(by_day)
    names = ("circle", "replier", "author", "day")
    # The engine gives rows in no order, and sums of floats must be the same in every run.
    order = np.lexsort(tuple(found[name] for name in reversed(names)))
    circle, replier, author, day = (found[name][order] for name in names)
    inferred = found["inferred"][order]
    return _Replies(circle, replier, author, day, found["replies"][order] - inferred, inferred)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Ordered pairs with a reply: `weight` is below 1 where every reply was inferred."""

    replier: Ints
    author: Ints
    weight: Floats


def _pairs(replies: _Replies, inferred_weight: float) -> _Pairs:
    if not replies.replier.size:
        return _Pairs(replies.replier, replies.author, np.zeros(0))
    order = np.lexsort((replies.author, replies.replier))
    replier, author = replies.replier[order], replies.author[order]
    weight = np.where(replies.linked[order] > 0, 1.0, inferred_weight)
    first = _openings(replier, author)
    return _Pairs(replier[first], author[first], np.maximum.reduceat(weight, first))


def _repliers(pairs: _Pairs, size: int, full: int) -> Floats:
    """Points of the distinct repliers, on a logarithmic scale."""
    repliers = summed(pairs.author, pairs.weight, size)
    points: Floats = np.minimum(100.0, 100.0 * np.log1p(repliers) / np.log1p(full))
    return points


def _reciprocity(pairs: _Pairs, size: int) -> tuple[Floats, Floats]:
    """Share of reply partners with replies both ways, and how many partners there are."""
    if not pairs.replier.size:
        return np.full(size, np.nan), np.zeros(size)
    low = np.minimum(pairs.replier, pairs.author)
    high = np.maximum(pairs.replier, pairs.author)
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    first = _openings(low, high)
    both = np.diff(np.append(first, low.size)) == 2
    weight = np.maximum.reduceat(pairs.weight[order], first)
    node = np.concatenate((low[first], high[first]))
    partners = summed(node, np.tile(weight, 2), size)
    with np.errstate(invalid="ignore"):
        return summed(node, np.tile(weight * both, 2), size) / partners, partners


def _delay(seen: Community, subjects: Subjects, policy: PolicyOn) -> tuple[Floats, Floats]:
    """log₁₀ of the median minutes to answer, and how many answers stand behind it."""
    col, size = nw.col, len(subjects)
    answers = subjects.engine.fetch(
        seen.replies.filter(col("replier") < size, ~col("waited").is_null())
        .group_by("replier")
        .agg(
            waited=col("waited").median(),
            answers=nw.len(),
            inferred=col("inferred").sum().cast(nw.Int64),
        )
    )
    weight = policy["engagement.replies"]["inferred_weight"] / BPS
    counted = answers["answers"] - answers["inferred"] * (1.0 - weight)
    # The logarithm of nought is no number: an answer in the same second waited one.
    minutes = np.maximum(answers["waited"], 1.0) / SECONDS_PER_MINUTE
    rows = answers["replier"]
    return _spread(rows, np.log10(minutes), size, absent=np.nan), _spread(rows, counted, size)


def _influence(
    seen: Community, replies: _Replies, feeds: FeedsOn, subjects: Subjects, policy: PolicyOn
) -> tuple[Floats, Floats]:
    """Percentile of PageRank and group size, over a subject's groups by its own messages.

    A subject who sent nothing counts its groups alike: silence must not read as neutral.
    """
    engine, size, sheet = subjects.engine, len(subjects), policy["engagement.influence"]
    members = engine.fetch(seen.members.select("circle", "node").unique())
    if not members["node"].size:
        return np.full(size, np.nan), np.zeros(size)
    span = int(members["node"].max()) + 1
    key = np.sort(members["circle"] * span + members["node"])
    group, node = np.unique(key // span, return_inverse=True)[1], key % span

    def place(circle: Ints, node: Ints) -> Ints:
        return np.searchsorted(key, circle * span + node)

    inferred = policy["engagement.replies"]["inferred_weight"] / BPS * replies.inferred
    age = epoch_day(feeds.day) - replies.day
    weight = (replies.linked + inferred) * np.exp2(-age / sheet["half_life"])
    answers = place(replies.circle, replies.replier), place(replies.circle, replies.author), weight
    rank = pagerank(group, answers, damping=sheet["damping"], settled=sheet["settled"])
    percentile = influence(group, rank)
    sent = engine.fetch(seen.messages.group_by("circle", "node").agg(n=nw.len()))
    said = np.zeros(node.size)
    said[place(sent["circle"], sent["node"])] = sent["n"]
    silent = summed(node, said, size) == 0
    said[node < size] += silent[node[node < size]]
    total = summed(node, said, size)
    with np.errstate(invalid="ignore"):
        x = summed(node, said * percentile, size) / total
        n = summed(node, said * np.bincount(group)[group], size) / total
    return x, np.nan_to_num(n)


def _inferring(seen: Community, subjects: Subjects) -> Bools:
    col, size = nw.col, len(subjects)
    heard = seen.messages.filter(col("node") < size, col("inferring") > 0).select("node").unique()
    return _marked(subjects.engine.fetch(heard)["node"], size)


def _openings(*keys: Ints) -> Ints:
    """Where each run of equal keys begins; the keys are sorted and not empty."""
    changes = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    return np.flatnonzero(np.concatenate(([True], changes)))


def _counted(frame: Frame, engine: Engine, size: int) -> Floats:
    """Column `x` of a frame with one row a node, as an array over the subjects."""
    found = engine.fetch(frame)
    return _spread(found["node"], found["x"], size)


def _spread(rows: Ints, values: Floats | Ints, size: int, *, absent: float = 0.0) -> Floats:
    spread = np.full(size, absent)
    spread[rows] = values
    return spread


def _marked(rows: Ints, size: int) -> Bools:
    marked = np.zeros(size, dtype=np.bool_)
    marked[rows] = True
    return marked

"""Groups and what is said in them (never the words), and who vouches for whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from suixin.county.bits import Bits, Bools, Floats, Ints, Texts
from suixin.county.cast import Cast, consent_ids
from suixin.county.kinds import GANG, Kind
from suixin.county.registry import HOUR, closed_on, filed
from suixin.county.shops import Calendar
from suixin.county.table import NONE, Column, Table, named, same
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY

TALK_DAYS = 112
"""Chat metadata is kept for sixteen weeks."""

_HOURS = (1, 1, 1, 1, 1, 2, 6, 9, 9, 8, 8, 8, 10, 8, 7, 7, 7, 8, 10, 13, 15, 14, 9, 4)
_WIDE_GROUP = 100
_REPLY_SHARE = 0.55
_REPLY_WITHIN = 4 * HOUR


@dataclass(frozen=True, slots=True)
class Members:
    """Who is in which group; one row a membership."""

    group: Ints
    subject: Ints
    joined: Ints  # day
    admin: Bools
    closed: Ints  # day on which the consent was withdrawn, or NONE
    names: Texts  # of the groups


def members(cast: Cast, calendar: Calendar, bits: Bits) -> Members:
    """Every household is in its village's group; half of them in a wider group of sellers."""
    everyone = np.arange(cast.households, dtype=np.int64)
    wide = everyone[bits.chance("talk/wide", cast.households, 0.5)]
    subject = np.concatenate([everyone, wide])
    group = np.concatenate([cast.village(everyone), cast.villages + wide // _WIDE_GROUP])
    joined = calendar.until - 90 - bits.below("talk/joined", subject.size, 1_200)
    first = np.unique(group, return_index=True)[1]
    admin = np.zeros(subject.size, dtype=np.bool_)
    admin[first] = True
    count = int(group.max()) + 1
    names = np.array([f"g-{g + 1:03}" for g in range(count)], dtype=object)
    closed = closed_on(cast, calendar, bits)[subject]
    return Members(group, subject, joined, admin, closed, names)


def membership_table(people: Members, cast: Cast) -> Table:
    """memberships: the head of a household is the member."""
    party = cast.ids[cast.head(people.subject)]
    consent = consent_ids(cast, people.subject, "community")
    own: dict[str, Column] = {
        "group": people.names[people.group],
        "party": party,
        "from": people.joined,
        "role": named(("member", "admin"), people.admin.astype(np.int64)),
    }
    return Table("memberships", {**filed(party, people.joined, consent, "wecom"), **own})


def liveliness(households: int, bits: Bits) -> Floats:
    """How much each household likes to talk, between 0 and 1."""
    return bits.uniform("talk/lively", households)


def message_table(
    people: Members, cast: Cast, calendar: Calendar, bits: Bits, *, days: int = TALK_DAYS
) -> Table:
    """messages: about half answer the one before in their group, if it is recent."""
    member, sent = _sent(people, calendar, bits, days)
    n = member.size
    ids = np.array([f"t-{i + 1:07}" for i in range(n)], dtype=object)
    group, subject = people.group[member], people.subject[member]
    answered = _answered(group, subject, sent, bits)
    kind = np.where(
        people.admin[member] & bits.chance("talk/notice", n, 0.15),
        2,
        bits.chance("talk/relay", n, 0.07).astype(np.int64),
    )
    heads = cast.ids[cast.head(subject)]
    relay = np.where(kind == 1, sent // SECONDS_PER_DAY % 97, NONE)
    relays = np.array([f"j-{k + 1:03}" for k in range(97)], dtype=object)
    own: dict[str, Column] = {
        "source": same("wecom", n),
        "subject": heads,
        "occurred_at": sent,
        "recorded_at": (sent // HOUR + 1) * HOUR + 120,
        "consent": consent_ids(cast, subject, "community"),
        "message_id": ids,
        "group": people.names[group],
        "sender": heads,
        "in_reply_to": named(ids, answered),
        "reply_author": named(heads, answered),
        "kind": named(("chat", "relay", "notice"), kind),
        "relay_order": named(relays, relay),
        "sent_at": sent,
    }
    return Table("messages", own)


def _sent(people: Members, calendar: Calendar, bits: Bits, days: int) -> tuple[Ints, Ints]:
    """Who (a membership) sent a message and when; sorted by group, then time."""
    n = people.subject.size
    lively = liveliness(int(people.subject.max()) + 1, bits)[people.subject]
    rate = np.repeat(0.9 * lively * lively, days)
    cell = np.arange(n * days, dtype=np.int64)
    counts = np.floor(rate + bits.uniform("talk/count", cell.size)).astype(np.int64)
    cell = np.repeat(cell, counts)
    member, day = cell // days, calendar.until - days + 1 + cell % days
    second = bits.pick("talk/hour", cell.size, _HOURS) * HOUR
    second += bits.below("talk/second", cell.size, HOUR)
    sent = day * SECONDS_PER_DAY - LOCAL_OFFSET + second
    order = np.lexsort((member, sent, people.group[member]))
    member, sent = member[order], sent[order]
    there = day[order] >= people.joined[member]
    # Nothing is kept of a member from the day on which he withdrew.
    closed = people.closed[member]
    there &= (closed == NONE) | (day[order] < closed)
    return member[there], sent[there]


def _answered(group: Ints, subject: Ints, sent: Ints, bits: Bits) -> Ints:
    """The row each message answers, or NONE."""
    n = group.size
    before = np.arange(n) - 1 - bits.pick("talk/back", n, (6, 3, 1))
    at = np.maximum(before, 0)
    fits = (before >= 0) & (group[at] == group) & (subject[at] != subject)
    fits &= sent - sent[at] <= _REPLY_WITHIN
    return np.where(fits & bits.chance("talk/reply", n, _REPLY_SHARE), at, NONE)


Pairs = list[tuple[int, int]]
"""Who vouches for whom, both as subjects."""


def endorsements(cast: Cast, bits: Bits) -> Pairs:
    """Honest endorsements never run in a circle, but for one pair that others support.

    A ring's members vouch for each other only, and nobody else for them.
    """
    return [*_honest(cast, bits), *_supported_pair(cast), *ring(cast)]


def endorsement_table(pairs: Pairs, cast: Cast, calendar: Calendar, bits: Bits) -> Table:
    """endorsements: three in ten with liability, made within the last ten months."""
    endorser, subject = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    n = endorser.size
    age = 10 + bits.below("vouch/age", n, 300)
    liable = np.asarray(bits.chance("vouch/liable", n, 0.3))
    cap = 200_000 + 100_000 * bits.below("vouch/cap", n, 9)
    # One who vouches lets it be used: the endorser's community consent covers the row.
    own: dict[str, Column] = {
        "endorser": cast.ids[endorser],
        "subject": cast.ids[subject],
        "from": calendar.until - age,
        "liability_cap": np.where(liable, cap, NONE),
        "kin_ring_checked": np.where(liable, calendar.until - age + 2, NONE),
    }
    consent = consent_ids(cast, endorser, "community")
    filing = filed(cast.ids[subject], calendar.until - age, consent, "station")
    return Table("endorsements", {**filing, **own, "recorded_at": filing["recorded_at"] + 172_800})


def _honest(cast: Cast, bits: Bits) -> Pairs:
    """Each third subject has one to three endorsers, all earlier in one drawn order: no circle."""
    apart = {*cast.of(Kind.ENDORSEMENT_RING).tolist(), *cast.of(Kind.STEADY).tolist()[:2]}
    order = [s for s in bits.order("vouch/order", cast.households).tolist() if s not in apart]
    wanted = bits.pick("vouch/count", len(order), (6, 2, 1, 1)).tolist()
    draws = bits.uniform("vouch/who", 3 * len(order)).reshape(-1, 3).tolist()
    pairs: set[tuple[int, int]] = set()
    for place, subject in enumerate(order[1:], start=1):
        for k in range(wanted[place]):
            pairs.add((order[int(draws[place][k] * place)], subject))
    return sorted(pairs)


def _supported_pair(cast: Cast) -> Pairs:
    """Two steady shops that vouch for each other, each also vouched for from outside."""
    steady = cast.of(Kind.STEADY).tolist()
    one, other, outside = steady[0], steady[1], cast.of(Kind.SEASONAL).tolist()
    return [(one, other), (other, one), (outside[0], one), (outside[1], other)]


def ring(cast: Cast) -> Pairs:
    """Everyone in a ring vouches for everyone else in it."""
    members = cast.of(Kind.ENDORSEMENT_RING).tolist()
    rings = [members[k : k + GANG] for k in range(0, len(members), GANG)]
    return [(a, b) for ring in rings for a in ring for b in ring if a != b]

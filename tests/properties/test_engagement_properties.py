"""What must always hold of community engagement, endorsements, parcels and chains of referral."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suixin.credit.crop import CropRules, Parcel, finding
from suixin.credit.endorsement import social
from suixin.credit.engagement import measure
from suixin.credit.forest import forest
from suixin.credit.reply_graph import mid_rank, pagerank
from suixin.credit.subject import Subjects, subjects_of
from suixin.data.lake import FeedsOn, Loader
from suixin.kernel.day import day_start, epoch_day
from suixin.kernel.policy import load_policy

DAY = date(2026, 6, 30)
TODAY = epoch_day(DAY)
NOON = day_start(DAY) + 43_200
SOCIAL = load_policy("social").on(DAY)
MEMBERS = 10
# An example costs a database: few of them, each with several villages or circles at once.
few = settings(max_examples=6, deadline=None)


@contextmanager
def county(
    feeds: Mapping[str, Sequence[Mapping[str, Any]]],
    households: Sequence[str],
    people: Sequence[str] = (),
) -> Iterator[tuple[FeedsOn, Subjects]]:
    """Rows as they would be read from files, and the households as subjects."""
    loader = Loader()
    parties = [{"party_id": name, "kind": "household"} for name in households]
    parties += [{"party_id": name, "kind": "person"} for name in people]
    common = {
        "source": "test", "subject": "somebody", "occurred_at": day_start(date(2026, 1, 1)),
        "recorded_at": day_start(date(2026, 1, 1)), "identity_kind": "resident",
        "identity": "0" * 64, "role": "member", "file": "rows", "line": 1,
    }  # fmt: skip
    for name, rows in {**feeds, "parties": parties}.items():
        given = [{**common, **row} for row in rows]
        columns = {key: np.array([row[key] for row in given], dtype=object) for key in given[0]}
        loader.connection.register("columns", columns)
        loader.connection.execute(f"CREATE TABLE {name}_rows AS SELECT * FROM columns")
        loader.add(name, loader.connection.table(f"{name}_rows"))
    with loader.finish() as loaded:
        assert not len(loaded.quarantine), loaded.quarantine[0]
        known = loaded.on(DAY)
        yield known, subjects_of(known, loaded.connection)


@dataclass(frozen=True)
class Said:
    """A message of a village's member, so many days back, perhaps answering an earlier one."""

    who: int
    back: int
    minute: int
    answers: int | None = None
    relay: bool = False


@dataclass(frozen=True)
class Village:
    said: tuple[Said, ...]
    revoked: int | None = None  # the member whose consent is no longer in force
    gone: int | None = None  # the member who never was


def measured(villages: Sequence[Village]) -> list[dict[str, tuple[float, float]]]:
    """x and n of every part for the household of member 0 in each village."""
    feeds: dict[str, list[dict[str, Any]]] = {"messages": [], "memberships": [], "consents": []}
    for v, village in enumerate(villages):
        people = {m: f"v{v}-{m}" for m in range(MEMBERS) if m != village.gone}
        for m, person in people.items():
            over = NOON - 86_400 if m == village.revoked else None
            feeds["consents"].append({
                "consent": f"k-{person}", "party": person, "purpose": "credit", "receiver": "bank",
                "kinds": "messages;memberships", "from": TODAY - 900, "until": TODAY + 900,
                "revoked_at": over,
            })  # fmt: skip
            feeds["memberships"].append({
                "group": f"g{v}", "party": person, "from": TODAY - 400, "consent": f"k-{person}",
            })  # fmt: skip
        for i, said in enumerate(village.said):
            if said.who in people:
                feeds["messages"].append({
                    "message_id": f"v{v}-{i}", "group": f"g{v}", "sender": people[said.who],
                    "in_reply_to": None if said.answers is None else f"v{v}-{said.answers}",
                    "kind": "relay" if said.relay else "chat", "consent": f"k-{people[said.who]}",
                    "sent_at": NOON - 86_400 * said.back + 60 * said.minute,
                })  # fmt: skip
    households = [f"v{v}-0" for v in range(len(villages))]
    neighbours = [f"v{v}-{m}" for v in range(len(villages)) for m in range(1, MEMBERS)]
    with county(feeds, households, neighbours) as (known, subjects):
        found = measure(known, subjects, load_policy("engagement").on(DAY))
    rows = [subjects.ids.index(household) for household in households]
    return [
        {part: (float(found.x[part][row]), float(found.n[part][row])) for part in found.x}
        for row in rows
    ]


@st.composite
def talks(draw: st.DrawFn) -> tuple[Said, ...]:
    """A talk of at least two, in the order it was said; the first is member 0's."""
    said = [Said(0, 80, 0), Said(1, 80, 1, answers=0)]
    for back in sorted(draw(st.lists(st.integers(1, 79), min_size=3, max_size=25)), reverse=True):
        who = draw(st.integers(0, MEMBERS - 1))
        answers = draw(st.none() | st.integers(0, len(said) - 1))
        said.append(Said(who, back, len(said), answers, draw(st.booleans())))
    return tuple(said)


def same(found: dict[str, tuple[float, float]], other: dict[str, tuple[float, float]]) -> bool:
    """Equal to the last bit, unknowns included."""
    return repr(found) == repr(other)


several = st.lists(talks(), min_size=3, max_size=3)


@pytest.mark.mechanism("G01")
@few
@given(several, st.integers(1, 79), st.booleans())
def test_a_burst_of_chat_in_one_day_is_one_message(
    heard: list[tuple[Said, ...]], back: int, relay: bool
) -> None:
    once = Said(0, back, 600, relay=relay)
    bursts = [[replace(once, minute=600 + i) for i in range(size)] for size in (1, 2, 60)]
    found = measured([Village((*talk, *burst)) for talk in heard for burst in bursts])
    for one, two, sixty in batched(found, 3):
        assert same(one, two)
        assert same(one, sixty)


@pytest.mark.mechanism("G01")
@few
@given(several, st.integers(1, 79))
def test_replies_to_one_member_past_three_a_day_change_nothing(
    heard: list[tuple[Said, ...]], back: int
) -> None:
    villages = []
    for talk in heard:
        asked = (*talk, Said(1, back, 500))
        for size in (3, 4, 40):
            burst = [Said(0, back, 510 + i, answers=len(talk)) for i in range(size)]
            villages.append(Village((*asked, *burst)))
    for three, four, forty in batched(measured(villages), 3):
        assert same(three, four)
        assert same(three, forty)


@pytest.mark.mechanism("B05")
@few
@given(several, st.integers(1, MEMBERS - 1))
def test_a_revoked_consent_leaves_what_would_be_had_the_member_never_been(
    heard: list[tuple[Said, ...]], member: int
) -> None:
    pairs = [(Village(talk, revoked=member), Village(talk, gone=member)) for talk in heard]
    for revoked, gone in batched(measured([village for pair in pairs for village in pair]), 2):
        assert same(revoked, gone)


@few
@given(several, st.permutations(range(1, MEMBERS)), st.randoms(use_true_random=False))
def test_neither_names_nor_the_order_of_rows_matter(
    heard: list[tuple[Said, ...]], names: Sequence[int], chance: Any
) -> None:
    name = dict(enumerate([0, *names]))
    villages = []
    for talk in heard:
        order = chance.sample(range(len(talk)), len(talk))
        place = {old: new for new, old in enumerate(order)} | {None: None}
        renamed = tuple(replace(said, who=name[said.who]) for said in talk)
        shuffled = tuple(replace(talk[old], answers=place[talk[old].answers]) for old in order)
        villages += [Village(talk), Village(renamed), Village(shuffled)]
    for plain, renamed_one, shuffled_one in batched(measured(villages), 3):
        assert close(plain, renamed_one)
        assert close(plain, shuffled_one)


def batched(
    found: list[dict[str, tuple[float, float]]], size: int
) -> Iterator[list[dict[str, tuple[float, float]]]]:
    for start in range(0, len(found), size):
        yield found[start : start + size]


def close(found: dict[str, tuple[float, float]], other: dict[str, tuple[float, float]]) -> bool:
    """Equal but for the last bits of sums taken in another order."""
    return all(
        np.allclose(found[part], other[part], rtol=1e-9, atol=1e-9, equal_nan=True)
        for part in found
    )


@dataclass(frozen=True)
class Vouched:
    by: int
    of: int
    days: int
    liable: bool


CIRCLE = 8
someone = st.integers(0, CIRCLE - 1)
circles = st.tuples(
    st.lists(
        st.builds(Vouched, someone, someone, st.integers(0, 700), st.booleans()),
        max_size=24,
        unique_by=lambda one: (one.by, one.of, one.days),
    ),
    st.lists(st.integers(-1, 7), min_size=CIRCLE, max_size=CIRCLE),  # rank of each one's grade
)


@pytest.mark.mechanism("B01")
@few
@given(st.lists(circles, min_size=4, max_size=4))
def test_endorsements_count_from_outside_the_circle_only(
    counted: list[tuple[list[Vouched], list[int]]],
) -> None:
    rows = [
        {
            "endorser": f"c{c}-{one.by}", "subject": f"c{c}-{one.of}", "from": TODAY - one.days,
            "liability_cap": 1000 if one.liable else None,
        }
        for c, (vouched, _) in enumerate(counted) for one in vouched
    ]  # fmt: skip
    households = [f"c{c}-{h}" for c in range(len(counted)) for h in range(CIRCLE)]
    ranks = np.array([rank for _, grades in counted for rank in grades])
    with county({"endorsements": rows} if rows else {}, households) as (known, subjects):
        found = social(known, subjects, SOCIAL, grade_before=ranks)
    for c, (vouched, grades) in enumerate(counted):
        here = slice(c * CIRCLE, (c + 1) * CIRCLE)
        points, ring = judged_slowly(vouched, grades)
        assert found.points[here] == pytest.approx(points, abs=1e-12)
        assert found.ring[here].tolist() == ring
        assert (found.points >= 0).all()
        assert (found.points <= 5).all()


def judged_slowly(vouched: list[Vouched], grades: list[int]) -> tuple[list[float], list[bool]]:
    """The rule read word by word over who reaches whom (Warshall)."""
    path = np.eye(CIRCLE, dtype=bool)
    for one in vouched:
        path[one.by, one.of] = True
    for k in range(CIRCLE):
        path |= path[:, [k]] & path[[k], :]
    points, ring = [], []
    for h in range(CIRCLE):
        circle = [k for k in range(CIRCLE) if path[h, k] and path[k, h]]
        strongest: dict[int, float] = {}
        for one in vouched:
            if one.of == h and one.by not in circle and 0 <= grades[one.by] <= 3:
                strength = (1.0 if one.liable else 0.4) * 2 ** (-one.days / 180)
                strongest[one.by] = max(strongest.get(one.by, 0.0), strength)
        points.append(5 * (1 - np.exp(-sum(strongest.values()) / 2)))
        helped = any(
            one.of in circle and one.by not in circle and grades[one.by] >= 0 for one in vouched
        )
        ring.append(len(circle) > 1 and not helped)
    return points, ring


parcels = st.lists(
    st.builds(
        Parcel,
        crop=st.just("apple"),
        declared_mu=st.floats(0.5, 50),
        planted_mu=st.none() | st.floats(0, 60),
    ),
    min_size=1,
    max_size=4,
)


@given(parcels, st.floats(0, 1e6), st.floats(0, 1e6))
def test_selling_more_than_the_field_gives_never_helps(
    grown: list[Parcel], sold: float, more: float
) -> None:
    """Points move up only from selling nothing to selling something."""
    rules = CropRules.of(SOCIAL)
    few_kg = rules.points(finding(grown, sold_kg=1 + sold, yield_max=4500, rules=rules))
    many_kg = rules.points(finding(grown, sold_kg=1 + sold + more, yield_max=4500, rules=rules))
    assert many_kg <= few_kg


@given(parcels, st.floats(0, 1e6), st.floats(0, 30))
def test_planting_more_of_what_is_declared_never_hurts(
    grown: list[Parcel], sold: float, more: float
) -> None:
    rules = CropRules.of(SOCIAL)
    greener = [
        replace(p, planted_mu=None if p.planted_mu is None else p.planted_mu + more) for p in grown
    ]
    before = rules.points(finding(grown, sold_kg=sold, yield_max=4500, rules=rules))
    after = rules.points(finding(greener, sold_kg=sold, yield_max=4500, rules=rules))
    assert after >= before


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.data())
def test_pagerank_shares_out_one_in_every_group(groups: list[int], data: st.DataObject) -> None:
    group = np.unique(np.sort(groups), return_inverse=True)[1]
    place = st.integers(0, group.size - 1)
    pairs = data.draw(st.lists(st.tuples(place, place), max_size=80))
    inside = [(a, b) for a, b in pairs if a != b and group[a] == group[b]]
    replier = np.array([a for a, _ in inside], dtype=np.int64)
    author = np.array([b for _, b in inside], dtype=np.int64)
    rank = pagerank(group, (replier, author, np.ones(len(inside))), damping=0.85, settled=1e-9)
    assert np.bincount(group, rank) == pytest.approx(np.ones(group.max() + 1))
    assert np.bincount(group, mid_rank(group, rank)) == pytest.approx(50.0 * np.bincount(group))


@pytest.mark.mechanism("B02")
@given(st.lists(st.integers(-1, 30), min_size=1, max_size=31))
def test_every_chain_ends_at_its_root(above: list[int]) -> None:
    given_parent = np.array([p if p < len(above) else -1 for p in above])
    parent, depth, root = forest(given_parent)
    for node in range(parent.size):
        at, steps = node, 0
        while parent[at] >= 0:
            at, steps = int(parent[at]), steps + 1
            assert steps <= parent.size
        assert (root[node], depth[node]) == (at, steps)

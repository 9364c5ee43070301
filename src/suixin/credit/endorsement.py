"""Endorsements 背书: what others of good standing put behind a household, bounded in points.

A ring of households that vouch for one another gains nothing: an endorsement counts only from
outside the subject's strongly connected component. Source: formulas §6.
"""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw
import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from suixin.credit.index import Bools, Floats, Ints
from suixin.credit.nodes import node_of, summed
from suixin.credit.subject import Subjects
from suixin.data.lake import FeedsOn
from suixin.kernel.day import epoch_day
from suixin.kernel.policy import PolicyOn

HUNDREDTHS = 100.0


@dataclass(frozen=True, slots=True)
class Social:
    """The social adjustment, one row a subject.

    `points` of the composite, `strength` E behind them, the `endorsers` who count, and whether
    the subject stands in a `ring`: endorsements that come back to it, with no graded endorser
    from outside.
    """

    points: Floats
    strength: Floats
    endorsers: Ints
    ring: Bools


@dataclass(frozen=True, slots=True)
class Endorsements:
    """Endorsements in force between two nodes (a household is one), each pair once.

    `age` in days of the fresher one; `liable` where any of the pair's carries liability, with its
    own `liable_age` (−1: none does).
    """

    endorser: Ints
    subject: Ints
    age: Ints
    liable_age: Ints


def social(feeds: FeedsOn, subjects: Subjects, policy: PolicyOn, *, grade_before: Ints) -> Social:
    """Points for endorsements by subjects whose own grade, before any endorsement, is good.

    `grade_before` ranks the grade of every subject: 0 is the best, −1 is none.
    """
    given, size = endorsements(feeds, subjects), len(subjects)
    component = _components(given, size)
    accepted = len(policy["social.endorser_grades"])
    outside = component[given.endorser] != component[given.subject]
    rank = np.append(grade_before, -1)[np.minimum(given.endorser, size)]
    graded = outside & (rank >= 0)
    counts = graded & (given.subject < size) & (rank < accepted)
    strength = _strengths(given, policy)[counts]
    row = given.subject[counts]
    total, points = summed(row, strength, size), policy["social.points"]
    circling = np.bincount(component) > 1
    circling[component[given.subject[graded]]] = False
    return Social(
        points=points["most"] * -np.expm1(-total / points["strength"]),
        strength=total,
        endorsers=np.bincount(row, minlength=size),
        ring=circling[component[:size]],
    )


def endorsements(feeds: FeedsOn, subjects: Subjects) -> Endorsements:
    """The endorsements in force on the day, between two different nodes."""
    col, today = nw.col, epoch_day(feeds.day)
    rows = feeds.frame("endorsements").filter(
        col("from") <= today, col("until").is_null() | (col("until") >= today)
    )
    parties = [rows.select(party=end) for end in ("endorser", "subject")]
    node = subjects.engine.keep("endorsement_nodes", node_of(nw.concat(parties), subjects))
    liable = nw.when(~col("liability_cap").is_null()).then(col("from"))
    pairs = (
        rows.select("endorser", "subject", "from", liable=liable)
        .join(node.select(endorser="party", giver="node"), on="endorser")
        .join(node.select(subject="party", taker="node"), on="subject")
        .filter(col("giver") != col("taker"))
        .group_by("giver", "taker")
        .agg(last=col("from").max(), liable=col("liable").max())
    )
    found = subjects.engine.fetch(pairs)
    order = np.lexsort((found["giver"], found["taker"]))
    liable_age = np.nan_to_num(today - found["liable"][order].astype(np.float64), nan=-1.0)
    return Endorsements(
        endorser=found["giver"][order],
        subject=found["taker"][order],
        age=today - found["last"][order],
        liable_age=liable_age.astype(np.int64),
    )


def _strengths(given: Endorsements, policy: PolicyOn) -> Floats:
    """An endorser counts once: by his strongest endorsement, fresh and free or older and liable."""
    sheet = policy["social.endorsement"]
    half_life = sheet["half_life"]
    free = sheet["free"] / HUNDREDTHS * np.exp2(-given.age / half_life)
    liable = sheet["liable"] / HUNDREDTHS * np.exp2(-given.liable_age / half_life)
    strongest: Floats = np.maximum(free, np.where(given.liable_age < 0, 0.0, liable))
    return strongest


def _components(given: Endorsements, size: int) -> Ints:
    """The strongly connected component of every node, subjects first."""
    nodes = max(size, *(int(end.max(initial=-1)) + 1 for end in (given.endorser, given.subject)))
    if not nodes:
        return np.zeros(0, dtype=np.int64)
    ones = np.ones(given.endorser.size)
    graph = sparse.csr_array((ones, (given.endorser, given.subject)), shape=(nodes, nodes))
    _, component = csgraph.connected_components(graph, directed=True, connection="strong")
    return component.astype(np.int64)

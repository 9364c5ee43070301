"""A watch over two scorings: what drifted, whether probabilities came true, and who lost by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from suixin.credit.grade import GradeRules
from suixin.credit.index import Floats
from suixin.credit.monitor.accounts import NUMBERS, Accounts, Ends, ends, groups_of
from suixin.credit.monitor.measures import (
    Drift,
    Gap,
    ModelFigures,
    Month,
    Swap,
    auc,
    by_month,
    calibration_slope,
    drift,
    gap_of,
    model_figures,
    swap_set,
)
from suixin.data.lake import FeedsOn
from suixin.kernel.policy import PolicyOn

ATTRIBUTES = ("sex", "age", "distance")


@dataclass(frozen=True, slots=True)
class Watched:
    """A drift with its verdict: steady, watch or act; "" where it cannot be told."""

    drift: Drift
    verdict: str


@dataclass(frozen=True, slots=True)
class Group:
    """One group's figures and its gaps to the largest group of its kind (`reference`).

    A group too small to be told has only its name: `n` is then None and there are no gaps.
    """

    attribute: str
    name: str
    n: int | None
    reference: bool
    gaps: tuple[Gap, ...]
    auc: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Champion and challenger on the same accounts, and whom each alone would lend to."""

    champion: ModelFigures
    challenger: ModelFigures
    n: int
    swapped_out: Swap
    swapped_in: Swap


@dataclass(frozen=True, slots=True)
class Watch:
    """Everything that monitoring found, as the report and the JSON show it.

    A group under `least` accounts is not told; a drift is looked at and acted on from two figures.
    """

    before: str
    after: str
    accounts_before: int
    accounts_after: int
    drifts: tuple[Watched, ...]
    grades: Mapping[str, tuple[int, int]]
    months: tuple[Month, ...]
    slope: float | None
    outcomes: int
    bad: int
    groups: tuple[Group, ...]
    compared: Compared | None
    least: int
    watched_from: float
    acted_from: float

    def told(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return asdict(self)


def watch(
    before: Accounts,
    after: Accounts,
    policy: PolicyOn,
    *,
    known: FeedsOn | None = None,
    challenger: Accounts | None = None,
) -> Watch:
    """Hold a scoring against an earlier one, and the earlier one against what happened since.

    `known` are the feeds as of the monitoring day (loan performance, person facts); without them
    calibration and fairness by person say that they cannot be told. `challenger` holds other
    probabilities for the accounts of `before`.
    """
    found = Ends((), np.zeros(0, np.int64), np.zeros(0))
    people: Mapping[str, npt.NDArray[np.object_]] = {}
    if known is not None:
        found = ends(known, policy, since=before.on)
        people = groups_of(known, before, policy)
    bad = found.of(before)
    place = {subject: row for row, subject in enumerate(before.subjects)}
    rows = np.array([place.get(subject, -1) for subject in found.subject], dtype=np.int64)
    pd = np.where(rows >= 0, before.numbers["pd"][rows], np.nan) if len(rows) else np.zeros(0)
    return Watch(
        before=before.on.isoformat(),
        after=after.on.isoformat(),
        accounts_before=len(before),
        accounts_after=len(after),
        drifts=_drifts(before, after, policy),
        grades=_grades(before, after, GradeRules.from_policy(policy).grades),
        months=by_month(found.month, pd, found.bad),
        slope=calibration_slope(pd, found.bad),
        outcomes=int((~np.isnan(bad)).sum()),
        bad=int(np.nansum(bad)),
        groups=_groups(before, people, bad, policy),
        compared=None if challenger is None else _compared(before, challenger, bad),
        least=policy["monitor.groups"]["least"],
        watched_from=policy["monitor.drift"]["watch"],
        acted_from=policy["monitor.drift"]["act"],
    )


def _drifts(before: Accounts, after: Accounts, policy: PolicyOn) -> tuple[Watched, ...]:
    bins, limits = policy["monitor.bins"], policy["monitor.drift"]
    found = []
    for name in NUMBERS:
        one = drift(
            name, before.numbers[name], after.numbers[name],
            bins=bins["count"], empty=bins["empty"],
        )  # fmt: skip
        verdict = ""
        if one.psi is not None:
            high = one.psi >= limits["act"]
            verdict = "act" if high else "watch" if one.psi >= limits["watch"] else "steady"
        found.append(Watched(one, verdict))
    return tuple(found)


def _grades(
    before: Accounts, after: Accounts, best_first: Sequence[str]
) -> Mapping[str, tuple[int, int]]:
    """Accounts by grade, the best first; a grade that the table does not name, or none, last."""
    found = {*before.grades.tolist(), *after.grades.tolist()}
    names = [name for name in best_first if name in found]
    names += sorted(found - set(names), reverse=True)
    return {
        name: (int((before.grades == name).sum()), int((after.grades == name).sum()))
        for name in names
    }


def _groups(
    accounts: Accounts,
    people: Mapping[str, npt.NDArray[np.object_]],
    bad: Floats,
    policy: PolicyOn,
) -> tuple[Group, ...]:
    """Every group of every attribute, each held against the largest of its kind."""
    rule = policy["monitor.groups"]
    figures = {
        "approved": accounts.approved.astype(np.float64),
        "limit_yuan": np.nan_to_num(accounts.numbers["limit_fen"]) / 100,
        "composite": accounts.numbers["composite"],
        "pd": accounts.numbers["pd"],
        "bad": bad,
    }
    found = []
    for attribute in ATTRIBUTES:
        names = people.get(attribute, np.zeros(0, dtype=object))
        sizes = {name: int((names == name).sum()) for name in sorted(set(names.tolist()) - {""})}
        if not sizes:
            continue
        largest = max(sizes, key=lambda name: (sizes[name], name))
        for name, n in sizes.items():
            if n < rule["least"]:
                found.append(Group(attribute, name, None, False, (), None))
                continue
            mine, theirs = names == name, names == largest
            gaps = [
                gap_of(figure, values, mine, theirs, draws=rule["draws"])
                for figure, values in figures.items()
            ]
            told = tuple(gap for gap in gaps if gap is not None)
            ranked = _group_auc(accounts, bad, mine)
            found.append(Group(attribute, name, n, name == largest, told, ranked))
    return tuple(found)


def _group_auc(accounts: Accounts, bad: Floats, group: npt.NDArray[np.bool_]) -> float | None:
    composite = accounts.numbers["composite"]
    known = group & ~np.isnan(bad) & ~np.isnan(composite)
    return auc(bad[known], -composite[known])


def _compared(champion: Accounts, challenger: Accounts, bad: Floats) -> Compared:
    place = {subject: row for row, subject in enumerate(challenger.subjects)}
    rows = np.array([place.get(subject, -1) for subject in champion.subjects])
    mine = champion.numbers["pd"]
    theirs = np.where(rows >= 0, challenger.numbers["pd"][rows], np.nan)
    both = ~np.isnan(mine) & ~np.isnan(theirs)
    ours, other = np.where(both, mine, np.nan), np.where(both, theirs, np.nan)
    swapped_out, swapped_in = swap_set(ours, other, bad, champion.approved)
    return Compared(
        model_figures(ours, bad),
        model_figures(other, bad),
        int((both & ~np.isnan(bad)).sum()),
        swapped_out,
        swapped_in,
    )

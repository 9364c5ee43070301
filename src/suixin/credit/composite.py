"""The composite: three indices weighed, social and crop added, and who contributed what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from suixin.credit.file import IndexLine
from suixin.credit.index import INDEX_DECIMALS, NEUTRAL, Bools, Floats, Index, half_even
from suixin.credit.weights import Weighing, Weights

COMPOSITE_DECIMALS = 4
COMPOSITE_MAX = 100.0


@dataclass(frozen=True, slots=True)
class Composite:
    """The composite of every subject and each part's contribution, aligned to the subjects.

    `value` is 0–100 rounded to 4 decimals, NaN where no index is present. `contributions`
    (subjects, lines) are composite points against the reference: with `social` and `crop` they sum
    to value − reference. `lines` name the columns, (index, part); `silent` marks the cells that
    count min(50, mean of the present) because their part or whole index is not connected.
    """

    value: Floats
    lines: tuple[tuple[str, str], ...]
    contributions: Floats
    silent: Bools
    social: Floats
    crop: Floats


def composites(
    indices: Sequence[Index],
    weights: Weights | Weighing,
    *,
    social: Floats,
    crop: Floats,
    reference: float = NEUTRAL,
) -> Composite:
    """Weigh the indices of every subject, add social and crop, and share out the contributions.

    `weights` are the same for all, or chosen subject by subject.
    What a hold at 0 or 100 takes away is borne, in proportion, by the parts that pushed there; what
    rounding leaves goes to the largest part. Source: formulas §1 and §6.

    >>> import numpy as np
    >>> from suixin.credit.index import Measures, PartRule, index
    >>> one, seen = np.ones(1), np.ones(1) > 0
    >>> def of(name, points):
    ...     m = Measures(name, True, {"p": points * one}, {"p": one}, {"p": seen})
    ...     return index(m, [PartRule("p", 100)])
    >>> found = composites(
    ...     [of("engagement", 69.0132), of("stability", 69.0237), of("reputation", 57.4051)],
    ...     Weights("default", {"engagement": 0.3, "stability": 0.4, "reputation": 0.3}),
    ...     social=2.0621 * one, crop=2 * one,
    ... )
    >>> found.value.tolist(), found.contributions.round(4).tolist()
    ([69.5971], [[5.704, 7.6095, 2.2215]])
    """
    if isinstance(weights, Weights):
        weights = Weighing.everywhere(weights, len(social))
    share = weights.shares([index.name for index in indices])
    values = np.column_stack([index.value for index in indices])
    filled = fill_silent(values, share)
    value = weigh(values, share, social + crop)
    parts = [
        _contributions(index, filled[:, k], share[:, k], reference)
        for k, index in enumerate(indices)
    ]
    wanted = value - reference - social - crop
    return Composite(
        value=value,
        lines=tuple((index.name, rule.part) for index in indices for rule in index.rules),
        contributions=_settled(np.hstack(parts), wanted),
        silent=np.hstack(
            [~index.present | np.isnan(values[:, [k]]) for k, index in enumerate(indices)]
        ),
        social=social,
        crop=crop,
    )


def composite(
    indices: Mapping[str, IndexLine | float | None],
    weights: Weights,
    *,
    social: float = 0.0,
    crop: float = 0.0,
) -> float:
    """The composite of one subject (0–100, 4 decimals); None is an index that is not connected.

    Raises ValueError when none is connected. Source: formulas §6.

    >>> default = Weights("default", {"engagement": 0.3, "stability": 0.4, "reputation": 0.3})
    >>> composite({"engagement": None, "stability": 69.0237, "reputation": 57.4051}, default)
    59.831
    """
    values = [line.value if isinstance(line, IndexLine) else line for line in indices.values()]
    if all(value is None for value in values):
        raise ValueError("no index is connected, so there is no composite")
    row = np.array([[np.nan if value is None else value for value in values]])
    share = Weighing.everywhere(weights, 1).shares(list(indices))
    return float(weigh(row, share, np.array([social + crop]))[0])


def weigh(values: Floats, share: Floats, added: Floats) -> Floats:
    """Index values (subjects, indices; NaN: missing) weighed, with points added, held and rounded.

    `share` is one row for all subjects, or one a subject.

    >>> import numpy as np
    >>> weigh(np.array([[60.0, 80.0], [99.0, 99.0]]), np.array([0.5, 0.5]), np.array([1.0, 7.0]))
    array([ 71., 100.])
    """
    raw = _weighted(fill_silent(values, share), share) + added
    return half_even(np.clip(raw, 0.0, COMPOSITE_MAX), COMPOSITE_DECIMALS)


def fill_silent(values: Floats, weights: Floats) -> Floats:
    """Values (subjects, columns) with each NaN counted as min(50, weighted mean of the present).

    A row of NaN stays so. Source: formulas §1.

    >>> import numpy as np
    >>> fill_silent(np.array([[np.nan, 64.0], [np.nan, 40.0]]), np.array([0.3, 0.7])).tolist()
    [[50.0, 64.0], [40.0, 40.0]]
    """
    present = ~np.isnan(values)
    total = _weighted(np.where(present, values, 0.0), weights)
    weight = _weighted(present.astype(np.float64), weights)
    mean = np.full_like(total, np.nan)
    np.divide(total, weight, out=mean, where=weight > 0)
    return np.where(present, values, np.minimum(NEUTRAL, mean)[:, None])


def _weighted(values: Floats, weights: Floats) -> Floats:
    """Σ of columns × weights, column by column: the same digits for one row as for a million."""
    total: Floats = values[:, 0] * weights[..., 0]
    for k in range(1, values.shape[1]):
        total = total + values[:, k] * weights[..., k]
    return total


def _contributions(index: Index, value: Floats, share: Floats, reference: float) -> Floats:
    """Points (subjects, parts) that each part of an index moves the composite from the reference.

    `value` is the index with the silent counted; a missing index is spread over its parts alike.
    """
    part_weights = np.array([rule.weight for rule in index.rules])
    missing = np.isnan(index.value)
    points = np.where(missing[:, None], value[:, None], index.points)
    off = np.abs(_weighted(points - value[:, None], part_weights / part_weights.sum()))
    if (off > 10.0**-INDEX_DECIMALS).any():
        raise AssertionError(f"{index.name}: its parts do not weigh up to it")
    scaled = share[:, None] * part_weights / part_weights.sum()
    contributions: Floats = (points - reference) * scaled
    return contributions


def _settled(contributions: Floats, wanted: Floats) -> Floats:
    """Contributions whose rows sum to `wanted`: the held part first, then the spare digits."""
    if not contributions.size:
        return contributions
    excess = contributions.sum(axis=1) - wanted
    pushing = np.where(
        np.sign(contributions) == np.sign(excess)[:, None], np.abs(contributions), 0.0
    )
    push = pushing.sum(axis=1)
    held = np.abs(excess) > 10.0**-COMPOSITE_DECIMALS
    taken = np.zeros_like(push)
    np.divide(np.minimum(np.abs(excess), push), push, out=taken, where=held & (push > 0))
    settled = contributions * np.where(pushing > 0, 1 - taken[:, None], 1.0)
    rows = np.arange(len(settled))
    largest = np.abs(settled).argmax(axis=1)
    settled[rows, largest] += wanted - settled.sum(axis=1)
    return settled

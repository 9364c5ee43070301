"""Boosted trees read from LightGBM's text and evaluated with numpy alone.

Only what the format's numeric splits need is read: a model with categorical splits is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from suixin.credit.model.columns import Floats, Table, numbers, refuse_absent, words
from suixin.credit.model.scorecard import Direction
from suixin.data.errors import InputError

Ints = npt.NDArray[np.int64]

_CATEGORICAL, _DEFAULT_LEFT = 1, 2  # Bits of a split's decision type; the next two tell missing.
_MISSING_ZERO, _MISSING_NAN = 1, 2
_ZERO = 1e-35


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree: inner nodes by index, children below 0 are leaves (−1 − leaf)."""

    feature: Ints
    threshold: Floats
    decision: Ints
    left: Ints
    right: Ints
    leaf: Floats

    def values(self, rows: Floats) -> Floats:
        """The leaf value of every row."""
        if not len(self.feature):
            return np.full(len(rows), self.leaf[0])
        node = np.zeros(len(rows), dtype=np.int64)
        walking = np.arange(len(rows))
        while len(walking):
            at = node[walking]
            node[walking] = np.where(
                self._goes_left(rows[walking, self.feature[at]], at), self.left[at], self.right[at]
            )
            walking = walking[node[walking] >= 0]
        found: Floats = self.leaf[-1 - node]
        return found

    def _goes_left(self, value: Floats, at: Ints) -> npt.NDArray[np.bool_]:
        """LightGBM's own rule: an unknown value is 0 unless the split has a side for it."""
        decision = self.decision[at]
        kind = decision >> 2 & 3
        unknown = np.isnan(value)
        by_default = (kind == _MISSING_NAN) & unknown
        known = np.where(unknown, 0.0, value)
        by_default |= (kind == _MISSING_ZERO) & (np.abs(known) <= _ZERO)
        left: npt.NDArray[np.bool_] = np.where(
            by_default, decision & _DEFAULT_LEFT > 0, known <= self.threshold[at]
        )
        return left


def read_trees(text: str, *, file: str = "trees") -> tuple[Tree, ...]:
    """The trees of a LightGBM text model, in order.

    Raises `InputError` BAD_TREES where the text is none, or has splits by category.
    """
    body, ended, _ = text.partition("end of trees")
    if not ended:
        raise InputError("BAD_TREES", f"{file} is no whole LightGBM text model.", "Train it again.")
    trees = []
    for block in body.split("\nTree=")[1:]:
        said = dict(line.split("=", 1) for line in block.splitlines()[1:] if "=" in line)
        try:
            trees.append(_tree(said))
        except (KeyError, ValueError) as wrong:
            message = f"{file}, tree {len(trees)}, cannot be read: {wrong}."
            raise InputError("BAD_TREES", message, "Train it again.") from wrong
    return tuple(trees)


def _tree(said: Mapping[str, str]) -> Tree:
    def row(key: str) -> list[str]:
        return said.get(key, "").split()

    decision = np.array(row("decision_type"), dtype=np.int64)
    if (decision & _CATEGORICAL).any():
        raise ValueError("it splits by category; give categories as codes")
    leaf = np.array(said["leaf_value"].split(), dtype=np.float64)
    tree = Tree(
        feature=np.array(row("split_feature"), dtype=np.int64),
        threshold=np.array(row("threshold"), dtype=np.float64),
        decision=decision,
        left=np.array(row("left_child"), dtype=np.int64),
        right=np.array(row("right_child"), dtype=np.int64),
        leaf=leaf,
    )
    sizes = {len(tree.feature), len(tree.threshold), len(decision), len(tree.left), len(tree.right)}
    if sizes != {len(leaf) - 1}:
        raise ValueError("its lines are of unlike length")
    return tree


@dataclass(frozen=True, slots=True)
class NumberInput:
    """A numeric column as the trees take it; `direction` is how its risk was held.

    `specials` are codes that are no measure; they count as unknown here.
    """

    name: str
    direction: Direction
    specials: tuple[float, ...] = ()

    def of(self, table: Table) -> Floats:
        """The column; an unknown value takes the side that each split has for it."""
        value = numbers(table, self.name)
        return np.where(np.isin(value, self.specials), np.nan, value)


@dataclass(frozen=True, slots=True)
class CodeInput:
    """Whether a numeric column holds one special code."""

    name: str
    code: float

    def of(self, table: Table) -> Floats:
        """1 where it does, else 0."""
        return np.where(numbers(table, self.name) == self.code, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class WordInput:
    """A column of categories as the trees take it: the place of the category among `levels`.

    Levels stand in the order of the bad rate they had in training. One that training did not see
    counts as unknown.
    """

    name: str
    levels: tuple[str, ...]

    def of(self, table: Table) -> Floats:
        """The place of every case's category, NaN for one unseen or unknown."""
        place = {level: float(k) for k, level in enumerate(self.levels)}
        return np.array([place.get(word, np.nan) for word in words(table, self.name)], np.float64)


Input = NumberInput | CodeInput | WordInput


@dataclass(frozen=True, slots=True)
class BoostedModel:
    """Forests of boosted trees whose logits are averaged; `texts` are the forests as LightGBM's."""

    inputs: tuple[Input, ...]
    texts: tuple[str, ...]
    forests: tuple[tuple[Tree, ...], ...]

    @classmethod
    def of(cls, inputs: Sequence[Input], texts: Sequence[str]) -> BoostedModel:
        """A model from its texts. Raises `InputError` BAD_TREES."""
        return cls(tuple(inputs), tuple(texts), tuple(read_trees(text) for text in texts))

    @property
    def names(self) -> tuple[str, ...]:
        """The columns it reads, in order."""
        return tuple(dict.fromkeys(one.name for one in self.inputs))


def matrix(inputs: Sequence[Input], table: Table) -> Floats:
    """The columns as the trees take them, one row a case."""
    rows: Floats = np.column_stack([one.of(table) for one in inputs])
    return rows


def logits(model: BoostedModel, table: Table) -> Floats:
    """The logit of a bad end of every case, the mean of the forests'.

    Raises `InputError`: MISSING_FEATURE, INFINITE_VALUE, NOT_A_NUMBER.
    """
    refuse_absent(table, model.names)
    rows = matrix(model.inputs, table)
    total = np.zeros(len(rows))
    for forest in model.forests:
        for tree in forest:
            total += tree.values(rows)
    mean: Floats = total / len(model.forests)
    return mean

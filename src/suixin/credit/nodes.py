"""Parties as the nodes of a graph: a household is one node, a stranger is its own."""

from __future__ import annotations

import narwhals as nw
import numpy as np

from suixin.credit.engine import Frame
from suixin.credit.index import Floats, Ints
from suixin.credit.subject import Subjects


def node_of(parties: Frame, subjects: Subjects) -> Frame:
    """Number parties (column `party`): a subject's parties share its row, strangers follow.

    Columns `party`, `node`. A household is one node, so that its members cannot lift it by
    answering or vouching for one another.
    """
    known = subjects.frame.select("party", node=nw.col("row").cast(nw.Int64))
    distinct = parties.select("party").unique()
    strangers = distinct.join(known, on="party", how="anti").with_row_index("i", order_by="party")
    return nw.concat(
        [
            distinct.join(known, on="party", how="inner").select("party", "node"),
            strangers.select("party", node=nw.col("i").cast(nw.Int64) + len(subjects)),
        ]
    )


def summed(node: Ints, value: Floats | Ints, size: int) -> Floats:
    """Sum of the values of each node below `size`; what belongs to others is left out.

    >>> summed(np.array([0, 2, 0, 9]), np.array([1.0, 4.0, 2.0, 5.0]), 3).tolist()
    [3.0, 0.0, 4.0]
    """
    own = node < size
    return np.bincount(node[own], value[own], size).astype(np.float64)

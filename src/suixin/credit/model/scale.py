"""The scale of points: so many double the odds of a good end."""

from __future__ import annotations

import math
from dataclasses import dataclass

from suixin.credit.model.columns import Floats
from suixin.kernel.policy import PolicyOn


@dataclass(frozen=True, slots=True)
class Scale:
    """Points of even odds `odds` to one, and the points that double the odds of a good end."""

    base: float
    doubling: float
    odds: float

    @classmethod
    def from_policy(cls, scoring: PolicyOn) -> Scale:
        """Read `grade.score`."""
        score = scoring["grade.score"]
        return cls(score["base"], score["doubling"], score["odds"])

    @property
    def factor(self) -> float:
        """Points of one unit of log-odds."""
        return self.doubling / math.log(2)

    def points(self, logit: Floats) -> Floats:
        """Points of the logit of a bad end.

        >>> import numpy as np
        >>> Scale(600, 20, 30).points(np.array([-math.log(30), -math.log(60)])).tolist()
        [600.0, 620.0]
        """
        return self.base + self.factor * (-logit - math.log(self.odds))

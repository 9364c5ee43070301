"""Scene, data and social columns, each on and off: what each dimension adds to telling bad loans.

The county's truth is planted, so this shows that what is there is found, and no more: no data
known to us joins the chat, the sales, the reviews and the loans of one person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from suixin.credit.index import Floats
from suixin.credit.weights_fit import Outcomes, auc, evidence_of
from suixin.experiments.interval import Interval, aucs, drawn_again, interval
from suixin.experiments.panel import DIMENSIONS, Panel


@dataclass(frozen=True, slots=True)
class Setting:
    """One of the eight settings: which dimensions are on, how many columns, the AUC held out."""

    on: frozenset[str]
    columns: int
    auc: Interval


@dataclass(frozen=True, slots=True)
class Ablation:
    """The table of eight settings and what each dimension adds to the other two.

    `composite` is the untrained composite on the same loans, `ceiling` the planted probability,
    which no score can beat but by luck. `n`, `bad`: loans held out.
    """

    settings: tuple[Setting, ...]
    lift: Mapping[str, Interval]
    composite: Interval
    ceiling: Interval
    learned_from: int
    n: int
    bad: int

    @property
    def full(self) -> Interval:
        """The AUC with every dimension on."""
        return self.settings[-1].auc


def ablate(panel: Panel, *, ridge: float, draws: int, seed: int = 0) -> Ablation:
    """Fit each setting on the earlier cohorts and judge all on the same redrawings of the last.

    With nothing on, all loans look alike: AUC one half.
    """
    earlier, held = panel.loans.take(~panel.held_out), panel.loans.take(panel.held_out)
    good = ~held.bad
    again = drawn_again(good, draws=draws, seed=seed)
    settings, drawn = [], dict[frozenset[str], Floats]()

    def judged(score: Floats) -> Interval:
        return interval(auc(score, good), aucs(score, good, again))

    for switches in sorted(product((False, True), repeat=len(DIMENSIONS)), key=sum):
        on = frozenset(name for name, up in zip(DIMENSIONS, switches, strict=True) if up)
        columns = panel.columns(on)
        score = fitted_score(earlier, held, columns, ridge=ridge)
        drawn[on] = aucs(score, good, again)
        settings.append(Setting(on, len(columns), interval(auc(score, good), drawn[on])))
    value = {setting.on: setting.auc.value for setting in settings}
    every = frozenset(DIMENSIONS)
    return Ablation(
        settings=tuple(settings),
        lift={
            name: interval(
                value[every] - value[every - {name}], drawn[every] - drawn[every - {name}]
            )
            for name in DIMENSIONS
        },
        composite=judged(panel.composite[panel.held_out]),
        ceiling=judged(-panel.pd[panel.held_out]),
        learned_from=len(earlier.bad),
        n=len(good),
        bad=int(held.bad.sum()),
    )


def fitted_score(earlier: Outcomes, held: Outcomes, columns: list[int], *, ridge: float) -> Floats:
    """A score of held-out loans by a logistic of some columns, none of which counts against sense.

    Higher is better. Without columns, or with nothing learned, all are alike.
    """
    if not columns:
        return np.zeros(len(held.bad))
    names = tuple(earlier.names[k] for k in columns)
    seen = Outcomes(names, earlier.indices[:, columns], earlier.bad, earlier.began)
    found = evidence_of(seen, ridge=ridge)
    slope = np.array([found.beta[name] / found.sigma[name] for name in names])
    score: Floats = held.indices[:, columns] @ slope
    return score

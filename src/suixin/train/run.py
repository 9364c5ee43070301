"""One training from a file of cases to a model's card; the same file and asking, the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from suixin.credit.index import Bools, Floats
from suixin.credit.model.calibration import default_probability
from suixin.credit.model.card import SCORE_DECIMALS, ModelCard, score_of
from suixin.credit.model.scale import Scale
from suixin.credit.model.scorecard import Direction, Scorecard
from suixin.credit.model.trees import BoostedModel
from suixin.credit.ranking import auc
from suixin.data.errors import InputError
from suixin.kernel.policy import PolicyOn, load_policy
from suixin.train.bands import BandRules, fit_bands
from suixin.train.calibrate import OutcomesNeeded, choose_calibration, refuse_few
from suixin.train.cases_file import Layout, TrainingCases, read_cases
from suixin.train.challenger import BoostingRules, fit_challenger
from suixin.train.scorecard import ScorecardRules, fit_scorecard, is_words
from suixin.train.splits import latest, refuse_leak
from suixin.train.told import Tested, told

Kind = Literal["scorecard", "challenger"]


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of a training; a model's card records it, so that it can be run again."""

    kind: Kind
    layout: Layout
    name: str
    version: int
    purpose: str
    directions: Mapping[str, Direction] = field(default_factory=dict)
    codes: tuple[float, ...] = ()  # Special codes of every numeric column.
    seed: int = 0

    def recorded(self) -> dict[str, Any]:
        """As plain values."""
        layout = self.layout
        return {
            "kind": self.kind,
            "target": layout.target,
            "time": layout.time,
            "groups": list(layout.groups),
            "leave_out": list(layout.leave_out),
            "directions": dict(self.directions),
            "codes": list(self.codes),
            "seed": self.seed,
        }


def asked_again(card: ModelCard) -> Asking:
    """The asking that made a card, for the next version of it."""
    run = card.told["run"]
    layout = Layout(run["target"], run["time"], tuple(run["groups"]), tuple(run["leave_out"]))
    return Asking(
        kind=run["kind"],
        layout=layout,
        name=card.name,
        version=int(card.version) + 1,
        purpose=card.purpose,
        directions=run["directions"],
        codes=tuple(run["codes"]),
        seed=run["seed"],
    )


def train(path: Path, asking: Asking, *, on: date, policies: Path | None = None) -> ModelCard:
    """Train on the earlier cases of a file, test on the latest, and tell it all in a card.

    Raises `InputError` where the file, its outcomes or its times do not suffice, or a column gives
    the outcome away (LEAKING_COLUMN).
    """
    model = load_policy("model", policies).on(on)
    scoring = load_policy("scoring", policies).on(on)
    cases = read_cases(path, asking.layout)
    refuse_few(cases.bad, OutcomesNeeded.from_policy(model))
    _refuse_leaking(cases, model["model.leak"]["auc_max"])
    late = latest(cases.time, model["model.split"]["test_share"])
    refuse_leak(cases.time[~late], cases.time[late])
    fitted, unseen, settings = _fitted(cases, ~late, asking, model, scoring)
    scale = Scale.from_policy(scoring)
    score = np.zeros(len(cases.bad))
    score[~late] = unseen
    score[late] = score_of(fitted, scale, _only(cases, late))
    chosen = choose_calibration(
        score, cases.bad, late, version=f"{asking.name}-{asking.version}",
        needed=OutcomesNeeded.from_policy(model),
    )  # fmt: skip
    low, high = scoring["grade.pd"]["min"], scoring["grade.pd"]["max"]
    pd = np.clip(default_probability(chosen.calibration, score), low, high)
    bands = fit_bands(unseen, cases.bad[~late], BandRules.from_policy(model))
    tested = Tested(cases, late, score, pd, chosen, bands)
    return ModelCard(
        name=asking.name,
        version=str(asking.version),
        made_on=on,
        purpose=asking.purpose,
        model=fitted,
        scale=scale,
        calibration=chosen.calibration,
        pd_ends=(low, high),
        bands=bands,
        told=told(tested, model) | {"settings": settings, "run": asking.recorded()},
    )


def _refuse_leaking(cases: TrainingCases, auc_max: float) -> None:
    """Refuse a column that alone tells the outcome nearly without fault."""
    for name, column in cases.table.items():
        if is_words(column):
            continue
        known = ~np.isnan(column)
        alone = auc(cases.bad[known], column[known])
        if max(alone, 1 - alone) > auc_max:
            raise InputError(
                "LEAKING_COLUMN",
                f"{name} alone tells bad from good with an AUC of {max(alone, 1 - alone):.4f}: "
                "it is the outcome in disguise.",
                f"Leave it out: --leave-out {name}",
            )


def _fitted(
    cases: TrainingCases, early: Bools, asking: Asking, model: PolicyOn, scoring: PolicyOn
) -> tuple[Scorecard | BoostedModel, Floats, dict[str, Any]]:
    """The model of the early cases, the score each had from folds it was not in, and settings."""
    table = _only(cases, early)
    codes = {name: asking.codes for name, column in table.items() if not is_words(column)}
    known: dict[str, Any] = {
        "directions": asking.directions, "specials": codes, "seed": asking.seed,
    }  # fmt: skip
    if asking.kind == "scorecard":
        rules = ScorecardRules.from_policy(model, scoring)
        card = fit_scorecard(table, cases.bad[early], rules, **known)
        chosen = asdict(card.shape) | asdict(card.hold)
        return card.card, np.round(card.unseen_score, SCORE_DECIMALS), chosen
    boosted = fit_challenger(table, cases.bad[early], BoostingRules.from_policy(model), **known)
    unseen = Scale.from_policy(scoring).points(boosted.unseen_logit)
    chosen = {"leaves": boosted.boosting.leaves, "rounds": boosted.boosting.rounds}
    return boosted.model, np.round(unseen, SCORE_DECIMALS), chosen


def _only(cases: TrainingCases, some: Bools) -> dict[str, npt.NDArray[Any]]:
    return {name: column[some] for name, column in cases.table.items()}

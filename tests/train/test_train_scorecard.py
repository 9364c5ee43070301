"""Fitting a scorecard: monotone, reproducible, and what training never saw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from suixin.credit.model.scorecard import NumberColumn, WordColumn, points
from suixin.credit.ranking import auc
from suixin.data.errors import InputError
from suixin.kernel.policy import PolicyOn
from suixin.train.scorecard import FittedScorecard, ScorecardRules, fit_scorecard
from suixin.train.steps import Design, Hold, cut_number

COLUMNS = ("late", "sales", "kind")


@pytest.fixture(scope="module")
def rules(model_policy: PolicyOn, scoring_policy: PolicyOn) -> ScorecardRules:
    """The packaged rules, with fewer settings to try: what holds for one holds for all."""
    packaged = ScorecardRules.from_policy(model_policy, scoring_policy)
    return replace(packaged, bins=(10,), rhos=(0.02,), holds=packaged.holds[:2], folds=2)


@pytest.fixture(scope="module")
def fitted(made: Any, rules: ScorecardRules) -> FittedScorecard:
    return fit_scorecard({name: made[name] for name in COLUMNS}, made["bad"], rules)


def test_risk_moves_as_the_cases_were_made(fitted: FittedScorecard) -> None:
    late, sales, kind = fitted.card.columns
    assert isinstance(late, NumberColumn)
    assert isinstance(sales, NumberColumn)
    assert isinstance(kind, WordColumn)
    assert (late.direction, sales.direction) == ("rises", "falls")
    assert list(late.points) == sorted(late.points, reverse=True)
    assert list(sales.points) == sorted(sales.points)
    assert kind.levels["live"] < min(kind.levels["shop"], kind.levels["farm"])
    assert max(late.points) - min(late.points) > 2_000  # Twenty points between best and worst.


def test_it_tells_bad_from_good_in_cases_it_never_saw(
    fitted: FittedScorecard, cases_of: Any
) -> None:
    later = cases_of(3000, seed=9)
    assert auc(later["bad"], -points(fitted.card, later)) > 0.77


def test_points_average_to_nothing_so_the_base_is_an_average_case(
    fitted: FittedScorecard, made: Any
) -> None:
    for column in fitted.card.columns:
        assert abs(column.of(made).mean()) < 1  # A hundredth of a point.


def test_the_same_cases_give_the_same_points(
    fitted: FittedScorecard, made: Any, rules: ScorecardRules
) -> None:
    again = fit_scorecard({name: made[name] for name in COLUMNS}, made["bad"], rules)
    assert again.card == fitted.card
    assert (again.unseen_score == fitted.unseen_score).all()


def test_what_training_never_saw_is_refused_by_the_card(fitted: FittedScorecard) -> None:
    late, sales, kind = fitted.card.columns
    assert late.missing is None  # No case lacked it.
    assert sales.missing is not None  # One in twenty did.
    assert isinstance(kind, WordColumn)
    assert kind.other is None
    with pytest.raises(InputError) as fault:
        kind.of({"kind": np.array(["ferry"], object)})
    assert fault.value.code == "UNKNOWN_CATEGORY"


def test_rare_levels_share_the_points_of_the_others(made: Any, rules: ScorecardRules) -> None:
    kind = made["kind"].copy()
    kind[:20] = "ferry"
    card = fit_scorecard({"kind": kind}, made["bad"], rules).card
    [column] = card.columns
    assert isinstance(column, WordColumn)
    assert "ferry" not in column.levels
    assert column.other is not None


def test_a_direction_may_be_asked_for(made: Any, rules: ScorecardRules) -> None:
    """An officer who knows that late days cannot lower risk is not overruled by a small sample."""
    table = {"late": -made["late"]}
    asked = fit_scorecard(table, made["bad"], rules, directions={"late": "rises"})
    [column] = asked.card.columns
    assert isinstance(column, NumberColumn)
    assert set(column.points) == {0}


def test_a_special_code_is_a_bin_of_its_own(made: Any, rules: ScorecardRules) -> None:
    late = made["late"].copy()
    never = np.arange(len(late)) % 5 == 0
    late[never] = -9
    bad = np.where(never, 0.0, made["bad"])
    [column] = fit_scorecard({"late": late}, bad, rules, specials={"late": (-9.0,)}).card.columns
    assert isinstance(column, NumberColumn)
    assert column.edges[0] > 0
    assert column.specials[-9.0] > max(column.points)


def test_a_column_that_never_changes_gives_no_points(made: Any, rules: ScorecardRules) -> None:
    table = {"late": made["late"], "same": np.ones(len(made["bad"])),
             "nothing": np.full(len(made["bad"]), np.nan)}  # fmt: skip
    _, same, nothing = fit_scorecard(table, made["bad"], rules).card.columns
    assert isinstance(same, NumberColumn)
    assert isinstance(nothing, NumberColumn)
    assert (same.edges, same.points) == ((), (0,))
    assert (nothing.edges, nothing.points, nothing.missing) == ((), (0,), 0)


def test_infinity_is_refused_by_name(made: Any, rules: ScorecardRules) -> None:
    late = made["late"].copy()
    late[7] = np.inf
    with pytest.raises(InputError, match="late is infinite in row 8"):
        fit_scorecard({"late": late}, made["bad"], rules)


def test_a_fit_is_the_least_of_its_loss(made: Any) -> None:
    """Without a bound or a hold to speak of, each bin's logit is its own."""
    value, bad = made["late"], made["bad"]
    cut = cut_number("late", value, bins=4, direction="free", specials=())
    design = Design([cut], {"late": value})
    effects = design.effects(design.fit(bad, Hold(1e-6, 0.0), None))
    place = np.searchsorted(cut.edges, value)
    rate = np.array([bad[place == k].mean() for k in range(4)])
    assert effects.intercept + effects.bins[0][:4] == pytest.approx(
        np.log(rate / (1 - rate)), abs=2e-3
    )


def test_more_smoothness_bends_less(made: Any) -> None:
    cut = cut_number("late", made["late"], bins=20, direction="rises", specials=())
    design = Design([cut], {"late": made["late"]})

    def bend(hold: Hold) -> float:
        effect = design.effects(design.fit(made["bad"], hold, None)).bins[0][:20]
        return float(np.abs(np.diff(effect, 2)).sum())

    assert bend(Hold(1.0, 500.0)) < bend(Hold(1.0, 20.0)) < bend(Hold(1.0, 0.0))


def test_settings_are_chosen_among_those_the_policy_names(
    fitted: FittedScorecard, rules: ScorecardRules
) -> None:
    assert fitted.shape.bins in rules.bins
    assert fitted.shape.rho_min in rules.rhos
    assert fitted.hold in rules.holds


def test_no_setting_to_try_is_a_fault_of_the_policy(made: Any, rules: ScorecardRules) -> None:
    with pytest.raises(ValueError, match="empty"):
        fit_scorecard({"late": made["late"]}, made["bad"], replace(rules, bins=()))

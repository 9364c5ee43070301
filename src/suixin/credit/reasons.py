"""Reasons in plain words, and what would most raise a file: computed, not guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from suixin.credit.composite import Composite, weigh
from suixin.credit.file import Reason
from suixin.credit.index import Floats, Index, Ints, PartRule, index
from suixin.credit.weights import Weighing, Weights
from suixin.kernel.policy import PolicyOn
from suixin.kernel.refusal import Wording

Unit = Literal["log10", "percent", "points", "number"]
SMALL = 10.0


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step of a part: `levels` in the words' unit, from worse to better."""

    part: str
    unit: Unit
    levels: tuple[float, ...]
    zh: str
    en: str

    @property
    def falling(self) -> bool:
        """Whether less is better."""
        return self.levels[0] > self.levels[-1]

    def after(self, x: Floats) -> Floats:
        """The measure at the next level, at least half a step away; NaN at the best or unknown.

        >>> import numpy as np
        >>> step = NextStep("returns", "percent", (10, 5, 1), "", "")
        >>> step.after(np.array([0.2, 0.1, 0.051, 0.01])).tolist()
        [0.1, 0.05, 0.01, nan]
        """
        way = -1.0 if self.falling else 1.0
        levels = way * self.measure(np.array(self.levels, dtype=np.float64))
        until = np.concatenate((levels[:1], (levels[1:] + levels[:-1]) / 2))
        at = np.searchsorted(until, way * x, side="right")
        known = (at < len(levels)) & ~np.isnan(x)
        return np.where(known, way * levels[np.where(known, at, 0)], np.nan)

    def measure(self, value: Floats) -> Floats:
        """The measure of a value told in the words' unit."""
        if self.unit == "log10":
            return np.log10(value)
        return value / 100 if self.unit == "percent" else value

    def told(self, x: float) -> str:
        """A measure as the words tell it.

        >>> NextStep("level", "log10", (500, 5000), "", "").told(4.0)
        '10,000'
        """
        value = 10**x if self.unit == "log10" else x * 100 if self.unit == "percent" else x
        return f"{value:,.0f}" if value >= SMALL else f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class ReasonRules:
    """The words of every reason and the next step of every part that a person can act on."""

    most: int
    points_min: float
    up: Mapping[str, Wording]
    down: Mapping[str, Wording]
    unknown: Mapping[str, Wording]
    status: Mapping[str, Wording]
    steps: Mapping[str, NextStep]
    thin: Mapping[str, Wording]

    @classmethod
    def from_policy(cls, scoring: PolicyOn) -> ReasonRules:
        """Read `reasons.*` and `raise.*`; raises ValueError on levels out of order.

        >>> from datetime import date
        >>> from suixin.kernel.policy import load_policy
        >>> rules = ReasonRules.from_policy(load_policy("scoring").on(date(2026, 6, 30)))
        >>> rules.most, rules.down["returns"].en, "tenure" in rules.steps
        (4, 'Many buyers get their money back', False)
        """
        told, words = scoring["reasons.told"], scoring["reasons.words"]
        return cls(
            most=told["most"],
            points_min=told["points_min"],
            up={row["part"]: Wording(**row["up"]) for row in words},
            down={row["part"]: Wording(**row["down"]) for row in words},
            unknown=_wordings(scoring["reasons.unknown"]),
            status=_wordings(scoring["reasons.status"]),
            steps={row["part"]: _step(row) for row in scoring["raise.steps"] if row["act"]},
            thin=_wordings(scoring["raise.thin"]),
        )


@dataclass(frozen=True, slots=True)
class TopReasons:
    """The reasons of every subject: columns of `points` (subjects, reasons), the largest first."""

    rules: ReasonRules
    names: tuple[str, ...]
    points: Floats
    order: Ints

    def of(self, row: int) -> tuple[Reason, ...]:
        """The reasons of one subject, at most as many as are told, none that rounds to nothing."""
        found = []
        for column in self.order[row].tolist():
            points = float(self.points[row, column])
            if abs(points) < self.rules.points_min:  # The rest is smaller, or NaN: no composite.
                break
            found.append(self._reason(self.names[column], points))
        return tuple(found)

    def _reason(self, name: str, points: float) -> Reason:
        if name in self.rules.unknown:
            code, words = f"{name.upper()}_UNKNOWN", self.rules.unknown[name]
        elif points > 0:
            code, words = f"{name.upper()}_UP", self.rules.up[name]
        else:
            code, words = f"{name.upper()}_DOWN", self.rules.down[name]
        return Reason(code, words.zh, words.en, points)


def top_reasons(composite: Composite, rules: ReasonRules) -> TopReasons:
    """What moved every subject furthest from neutral, up or down, in composite points.

    Parts that are silent speak together, once an index, as what is not connected.
    """
    spoken = np.where(composite.silent, 0.0, composite.contributions)
    unspoken = np.where(composite.silent, composite.contributions, 0.0)
    indices = tuple(dict.fromkeys(name for name, _ in composite.lines))
    owners = np.array([name for name, _ in composite.lines])
    silent = [unspoken[:, owners == name].sum(axis=1) for name in indices]
    points = np.column_stack([spoken, *silent, composite.social, composite.crop])
    names = (*(part for _, part in composite.lines), *indices, "social", "crop")
    size = np.where(np.isnan(composite.value)[:, None], 0.0, np.abs(points))
    order = np.argsort(-size, axis=1, kind="stable")[:, : rules.most]
    return TopReasons(rules, names, np.where(size > 0, points, 0.0), order)


@dataclass(frozen=True, slots=True)
class Raises:
    """What would most raise every subject: a step (−1: none), its gain, x before and after."""

    steps: tuple[NextStep, ...]
    best: Ints
    gain: Floats
    now: Floats
    to: Floats

    def of(self, row: int) -> Reason | None:
        """What one subject could do that raises its composite most; None when nothing would."""
        if self.best[row] < 0:
            return None
        step = self.steps[self.best[row]]
        told = {"now": step.told(float(self.now[row])), "to": step.told(float(self.to[row]))}
        return Reason(
            f"RAISE_{step.part.upper()}",
            step.zh.format(**told),
            step.en.format(**told),
            float(self.gain[row]),
        )


def raises(
    indices: Sequence[Index], composite: Composite, weights: Weights | Weighing, rules: ReasonRules
) -> Raises:
    """Take each part alone to its next level, judge the file again, and keep the largest gain.

    The counterfactual goes through scale, shrinkage and silence as the score itself did.
    """
    size = len(composite.value)
    values = np.column_stack([found.value for found in indices])
    if isinstance(weights, Weights):
        weights = Weighing.everywhere(weights, size)
    share = weights.shares([found.name for found in indices])
    added = composite.social + composite.crop
    steps: list[NextStep] = []
    best, gain = np.full(size, -1), np.full(size, rules.points_min)
    now, to = np.full(size, np.nan), np.full(size, np.nan)
    for k, found in enumerate(indices):
        for rule in found.rules:
            step = rules.steps.get(rule.part)
            if step is None:
                continue
            target = _reachable(found, rule, step)
            moved = values.copy()
            moved[:, k] = _judged_at(found, rule.part, target)
            gained = weigh(moved, share, added) - composite.value
            with np.errstate(invalid="ignore"):
                better = gained > gain
            best[better] = len(steps)
            gain[better], to[better] = gained[better], target[better]
            now[better] = found.measures.x[rule.part][better]
            steps.append(step)
    return Raises(tuple(steps), best, gain, now, to)


def thin_raise(rules: ReasonRules, *, orders_short: int, weeks_short: int) -> Reason:
    """What lifts a thin file to a scored one: the clean orders and weeks it is short of.

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> rules = ReasonRules.from_policy(load_policy("scoring").on(date(2026, 6, 30)))
    >>> thin_raise(rules, orders_short=5, weeks_short=2).en
    'To be scored, make 5 more sales and sell in 2 more weeks'
    """
    short = {"orders": orders_short, "weeks": weeks_short}
    todo = [(rules.thin[what], count) for what, count in short.items() if count > 0]
    zh = "、".join(words.zh.format(count=count) for words, count in todo)
    en = " and ".join(words.en.format(count=count) for words, count in todo)
    then = rules.thin["then"]
    return Reason("RAISE_FACTS", then.zh.format(todo=zh), then.en.format(todo=en), 0.0)


def status_reason(status: Literal["thin_file", "no_facts"], rules: ReasonRules) -> Reason:
    """Why a file has no score."""
    words = rules.status[status]
    return Reason(status.upper(), words.zh, words.en, 0.0)


def _reachable(found: Index, rule: PartRule, step: NextStep) -> Floats:
    """The next level of a part for every subject; NaN where there is none or the part is silent."""
    if rule.anchors is not None and (rule.anchors[0] > rule.anchors[2]) != step.falling:
        raise ValueError(f"raise.steps {rule.part}: its levels go the other way than its anchors")
    target = step.after(found.measures.x[rule.part])
    return np.where(found.measures.present[rule.part], target, np.nan)


def _judged_at(found: Index, part: str, target: Floats) -> Floats:
    """The index with one part at its target, the rest as it was."""
    x = found.measures.x[part]
    moved = {**found.measures.x, part: np.where(np.isnan(target), x, target)}
    return index(replace(found.measures, x=moved), found.rules).value


def _step(row: Mapping[str, Any]) -> NextStep:
    levels = tuple(float(level) for level in row["levels"])
    if list(levels) not in (sorted(set(levels)), sorted(set(levels), reverse=True)):
        raise ValueError(f"raise.steps {row['part']}: levels should go one way, got {levels}")
    if row["unit"] not in get_args(Unit):
        known = ", ".join(get_args(Unit))
        raise ValueError(f"raise.steps {row['part']}: unit {row['unit']} is none of {known}")
    return NextStep(row["part"], row["unit"], levels, row["zh"], row["en"])


def _wordings(table: Mapping[str, Mapping[str, str]]) -> dict[str, Wording]:
    return {name: Wording(**words) for name, words in table.items()}

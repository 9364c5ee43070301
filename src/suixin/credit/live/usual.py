"""What is usual for a merchant: the same minute of the sessions before, and how far from it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suixin.credit.index import Floats, Ints
from suixin.credit.live.rules import MEASURES, LiveRules

_SECONDS_PER_MINUTE = 60.0


def decayed(minutes: Floats, rules: LiveRules) -> Floats:
    """Decayed counts (minutes, 3) at the end of each minute, from the sums of the minutes.

    A minute's events are taken to lie in its middle: of earlier sessions only the sums are kept.
    """
    fade = 2 ** (-_SECONDS_PER_MINUTE / rules.half_life)
    found = np.empty_like(minutes, dtype=np.float64)
    standing = np.zeros(len(MEASURES))
    for k, sums in enumerate(minutes):
        standing = standing * fade + sums * fade**0.5
        found[k] = standing
    return found


@dataclass(frozen=True, slots=True)
class Usual:
    """The median and the spread of ln(1 + count), by minute from opening and measure.

    `sessions` is how many earlier sessions reached each minute; beyond the last of them nothing is
    usual.
    """

    median: Floats
    spread: Floats
    sessions: Ints

    def z(self, since: int, counts: Floats, rules: LiveRules) -> Floats | None:
        """How far counts (3) stand from the usual, so many seconds after opening.

        None where too few sessions reached that minute. At the end of a minute this is the rule
        of formulas §9; inside it, the usual lies between the ends of this one and the one before.
        """
        minute, into = divmod(max(0, since), rules.tick_seconds)
        if not into:
            minute, into = minute - 1, rules.tick_seconds
        if not 0 <= minute < len(self.sessions) or self.sessions[minute] < rules.sessions_least:
            return None
        part = into / rules.tick_seconds
        median, spread = self.median[minute], self.spread[minute]
        if part < 1:
            before = self.median[minute - 1] if minute else 0.0
            wider = self.spread[minute - 1] if minute else rules.floor
            median = part * median + (1 - part) * before
            spread = part * spread + (1 - part) * wider
        return np.asarray((np.log1p(counts) - median) / spread)


def usual(sessions: Sequence[Floats], rules: LiveRules) -> Usual:
    """What is usual after sessions, oldest first, each (minutes, 3) of sums; the last ten count.

    >>> from datetime import date
    >>> from suixin.credit.sheets import policy_on
    >>> rules = LiveRules.from_policy(policy_on(date(2026, 6, 30), None))
    >>> flat = [np.full((30, 3), level) for level in (1.0, 2.0, 3.0)]
    >>> found = usual(flat, rules)
    >>> found.sessions[0].item(), usual(flat[:2], rules).z(60, np.ones(3), rules)
    (3, None)
    >>> now = decayed(flat[1], rules)[29]
    >>> found.z(1800, now, rules).tolist()
    [0.0, 0.0, 0.0]
    """
    last = [decayed(one, rules) for one in sessions[-rules.sessions_most :]]
    longest = max((len(one) for one in last), default=0)
    table = np.full((len(last), longest, len(MEASURES)), np.nan)
    for row, one in zip(table, last, strict=True):
        row[: len(one)] = np.log1p(one)
    reached = (~np.isnan(table[:, :, 0])).sum(axis=0) if last else np.zeros(0)
    if not longest:
        nothing = np.zeros((0, len(MEASURES)))
        return Usual(nothing, nothing, np.zeros(0, dtype=np.int64))
    median = np.nanmedian(table, axis=0)
    spread = rules.mad * np.nanmedian(np.abs(table - median), axis=0) + rules.floor
    return Usual(median, spread, reached.astype(np.int64))

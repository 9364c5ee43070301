"""Interest subsidy: earned by day, capped by year, split by level, clawed back on misuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from suixin.kernel.money import round_half_up, share
from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE

DAYS_OF_YEAR = 365
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which a balance stood unchanged: from the first to before `until`.

    `eligible` is False on days overdue and on days whose interest was not paid.
    """

    since: date
    until: date
    balance_fen: int
    eligible: bool = True


@dataclass(frozen=True, slots=True)
class SubsidyRules:
    """The rate, the cap a borrower, lender and year, and who bears which part."""

    most_bps: int
    of_rate_bps: int
    cap_fen: int
    split: Mapping[str, int]

    @classmethod
    def from_policy(cls, policy: PolicyOn) -> SubsidyRules:
        """Read `subsidy.rate`, `subsidy.cap` and `subsidy.split`.

        >>> from suixin.kernel.policy import load_policy
        >>> SubsidyRules.from_policy(load_policy("fiscal").on(date(2026, 6, 30))).cap_fen
        300000
        """
        rate = policy["subsidy.rate"]
        return cls(rate["most"], rate["of_rate"], policy["subsidy.cap"], policy["subsidy.split"])


def earned(
    stretches: Sequence[Stretch],
    *,
    rate_bps: int,
    rules: SubsidyRules,
    before: date | None = None,
    used_fen: Mapping[int, int] = MappingProxyType({}),
) -> Mapping[int, int]:
    """Subsidy earned (fen) in every calendar year, at most the cap of each; days from `before` off.

    `used_fen` is what the same borrower had of the same lender in a year by other agreements.
    Raises ValueError where stretches overlap or run backwards. Source: formulas §15 (D01).

    >>> from suixin.kernel.policy import load_policy
    >>> rules = SubsidyRules.from_policy(load_policy("fiscal").on(date(2026, 6, 30)))
    >>> quarter = [Stretch(date(2026, 1, 1), date(2026, 4, 1), 5_000_000)]
    >>> dict(earned(quarter, rate_bps=720, rules=rules))
    {2026: 12329}
    """
    fen_days: dict[int, int] = {}
    last = date.min
    for stretch in stretches:
        if not last <= stretch.since <= stretch.until or stretch.balance_fen < 0:
            raise ValueError(f"Stretches follow one another with balances ≥ 0, got {stretches}.")
        last = stretch.until
        until = last if before is None else min(last, before)
        if stretch.eligible and until > stretch.since:
            for year, days in _days_by_year(stretch.since, until):
                fen_days[year] = fen_days.get(year, 0) + stretch.balance_fen * days
    # The rate times 10,000, since half of a contract rate may be half a basis point.
    rate = min(rules.most_bps * BPS_PER_WHOLE, rate_bps * rules.of_rate_bps)
    base = BPS_PER_WHOLE * BPS_PER_WHOLE * DAYS_OF_YEAR
    return MappingProxyType(
        {
            year: min(
                max(0, rules.cap_fen - used_fen.get(year, 0)), round_half_up(count * rate, base)
            )
            for year, count in fen_days.items()
        }
    )


def _days_by_year(since: date, until: date) -> list[tuple[int, int]]:
    found = []
    while since < until:
        end = min(until, date(since.year + 1, 1, 1))
        found.append((since.year, (end - since).days))
        since = end
    return found


def split(amount_fen: int, rules: SubsidyRules) -> Mapping[str, int]:
    """Who pays which part of a subsidy, in fen.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = SubsidyRules.from_policy(load_policy("fiscal").on(date(2026, 6, 30)))
    >>> dict(split(12_329, rules))
    {'central': 6165, 'province': 3699, 'county': 2465}
    """
    return MappingProxyType(
        dict(zip(rules.split, share(amount_fen, list(rules.split.values())), strict=True))
    )


@dataclass(frozen=True, slots=True)
class ClawBack:
    """What is taken back and kept, and from whom: each level gets back of what it still has out."""

    taken_fen: int
    kept_fen: int
    by_level_fen: Mapping[str, int]


def claw_back(
    paid_fen: Mapping[int, Mapping[str, int]],
    stretches: Sequence[Stretch],
    *,
    rate_bps: int,
    rules: SubsidyRules,
    misused_from: date,
) -> ClawBack:
    """Take back what was paid beyond the days before the misuse, year by year.

    `paid_fen` is what each level paid, by calendar year. What was earned is computed anew up to
    the misuse, never by subtracting the days after it, which would round twice.
    Source: formulas §15.

    >>> from suixin.kernel.policy import load_policy
    >>> rules = SubsidyRules.from_policy(load_policy("fiscal").on(date(2026, 6, 30)))
    >>> quarter = [Stretch(date(2026, 1, 1), date(2026, 4, 1), 5_000_000)]
    >>> paid, day_53 = {2026: split(12_329, rules)}, date(2026, 1, 1) + 52 * ONE_DAY
    >>> back = claw_back(paid, quarter, rate_bps=720, rules=rules, misused_from=day_53)
    >>> back.kept_fen, back.taken_fen, dict(back.by_level_fen)
    (7123, 5206, {'central': 2604, 'province': 1562, 'county': 1040})
    """
    kept = earned(stretches, rate_bps=rate_bps, rules=rules, before=misused_from)
    taken, levels = 0, dict.fromkeys(rules.split, 0)
    for year, parts in paid_fen.items():
        back = max(0, sum(parts.values()) - kept.get(year, 0))
        if back:
            for level, part in zip(parts, share(back, list(parts.values())), strict=True):
                levels[level] = levels.get(level, 0) + part
        taken += back
    paid = sum(sum(parts.values()) for parts in paid_fen.values())
    return ClawBack(taken, paid - taken, MappingProxyType(levels))

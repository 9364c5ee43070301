"""How loans end in the county: a seeded truth about every shop, and outcomes drawn from it.

Outcomes follow what was planted of a shop (how it trades, what buyers say, how it lives among its
neighbours, who vouches for it), never what a score made of it; so a score may be held to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from suixin.county.bits import Bits, Bools, Floats, Ints, Texts, exp
from suixin.county.cast import Cast, consent_ids
from suixin.county.credit_tables import BUREAU, agreement_ids, instalment_table
from suixin.county.registry import filed
from suixin.county.shops import Calendar, Shops
from suixin.county.table import Column, Table, same
from suixin.county.talk import Pairs, liveliness, ring
from suixin.county.trade import Orders
from suixin.kernel.day import LOCAL_OFFSET, SECONDS_PER_DAY, date_of
from suixin.kernel.policy import load_policy

TRAITS = ("engagement", "stability", "reputation", "vouched")
OTHER = "other"
"""The industry of a category that no industry names."""

_HALVINGS = 60
_LOGIT_MAX = 5.0
_UNIFORM_SPREAD = 12**0.5  # of evenly spread ranks, so that a trait has deviation 1


@dataclass(frozen=True, slots=True)
class Standing:
    """What was planted of every shop that bears on how its loans end; one row a shop.

    `traits` (shops, `TRAITS`) have mean 0 and deviation 1, higher is better; `pd` is the truth.
    """

    subjects: Texts
    industries: Texts
    traits: Floats
    pd: Floats

    def ends(self, bits: Bits, stream: str) -> Bools:
        """Whether a loan of each shop goes bad; each stream draws all of them anew."""
        return bits.chance(f"outcome/{stream}", len(self.pd), self.pd)


@dataclass(frozen=True, slots=True)
class Ends:
    """Finished loans: the feed that tells of them, and the truth behind their ends.

    `talk_days` are the days of messages that a county keeps to have some from before all of them.
    """

    HEAD: ClassVar[tuple[str, ...]] = ("agreement", "subject", "industry", *TRAITS, "pd", "bad")

    table: Table
    standing: Standing
    bad: Bools
    talk_days: int

    def rows(self) -> list[tuple[object, ...]]:
        """Rows under `HEAD`, one a loan."""
        of = self.standing
        return [
            (agreement, subject, industry, *(f"{z:.4f}" for z in traits), f"{pd:.6f}", int(bad))
            for agreement, subject, industry, traits, pd, bad in zip(
                agreement_ids(of.subjects), of.subjects, of.industries, of.traits.tolist(),
                of.pd.tolist(), self.bad.tolist(), strict=True,
            )
        ]  # fmt: skip


def more_orders(honest: Orders, lift: Floats, *, since: int, shops: Shops, bits: Bits) -> Orders:
    """Orders that a loan's goods bring: `lift` (shops) of those since a day, by other buyers.

    They stand at the hours of the shop's own orders, so that they keep its season and its shows.
    """
    later = honest.placed >= since * SECONDS_PER_DAY - LOCAL_OFFSET
    found = honest.take(later & bits.chance("loan/more", len(honest), lift[honest.shop]))
    n, pool = len(found), shops.buyers.shape[1]
    return replace(found, buyer=shops.buyers[found.shop, bits.below("loan/buyer", n, pool)])


def reported_debts(subject: Ints, owed: Ints, cast: Cast, *, as_of: int) -> Table:
    """debts_elsewhere: what defaulted households (places in the cast) owe, as the bureau tells."""
    own: dict[str, Column] = {
        "via_bureau": same(BUREAU, subject.size),
        "lender": same("cycle-lender", subject.size),
        "subject": cast.ids[subject],
        "as_of": np.full(subject.size, as_of),
        "balance": owed,
        "overdue": owed,
        "monthly_due": np.zeros(subject.size, dtype=np.int64),
    }
    day = np.full(subject.size, as_of)
    common = filed(cast.ids[subject], day, consent_ids(cast, subject, "person"), BUREAU)
    return Table("debts_elsewhere", {**common, **own})


def finished_loans(of: Standing, cast: Cast, calendar: Calendar, bits: Bits) -> Ends:
    """One finished loan of every shop, the end of each drawn from its truth."""
    bad = of.ends(bits, "finished")
    table = instalment_table(cast.shops, bad, cast, calendar, bits)
    return Ends(table, of, bad, _truth(calendar)["talk_days"])


def standing(cast: Cast, shops: Shops, pairs: Pairs, calendar: Calendar, bits: Bits) -> Standing:
    """The planted truth of every shop: its traits, and how probably a loan of it ends badly.

    Raises PolicyError before the first day of the policy `experiments`.
    """
    truth = _truth(calendar)
    named = load_policy("scoring").on(date_of(calendar.until))["weights.industries"]
    of = {category: industry for industry, categories in named.items() for category in categories}
    categories = [shops.goods[good].category for good in shops.good.tolist()]
    industries = np.array([of.get(category, OTHER) for category in categories], dtype=object)
    # What a shop is at all times, since its loans begin at all times.
    sold, opened = shops.weekly.mean(axis=1) * shops.order_fen, (shops.weekly > 0).sum(axis=1)
    trade = [sold, opened.astype(np.float64), -shops.late, -shops.returned]
    vouched = np.bincount(
        np.array([s for _, s in set(pairs) - set(ring(cast))], dtype=np.int64),
        minlength=cast.households,
    )[shops.subject]
    traits = np.column_stack(
        [
            _evenly(liveliness(cast.households, bits)[shops.subject]),
            _evenly(np.sum([_evenly(one) for one in trade], axis=0)),
            _evenly(shops.quality),
            _evenly(vouched.astype(np.float64)),
        ]
    )
    pd = pd_of(traits, industries.tolist(), truth["slopes"], bad_rate=truth["bad_rate"])
    return Standing(cast.ids[shops.subject], industries, traits, pd)


def _truth(calendar: Calendar) -> Mapping[str, Any]:
    found: Mapping[str, Any] = load_policy("experiments").on(date_of(calendar.until))[
        "outcomes.truth"
    ]
    return found


def pd_of(
    traits: Floats,
    industries: Sequence[str],
    slopes: Mapping[str, Mapping[str, float]],
    *,
    bad_rate: float,
) -> Floats:
    """Probability of a bad end: a logistic in the traits, its slopes by industry, its mean given.

    >>> z = np.array([[1.0, 0.0], [-1.0, 0.0]])
    >>> one = {"fruit": {"a": 1.0, "b": 0.0}}
    >>> pd_of(z, ["fruit", "fruit"], one, bad_rate=0.2).round(3).tolist()
    [0.064, 0.336]
    """
    table = np.array([list(slopes[industry].values()) for industry in industries])
    pull = (traits * table).sum(axis=1)
    low, high = -_LOGIT_MAX * 4, _LOGIT_MAX * 4
    # Halving needs no derivative and ends on the same digits everywhere.
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _logistic(middle - pull).mean() < bad_rate:
            low = middle
        else:
            high = middle
    return _logistic((low + high) / 2 - pull)


def _logistic(logit: Floats) -> Floats:
    return 1.0 / (1.0 + exp(-np.clip(logit, -_LOGIT_MAX, _LOGIT_MAX)))


def _evenly(x: Floats) -> Floats:
    """Values by their rank, equal ones by their mean rank, with mean 0 and deviation 1."""
    _, at, count = np.unique(x, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count - 1) / 2.0 - 0.5
    rank: Floats = (middle / x.size - 0.5) * _UNIFORM_SPREAD
    return rank[at]

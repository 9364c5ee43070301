"""Score: from feeds as known on a day to a credit file for every subject.

One order of acts: who the subjects are, what their sales are worth, three indices, endorsements,
the composite, a grade, and last the limit and the price. Same feeds, day and policy, same book.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from suixin.credit import engagement, stability
from suixin.credit.book import Judged, ScoreBook, Shortfall
from suixin.credit.composite import Composite, composites
from suixin.credit.crop import Crop, CropFinding, crop_adjustment
from suixin.credit.endorsement import Social, social
from suixin.credit.facts import FactTable, completeness, counted, facts_of
from suixin.credit.file import Status
from suixin.credit.grade import Calibrated, GradeRules, Standing, standing
from suixin.credit.harvest import harvests
from suixin.credit.household import household
from suixin.credit.index import Bools, Index, Ints, index, part_rules
from suixin.credit.offer import Asked, offers
from suixin.credit.reasons import ReasonRules, raises, top_reasons
from suixin.credit.referral import pools
from suixin.credit.reputation import WordOfMouth, word_of_mouth
from suixin.credit.sales import goods_are_told
from suixin.credit.sales_ahead import season_months
from suixin.credit.sheets import policy_on, uses
from suixin.credit.signs import Traces, signs
from suixin.credit.source import first_fact, source_of
from suixin.credit.subject import Subjects, subjects_of
from suixin.credit.terms_rules import TermsRules
from suixin.credit.trade import Sold, Trade, clean_orders, own_orders, trade_of
from suixin.credit.viewers import viewers
from suixin.credit.weights import Weighing, WeightRules
from suixin.credit.weights_adopted import adopted_weights, industries_of
from suixin.data.errors import InputError
from suixin.data.lake import Feeds, FeedsOn
from suixin.kernel.day import epoch_day
from suixin.kernel.policy import PolicyOn

BPS = 10_000
# Read whatever a product may read: consents say what may be used; the others spare honest orders
# a cut, or show what nobody bought. None of them adds a point.
INTEGRITY: Final = frozenset(
    {"consents", "live_sessions", "live_events", "live_minutes", "purchase_orders"}
)


def score(
    feeds: Feeds, *, on: date, policies: Path | None = None, product: str | None = None,
    standing_limits: Mapping[str, int] | None = None, weights: Path | None = None,
    calibration: Calibrated | None = None,
) -> ScoreBook:  # fmt: skip
    """Score every subject known on a day.

    `policies` is a folder that overrides packaged policy; `product` a sheet of `products` (the
    first by default); `standing_limits` the limits of 30 days ago in fen, by subject, which bound
    how fast a limit may rise; `weights` a folder of adopted weights, by industry; `calibration` an
    adopted one of composites, without which files are ranked and have no probability. Raises
    `InputError` where no fact was known on the day, or where no sheet is of that product.
    """
    policy = policy_on(on, policies)
    known = feeds.on(on)
    product = _product(product, TermsRules.from_policy(policy, policy))
    _refuse_before_first_fact(feeds, known)
    subjects = subjects_of(known, feeds.connection)
    found = _found(Asking(known, subjects, policy, calibration))
    wanted = _Wanted(product, standing_limits or {}, _weighing(found, weights), policies)
    return _book(found, wanted)


def score_each(
    feeds: Feeds,
    *,
    on: date,
    reads: Mapping[str, Set[str]],
    standing_limits: Mapping[str, Mapping[str, int]],
) -> tuple[ScoreBook, dict[str, ScoreBook]]:
    """The book of all feeds, and one a product from the feeds of its sheet alone (E11).

    `reads` are a product's feeds, `standing_limits` the limits of 30 days ago by product. The
    first book has the first product's terms. What orders are worth is found once, from `INTEGRITY`
    too: an invoice or a session under way only spares an order a cut. Raises as `score`.
    """
    policy, known = policy_on(on, None), feeds.on(on)
    _refuse_before_first_fact(feeds, known)
    found = _found(Asking(known, subjects_of(known, feeds.connection), policy))
    weighing, books = _weighing(found, None), {}
    for product, names in reads.items():
        alone = _found_from(found, feeds.only({*names, *INTEGRITY}).on(on))
        limits = standing_limits.get(product, {})
        books[product] = _book(alone, _Wanted(product, limits, weighing))
    first = next(iter(reads))
    whole = _book(found, _Wanted(first, standing_limits.get(first, {}), weighing))
    own = replace(whole.judged, terms=books[first].judged.terms)
    return replace(whole, judged=own), books


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Under which product, from which limits, by which weights; `policies` is a folder."""

    product: str
    standing_limits: Mapping[str, int]
    weighing: Weighing
    policies: Path | None = None


def _book(found: Found, wanted: _Wanted) -> ScoreBook:
    """Everybody judged from what was found."""
    known, subjects, policy = found.asking.known, found.asking.subjects, found.asking.policy
    weighing, short = wanted.weighing, shortfall(found.trade, policy)
    statuses = statuses_of(found.trade, short, heard=_heard(found))
    vouched, whole = _composites(found, weighing, statuses)
    standings = _standings(whole, found.asking, statuses)
    flags = _flags(found)
    asked = Asked(
        product=wanted.product,
        ids=subjects.ids,
        statuses=statuses,
        standings=standings,
        seasons=seasons_of(found.trade),
        flags=flags,
        standing_limits=wanted.standing_limits,
    )
    own, rules = household(known, subjects), TermsRules.from_policy(policy, policy)
    reason_rules = ReasonRules.from_policy(policy)
    judged = Judged(
        ids=subjects.ids,
        statuses=statuses,
        indices=found.indices,
        weights=weighing,
        composite=whole,
        standings=standings,
        terms=offers(asked, found.trade.summary, own, rules),
        flags=flags,
        signs=signs(_traces(found, statuses, vouched), policy),
        facts=_facts(found, weighing),
        reasons=top_reasons(whole, reason_rules),
        raises=raises(found.indices, whole, weighing, reason_rules),
        short=short,
        pools=pools(known, subjects, policy) if "traffic" in known.present else {},
        spoken=found.spoken.evidence if "reviews" in known.present else None,
    )
    source = source_of(known.feeds, weight_version=";".join(sorted(set(weighing.versions))))
    return ScoreBook(known.day, judged, source, reason_rules, uses(policy, wanted.policies))


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of whom, on which day, under which rules."""

    known: FeedsOn
    subjects: Subjects
    policy: PolicyOn
    calibration: Calibrated | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the feeds said before anybody was judged."""

    asking: Asking
    trade: Trade
    indices: tuple[Index, ...]
    spoken: WordOfMouth
    crop: Crop


def _found(asking: Asking) -> Found:
    """The three indices in the order of the paper, and the field's own word."""
    known, subjects, policy = asking.known, asking.subjects, asking.policy
    trade = trade_of(known, subjects, policy)
    clean = clean_orders(trade) if "orders" in known.present else None
    spoken = word_of_mouth(known, subjects, policy, clean_orders=clean)
    measures = (
        engagement.measure(known, subjects, policy),
        stability.measure(known, subjects, policy, trade=trade),
        spoken.measures,
    )
    sold = harvests(known, subjects, trade.sales, policy["categories"])
    return Found(
        asking=asking,
        trade=trade,
        indices=tuple(index(one, part_rules(policy[f"{one.name}.parts"])) for one in measures),
        spoken=spoken,
        crop=crop_adjustment(known, subjects, policy, sold),
    )


def _found_from(found: Found, known: FeedsOn) -> Found:
    """The same trade and word of mouth, beside what fewer feeds say: they have orders and reviews.

    A feed that is not among them is not connected.
    """
    asking = replace(found.asking, known=known)
    policy, subjects = asking.policy, asking.subjects
    silent = "messages" in found.asking.known.present and "messages" not in known.present
    talk = found.indices[0]
    if silent:
        measures = engagement.measure(known, subjects, policy)
        talk = index(measures, part_rules(policy["engagement.parts"]))
    sold = harvests(known, subjects, found.trade.sales, policy["categories"])
    return replace(
        found,
        asking=asking,
        indices=(talk, *found.indices[1:]),
        crop=crop_adjustment(known, subjects, policy, sold),
    )


def _weighing(found: Found, weights: Path | None) -> Weighing:
    """Adopted weights by industry; the default where there are none."""
    policy = found.asking.policy
    return Weighing.by_industry(
        industries_of(found.trade.summary.category.tolist(), policy),
        {} if weights is None else adopted_weights(weights, policy.day),
        WeightRules.from_policy(policy).default,
    )


def _facts(found: Found, weighing: Weighing) -> FactTable:
    """What stands behind each file, and how much of its weight rests on connected feeds."""
    asking = found.asking
    return facts_of(
        asking.known,
        asking.subjects,
        found.trade,
        found.spoken,
        partners=found.indices[0].measures.n["reciprocity"].astype(np.int64),
        complete=completeness(found.indices, weighing),
    )


def _composites(
    found: Found, weights: Weighing, statuses: tuple[Status, ...]
) -> tuple[Social, Composite]:
    """The composite with endorsements, which count by the endorsers' own grades without any."""
    known, subjects, policy = found.asking.known, found.asking.subjects, found.asking.policy
    weigh = partial(
        composites,
        found.indices,
        weights,
        crop=found.crop.points,
        reference=float(policy["composite.reference"]),
    )
    before = weigh(social=np.zeros(len(subjects)))
    ranks = _ranks(before, found.asking, statuses)
    vouched = social(known, subjects, policy, grade_before=ranks)
    return vouched, weigh(social=vouched.points)


def _product(asked: str | None, rules: TermsRules) -> str:
    """The product asked for, or the first there is."""
    if asked is None:
        return next(iter(rules.products))
    if asked not in rules.products:
        raise InputError(
            "NO_SUCH_PRODUCT",
            f"There is no product {asked}.",
            f"Products: {', '.join(rules.products)}.",
        )
    return asked


def _refuse_before_first_fact(feeds: Feeds, known: FeedsOn) -> None:
    first = first_fact(feeds)
    if first is None:
        raise InputError(
            "NO_FACTS",
            "No feed holds a usable row.",
            "Look at what was set aside: suixin feeds check DIR",
        )
    if known.day < first:
        raise InputError(
            "BEFORE_FIRST_FACT",
            f"Nothing was known yet on {known.day}; the first fact is of {first}.",
            f"Ask for {first} or a later day.",
        )


def _ranks(before: Composite, asking: Asking, statuses: tuple[Status, ...]) -> Ints:
    """The rank of every subject's grade before any endorsement: 0 is the best, −1 is none."""
    grades = GradeRules.from_policy(asking.policy).grades
    order = {grade: rank for rank, grade in enumerate(grades)}
    found = _standings(before, asking, statuses)
    return np.array([-1 if one is None else order[one.grade] for one in found], dtype=np.int64)


def shortfall(sold: Sold, policy: PolicyOn) -> Shortfall:
    """How many clean orders and weeks each subject is short of a score."""
    least = policy["thin.minimum"]
    sold_weeks = (sold.weeks.counted & (sold.summary.weeks > 0)).sum(axis=1)
    return Shortfall(
        np.maximum(0, least["orders"] - sold.summary.clean_orders),
        np.maximum(0, least["weeks"] - sold_weeks),
    )


def _heard(found: Found) -> Bools:
    """Whether anything was said by a subject, or of it."""
    asking = found.asking
    said = counted(asking.known, "messages", "sender", asking.subjects)
    return np.asarray(said + found.spoken.reviews > 0)


def statuses_of(sold: Sold, short: Shortfall, *, heard: Bools) -> tuple[Status, ...]:
    """Whether each subject is scored, too thin for it, or not known by any fact."""
    thin = (short.orders > 0) | (short.weeks > 0)
    nothing = (sold.summary.orders == 0) & ~heard
    return tuple(
        "no_facts" if silent else "thin_file" if few else "scored"
        for silent, few in zip(nothing.tolist(), thin.tolist(), strict=True)
    )


def _standings(
    whole: Composite, asking: Asking, statuses: tuple[Status, ...]
) -> tuple[Standing | None, ...]:
    grades = GradeRules.from_policy(asking.policy)
    return tuple(
        standing(float(value), grades, asking.calibration) if status == "scored" else None
        for value, status in zip(whole.value, statuses, strict=True)
    )


def _flags(found: Found) -> tuple[tuple[str, ...], ...]:
    """What a reader must know of each file before its numbers."""
    known, trade = found.asking.known, found.trade
    traded = trade.summary.orders > 0
    resolved_min = found.asking.policy["clean.buyer_resolved_min"] / BPS
    marks: dict[str, Bools] = {
        "SETTLEMENT_UNKNOWN": traded & ("settlements" not in known.present),
        "GOODS_UNKNOWN": traded & (not goods_are_told(known)),
        "BUYER_MASKED": traded & (trade.known_share < resolved_min),
    }
    for one in found.indices:
        marks |= one.measures.flags
    table = np.column_stack(list(marks.values()))
    names = tuple(marks)
    return tuple(
        (*(names[k] for k in np.flatnonzero(row)), *_crop_flag(finding))
        for row, finding in zip(table, found.crop.findings, strict=True)
    )


def _crop_flag(finding: CropFinding) -> tuple[str, ...]:
    """The finding as a flag, where there is a parcel to find anything of."""
    return () if finding is CropFinding.NO_PARCEL else (finding.value,)


def seasons_of(sold: Sold) -> tuple[frozenset[int], ...]:
    """The calendar months in which each subject's category sells; empty: all year."""
    months = {name: season_months(found.windows) for name, found in sold.calendars.items()}
    return tuple(months.get(name, frozenset()) for name in sold.summary.category)


def _traces(found: Found, statuses: tuple[Status, ...], vouched: Social) -> Traces:
    known, subjects, policy = found.asking.known, found.asking.subjects, found.asking.policy
    steady = found.indices[1].measures
    since = epoch_day(known.day) - policy["signs.wash_trade"]["days"]
    orders, own = own_orders(found.trade.sales, subjects, since)
    categories = found.trade.summary.category
    return Traces(
        orders=orders,
        own_orders=own,
        ring=vouched.ring,
        reviews=found.spoken.reviews.astype(np.float64),
        lost_review_share=found.spoken.lost_share,
        bots=viewers(known, subjects, policy).sign,
        thin=np.array([status != "scored" for status in statuses], dtype=bool),
        seasonal=np.array([name in found.trade.calendars for name in categories], dtype=bool),
        weeks=steady.n["volatility"],
        trend=steady.x["trend"],
        volatility=steady.x["volatility"],
    )

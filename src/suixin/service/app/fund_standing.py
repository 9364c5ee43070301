"""How a lender stands with the fund: its bad-loan rate, the share it gets, whether it may lend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from suixin.kernel.policy import PolicyOn, load_policy
from suixin.lending.events import ClaimAccepted, Draw, Restructure, WriteOff
from suixin.lending.floating_share import (
    BadRate,
    Covered,
    bad_rate,
    brake_fen,
    floating_share,
    quarter_end,
)
from suixin.lending.floating_share import Standing as Share
from suixin.lending.product import Product
from suixin.lending.replay import replay
from suixin.lending.states import Life
from suixin.service.app.standings import Standing, servicing_rules, standings
from suixin.service.store.session import Actor

_AGED = "age/"
_BAD = (ClaimAccepted, WriteOff, Restructure)


@dataclass(frozen=True, slots=True, kw_only=True)
class FundRoom:
    """What the fund lets be lent: whether at all, and how much this month (None: no brake)."""

    lends: bool = True
    left_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FundStanding:
    """A lender's rate at the last quarter's end, the step of the table it stands on, the brake."""

    rate: BadRate
    share: Share
    brake_fen: int | None
    lent_this_month_fen: int


def fund_room(actor: Actor, product: Product, *, on: date) -> FundRoom:
    """What the fund lets be lent of a product on a day; all of it where no fund bears a loss."""
    if "fund" not in product.loss_order:
        return FundRoom()
    found = fund_standing(actor, product.name, on=on)
    if found.brake_fen is None:
        return FundRoom(lends=found.share.lend)
    left = max(0, found.brake_fen - found.lent_this_month_fen)
    return FundRoom(lends=found.share.lend, left_fen=left)


def fund_standing(actor: Actor, product: str, *, on: date) -> FundStanding:
    """How the lender stands under a product that a fund covers, on a day (H07)."""
    policy = load_policy("fund").on(on)
    agreements = [covered(one) for one in standings(actor, on=on) if one.terms.sheet == product]
    known = [one for one in agreements if one is not None]
    return standing_by(known, policy)


def standing_by(known: list[Covered], policy: PolicyOn) -> FundStanding:
    """The same of agreements that are given, on the policy's day."""
    on, ends = policy.day, [quarter_end(policy.day)]
    first = min((one.disbursed_on for one in known), default=on)
    while ends[-1] > first:
        ends.append(quarter_end(ends[-1]))
    rates = [bad_rate(known, on=end, policy=policy) for end in reversed(ends)]
    lent = _lent(known)
    return FundStanding(
        rate=rates[-1],
        share=floating_share(rates[-1], policy),
        brake_fen=brake_fen(rates, lent, policy),
        lent_this_month_fen=lent.get((on.year, on.month), 0),
    )


def covered(one: Standing) -> Covered | None:
    """An agreement as the bad-loan rate counts it; None before its first draw."""
    draws = [event for event in one.events if isinstance(event, Draw)]
    if not draws:
        return None
    state = one.state
    closed = state.life is Life.CLOSED
    closed_on = max(event.on for event in one.events) if closed else None
    return Covered(
        agreement=one.terms.agreement,
        household=one.terms.party,
        disbursed_fen=sum(event.fen for event in draws),
        disbursed_on=min(event.on for event in draws),
        first_due_on=one.terms.rows[0].due_on,
        bad_on=bad_on(one),
        closed_on=closed_on,
        days_past_due_at_close=_late_before(one, closed_on) if closed_on else 0,
    )


def bad_on(one: Standing) -> date | None:
    """The first day on which an agreement was bad, whatever came back later; None if it never was.

    More than 90 days past due, written off, claimed, or restructured in distress.
    """
    days = [event.on for event in one.events if isinstance(event, _BAD)]
    days += [
        made.value_on
        for made in one.replayed.transactions
        if made.text.startswith(_AGED) and made.booked_on <= one.state.on
    ]
    return min(days, default=None)


def _late_before(one: Standing, closed_on: date) -> int:
    day = max(one.terms.start, closed_on - timedelta(days=1))
    known = [event for event in one.events if event.on <= day]
    rules = servicing_rules(one.terms.start)
    return replay(one.terms, known, on=day, rules=rules).state.days_past_due


def _lent(known: list[Covered]) -> Mapping[tuple[int, int], int]:
    lent: dict[tuple[int, int], int] = {}
    for one in known:
        month = (one.disbursed_on.year, one.disbursed_on.month)
        lent[month] = lent.get(month, 0) + one.disbursed_fen
    return lent

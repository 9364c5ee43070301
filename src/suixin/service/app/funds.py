"""A fund as its people, the county and a lender read it: tiers, the floating share, claims."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from suixin.kernel.policy import PolicyOn, load_policy
from suixin.lending.events import ClawedBack, Subsidised
from suixin.lending.floating_share import BadRate, floating_share
from suixin.lending.fund_pool import Service
from suixin.service.app.caller import Caller
from suixin.service.app.claim_rows import ClaimMade, claims
from suixin.service.app.day import business_day
from suixin.service.app.fund_claims import kept_days
from suixin.service.app.fund_standing import fund_standing
from suixin.service.app.permits import Act, check_may
from suixin.service.app.standings import standings
from suixin.service.store.session import Actor, acting, query

_TIERS: Final = """
    select tier, account, coalesce(sum(fen), 0)::bigint,
           coalesce(sum(fen) filter (where fen > 0), 0)::bigint,
           coalesce(-sum(fen) filter (where fen < 0), 0)::bigint
      from posting
     where institution_id = %s and account in ('F101', 'F301') and tier <> ''
     group by tier, account
"""
_RATES: Final = """
    select distinct on (r.lender_id, r.product) r.lender_id, i.code, i.name, r.product, r.on_day,
           r.rate_on, r.bad_fen, r.mature_fen, r.weights::text, r.lends, r.brake_fen, r.agreements,
           r.covered_fen, r.disbursed_fen, r.subsidy_fen
      from fund_rate as r join institution as i on i.id = r.lender_id
     where %s in (r.institution_id, r.lender_id)
     order by r.lender_id, r.product, r.on_day desc
"""
_PUBLISH: Final = """
    insert into fund_rate (institution_id, lender_id, product, on_day, rate_on, bad_fen, mature_fen,
                           weights, lends, brake_fen, agreements, covered_fen, disbursed_fen,
                           subsidy_fen)
    values (%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s, %s, %s)
    on conflict (institution_id, lender_id, product, on_day) do nothing returning product
"""
_COVERS: Final = """
    select distinct institution_id, product from fund_cover
     where lender_id = %s and since <= %s and (until is null or until >= %s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FundTier:
    """A tier by the fund's books (fen): what came in, was paid, came back, and stands in it."""

    tier: str
    capital_fen: int
    paid_fen: int
    returned_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the table of shares; the bounds are bps of the gross bad-loan rate (None: none)."""

    below: int | None
    to: int | None
    fund: int
    lender: int
    lend: bool
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Floating:
    """A lender's bad-loan rate under a product, the step it stands on, how far the next is.

    `rate_ppm` is the rate in millionths. `to_next_fen` is what must turn bad until the next step,
    None on the last; the amounts are of agreements old enough to have failed.
    """

    lender: int
    lender_name: str
    product: str
    told_on: date
    rate_on: date
    bad_fen: int
    mature_fen: int
    rate_ppm: int
    to_next_fen: int | None
    lends: bool
    brake_fen: int | None
    agreements: int
    covered_fen: int
    disbursed_fen: int
    subsidy_fen: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A claim with the days that the fund has to decide and pay it, and how late it is."""

    claim: ClaimMade
    standing: str
    days: Service


@dataclass(frozen=True, slots=True, kw_only=True)
class FundPage:
    """Everything of a fund on a day, in fen. A lender sees what it filed and told itself."""

    on: date
    tiers: tuple[FundTier, ...]
    balance_fen: int
    lenders: tuple[Floating, ...]
    claims: tuple[ClaimRow, ...]
    claimed_fen: int
    paid_fen: int
    recovered_fen: int
    waiting_fen: int
    late_claims: int
    covered_fen: int
    leverage: Fraction | None


def fund(caller: Caller, *, at: datetime) -> FundPage:
    """A fund's tiers, floating shares and claims, as of the moment.

    Raises `InputError` NOT_PERMITTED.
    """
    check_may(caller, Act.SEE_FUND)
    actor = caller.actor("looked at the fund")
    with acting(actor):
        day = business_day(actor, at)
        tiers = _tiers(actor)
        policy = load_policy("fund").on(day)
        lenders = tuple(_floating(row, policy) for row in query(_RATES, [actor.institution]))
        made = claims(actor)
    rows = tuple(
        ClaimRow(claim=one, standing=one.standing, days=kept_days(one, on=day)) for one in made
    )
    covered = sum(one.covered_fen for one in lenders)
    capital = sum(one.capital_fen for one in tiers)
    return FundPage(
        on=day,
        tiers=tiers,
        balance_fen=sum(one.balance_fen for one in tiers),
        lenders=lenders,
        claims=rows,
        claimed_fen=sum(one.fen for one in made),
        paid_fen=sum(one.paid_fen for one in made),
        recovered_fen=sum(s.fen for one in made for s in one.steps if s.kind == "recovered"),
        waiting_fen=sum(one.left_fen for one in made),
        late_claims=sum(row.days.late_days > 0 for row in rows),
        covered_fen=covered,
        leverage=Fraction(covered, capital) if capital > 0 else None,
    )


def publish_rates(caller: Caller, *, at: datetime) -> tuple[str, ...]:
    """Tell every fund that covers us our rate, step and book of today; the products that are new.

    Once a day; a job of the service does it. Raises `InputError` NOT_PERMITTED.
    """
    check_may(caller, Act.RECEIVE)
    actor = caller.actor("told the fund")
    told = []
    with acting(actor):
        day = business_day(actor, at)
        for fund_id, product in query(_COVERS, [actor.institution, day, day]):
            told += query(
                _PUBLISH, [fund_id, actor.institution, product, *_said(actor, product, day)]
            )
    return tuple(product for (product,) in told)


def _said(actor: Actor, product: str, day: date) -> list[Any]:
    found = fund_standing(actor, product, on=day)
    mine = [one for one in standings(actor, on=day) if one.terms.sheet == product]
    events = [event for one in mine for event in one.events]
    subsidy = sum(event.fen for event in events if isinstance(event, Subsidised))
    subsidy -= sum(event.fen for event in events if isinstance(event, ClawedBack))
    drawn = [one for one in mine if one.state.memory.draws]
    return [
        *(day, found.rate.on, found.rate.bad_fen, found.rate.disbursed_fen),
        *(json.dumps(dict(found.share.weights)), found.share.lend, found.brake_fen, len(drawn)),
        sum(one.state.principal_fen for one in drawn),
        sum(sum(one.state.memory.draws.values()) for one in drawn),
        subsidy,
    ]


def _tiers(actor: Actor) -> tuple[FundTier, ...]:
    found: dict[str, dict[str, tuple[int, int, int]]] = {}
    for tier, account, fen, debits, credits in query(_TIERS, [actor.institution]):
        found.setdefault(tier, {})[account] = (fen, debits, credits)
    none = (0, 0, 0)
    return tuple(
        FundTier(
            tier=tier,
            capital_fen=-by.get("F301", none)[0],
            paid_fen=by.get("F101", none)[2],
            returned_fen=by.get("F101", none)[1] + by.get("F301", none)[0],
            balance_fen=by.get("F101", none)[0],
        )
        for tier, by in sorted(found.items())
    )


def _floating(row: tuple[Any, ...], policy: PolicyOn) -> Floating:
    lender, code, name, product, told_on, rate_on, bad, mature, *rest = row
    _, lends, brake, agreements, covered, disbursed, subsidy = rest
    rate = BadRate(rate_on, bad, mature)
    stands = floating_share(rate, policy).weights
    steps: list[Step] = []
    for step in policy["fund.shares"]:
        here = not any(one.stands for one in steps) and _holds(rate, step)
        steps.append(
            Step(
                below=step["below"],
                to=step["to"],
                fund=step["fund"],
                lender=step["lender"],
                lend=step["lend"],
                stands=here,
            )
        )
    if not any(one.stands and one.fund == stands["fund"] for one in steps):
        raise AssertionError(f"The step of {rate} is not the one that the library finds.")
    return Floating(
        lender=lender,
        lender_name=name or code,
        product=product,
        told_on=told_on,
        rate_on=rate_on,
        bad_fen=bad,
        mature_fen=mature,
        rate_ppm=bad * 1_000_000 // mature if mature else 0,
        to_next_fen=_to_next(rate, steps),
        lends=lends,
        brake_fen=brake,
        agreements=agreements,
        covered_fen=covered,
        disbursed_fen=disbursed,
        subsidy_fen=subsidy,
        steps=tuple(steps),
    )


def _holds(rate: BadRate, step: Mapping[str, Any]) -> bool:
    below, to = step["below"], step["to"]
    if below is not None:
        return rate.below(below)
    return rate.at_most(to) if to is not None else True


def _to_next(rate: BadRate, steps: list[Step]) -> int | None:
    """How many fen more turn bad before the next step, by cross-multiplying."""
    now = next(step for step in steps if step.stands)
    if now.below is None and now.to is None:
        return None
    bound = now.below if now.below is not None else now.to
    # `below` is reached at its bound, `to` only beyond it.
    least = -(-int(bound or 0) * rate.disbursed_fen // 10_000)
    if now.below is None:
        least = int(bound or 0) * rate.disbursed_fen // 10_000 + 1
    return max(0, least - rate.bad_fen)

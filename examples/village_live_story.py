"""County and platform behind a line: subsidised, failed, claimed from the fund, a part recovered.

Run it with `python examples/village_live_story.py`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from datetime import date
from functools import partial

from _telling import (
    START,
    Asking,
    at,
    balanced,
    booked,
    day_of,
    ending,
    entry,
    lived,
    policy,
    quoted,
    stands,
    terms_of,
    told,
    write,
    yuan,
)

from suixin.kernel.money import Money
from suixin.lending.events import (
    ClaimAccepted,
    Compensated,
    Draw,
    Event,
    Provide,
    Receipt,
    Recovery,
    Subsidised,
    WriteOff,
)
from suixin.lending.floating_share import Covered, bad_rate, floating_share, quarter_end
from suixin.lending.fund_pool import Pool, accepted, claim_refusal, filed, recovered, service
from suixin.lending.loss import Tier, loss_shares
from suixin.lending.quote import Asked, quote
from suixin.lending.subsidy import Stretch, SubsidyRules, earned, split
from suixin.lending.transaction import Transaction, pair_of

LIMIT, LEFT = 50_000_00, 30_000_00
CLAIMED, DECIDED, PAID, WRITTEN_OFF, BACK = 276, 290, 302, 330, 380
TIERS = (Tier("county", 15_000_00), Tier("city", 4_000_00), Tier("province", 50_000_00))


def story() -> Iterator[str]:
    """Quoted, subsidised to the day, claimed by the fund's share of the day, recovered pro rata."""
    made = quote("village_live", Money(LIMIT), START, Asked(rate_bps=700))
    yield from quoted(made)
    high = Asking(made, "labour", 184, limit_fen=49_999_00).answer()
    yield f"with a limit of 49,999.00 {told(high[0])}"
    assert Asking(made, "labour", 184, limit_fen=LIMIT).answer() == ()
    terms, events = terms_of(made), happened()

    rules = SubsidyRules.from_policy(policy("fiscal", 120))
    drawn = [Stretch(START, day_of(60), 36_000_00), Stretch(day_of(60), day_of(120), LEFT)]
    (subsidy,) = earned(drawn, rate_bps=700, rules=rules).values()
    parts = ", ".join(f"{level} {yuan(fen)}" for level, fen in split(subsidy, rules).items())
    yield f"day 120: a point of the interest is public money: {yuan(subsidy)} ({parts})"
    events.append(at(Subsidised, "subsidy", 120, fen=subsidy))

    weights = yield from shared()
    late = stands(terms, events, CLAIMED)
    borne = loss_shares(LEFT, weights=weights, tiers=TIERS).borne_fen
    yield "principal lost: " + ", ".join(f"{who} {yuan(fen)}" for who, fen in borne.items())
    pool = yield from claimed(late.days_past_due, LEFT - borne["lender"])
    back = recovered(
        pool, "village_live-1", 6_000_01, lender_out_fen=borne["lender"], on=day_of(BACK)
    )
    gone = {"lender": back.lender_fen, **back.tiers_fen}
    yield "recovered: " + ", ".join(f"{who} {yuan(fen)}" for who, fen in gone.items())
    fund = sum(back.tiers_fen.values())
    events += [
        at(ClaimAccepted, "claim", DECIDED, fen=LEFT - borne["lender"]),
        at(Compensated, "compensated", PAID, fen=LEFT - borne["lender"]),
        at(Provide, "provision", WRITTEN_OFF, fen=9_785_34),
        at(WriteOff, "write-off", WRITTEN_OFF, by=("officer", "board")),
        at(Recovery, "recovered", BACK, fen=6_000_01, fund_fen=fund),
    ]
    end, of = lived(terms, events), terms.agreement
    beside = [entry("subsidy-came", "subsidy received", subsidy, 130, of=of)]
    capital = pair_of("F101", "F301", sum(tier.balance_fen for tier in TIERS))
    founded = Transaction("capital", START, START, capital, books="fund")
    lender = booked([*end.transactions, *beside])
    county = booked([founded, *end.transactions], "fund")
    yield from ending(lender, end.state, of)
    yield from balanced(county)

    assert sum(borne.values()) == LEFT
    assert sum(gone.values()) == 6_000_01
    assert lender.unpaired(county) == county.unpaired(lender) == ()
    assert lender.balance("1105") == lender.balance("1106") == county.balance("F201") == 0
    assert county.balance("F102") == end.state.recourse_fund_fen == LEFT - borne["lender"] - fund
    assert back.pool.claim(of).out_fen == county.balance("F102")
    assert back.pool.balance_fen == county.balance("F101")
    assert lender.balance("1901") == -back.lender_fen  # What was provided was what was lost.
    assert end.refused == ()


def shared() -> Generator[str, None, Mapping[str, int]]:
    """The fund's share of the day: the gross bad-loan rate of what could have failed by then."""
    failed, day = day_of(100), date(2025, 10, 1)
    others = [
        Covered(f"a-{n}", f"h-{n}", 100_000_00, day, date(2025, 11, 1), failed if n < 2 else None)
        for n in range(100)
    ]
    rate = bad_rate(others, on=quarter_end(day_of(CLAIMED)), policy=policy("fund", CLAIMED))
    before = floating_share(rate, policy("fund", CLAIMED))
    yield f"bad {yuan(rate.bad_fen)} of {yuan(rate.disbursed_fen)}: {dict(before.weights)}"
    return before.weights


def claimed(days_past_due: int, fund_part_fen: int) -> Generator[str, None, Pool]:
    """Not on the 90th day; then filed, decided and paid within the fund's days, tier by tier."""
    rules, of = policy("fund", CLAIMED), "village_live-1"
    asked = partial(
        claim_refusal, Pool(TIERS), of, fund_part_fen=fund_part_fen, covered=True, misused=False
    )
    yield f"a claim on the 90th day is {told(asked(days_past_due=90, policy=rules))}"
    assert asked(days_past_due=days_past_due, policy=rules) is None
    pool = filed(Pool(TIERS), of, fund_part_fen, on=day_of(CLAIMED))
    pool = accepted(pool, of, on=day_of(DECIDED))
    kept = service(pool.claim(of), on=day_of(PAID), policy=rules)
    yield f"filed {day_of(CLAIMED)}, to decide by {kept.decide_by}, late {kept.late_days} days"
    assert (kept.late_days, pool.claim(of).queued_fen) == (0, 0)
    return pool


def happened() -> list[Event]:
    """Interest paid on its day to the end of the line; of the principal only the first part."""
    interest = {18: 124_27, 49: 214_03, 79: 109_31, 112: 189_86, 140: 115_07, 171: 178_36}
    paid = [at(Receipt, f"interest-{day}", day, fen=fen) for day, fen in interest.items()]
    return [
        at(Draw, "seedlings", 0, fen=36_000_00),
        *paid,
        at(Receipt, "early-sales", 60, fen=6_075_95),
    ]


if __name__ == "__main__":
    write(story)

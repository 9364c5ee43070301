"""The risk-compensation pool over its life, and the bad-loan rate that moves its share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from suixin.kernel.policy import load_policy
from suixin.lending.floating_share import BadRate, Covered, bad_rate, brake_fen, quarter_end
from suixin.lending.fund_pool import (
    CLAIM_WORDING,
    Claim,
    ClaimRefusal,
    Pool,
    accepted,
    claim_refusal,
    contributed,
    filed,
    recovered,
    service,
    year_begun,
)
from suixin.lending.loss import Tier

DAY = date(2026, 6, 30)
RULES = load_policy("fund").on(DAY)
TIERS = (Tier("county", 1_500_000), Tier("city", 600_000), Tier("province", 100_000))


def claimed(pool: Pool, agreement: str, amount: int) -> Pool:
    return accepted(filed(pool, agreement, amount, on=DAY), agreement, on=DAY)


@pytest.mark.mechanism("H06", "E04")
def test_tiers_pay_in_order_and_what_none_can_pay_waits() -> None:
    pool = claimed(Pool(TIERS), "a-1", 2_363_580)
    claim = pool.claim("a-1")
    assert dict(claim.tiers_fen) == {"county": 1_500_000, "city": 600_000, "province": 100_000}
    assert (claim.queued_fen, pool.balance_fen, claim.paid_on) == (163_580, 0, None)


@pytest.mark.mechanism("H06")
def test_the_queue_is_paid_oldest_first_when_a_tier_is_filled() -> None:
    pool = claimed(claimed(Pool((Tier("county", 0),)), "a-1", 100), "a-2", 100)
    pool = contributed(pool, "county", 130, on=date(2026, 7, 1))
    assert [claim.queued_fen for claim in pool.claims] == [0, 70]
    assert [claim.paid_on for claim in pool.claims] == [date(2026, 7, 1), None]
    pool = contributed(pool, "county", 100, on=date(2026, 7, 2))
    assert [claim.queued_fen for claim in pool.claims] == [0, 0]
    assert pool.balance_fen == 30


@pytest.mark.mechanism("H06")
def test_a_new_year_gives_the_yearly_cap_again() -> None:
    pool = claimed(Pool((Tier("county", 1_000, 300),)), "a-1", 500)
    assert (pool.claim("a-1").queued_fen, pool.balance_fen) == (200, 700)
    pool = year_begun(pool, {"county": 300}, on=date(2027, 1, 1))
    assert (pool.claim("a-1").queued_fen, pool.tiers[0].year_left_fen) == (0, 100)


@pytest.mark.mechanism("H06")
def test_recoveries_go_back_to_all_who_are_out_and_no_further() -> None:
    pool = claimed(Pool(TIERS[:2]), "a-1", 2_100_000)
    first = recovered(pool, "a-1", 300_000, lender_out_fen=900_000, on=DAY)
    assert (first.lender_fen, dict(first.tiers_fen)) == (
        90_000,
        {"county": 150_000, "city": 60_000},
    )
    last = recovered(first.pool, "a-1", 2_700_001, lender_out_fen=810_000, on=DAY)
    assert (last.lender_fen, last.surplus_fen) == (810_000, 1)
    assert last.pool.claim("a-1").out_fen == 0
    assert last.pool.balance_fen == 2_100_000


@pytest.mark.mechanism("H06")
def test_a_recovery_takes_its_part_off_the_queue() -> None:
    pool = claimed(Pool((Tier("county", 0),)), "a-1", 70)  # Of a loss of 100 at 30:70.
    half = recovered(pool, "a-1", 50, lender_out_fen=100, on=DAY)
    assert (half.lender_fen, half.pool.claim("a-1").queued_fen) == (50, 35)
    filled = contributed(half.pool, "county", 70, on=DAY)
    assert (filled.claim("a-1").out_fen, filled.balance_fen) == (35, 35)


@pytest.mark.mechanism("H06", "E04")
def test_a_lender_made_whole_is_not_paid_by_the_fund_again() -> None:
    pool = claimed(Pool((Tier("county", 0),)), "a-1", 70)
    later = date(2026, 7, 10)
    whole = recovered(pool, "a-1", 101, lender_out_fen=100, on=later)
    assert (whole.lender_fen, whole.surplus_fen) == (100, 1)
    filled = contributed(whole.pool, "county", 70, on=date(2026, 9, 1))
    assert (filled.claim("a-1").out_fen, filled.balance_fen) == (0, 70)
    assert filled.claim("a-1").paid_on == later
    with pytest.raises(ValueError, match="bears the 70 fen that queue"):
        recovered(pool, "a-1", 1, lender_out_fen=69, on=DAY)


@pytest.mark.mechanism("H06")
def test_a_tier_filled_by_a_recovery_pays_what_waits() -> None:
    pool = claimed(claimed(Pool((Tier("county", 70),)), "a-1", 70), "a-2", 70)
    back = recovered(pool, "a-1", 50, lender_out_fen=30, on=DAY)
    assert (back.lender_fen, dict(back.tiers_fen)) == (15, {"county": 35})
    assert (back.pool.claim("a-2").queued_fen, back.pool.balance_fen) == (35, 0)


def test_a_claim_is_decided_once() -> None:
    pool = claimed(Pool(TIERS), "a-1", 100)
    with pytest.raises(ValueError, match="decided on 2026-06-30 already"):
        accepted(pool, "a-1", on=DAY)
    with pytest.raises(KeyError, match="No claim was filed for a-9"):
        pool.claim("a-9")
    with pytest.raises(ValueError, match="tier of the pool"):
        contributed(pool, "nation", 1, on=DAY)


@pytest.mark.mechanism("E04")
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, None),
        ({"days_past_due": 90}, ClaimRefusal.NOT_OVERDUE_ENOUGH),
        ({"covered": False}, ClaimRefusal.NOT_COVERED),
        ({"fund_part_fen": 0}, ClaimRefusal.NOTHING_TO_CLAIM),
        ({"misused": True}, ClaimRefusal.MISUSED),
        ({"agreement": "a-0"}, ClaimRefusal.CLAIMED_ALREADY),
        ({"covered": False, "days_past_due": 0, "misused": True}, ClaimRefusal.NOT_COVERED),
        ({"days_past_due": 0, "misused": True}, ClaimRefusal.NOT_OVERDUE_ENOUGH),
    ],
)
def test_claims_that_are_not_taken(changed: dict[str, Any], expected: ClaimRefusal | None) -> None:
    pool = filed(Pool(TIERS), "a-0", 1, on=DAY)
    facts: dict[str, Any] = {
        "agreement": "a-1", "days_past_due": 91, "fund_part_fen": 70, "covered": True,
        "misused": False,
    }  # fmt: skip
    facts |= changed
    found = claim_refusal(pool, facts.pop("agreement"), policy=RULES, **facts)
    assert (found and found.why) == expected


def test_every_refusal_is_told_in_both_languages() -> None:
    assert list(CLAIM_WORDING) == list(ClaimRefusal)


@pytest.mark.mechanism("E04")
def test_the_days_of_a_claim_are_measured() -> None:
    claim = Claim("a-1", 100, date(2026, 6, 1))
    assert service(claim, on=date(2026, 6, 23), policy=RULES).decide_by == date(2026, 6, 23)
    assert service(claim, on=date(2026, 6, 23), policy=RULES).late_days == 0
    assert service(claim, on=date(2026, 6, 24), policy=RULES).late_days == 1
    decided = replace(claim, decided_on=date(2026, 6, 24))
    paid = replace(decided, paid_on=date(2026, 7, 9))
    assert service(decided, on=date(2026, 7, 8), policy=RULES).pay_by == date(2026, 7, 8)
    assert service(paid, on=date(2026, 12, 31), policy=RULES).late_days == 2


def loan(name: str, first_due: date, **facts: Any) -> Covered:
    told = {"household": f"h-{name}", "disbursed_fen": 100, "disbursed_on": date(2025, 6, 1)}
    return Covered(name, first_due_on=first_due, **{**told, **facts})


@pytest.mark.mechanism("H07")
def test_an_agreement_counts_once_it_could_have_failed() -> None:
    on = date(2026, 3, 31)
    old = loan("old", on - timedelta(days=91))
    young = loan("young", on - timedelta(days=90), bad_on=on)
    assert bad_rate([old, young], on=on, policy=RULES) == BadRate(on, 0, 100)


@pytest.mark.mechanism("H07")
def test_a_burst_of_new_loans_does_not_lower_the_rate() -> None:
    on, failed = date(2026, 3, 31), loan("bad", date(2025, 7, 1), bad_on=date(2025, 10, 1))
    burst = [loan(f"new-{k}", date(2026, 4, 1), disbursed_on=on) for k in range(1_000)]
    assert bad_rate([failed, *burst], on=on, policy=RULES) == BadRate(on, 100, 100)


@pytest.mark.mechanism("H07")
@pytest.mark.parametrize(
    ("late", "new_on", "household", "on", "counts"),
    [
        (31, date(2025, 11, 10), "h", date(2026, 3, 31), True),
        (30, date(2025, 11, 10), "h", date(2026, 3, 31), False),
        (31, date(2025, 12, 10), "h", date(2026, 3, 31), True),
        (31, date(2025, 12, 11), "h", date(2026, 3, 31), False),
        (31, date(2025, 10, 11), "h", date(2026, 3, 31), True),
        (31, date(2025, 10, 10), "h", date(2026, 3, 31), False),
        (31, date(2025, 11, 10), "other", date(2026, 3, 31), False),
        (31, date(2025, 11, 10), "h", date(2026, 11, 9), True),
        (31, date(2025, 11, 10), "h", date(2026, 11, 10), False),
    ],
)
def test_a_late_loan_repaid_by_a_new_one_is_bad_for_twelve_months(
    late: int, new_on: date, household: str, on: date, counts: bool
) -> None:
    old = loan(
        "old", date(2025, 7, 1), household="h",
        closed_on=date(2025, 11, 10), days_past_due_at_close=late,
    )  # fmt: skip
    new = loan("new", date(2026, 12, 31), household=household, disbursed_on=new_on)
    found = bad_rate([old, new], on=on, policy=RULES)
    assert found.bad_fen == (100 if counts else 0)
    assert found.evergreened == (("old",) if counts else ())


@pytest.mark.mechanism("H07")
def test_what_was_recovered_stays_bad() -> None:
    paid = loan("a", date(2025, 7, 1), bad_on=date(2025, 10, 1), closed_on=date(2026, 1, 1))
    assert bad_rate([paid], on=date(2026, 3, 31), policy=RULES).bad_fen == 100
    assert bad_rate([paid], on=date(2025, 9, 30), policy=RULES).bad_fen == 0


@pytest.mark.mechanism("H07")
def test_the_brake_holds_the_mean_it_began_with() -> None:
    ends = [date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)]
    lent = {(2025, month): 1_200 for month in range(1, 13)}
    lent |= {(2026, month): 10 for month in range(1, 10)}
    rates = [BadRate(ends[0], 3, 100), BadRate(ends[1], 4, 100), BadRate(ends[2], 9, 100)]
    assert brake_fen(rates[:1], lent, RULES) == 600
    assert brake_fen(rates, lent, RULES) == 600
    assert brake_fen([*rates, BadRate(ends[3], 2, 100)], lent, RULES) is None
    again = [*rates, BadRate(ends[3], 2, 100), BadRate(date(2026, 12, 31), 3, 100)]
    lent |= {(2026, month): 10 for month in range(10, 13)}
    assert brake_fen(again, lent, RULES) == 5


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 1, 1), date(2025, 12, 31)),
        (date(2026, 3, 31), date(2025, 12, 31)),
        (date(2026, 4, 1), date(2026, 3, 31)),
        (date(2026, 12, 31), date(2026, 9, 30)),
    ],
)
def test_the_last_whole_quarter(day: date, end: date) -> None:
    assert quarter_end(day) == end

"""What sharing a loss, a call or a dividend always keeps: every fen, and every cap."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from suixin.kernel.policy import load_policy
from suixin.lending.dividend import Holding, distribute
from suixin.lending.floating_share import BadRate, floating_share
from suixin.lending.fund_pool import Pool, accepted, contributed, filed, recovered
from suixin.lending.joint_liability import call, call_again
from suixin.lending.loss import Cover, Tier, loss_shares, recovery_shares
from suixin.lending.subsidy import Stretch, SubsidyRules, claw_back, earned, split

DAY = date(2026, 6, 30)
GUARANTEE, FUND = load_policy("guarantee").on(DAY), load_policy("fund").on(DAY)
SUBSIDY = SubsidyRules.from_policy(load_policy("fiscal").on(DAY))

fen = st.integers(0, 10**9)
caps = st.lists(fen, min_size=3, max_size=5).map(
    lambda found: {f"h-{k}": cap for k, cap in enumerate(found)}
)
tiers = st.lists(st.tuples(fen, st.none() | fen), max_size=3).map(
    lambda found: [Tier(f"tier-{k}", *facts) for k, facts in enumerate(found)]
)
covers = st.lists(fen, max_size=3).map(
    lambda found: [Cover(f"cover-{k}", most) for k, most in enumerate(found)]
)
weights = st.sampled_from([{"lender": 1}, {"lender": 30, "fund": 70}, {"fund": 80, "lender": 20}])


@given(fen, covers, weights, tiers)
def test_a_loss_is_borne_to_the_fen_and_nobody_beyond_his_cap(
    loss: int, first: list[Cover], by: dict[str, int], pool: list[Tier]
) -> None:
    found = loss_shares(loss, covers=first, weights=by, tiers=pool)
    assert sum(found.borne_fen.values()) == loss
    assert min(found.borne_fen.values()) >= 0
    assert all(found.borne_fen[cover.name] <= cover.most_fen for cover in first)
    assert all(found.borne_fen[tier.name] <= tier.can_pay_fen for tier in pool)
    assert 0 <= found.queued_fen <= found.borne_fen["lender"]
    reached = [found.borne_fen[cover.name] == cover.most_fen for cover in first]
    rest = sum(found.borne_fen[name] for name in found.borne_fen if not name.startswith("cover"))
    assert rest == 0 or all(reached)  # Lender and fund bear nothing while a cover is left.


@given(fen, st.dictionaries(st.sampled_from("abcd"), fen, min_size=1))
def test_a_recovery_gives_nobody_more_than_he_has_out(amount: int, out: dict[str, int]) -> None:
    shares = dict(recovery_shares(amount, out))
    surplus = shares.pop("surplus", 0)
    assert sum(shares.values()) + surplus == amount
    assert all(0 <= shares[name] <= out[name] for name in out)
    assert surplus == max(0, amount - sum(out.values()))


@given(fen, caps)
def test_a_call_asks_all_of_it_or_every_cap(amount: int, left: dict[str, int]) -> None:
    made = call(amount, left, on=DAY, policy=GUARANTEE)
    asked = made.asked_fen
    assert sum(asked.values()) + made.lender_fen == amount
    assert all(0 <= asked[name] <= left[name] for name in left)
    assert made.lender_fen == max(0, amount - sum(left.values()))
    below = [asked[name] for name in left if asked[name] < left[name]]
    assert max(below, default=0) - min(below, default=0) <= 1  # Equal, but for a spare fen.
    assert not below or max(asked.values()) <= max(below)


@given(fen, caps, st.data())
def test_calls_end_with_all_paid_or_nobody_left(
    amount: int, left: dict[str, int], data: st.DataObject
) -> None:
    made, paid = call(amount, left, on=DAY, policy=GUARANTEE), 0
    lender = made.lender_fen
    for _ in range(len(left) + 1):
        part = {name: data.draw(st.integers(0, asked)) for name, asked in made.asked_fen.items()}
        paid += sum(part.values())
        made = call_again(made, part, on=DAY, policy=GUARANTEE)
        lender += made.lender_fen
    assert paid + lender + sum(made.asked_fen.values()) == amount


@given(fen, st.lists(st.tuples(st.integers(1, 10**6), fen, fen, fen), min_size=1, max_size=5))
def test_a_dividend_is_paid_out_whole_and_the_member_last(
    total: int, facts: list[tuple[int, int, int, int]]
) -> None:
    members = [
        Holding(f"h-{k}", sales, {"interest": interest}, called, ahead)
        for k, (sales, interest, called, ahead) in enumerate(facts)
    ]
    paid = distribute(total, members, prepay_bps=5_000)
    assert sum(one.dividend_fen for one in paid) == total
    for one, member in zip(paid, members, strict=True):
        own = one.own_fen["interest"]
        assert own + one.called_fen + one.prepaid_fen + one.member_fen == one.dividend_fen
        if one.called_fen:
            assert own == member.own_dues_fen["interest"]
        if one.member_fen or one.prepaid_fen:
            assert one.called_fen == member.called_fen


@given(st.integers(1, 10**12), st.data())
def test_the_fund_never_bears_more_at_a_higher_rate(disbursed: int, data: st.DataObject) -> None:
    low, high = sorted(data.draw(st.tuples(*[st.integers(0, disbursed)] * 2)))
    better = floating_share(BadRate(DAY, low, disbursed), FUND)
    worse = floating_share(BadRate(DAY, high, disbursed), FUND)
    assert worse.weights["fund"] <= better.weights["fund"]
    assert better.lend or not worse.lend


@given(tiers.filter(len), st.lists(fen, min_size=1, max_size=4), fen, st.data())
def test_a_pool_neither_makes_nor_loses_a_fen(
    own: list[Tier], claims: list[int], more: int, data: st.DataObject
) -> None:
    pool = Pool(tuple(own))
    for k, amount in enumerate(claims):
        pool = accepted(filed(pool, f"a-{k}", amount, on=DAY), f"a-{k}", on=DAY)
    pool = contributed(pool, own[0].name, more + 1, on=DAY)
    put_in = sum(tier.balance_fen for tier in own) + more + 1
    assert pool.balance_fen + sum(claim.out_fen for claim in pool.claims) == put_in
    assert [claim.queued_fen + claim.out_fen for claim in pool.claims] == claims
    out = pool.claim("a-0").queued_fen + data.draw(fen)
    back = recovered(pool, "a-0", data.draw(fen), lender_out_fen=out, on=DAY)
    after = back.pool
    assert after.balance_fen + sum(claim.out_fen for claim in after.claims) == put_in
    assert all(tier.balance_fen >= 0 for tier in after.tiers)


balances = st.lists(st.tuples(st.integers(1, 200), fen, st.booleans()), min_size=1, max_size=5)


@given(balances, st.integers(1, 2_400), st.integers(0, 400))
def test_what_misuse_takes_back_and_leaves_is_what_was_paid(
    facts: list[tuple[int, int, bool]], rate: int, misused: int
) -> None:
    stretches, day = [], date(2026, 1, 1).toordinal()
    for days, balance, eligible in facts:
        until = date.fromordinal(day + days)
        stretches.append(Stretch(date.fromordinal(day), until, balance, eligible))
        day += days
    got = earned(stretches, rate_bps=rate, rules=SUBSIDY)
    assert all(0 <= amount <= SUBSIDY.cap_fen for amount in got.values())
    paid = {year: split(amount, SUBSIDY) for year, amount in got.items()}
    start = date.fromordinal(date(2026, 1, 1).toordinal() + misused)
    back = claw_back(paid, stretches, rate_bps=rate, rules=SUBSIDY, misused_from=start)
    assert back.taken_fen + back.kept_fen == sum(got.values())
    assert back.taken_fen == sum(back.by_level_fen.values())
    assert all(part >= 0 for part in back.by_level_fen.values())

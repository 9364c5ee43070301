"""Random histories, the same in Python and in the EVM: after every step both stand alike.

`SUIXIN_NIGHTLY=1` walks 300 steps in each history.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from chain_sides import OnTheChain, Snapshot, name32, quick_folder
from chain_world import DAY, World
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from suixin.evidence.chain.calls import agreement, group, pool
from suixin.evidence.chain.calls.agreement import Kind
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Parts
from suixin.kernel.money import share
from suixin.kernel.policy import load_policy
from suixin.lending.fund_pool import Pool, accepted, contributed, filed, recovered, year_begun
from suixin.lending.joint_liability import Call, call, call_again
from suixin.lending.loss import Tier

NIGHTLY = os.environ.get("SUIXIN_NIGHTLY") == "1"
HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
WALK = settings(
    max_examples=10 if NIGHTLY else 3,
    stateful_step_count=300 if NIGHTLY else 25,
    deadline=None,
    suppress_health_check=HEALTH,
)

TIERS = ("county", "city", "province")
FEN = st.integers(1, 2_000)
PLACES = st.integers(0, 4)


_KEPT = ExitStack()


@cache
def deployed() -> Snapshot:
    """Every contract in force, once for all walks of the module."""
    folder = _KEPT.enter_context(quick_folder())
    return OnTheChain.begun(folder).snapshot(folder)


@pytest.fixture(scope="module", autouse=True)
def _gone_afterwards() -> Any:
    yield
    _KEPT.close()
    deployed.cache_clear()


class Walk(RuleBasedStateMachine):
    """A chain of the walk's own beside the values of the library."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = ExitStack()
        self.chain = self.kept.enter_context(deployed().opened())
        self.world = World(self.chain, "walk")
        self.day = DAY

    def teardown(self) -> None:
        self.kept.close()

    def a_day_later(self, days: int = 1) -> date:
        """Another business day."""
        self.day += timedelta(days=days)
        return self.day


# The fund. ------------------------------------------------------------------------------------


@dataclass
class Lent:
    """What the lender lost by an agreement, and what of it came back to him and to the tiers."""

    loss: int
    lender_back: int = 0
    tiers_back: int = 0


class FundWalk(Walk):
    """Tiers, claims and recoveries by `lending.fund_pool` and by Pool."""

    @initialize(bps=st.integers(1, 10_000))
    def begun(self, bps: int) -> None:
        self.pool = Pool(tuple(Tier(name, 0) for name in TIERS))
        self.lent: dict[bytes, Lent] = {}
        self.share_bps = 0
        self.year = DAY.year
        self.shared(bps)

    @rule(bps=st.integers(1, 10_000))
    def shared(self, bps: int) -> None:
        """Another step of the floating share."""
        self.share_bps = bps
        act = pool.SetShare(pool.Share(bps, 90, self.world.name("leaf")), self.day)
        self.world.do(act, Role.GOVERNMENT)

    @rule(tier=st.integers(0, 2), fen=FEN)
    def filled(self, tier: int, fen: int) -> None:
        on = self.a_day_later()
        self.pool = contributed(self.pool, TIERS[tier], fen, on=on)
        self.world.do(pool.Add(tier, self.world.name("add"), fen, on), Role.GOVERNMENT)

    @rule(caps=st.lists(st.none() | st.integers(0, 1_500), min_size=3, max_size=3))
    def a_new_year(self, caps: list[int | None]) -> None:
        on, self.year = self.a_day_later(), self.year + 1
        self.pool = year_begun(self.pool, dict(zip(TIERS, caps, strict=True)), on=on)
        left = tuple(pool.NO_CAP if cap is None else cap for cap in [*caps, None, None])
        self.world.do(pool.BeginYear(self.year, left, on), Role.GOVERNMENT)

    @rule(loss=FEN)
    def lost(self, loss: int) -> None:
        """An agreement that failed, and a claim for the fund's part of it."""
        asked = share(loss, [10_000 - self.share_bps, self.share_bps])[1]
        if not asked:
            return
        id = self.world.lent(loss)
        self.pool = filed(self.pool, id.hex(), asked, on=self.day)
        self.lent[id] = Lent(loss)
        self.world.do(pool.FileClaim(id, loss, 0, 91, self.day))

    @precondition(lambda self: self.undecided())
    @rule(place=PLACES)
    def taken(self, place: int) -> None:
        id, on = self.pick(self.undecided(), place), self.a_day_later()
        self.pool = accepted(self.pool, id.hex(), on=on)
        self.world.do(pool.Accept(id, on), Role.GOVERNMENT)

    @precondition(lambda self: self.undecided())
    @rule(place=PLACES)
    def dropped(self, place: int) -> None:
        id = self.pick(self.undecided(), place)
        kept = tuple(one for one in self.pool.claims if one.agreement != id.hex())
        self.pool = replace(self.pool, claims=kept)
        del self.lent[id]
        self.world.do(pool.Drop(id, name32("why"), self.day))

    @precondition(lambda self: self.decided())
    @rule(place=PLACES, fen=FEN)
    def came_back(self, place: int, fen: int) -> None:
        id, on = self.pick(self.decided(), place), self.a_day_later()
        out = self.lender_out(id)
        made = recovered(self.pool, id.hex(), fen, lender_out_fen=out, on=on)
        self.pool = made.pool
        self.lent[id].lender_back += made.lender_fen
        self.lent[id].tiers_back += sum(made.tiers_fen.values())
        events = self.world.do(pool.Recover(id, self.world.name("back"), fen, on))
        (told,) = [one for one in events if isinstance(one, pool.Recovered)]
        assert (told.lender, told.surplus) == (made.lender_fen, made.surplus_fen)

    def undecided(self) -> list[bytes]:
        return [id for id in self.lent if self.pool.claim(id.hex()).decided_on is None]

    def decided(self) -> list[bytes]:
        return [id for id in self.lent if self.pool.claim(id.hex()).decided_on is not None]

    def pick(self, ids: list[bytes], place: int) -> bytes:
        return ids[place % len(ids)]

    def lender_out(self, id: bytes) -> int:
        """What the lender bears: the loss less what tiers paid and what came back to him."""
        lent, claim = self.lent[id], self.pool.claim(id.hex())
        return lent.loss - lent.lender_back - claim.out_fen - lent.tiers_back

    @invariant()
    def both_stand_alike(self) -> None:
        if not hasattr(self, "pool"):
            return
        ask = self.chain.made.ask
        fund = ask(pool.fund())
        assert list(fund.balances[:3]) == [tier.balance_fen for tier in self.pool.tiers]
        left = [None if fen == pool.NO_CAP else fen for fen in fund.left[:3]]
        assert left == [tier.year_left_fen for tier in self.pool.tiers]
        for id in self.lent:
            there, here = ask(pool.claim_of(id)), self.pool.claim(id.hex())
            assert there.queued == here.queued_fen
            assert list(there.tiers[:3]) == [here.tiers_fen.get(name, 0) for name in TIERS]
            assert there.lender == self.lender_out(id)


# A joint group. -------------------------------------------------------------------------------


@dataclass
class Behind:
    """A loan that the group stands behind, and the calls on it so far."""

    id: bytes
    debtor: int
    owed: int
    made: Call | None = None
    paid_now: dict[str, int] = field(default_factory=dict)  # Of the last call.
    asked: list[int] = field(default_factory=lambda: [0] * 5)
    paid: list[int] = field(default_factory=lambda: [0] * 5)
    failed: set[int] = field(default_factory=set)
    uncovered: int = 0

    def unpaid(self, *, failed: bool | None = None) -> dict[int, int]:
        """What members were asked and have not paid: all of them, or those who failed or not."""
        rest = {n: self.asked[n] - self.paid[n] for n in range(5)}
        return {
            n: fen
            for n, fen in rest.items()
            if fen and (failed is None or (n in self.failed) is failed)
        }


class GroupWalk(Walk):
    """Calls on members by `lending.joint_liability` and by Group."""

    @initialize(caps=st.lists(st.integers(1, 1_500), min_size=3, max_size=5))
    def begun(self, caps: list[int]) -> None:
        self.caps, self.loans = list(caps), dict[int, Behind]()
        self.group = self.world.formed(caps, until=date(2090, 1, 1))
        self.rules = load_policy("guarantee").on(DAY)

    @rule(place=PLACES, fen=FEN)
    def lent(self, place: int, fen: int) -> None:
        debtor = place % len(self.caps)
        if debtor not in self.loans:
            id = self.world.lent(fen, group=self.group, debtor=debtor)
            self.loans[debtor] = Behind(id, debtor, fen)

    def pick(self, place: int, *, asked: bool) -> Behind | None:
        """A loan on which a call is open, or none is."""
        fit = [one for one in self.loans.values() if bool(one.unpaid(failed=False)) is asked]
        return fit[place % len(fit)] if fit else None

    def others(self, loan: Behind) -> dict[str, int]:
        """The caps left of those who may be asked, in signing order."""
        return {str(n): cap for n, cap in enumerate(self.caps) if n != loan.debtor}

    @rule(place=PLACES, fen=FEN)
    def called(self, place: int, fen: int) -> None:
        loan = self.pick(place, asked=False)
        fen = min(fen, loan.owed) if loan else 0
        if loan is None or not fen:
            return
        for n, rest in loan.unpaid(failed=True).items():  # Asked anew, and no more for the old.
            loan.asked[n] -= rest
            self.caps[n] += rest
        loan.failed, loan.uncovered = set(), 0
        made = call(fen, self.others(loan), on=self.day, policy=self.rules)
        told = self.world.called(loan.id, fen, self.a_day_later())
        self.noted(loan, made, told)

    @rule(place=PLACES)
    def called_again(self, place: int) -> None:
        loan = self.pick(place, asked=True)
        if loan is None or loan.made is None:
            return
        on = self.a_day_later(40)
        loan.failed |= loan.unpaid().keys()
        now = {name: self.caps[int(name)] for name in loan.made.asked_fen}
        made = call_again(
            replace(loan.made, caps_left_fen=now), loan.paid_now, on=on, policy=self.rules
        )
        self.noted(loan, made, self.world.called_again(loan.id, on))

    def noted(self, loan: Behind, made: Call, told: group.Called) -> None:
        loan.made, loan.paid_now = made, dict.fromkeys(made.asked_fen, 0)
        loan.uncovered += made.lender_fen
        assert told.uncovered == loan.uncovered
        for n in range(5):
            asked = made.asked_fen.get(str(n), 0)
            assert told.asked[n] == asked
            loan.asked[n] += asked
            if asked:
                self.caps[n] -= asked

    @rule(place=PLACES, member=PLACES, fen=FEN)
    def paid(self, place: int, member: int, fen: int) -> None:
        loans = [one for one in self.loans.values() if one.unpaid()]
        if not loans:
            return
        loan = loans[place % len(loans)]
        asked = sorted(loan.unpaid().items())
        n, rest = asked[member % len(asked)]
        fen = min(fen, rest, loan.owed)
        if not fen:
            return
        self.world.paid(loan.id, n, fen, self.a_day_later())
        loan.paid[n] += fen
        loan.owed -= fen
        if n in loan.failed:
            loan.uncovered -= min(fen, loan.uncovered)
        elif str(n) in loan.paid_now:
            loan.paid_now[str(n)] += fen

    @rule(place=PLACES)
    def withdrawn(self, place: int) -> None:
        loan = self.pick(place, asked=True)
        if loan is None:
            return
        for n, rest in loan.unpaid().items():
            loan.asked[n] -= rest
            self.caps[n] += rest
        loan.failed, loan.uncovered, loan.made = set(), 0, None
        self.world.do(group.WithdrawCall(loan.id, self.a_day_later()))

    @rule(place=PLACES)
    def repaid(self, place: int) -> None:
        """The debtor pays all, the guarantors have theirs back, the loan is closed."""
        if not self.loans:
            return
        loan = list(self.loans.values())[place % len(self.loans)]
        on, out = self.a_day_later(), sum(loan.paid)
        if loan.owed:
            parts, name = Parts(principal=loan.owed), self.world.name("paid")
            self.world.do(agreement.Receive(loan.id, name, Kind.BORROWER, parts, on))
        if out:
            self.world.do(pool.Recover(loan.id, self.world.name("back"), out, on))
            assert list(self.chain.made.ask(group.call_of(loan.id)).back) == loan.paid
        self.world.do(agreement.Close(loan.id, on))
        for n, rest in loan.unpaid().items():
            self.caps[n] += rest
        del self.loans[loan.debtor]

    @invariant()
    def both_stand_alike(self) -> None:
        if not hasattr(self, "caps"):
            return
        ask = self.chain.made.ask
        assert list(ask(group.group(self.group)).left[: len(self.caps)]) == self.caps
        for loan in self.loans.values():
            there = ask(group.call_of(loan.id))
            assert (list(there.asked), list(there.paid)) == (loan.asked, loan.paid)
            assert there.uncovered == loan.uncovered
            assert ask(agreement.record(loan.id)).outstanding == loan.owed


@pytest.mark.mechanism("B07", "H06")
class TestFund(FundWalk.TestCase):  # type: ignore[misc]
    settings = WALK


@pytest.mark.mechanism("B07", "E08")
class TestGroup(GroupWalk.TestCase):  # type: ignore[misc]
    settings = WALK

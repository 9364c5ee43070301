"""The tables whose rules live in Python and on the chain: each case's outcome, in one form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chain_sides import name32
from chain_world import DAY, LATER, NOTHING, PAYEE, NotOnChain, RefusedThere, World, only

from suixin.evidence.chain.calls import agreement, group, pool
from suixin.evidence.chain.calls.agreement import Kind, Status
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Parts
from suixin.kernel.money import share
from suixin.kernel.policy import load_policy
from suixin.lending.chain_opening import flags
from suixin.lending.circle import Guarantee
from suixin.lending.dividend import Holding, distribute
from suixin.lending.floating_share import BadRate, floating_share
from suixin.lending.joint_liability import Member, call, call_again, group_refusal
from suixin.lending.loss import Cover, Tier, loss_shares, recovery_shares

Case = Mapping[str, Any]
Outcome = Mapping[str, Any]
RULES = load_policy("guarantee").on(DAY)
FAR = date(2099, 1, 1)


@dataclass(frozen=True)
class Table:
    """How a table's cases are told: what is expected, and what each implementation makes of it."""

    name: str
    expected: Callable[[Case], Outcome]
    python: Callable[[Case], Outcome]
    evm: Callable[[World, Case], Outcome]
    words: frozenset[str] = frozenset()  # Of the case, for which the chain has none.

    def on_chain(self, world: World, case: Case) -> Outcome:
        """What the contracts make of a case; raises `NotOnChain`, `RefusedThere`."""
        for word in sorted(self.words & case.keys()):
            raise NotOnChain(word)
        return self.evm(world, case)


def summed(text: int | str) -> int:
    """A sum written out, as 300 - 149."""
    return sum(int(term) for term in re.findall(r"[-+]?\d+", str(text).replace(" ", "")))


# A call on members. ---------------------------------------------------------------------------


def _call_expected(case: Case) -> Outcome:
    told = {"asked": case["asked"], "lender": case["lender"]}
    if "again" in case:
        told |= {"again": case["again"], "again_lender": summed(case.get("again_lender", 0))}
    return told


def _call_paid(case: Case) -> dict[str, int]:
    return {name: case["paid"].get(name, asked) for name, asked in case["asked"].items()}


def _call_python(case: Case) -> Outcome:
    made = call(case["call"], case["caps"], on=DAY, policy=RULES)
    told: dict[str, Any] = {"asked": dict(made.asked_fen), "lender": made.lender_fen}
    if "again" in case:
        again = call_again(made, _call_paid(case), on=LATER, policy=RULES)
        told |= {"again": dict(again.asked_fen), "again_lender": again.lender_fen}
    return told


def _call_evm(world: World, case: Case) -> Outcome:
    """A cap that is used up is one that a first call, of a fen of each, took all of."""
    names, used = list(case["caps"]), 0 in case["caps"].values()
    caps = [cap + used for cap in case["caps"].values()]
    formed = world.formed([1, *caps])
    id = world.lent(case["call"] + used * len(caps), group=formed)
    if used:
        world.called(id, len(caps))
        for place in range(len(caps)):
            world.paid(id, place + 1, 1)
    made = world.called(id, case["call"])
    told: dict[str, Any] = {
        "asked": dict(zip(names, made.asked[1:], strict=False)),
        "lender": made.uncovered,
    }
    if "again" in case:
        paid = _call_paid(case)
        for place, name in enumerate(names):
            world.paid(id, place + 1, paid[name])
        again = world.called_again(id)
        in_full = [n for n, name in enumerate(names) if paid[name] == case["asked"][name]]
        told["again"] = {names[n]: again.asked[n + 1] for n in in_full}
        told["again_lender"] = again.uncovered
        assert sum(again.asked) == sum(told["again"].values())  # Nobody else is asked.
    return told


# Who may form a group. ------------------------------------------------------------------------

FORM_REFUSED = {
    "group: too few members": "too_few",
    "group: too many members": "too_many",
    "group: a member twice": "same_household",
    "group: not signed": "not_signed",
    "group: ends before it begins": "not_signed",
}


def _group_names(case: Case) -> list[str]:
    names = [f"h-{k}" for k in range(1, case["members"] + 1)]
    if "twice" in case:
        names[-1] = case["twice"]
    return names


def _group_python(case: Case) -> Outcome:
    unsigned, signs_on = case.get("unsigned"), case.get("signs_on", DAY)
    until = case.get("until", date(2027, 6, 30))
    members = [
        Member(
            name,
            200_000,
            until,
            None if name == unsigned else signs_on,
            "g-7" if name == case.get("in_group") else None,
        )
        for name in _group_names(case)
    ]
    kin = frozenset(frozenset(pair) for pair in case.get("kin", ()))
    outside = [Guarantee(*pair, 1) for pair in case.get("guarantees", ())]
    found = group_refusal(members, kin=kin, guarantees=outside, policy=RULES)
    return {"expect": "none" if found is None else str(found.why)}


def _group_evm(world: World, case: Case) -> Outcome:
    """Formed, signed by those who have signed by the day, and asked to stand behind a loan."""
    names, until = _group_names(case), case.get("until", date(2027, 6, 30))
    try:
        formed = world.forming([200_000] * len(names), until=until, names=names)
        for place, name in enumerate(names):
            if name != case.get("unsigned") and case.get("signs_on", DAY) <= DAY:
                world.consented(formed, place)
        world.lent(1, group=formed)
    except RefusedThere as refused:
        if str(refused) not in FORM_REFUSED:
            raise
        return {"expect": FORM_REFUSED[str(refused)]}
    return {"expect": "none"}


# A distribution. ------------------------------------------------------------------------------

SHARED = ("dividends", "to_members", "called", "prepaid", "own")


def _told(case: Case, rows: list[tuple[int, int, int, int, dict[str, int]]]) -> Outcome:
    """What the case speaks of, of all that was worked out."""
    columns = dict(zip(SHARED, map(list, zip(*rows, strict=True)), strict=True))
    return {name: column for name, column in columns.items() if name in case}


def _dividend_expected(case: Case) -> Outcome:
    told = {name: case[name] for name in SHARED if name in case}
    return told | {"to_members": [summed(fen) for fen in case["to_members"]]}


def _dividend_python(case: Case) -> Outcome:
    members = [Holding(f"h-{k}", *facts) for k, facts in enumerate(case["members"])]
    paid = distribute(case["total"], members, prepay_bps=case.get("prepay", 0))
    rows = [
        (one.dividend_fen, one.member_fen, one.called_fen, one.prepaid_fen, dict(one.own_fen))
        for one in paid
    ]
    return _told(case, rows)


def _dividend_evm(world: World, case: Case) -> Outcome:
    lines = []
    for sales, dues, called, ahead in case["members"]:
        behind = NOTHING
        if dues or called or ahead:
            behind = world.formed([10**9] * 3)
            due = Parts(**dues)
            if dues or ahead:
                world.lent(due.principal + ahead, group=behind, due=due)
            if called:  # Of two who are asked alike, he is one.
                debtor = world.lent(2 * called, group=behind, debtor=1)
                world.called(debtor, 2 * called)
        lines.append(group.Line(behind, 0, sales))
    act = group.Distribute(
        world.name("receipt"), case["total"], tuple(lines), case.get("prepay", 0), DAY
    )
    shared = [one for one in world.do(act, Role.COOPERATIVE) if isinstance(one, group.Shared)]
    rows = []
    for one in shared:
        own = {kind: getattr(one.own, kind) for kind in ("penalty", "fee", "interest", "principal")}
        assert one.recovered + one.own.total + one.called + one.prepaid + one.member == one.part
        rows.append((one.part, one.member, one.called, one.prepaid, own))
    return _told(case, rows)


# The fund's share, a loss, a recovery. --------------------------------------------------------


def _share_expected(case: Case) -> Outcome:
    return {"fund": case["fund"], "lender": case["lender"], "lend": case["lend"]}


def _share_python(case: Case) -> Outcome:
    rate = BadRate(date(2026, 3, 31), case["bad"], case["disbursed"])
    found = floating_share(rate, load_policy("fund").on(DAY))
    return {**found.weights, "lend": found.lend}


def _share_evm(world: World, case: Case) -> Outcome:
    """The step is found off the chain; what the contract makes of it is a claim's parts."""
    found = _share_python(case)
    if not found["lend"]:
        raise NotOnChain("lend")
    world.fund({"county": (100, None)}, found["fund"] * 100)
    claim = world.claimed(world.lent(100), 100)
    return {"fund": sum(claim.tiers), "lender": claim.lender, "lend": True}


def _loss_expected(case: Case) -> Outcome:
    borne = {name: summed(fen) for name, fen in case["borne"].items()}
    return {"borne": borne, "queued": case["queued"]}


def _loss_python(case: Case) -> Outcome:
    found = loss_shares(
        case["loss"],
        covers=[Cover(name, most) for name, most in case.get("covers", {}).items()],
        weights=case["weights"],
        tiers=[Tier(name, *facts) for name, facts in case.get("tiers", {}).items()],
    )
    return {"borne": dict(found.borne_fen), "queued": found.queued_fen}


BRINGS = {"pledge": Kind.PLEDGE, "insurance": Kind.INSURER}


def _loss_evm(world: World, case: Case) -> Outcome:
    covers, tiers, weights = case.get("covers", {}), case.get("tiers", {}), case["weights"]
    for name in covers.keys() - BRINGS.keys() - {"guarantor"}:
        if not name.startswith("h-"):
            raise NotOnChain(name)
    guarantors = {name: most for name, most in covers.items() if name not in BRINGS}
    formed = _guarantors(world, guarantors) if guarantors else NOTHING
    id, borne, rest = world.lent(case["loss"], group=formed), {}, int(case["loss"])
    for name, most in covers.items():
        if name in BRINGS:
            borne[name] = min(rest, most)
            world.brought(id, borne[name], BRINGS[name])
            rest -= borne[name]
    if guarantors:
        paid = _guaranteed(world, id, guarantors, rest)
        borne, rest = borne | paid, rest - sum(paid.values())
    if "fund" not in weights:
        owed = world.chain.made.ask(agreement.record(id)).outstanding
        return {"borne": borne | {"lender": owed}, "queued": 0}
    world.fund(tiers, weights["fund"] * 10_000 // sum(weights.values()))
    claim = world.claimed(id, rest)
    borne |= {"lender": claim.lender, **dict(zip(tiers, claim.tiers, strict=False))}
    return {"borne": borne, "queued": claim.queued}


def _guarantors(world: World, guarantors: Mapping[str, int]) -> bytes:
    """A group of debtor and guarantors; beside a single one a third stands, who never pays."""
    caps = list(guarantors.values())
    return world.formed([1, *caps, *caps[: max(0, 2 - len(caps))]])


def _guaranteed(world: World, id: bytes, guarantors: Mapping[str, int], fen: int) -> dict[str, int]:
    """Each is asked and pays; what the third does not pay is asked of him who did."""
    paid = dict.fromkeys(guarantors, 0)
    if not fen:
        return paid
    for again, day in ((False, DAY), (True, LATER)):
        if again and len(guarantors) > 1:
            break
        asked = world.called_again(id) if again else world.called(id, fen)
        for place, name in enumerate(guarantors, 1):
            world.paid(id, place, asked.asked[place], day)
            paid[name] += asked.asked[place]
    return paid


def _recovery_expected(case: Case) -> Outcome:
    return {"shares": dict(case["shares"])}


def _recovery_python(case: Case) -> Outcome:
    return {"shares": dict(recovery_shares(case["recovered"], case["out"]))}


def _recovery_evm(world: World, case: Case) -> Outcome:
    """What each has out comes about by a guarantor's paying and a claim that tiers pay in full."""
    out = dict(case["out"])
    guarantor, lender = out.pop("guarantor", 0), out.pop("lender")
    fund = sum(out.values())
    whole = guarantor + lender + fund or 1
    formed = _guarantors(world, {"guarantor": guarantor}) if guarantor else NOTHING
    id = world.lent(whole, group=formed)
    if guarantor:
        # Asked of two alike and paid by one, so that a cap bears all and the rest is uncovered.
        world.called(id, whole)
        world.paid(id, 1, guarantor)
        world.called_again(id)
    world.fund({tier: (fen, None) for tier, fen in out.items()}, _bps(lender, fund))
    if fund:
        world.claimed(id, lender + fund)
    elif not lender:
        world.do(pool.Recover(id, world.name("all"), whole, LATER))
    done = world.do(pool.Recover(id, world.name("back"), case["recovered"], LATER))
    told = only(done, pool.Recovered)
    shares = {"guarantor": told.guarantors[1], "lender": told.lender}
    shares |= dict(zip(out, told.tiers, strict=False)) | {"surplus": told.surplus}
    return {"shares": {name: shares[name] for name in case["shares"]}}


def _bps(lender: int, fund: int) -> int:
    """A share by which exactly so much falls to the fund."""
    if not fund:
        return 0
    near = fund * 10_000 // (lender + fund)
    for bps in range(max(0, near - 2), min(10_000, near + 3) + 1):
        if share(lender + fund, [10_000 - bps, bps])[1] == fund:
            return bps
    raise AssertionError(f"No share in bps makes {fund} of {lender + fund}.")


# Inside what a decision approves itself. -------------------------------------------------------


def _decided(case: Case) -> tuple[agreement.Terms, agreement.Decision, agreement.Bounds]:
    principal, rate = case["asked"]
    terms = agreement.Terms(principal, rate, FAR, PAYEE, name32("terms"))
    decision = agreement.Decision(*case["decision"], case.get("review", False), name32("decision"))
    return terms, decision, agreement.Bounds(*case["bounds"], name32("policy"))


def _waits(flagged: agreement.Flag) -> Outcome:
    return {"waits": [flag.name for flag in agreement.Flag if flag in flagged]}


def _approval_evm(world: World, case: Case) -> Outcome:
    terms, decision, bounds = _decided(case)
    id = world.name("agreement")
    world.do(agreement.SetBounds(bounds, DAY))
    world.do(agreement.Apply(id, terms, DAY))
    done = world.do(agreement.Decide(id, decision, DAY), Role.SCORER)
    told = only(done, agreement.Decided)
    status = world.chain.made.ask(agreement.record(id)).status
    assert (status is Status.APPROVED) is (told.flags == agreement.Flag(0))
    return _waits(told.flags)


TABLES = (
    Table(
        "lending_self_approval",
        lambda case: {"waits": case["waits"]},
        lambda case: _waits(flags(*_decided(case), on=DAY)),
        _approval_evm,
    ),
    Table("lending_joint_call", _call_expected, _call_python, _call_evm),
    Table(
        "lending_joint_group",
        lambda case: {"expect": case["expect"]},
        _group_python,
        _group_evm,
        frozenset({"kin", "in_group", "guarantees"}),
    ),
    Table("lending_dividend", _dividend_expected, _dividend_python, _dividend_evm),
    Table("lending_floating_share", _share_expected, _share_python, _share_evm),
    Table("lending_loss", _loss_expected, _loss_python, _loss_evm),
    Table("lending_recovery", _recovery_expected, _recovery_python, _recovery_evm),
)

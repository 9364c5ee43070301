"""A stage: one act of every kind, each on something of its own, that would go through as it stands.

The contracts here follow others, so that there is something to adopt.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from chain_house import (
    DAY,
    FAR,
    LATER,
    LENT,
    House,
    applied,
    charged,
    claimed,
    decided,
    first_anchor,
    lent,
    name,
    received,
    signed,
)

from suixin.evidence.chain.calls import agreement, anchor, group, parties, pool
from suixin.evidence.chain.calls.agreement import Kind
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act, Parts

ACTS: Final = tuple(
    kind
    for module in (parties, anchor, agreement, group, pool)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Act) and hasattr(kind, "function")
)
LOG: Final = anchor.origin_id("platform.example/suixin/1")


def named(kind: type[Act]) -> str:
    """An act by its module and name, as the case table has it."""
    return f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}"


def staged(house: House) -> Mapping[str, tuple[Act, Role]]:
    """Every act, and a role that may perform it. Restart and AdoptFund are done on the way."""
    before(house)
    old = house.succeeded().address
    house.do_all([(pool.AdoptFund(), Role.BANK), (group.Adopt(name("old called")), Role.BANK)])
    house.do_all([(stop(), Role.BANK), (stop(), Role.AUDITOR), (parties.Restart(DAY), Role.BANK)])
    house.do(parties.Restart(DAY), Role.AUDITOR)
    house.do(agreement.SetBounds(bounds(), DAY))
    acts = [*_agreements(house), *_groups(house), *_pool(house)]
    places = tuple(old(place) for place in ("Anchor", "Agreement", "Group", "Pool"))
    house.do(first_anchor("platform.example/suixin/1"), Role.PLATFORM)
    acts += [
        (parties.ChangeKey(Role.SCORER, "0x" + "5c" * 20, DAY), Role.BANK),
        (parties.SetPlaces(places, DAY), Role.COOPERATIVE),
        (stop(), Role.PLATFORM),
        (parties.Succeed(old("Anchor"), DAY), Role.AUDITOR),
        (first_anchor("bank.example/suixin/1"), Role.BANK),
        (anchor.Accuse(Role.PLATFORM, LOG, name("two heads"), DAY), Role.AUDITOR),
        (anchor.Succeed(LOG, anchor.origin_id("platform.example/suixin/2"), DAY), Role.PLATFORM),
        (anchor.Adopt(Role.PLATFORM, anchor.origin_id("old")), Role.PLATFORM),
        (agreement.Adopt(name("old")), Role.SCORER),
        (group.Adopt(name("old group")), Role.COOPERATIVE),
        (group.AdoptCall(name("old call")), Role.BANK),
        (pool.Adopt(name("old claim")), Role.GOVERNMENT),
    ]
    return {named(type(act)): (act, by) for act, by in acts}


def before(house: House) -> None:
    """What stands under the contracts that the stage's follow."""
    house.do_all(
        [
            (applied(name("old")), Role.BANK),
            *signed(name("old group")),
            *signed(name("old called")),
            *lent(name("old call"), in_=name("old called")),
            (group.CallOn(name("old call"), 90_000, LATER, DAY), Role.BANK),
            *lent(name("old claim")),
            charged(name("old claim")),
            *claimed(name("old claim"), accept=False),
            (first_anchor("old"), Role.PLATFORM),
        ]
    )


def stop() -> Act:
    """A vote to stop."""
    return parties.Stop(name("why"), DAY)


def bounds() -> agreement.Bounds:
    """Wide ones."""
    return agreement.Bounds(10**12, 2_400, date(2100, 1, 1), name("policy"))


def _agreements(house: House) -> list[tuple[Act, Role]]:
    ids = {what: name(what) for what in ("take back", "charge", "waive", "receive", "give", "off")}
    house.do_all([pair for id in ids.values() for pair in lent(id)])
    house.do_all(
        [
            (applied(name("decide")), Role.BANK),
            (applied(name("refuse")), Role.BANK),
            (applied(name("approve")), Role.BANK),
            (decided(name("approve"), review=True), Role.SCORER),
            *lent(name("disburse"))[:2],
            charged(ids["waive"]),
            charged(ids["receive"]),
            charged(ids["give"]),
            received(ids["give"], 5_000),
            *lent(name("close")),
            received(name("close"), 0, LENT),
        ]
    )
    interest, reason = Parts(interest=5_000), name("reason")
    taken = agreement.Receive(ids["receive"], name("r"), Kind.BORROWER, interest, DAY)
    return [
        (agreement.SetBounds(bounds(), DAY), Role.BANK),
        (applied(name("apply")), Role.BANK),
        (decided(name("decide")), Role.SCORER),
        (agreement.Approve(name("approve"), reason, DAY), Role.BANK),
        (agreement.Refuse(name("refuse"), reason, DAY), Role.BANK),
        (agreement.Disburse(name("disburse"), name("payee", name("disburse")), DAY), Role.BANK),
        (agreement.TakeBack(ids["take back"], reason, DAY), Role.BANK),
        (agreement.Charge(ids["charge"], name("c"), interest, DAY), Role.BANK),
        (agreement.Waive(ids["waive"], name("w"), interest, reason, DAY), Role.BANK),
        (taken, Role.BANK),
        (agreement.GiveBack(ids["give"], name("g"), interest, DAY), Role.BANK),
        (agreement.WriteOff(ids["off"], reason, DAY), Role.BANK),
        (agreement.Close(name("close"), DAY), Role.BANK),
    ]


def _groups(house: House) -> list[tuple[Act, Role]]:
    called = ("again", "withdraw", "pay")
    for what in ("call", *called, "release", "sell"):
        house.do_all(signed(name("group", what)))
    house.do_all([*signed(name("forming"))[:-1]])
    for what in ("call", *called, "sell"):
        interest = 5_000 if what == "sell" else 0
        due = charged(name(what), interest, 90_000)
        house.do_all([*lent(name(what), in_=name("group", what)), due])
    house.do_all([(group.CallOn(name(what), 90_000, LATER, DAY), Role.BANK) for what in called])
    house.do(group.Pay(name("again"), 1, name("paid"), Parts(principal=45_000), DAY))
    lines = (group.Line(name("group", "sell"), 0, 70_000), group.Line(bytes(32), 0, 30_000))
    after = date.fromordinal(LATER.toordinal() + 1)
    members = tuple(name("member", seat) for seat in range(3))
    caps = (400_000, 600_000, 1_000_000)
    return [
        (group.Form(name("form"), members, caps, FAR, DAY), Role.COOPERATIVE),
        (group.Consent(name("forming"), 2, name("consent"), DAY), Role.COOPERATIVE),
        (group.CallOn(name("call"), 90_000, LATER, DAY), Role.BANK),
        (group.CallAgain(name("again"), FAR, after), Role.BANK),
        (group.WithdrawCall(name("withdraw"), DAY), Role.BANK),
        (group.Pay(name("pay"), 1, name("p"), Parts(principal=45_000), DAY), Role.BANK),
        (group.Distribute(name("sold"), 20_000, lines, 2_500, DAY), Role.COOPERATIVE),
        (group.Release(name("group", "release"), DAY), Role.BANK),
    ]


def _pool(house: House) -> list[tuple[Act, Role]]:
    for what in ("claim", "drop", "accept", "recover"):
        house.do_all([*lent(name(what)), charged(name(what))])
    house.do_all(
        [
            (pool.Add(0, name("county"), 1_000_000, DAY), Role.GOVERNMENT),
            (pool.Add(1, name("city"), 200_000, DAY), Role.GOVERNMENT),
            *claimed(name("drop"), accept=False),
            *claimed(name("accept"), accept=False),
            *claimed(name("recover")),
        ]
    )
    share = pool.Share(5_000, 90, name("next leaf"))
    caps = (900_000, pool.NO_CAP, 0, 0, 0)
    return [
        (pool.SetShare(share, DAY), Role.GOVERNMENT),
        (pool.BeginYear(2027, caps, LATER), Role.GOVERNMENT),
        (pool.Add(2, name("province"), 50_000, LATER), Role.GOVERNMENT),
        (pool.FileClaim(name("claim"), LENT, 5_000, 91, LATER), Role.BANK),
        (pool.Drop(name("drop"), name("reason"), LATER), Role.BANK),
        (pool.Accept(name("accept"), LATER), Role.GOVERNMENT),
        (pool.Settle(LATER), Role.BANK),
        (pool.Recover(name("recover"), name("sold off"), 300_000, LATER), Role.BANK),
    ]

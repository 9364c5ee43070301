"""No number is too large to be refused by name: amounts, days, seats and kinds at their bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from chain_house import (
    DAY,
    FAR,
    FEN_MAX,
    LENT,
    RATE,
    SIGNERS,
    House,
    charged,
    lent,
    name,
    signed,
)
from chain_stage import ACTS, named

from suixin.evidence.chain.calls import agreement, group, pool
from suixin.evidence.chain.calls.agreement import Kind
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act, Parts, arguments
from suixin.evidence.chain.codec import contract
from suixin.evidence.chain.port import CallRefused

Stage = tuple[House, Mapping[str, tuple[Act, Role]]]
MOST = 2**256 - 1
DAY_MAX = (date.max - date(1970, 1, 1)).days
NAMED = re.compile(r"(house|parties|anchor|agreement|group|pool): [a-z0-9 ,']+")
# Numbers that a contract only compares, stores or says: any will do.
ANY = {
    "agreement.Apply.terms.rate_bps",
    "agreement.Apply.terms.debtor",
    "agreement.Decide.decision.limit",
    "agreement.Decide.decision.rate_bps_max",
    "agreement.SetBounds.bounds.rate_bps_max",
    "group.Distribute.lines.1.member",  # Of one who stands in no group.
    "pool.BeginYear.caps.0",
    "pool.BeginYear.caps.1",
    "pool.BeginYear.caps.2",
    "pool.BeginYear.caps.3",
    "pool.BeginYear.caps.4",
    "pool.FileClaim.past_due",
    "pool.SetShare.share.past_due_min",
}
AT_ONCE = [kind for kind in ACTS if named(kind) not in ("parties.Restart", "pool.AdoptFund")]


def numbers(value: Any, path: tuple[int, ...], said: str) -> Iterator[tuple[tuple[int, ...], str]]:
    """Where numbers stand among the arguments of an act: by place, and by name."""
    if isinstance(value, bool | bytes | str):
        return
    if isinstance(value, date):
        yield path, f"{said}: day"
    elif isinstance(value, int):
        yield path, said
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            yield from numbers(one, (*path, place), f"{said}.{place}")
    elif is_dataclass(value):
        for place, field in enumerate(fields(value)):
            one = getattr(value, field.name)
            yield from numbers(one, (*path, place), f"{said}.{field.name}")


def put(values: Any, path: tuple[int, ...], new: int) -> Any:
    """The same values with another number at one place."""
    if not path:
        return new
    at = path[0]
    return (*values[:at], put(values[at], path[1:], new), *values[at + 1 :])


def hears(house: House, act: Act, by: Role, values: Any) -> str | None:
    """What refuses an act with these raw arguments."""
    data = contract(act.contract).functions[act.function].data(values)
    try:
        house.chain.call(house.made.address(act.contract), data, SIGNERS[by].address)
    except CallRefused as refused:
        return str(refused)
    return None


@pytest.mark.parametrize("kind", AT_ONCE, ids=named)
def test_the_largest_number_is_refused_by_name(kind: type[Act], stage: Stage) -> None:
    house, acts = stage
    act, by = acts[named(kind)]
    whole = arguments(act)
    for path, said in numbers(act, (), named(kind)):
        text = hears(house, act, by, put(whole, path, MOST))
        if said in ANY:
            assert text is None, f"{said}: {text}"
        else:
            assert text is not None, said
            assert NAMED.fullmatch(text), f"{said}: {text}"


@pytest.mark.parametrize("kind", AT_ONCE, ids=named)
def test_a_day_after_the_last_is_none(kind: type[Act], stage: Stage) -> None:
    house, acts = stage
    act, by = acts[named(kind)]
    whole = arguments(act)
    for path, said in numbers(act, (), named(kind)):
        if said.endswith(": day"):
            text = hears(house, act, by, put(whole, path, DAY_MAX + 1))
            # A day may break another rule before it: who hears that has no need of this one.
            assert text in ("house: no such day", *EARLIER.get(said, ())), f"{said}: {text}"


EARLIER = {
    "agreement.Disburse.on: day": ("agreement: decision expired",),
    "agreement.Apply.on: day": ("agreement: due before it begins",),
    "group.Form.on: day": ("group: ends before it begins",),
    "group.CallOn.on: day": ("group: no time to pay",),
    "group.CallAgain.on: day": ("group: no time to pay",),
}

AMOUNTS = {
    "applied for": lambda fen: agreement.Apply(
        name("apply", fen),
        agreement.Terms(fen, RATE, FAR, name("payee"), name("terms")),
        DAY,
    ),
    "charged": lambda fen: agreement.Charge(name("much"), name("c", fen), Parts(interest=fen), DAY),
    "bounds": lambda fen: agreement.SetBounds(
        agreement.Bounds(fen, RATE, FAR, name("policy")), DAY
    ),
}


@pytest.mark.parametrize("what", AMOUNTS)
def test_the_largest_amount_goes_and_one_fen_more_does_not(what: str, shared_house: House) -> None:
    if shared_house.record(name("much")).status == agreement.Status.UNKNOWN:
        shared_house.do_all(lent(name("much")))
    assert shared_house.why(AMOUNTS[what](FEN_MAX)) is None
    assert shared_house.why(AMOUNTS[what](FEN_MAX + 1)) == "agreement: amount too large"


def test_what_is_due_never_passes_the_largest_amount(shared_house: House) -> None:
    id = name("nearly")
    shared_house.do_all(lent(id))
    full = Parts(interest=FEN_MAX)
    shared_house.do(agreement.Charge(id, name("most"), full, DAY))
    one = agreement.Charge(id, name("one more"), Parts(interest=1), DAY)
    assert shared_house.why(one) == "agreement: amount too large"
    shared_house.do(agreement.Receive(id, name("all"), Kind.BORROWER, full, DAY))
    assert shared_house.why(one) is None
    shared_house.do(one)
    back = agreement.GiveBack(id, name("back"), full, DAY)
    assert shared_house.why(back) == "agreement: amount too large"


def test_a_tier_holds_more_than_one_filling_and_the_fund_pays_the_largest_claim(
    house: House,
) -> None:
    id = name("large")
    house.do(AMOUNTS["bounds"](FEN_MAX))
    house.do_all([*lent(id, FEN_MAX), charged(id)])
    for number in range(3):
        filled = pool.Add(0, name("add", number), FEN_MAX, DAY)
        assert house.sent(filled, Role.GOVERNMENT) is None
    loss = pool.FileClaim(id, FEN_MAX, 0, 91, DAY)
    assert house.why(pool.FileClaim(id, FEN_MAX, 1, 91, DAY)) == "pool: amount too large"
    house.do(loss)
    house.do(pool.Accept(id, DAY), Role.GOVERNMENT)
    # 70 %; the spare fen of floors is the lender's, who is named first.
    assert house.claim(id).asked == FEN_MAX * 7_000 // 10_000
    assert house.fund().balances[0] == 3 * FEN_MAX - house.claim(id).asked


@pytest.mark.parametrize(
    ("days", "text"), [(0, None), (-1, "agreement: the day went back"), (1, None)]
)
def test_a_day_never_goes_back(days: int, text: str | None, shared_house: House) -> None:
    id = name("day", days)
    shared_house.do_all(lent(id))
    act = agreement.WriteOff(id, name("reason"), DAY + timedelta(days=days))
    assert shared_house.why(act) == text


@pytest.mark.mechanism("E08")
@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "group: too few members"),
        (2, "group: too few members"),
        (3, None),
        (5, None),
        (6, "group: too many members"),
    ],
)
def test_three_to_five_stand_in_for_one_another(
    size: int, text: str | None, shared_house: House
) -> None:
    members = tuple(name("member", seat) for seat in range(size))
    form = group.Form(name("of", size), members, (1_000,) * size, FAR, DAY)
    assert shared_house.why(form, Role.COOPERATIVE) == text


@pytest.mark.mechanism("E08")
@pytest.mark.parametrize(
    ("seats", "caps", "text"),
    [
        ((0, 1, 0), (1, 1, 1), "group: a member twice"),
        ((0, 1, 2), (1, 1), "group: a cap for each member"),
        ((0, 1, 2), (1, 0, 1), "group: no cap"),
        ((0, 1, 2), (1, FEN_MAX + 1, 1), "group: amount too large"),
        ((0, 1, 2), (1, FEN_MAX, 1), None),
    ],
)
def test_a_group_names_each_once_with_a_cap(
    seats: tuple[int, ...], caps: tuple[int, ...], text: str | None, shared_house: House
) -> None:
    members = tuple(name("member", seat) for seat in seats)
    form = group.Form(name(seats, caps), members, caps, FAR, DAY)
    assert shared_house.why(form, Role.COOPERATIVE) == text


def test_more_than_the_pool_takes_at_once_is_refused(shared_house: House) -> None:
    assert shared_house.why(
        pool.SetShare(pool.Share(10_001, 90, name("leaf")), DAY), Role.GOVERNMENT
    ) == ("pool: more than all")
    assert shared_house.why(pool.Add(3, name("fourth"), 1, DAY), Role.GOVERNMENT) == (
        "pool: no such tier"
    )
    shared_house.do_all(signed(name("fifty")))
    line = group.Line(name("fifty"), 0, LENT)
    sold = group.Distribute(name("sold"), 1, (line,) * 50, 10_000, DAY)
    assert shared_house.why(sold, Role.COOPERATIVE) is None
    over = group.Distribute(name("sold"), 1, (line,), 10_001, DAY)
    assert shared_house.why(over, Role.COOPERATIVE) == "group: prepays more than all"

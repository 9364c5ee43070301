"""What may follow what: each move of agreement, group and claim in each state, by the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from chain_house import (
    DAY,
    FAR,
    LATER,
    LENT,
    RATE,
    House,
    Pair,
    applied,
    charged,
    claimed,
    decided,
    lent,
    name,
    received,
    signed,
)

from suixin.evidence.chain.calls import agreement, group, pool
from suixin.evidence.chain.calls.agreement import Kind
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act, Parts

TABLE = yaml.safe_load((Path(__file__).parents[2] / "cases/chain_moves.yaml").read_text("utf-8"))
REASON = name("reason")
INTEREST = Parts(interest=5_000)


def heard(of: str, state: str) -> dict[str, str]:
    """What the table says each move hears in a state."""
    (row,) = [row for row in TABLE[of]["states"] if row["state"] == state]
    instead = row.get("instead", {})
    known = {move: instead.get("others", text) for move, text in TABLE[of]["otherwise"].items()}
    return {**known, **dict.fromkeys(row["goes"], "goes"), **_without(instead, "others")}


def _without(values: Mapping[str, str], key: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if name != key}


def says(house: House, moves: Mapping[str, tuple[Act, Role]]) -> dict[str, str]:
    """What each move hears now."""
    return {move: house.why(act, by) or "goes" for move, (act, by) in moves.items()}


def states(of: str) -> list[str]:
    """The states of the table."""
    return [row["state"] for row in TABLE[of]["states"]]


# -- agreements --------------------------------------------------------------------------------

AGREEMENTS: Mapping[str, Callable[[bytes], list[Pair]]] = {
    "unknown": lambda id: [],
    "applied": lambda id: [(applied(id), Role.BANK)],
    "flagged for a person": lambda id: [
        (applied(id), Role.BANK),
        (decided(id, review=True), Role.SCORER),
    ],
    "approved": lambda id: lent(id)[:2],
    "disbursed, nothing due": lent,
    "disbursed, interest due": lambda id: [*lent(id), charged(id)],
    "disbursed, interest paid": lambda id: [*lent(id), charged(id), received(id, 5_000)],
    "claimed of the fund": lambda id: [*lent(id), charged(id), *claimed(id)],
    "written off": lambda id: [
        *lent(id),
        charged(id),
        (agreement.WriteOff(id, REASON, DAY), Role.BANK),
    ],
    "paid in full": lambda id: [*lent(id), charged(id), received(id, 5_000, LENT)],
    "closed": lambda id: [
        *lent(id),
        received(id, 0, LENT),
        (agreement.Close(id, DAY), Role.BANK),
    ],
    "refused": lambda id: [
        (applied(id), Role.BANK),
        (agreement.Refuse(id, REASON, DAY), Role.BANK),
    ],
}


def moves_of(id: bytes) -> dict[str, tuple[Act, Role]]:
    """Every move of an agreement, each as it would go through where its state lets it."""
    decision = agreement.Decision(LENT, RATE, FAR, False, REASON)
    return {
        "apply": (applied(id), Role.BANK),
        "decide": (agreement.Decide(id, decision, LATER), Role.SCORER),
        "approve": (agreement.Approve(id, REASON, LATER), Role.BANK),
        "refuse": (agreement.Refuse(id, REASON, LATER), Role.BANK),
        "disburse": (agreement.Disburse(id, name("payee", id), LATER), Role.BANK),
        "take_back": (agreement.TakeBack(id, REASON, LATER), Role.BANK),
        "charge": (agreement.Charge(id, name("c", id), Parts(principal=1), LATER), Role.BANK),
        "waive": (agreement.Waive(id, name("w", id), INTEREST, REASON, LATER), Role.BANK),
        "receive": (
            agreement.Receive(id, name("r", id), Kind.BORROWER, INTEREST, LATER),
            Role.BANK,
        ),
        "give_back": (agreement.GiveBack(id, name("g", id), INTEREST, LATER), Role.BANK),
        "write_off": (agreement.WriteOff(id, REASON, LATER), Role.BANK),
        "close": (agreement.Close(id, LATER), Role.BANK),
        "claim": (pool.FileClaim(id, LENT, 0, 91, LATER), Role.BANK),
        "recover": (pool.Recover(id, name("v", id), 100, LATER), Role.BANK),
    }


def test_the_table_names_the_states_that_are_tried() -> None:
    assert states("agreement") == list(AGREEMENTS)
    assert states("group") == list(GROUPS)
    assert states("claim") == list(CLAIMS)


@pytest.mark.mechanism("B07")
@pytest.mark.parametrize("state", AGREEMENTS)
def test_moves_of_an_agreement(state: str, shared_house: House) -> None:
    id = name(state)
    shared_house.do_all(AGREEMENTS[state](id))
    assert says(shared_house, moves_of(id)) == heard("agreement", state)


# -- groups ------------------------------------------------------------------------------------


def bound(id: bytes) -> list[Pair]:
    """A group behind an agreement whose principal is due."""
    return [*signed(id), *lent(name("of", id), in_=id), charged(name("of", id), 0, 90_000)]


def called(id: bytes) -> list[Pair]:
    """The others asked for 90,000: 45,000 each."""
    return [*bound(id), (group.CallOn(name("of", id), 90_000, LATER, DAY), Role.BANK)]


def paid(id: bytes, seat: int) -> Pair:
    """A guarantor's part."""
    parts = Parts(principal=45_000)
    return group.Pay(name("of", id), seat, name("paid", id, seat), parts, DAY), Role.BANK


GROUPS: Mapping[str, Callable[[bytes], list[Pair]]] = {
    "unknown": lambda id: lent(name("of", id), in_=id)[:2],
    "forming": lambda id: [*signed(id)[:-1], *lent(name("of", id), in_=id)[:2]],
    "signed": lambda id: [*signed(id), *lent(name("of", id), in_=id)[:2]],
    "bound": bound,
    "called": called,
    "called, then withdrawn": lambda id: [
        *called(id),
        (group.WithdrawCall(name("of", id), DAY), Role.BANK),
    ],
    "called, and all paid": lambda id: [*called(id), paid(id, 1), paid(id, 2)],
    "released": lambda id: [
        *signed(id),
        *lent(name("of", id), in_=id)[:2],
        (group.Release(id, DAY), Role.BANK),
    ],
}


@pytest.mark.mechanism("E08")
@pytest.mark.parametrize("state", GROUPS)
def test_moves_of_a_group(state: str, shared_house: House) -> None:
    id = name("group", state)
    of, after = name("of", id), LATER + timedelta(days=1)
    shared_house.do_all(GROUPS[state](id))
    other = name("other", id)
    if state not in ("unknown", "forming", "signed", "released"):
        shared_house.do_all(lent(other, in_=id)[:2])
    payee = of if state in ("unknown", "forming", "signed", "released") else other
    members = tuple(name("member", seat) for seat in range(3))
    assert says(
        shared_house,
        {
            "form": (group.Form(id, members, (1, 1, 1), FAR, DAY), Role.COOPERATIVE),
            "consent": (group.Consent(id, 2, name("consent"), DAY), Role.COOPERATIVE),
            "disburse": (agreement.Disburse(payee, name("payee", payee), DAY), Role.BANK),
            "call": (group.CallOn(of, 1, FAR, DAY), Role.BANK),
            "again": (group.CallAgain(of, FAR, after), Role.BANK),
            "withdraw": (group.WithdrawCall(of, DAY), Role.BANK),
            "pay": (group.Pay(of, 1, name("p", id), Parts(principal=1), DAY), Role.BANK),
            "release": (group.Release(id, DAY), Role.BANK),
        },
    ) == heard("group", state)


# -- claims ------------------------------------------------------------------------------------


def filled(id: bytes) -> Pair:
    """A tier filled, so that what is accepted is paid."""
    return pool.Add(0, name("filled", id), 10 * LENT, LATER), Role.GOVERNMENT


CLAIMS: Mapping[str, Callable[[bytes], list[Pair]]] = {
    "none": lambda id: [],
    "filed": lambda id: claimed(id, accept=False),
    "dropped": lambda id: [
        *claimed(id, accept=False),
        (pool.Drop(id, REASON, LATER), Role.GOVERNMENT),
    ],
    "accepted, and waits": claimed,
    "accepted, and paid": lambda id: [*claimed(id), filled(id)],
}


@pytest.mark.mechanism("H06")
@pytest.mark.parametrize("state", CLAIMS)
def test_moves_of_a_claim(state: str, house: House) -> None:
    id = name("claim", state)
    house.do_all([*lent(id), charged(id), *CLAIMS[state](id)])
    assert says(
        house,
        {
            "claim": (pool.FileClaim(id, LENT, 5_000, 91, LATER), Role.BANK),
            "drop": (pool.Drop(id, REASON, LATER), Role.BANK),
            "accept": (pool.Accept(id, LATER), Role.GOVERNMENT),
            "recover": (pool.Recover(id, name("v", id), 100, LATER), Role.BANK),
        },
    ) == heard("claim", state)
    waits = house.claim(id).queued
    assert (waits > 0) == (state == "accepted, and waits")

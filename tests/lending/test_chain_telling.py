"""What the chain is told of whole lives, and what it cannot be told."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from chain_sides import OnTheChain, name32, quick_folder
from lives import START, booked, rules, terms_of

from suixin.data.errors import InputError
from suixin.evidence.cases import Cases, found
from suixin.evidence.chain.calls import pool
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.reconcile import CHAIN, Fault, Finding, Reconciled, Row, reconcile
from suixin.lending import events as kinds
from suixin.lending import replay as replays
from suixin.lending.chain_calls import steps
from suixin.lending.chain_rows import Beside, OnChain, holds_of, ledger_row, paid_fen
from suixin.lending.events import Draw, Event
from suixin.lending.replay import replay

EXAMPLES = Path(__file__).parents[2] / "examples"
PRODUCTS = sorted(life.stem.removesuffix("_life") for life in EXAMPLES.glob("*_life.py"))
NAMES = OnChain(name32("id"), name32("payee"), name32("terms"))


@pytest.fixture(scope="module")
def chain() -> Iterator[OnTheChain]:
    with quick_folder() as folder:
        yield OnTheChain.begun(folder)


def life(product: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What an example replays."""
    seen: dict[str, Any] = {}

    def heard(terms: Any, events: Any, **more: Any) -> Any:
        seen.update(terms=terms, events=events, **more)
        return replay(terms, events, **more)

    monkeypatch.setattr(replays, "replay", heard)
    monkeypatch.syspath_prepend(str(EXAMPLES))
    runpy.run_path(str(EXAMPLES / f"{product}_life.py"), run_name="__main__")
    return seen


@pytest.mark.mechanism("B07")
@pytest.mark.parametrize("product", [one for one in PRODUCTS if one != "warehouse"])
def test_the_life_of_a_product_stands_the_same_on_the_chain(
    product: str, chain: OnTheChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = life(product, monkeypatch)
    terms, happened, on = seen["terms"], seen["events"], seen["on"]
    names = OnChain(name32("id", product), name32("payee"), name32("terms"))
    fen = next(event.fen for event in happened if isinstance(event, Draw))
    made = steps(terms, happened, on=on, rules=seen["rules"], names=names, beside={})
    chain.opened(names.id, fen, terms.start, to=names.payee)
    assert chain.send([step.call for step in made if step.call]) == {}
    replayed = replay(terms, happened, on=on, rules=seen["rules"])
    paid = paid_fen(booked(replayed), terms.agreement, happened)
    told = [one for step in made for one in step.told]
    there = chain.row(names.id)
    moves = tuple(move for move in there.moves if move.kind not in ("applied", "decided"))
    here = ledger_row(names, replayed.state, told, paid=paid)
    assert reconcile([Row(there.of, there.state, there.amounts, moves)], [here]) == Reconciled(())
    assert here.state == "closed"


def day(number: int) -> date:
    return START + timedelta(days=number)


def event(kind: type[Event], key: str, on: int, **own: Any) -> Event:
    return kind(key=key, on=day(on), booked_on=day(own.pop("told", on)), **own)


ONCE = {"rate": 1200, "rows": [[day(30)]]}
DRAWN = event(Draw, "d", 0, fen=10_000)
CLAIM = event(kinds.ClaimAccepted, "claim", 125, fen=7_000, tier="county")
OUT = event(kinds.WriteOff, "out", 130, by=("officer", "board"))
PAID = event(kinds.Receipt, "paid", 29, fen=20_000)


@pytest.mark.parametrize(
    ("happened", "code"),
    [
        ([DRAWN, event(Draw, "d-2", 1, fen=1)], "ONE_DRAW"),
        ([DRAWN, CLAIM, event(kinds.Receipt, "r", 126, fen=5)], "CLAIMED"),
        ([DRAWN, OUT, event(kinds.Reversal, "x", 130, told=131, of="out")], "ENDED"),
        ([DRAWN, PAID, event(kinds.Reversal, "x", 29, told=40, of="paid")], "ENDED"),
    ],
    ids=["drawn twice", "paid after a claim", "written off no more", "closed no more"],
)
def test_what_the_chain_cannot_be_told(happened: list[Event], code: str) -> None:
    names = OnChain(NAMES.id, NAMES.payee, NAMES.terms, tiers=("county",))
    beside = {"claim": Beside(lost_fen=(10_000, 0), past_due=95, parts={"tier/0": 7_000})}
    with pytest.raises(InputError) as fault:
        steps(terms_of(ONCE), happened, on=day(140), rules=rules(), names=names, beside=beside)
    assert fault.value.code == code


def test_a_call_that_is_taken_back_is_withdrawn() -> None:
    called = event(kinds.GuaranteeCalled, "call", 40, fen=500)
    back = event(kinds.Reversal, "x", 40, told=41, of="call")
    made = steps(
        terms_of(ONCE), [DRAWN, called, back], on=day(50), rules=rules(), names=NAMES, beside={}
    )
    acts = [step.call.act.function for step in made if step.call]
    assert acts[-2:] == ["call", "withdraw"]


def test_what_another_party_did_is_no_call_of_ours() -> None:
    beside = {"claim": Beside(through="7f" * 32, lost_fen=(10_000, 0), parts={"tier/0": 7_000})}
    names = OnChain(NAMES.id, NAMES.payee, NAMES.terms, tiers=("county",))
    made = steps(
        terms_of(ONCE), [DRAWN, CLAIM], on=day(125), rules=rules(), names=names, beside=beside
    )
    theirs = [one.move for step in made if step.call is None for one in step.told]
    assert {move.call for move in theirs} == {"7f" * 32}
    assert [move.kind for move in theirs] == ["accepted", "paid by tier/0", "paid by fund"]
    assert {step.call.by for step in made if step.call} == {Role.BANK}


def test_what_the_fund_bore_is_closed_once_everybody_has_his_own(chain: OnTheChain) -> None:
    chain.act(pool.SetShare(pool.Share(7_000, 90, name32("leaf")), START), Role.GOVERNMENT)
    chain.act(pool.Add(0, name32("add"), 7_000, START), Role.GOVERNMENT)
    names = OnChain(name32("borne"), NAMES.payee, NAMES.terms, tiers=("county",))
    terms, before = terms_of(ONCE), [DRAWN, CLAIM]
    owed = replay(terms, before, on=day(130), rules=rules()).state.payoff_fen
    back = event(kinds.Recovery, "back", 130, fen=owed + 7_000, fund_fen=7_000)
    beside = {
        "claim": Beside(lost_fen=(10_000, 0), past_due=95, parts={"tier/0": 7_000}),
        "back": Beside(parts={"tier/0": 7_000}),
    }
    late = event(kinds.Receipt, "late", 135, fen=3)  # Nothing is owed: it stays in suspense.
    happened = [*before, back, late]
    made = steps(terms, happened, on=day(140), rules=rules(), names=names, beside=beside)
    chain.opened(names.id, 10_000, START, to=names.payee)
    assert chain.send([step.call for step in made if step.call]) == {}
    assert chain.row(names.id).state == "closed"
    assert chain.made.ask(pool.fund()).balances[0] == 7_000
    replayed = replay(terms, happened, on=day(140), rules=rules())
    paid = paid_fen(booked(replayed), terms.agreement, happened)
    told, beyond = [t for s in made for t in s.told], sum(step.beyond_fen for step in made)
    here = ledger_row(names, replayed.state, told, paid=paid, beyond_fen=beyond)
    there = chain.row(names.id)
    moves = tuple(move for move in there.moves if move.kind not in ("applied", "decided"))
    assert reconcile([replace(there, moves=moves)], [here]) == Reconciled(())
    assert beyond == owed - 3_000  # Interest and penalty, which no claim was for.


def test_an_open_case_holds_new_money() -> None:
    less = Finding(Fault.AMOUNT_DIFFERS, NAMES.of, "paid", "400", "500", -100)
    cases = found(Cases("bank"), Reconciled((less,)), on=START)
    (hold,) = holds_of(cases, {NAMES.of: "a-1", "00": "a-2"})
    assert (hold.scope, hold.since, hold.kind) == ("a-1", START, "draw_stopped")
    everywhere = Finding(Fault.BLOCK_WITHOUT_ENTRY, CHAIN, "block 1", "there", "nothing")
    cases = found(Cases("bank"), Reconciled((everywhere,)), on=START)
    assert [one.scope for one in holds_of(cases, {NAMES.of: "a-1", "00": "a-2"})] == ["a-1", "a-2"]

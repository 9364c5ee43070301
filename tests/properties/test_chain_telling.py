"""Whatever happens to an agreement: what the books say of it, the contracts say too.

`SUIXIN_NIGHTLY=1` draws 1,800 histories of more than 10,000 facts in all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from chain_sides import OnTheChain, name32, quick_folder
from histories import BORROWING, LENGTH, after, histories
from hypothesis import HealthCheck, given, reject, settings
from lives import START, booked, rules, terms_of

from suixin.data.errors import InputError
from suixin.evidence.reconcile import Row, reconcile
from suixin.lending import events as kinds
from suixin.lending.chain_calls import steps
from suixin.lending.chain_rows import OnChain, Step, ledger_row, paid_fen
from suixin.lending.events import Event
from suixin.lending.replay import replay

NIGHTLY = os.environ.get("SUIXIN_NIGHTLY") == "1"
DRAWN = settings(
    max_examples=1_800 if NIGHTLY else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
# One draw; and what groups and the fund do has machines of its own.
SERVED = tuple(
    kind for kind in BORROWING if kind not in (kinds.Draw, kinds.GuarantorPaid, kinds.ClaimAccepted)
)
OPENED = ("applied", "decided")


@dataclass
class Both:
    """One chain for all histories, each under an id of its own."""

    chain: OnTheChain
    number: int = 0
    facts: int = 0

    def told(self, said: dict[str, Any], happened: Sequence[Event]) -> tuple[OnChain, list[Step]]:
        """The steps of a history, sent."""
        self.number, self.facts = self.number + 1, self.facts + len(happened)
        names = OnChain(name32("id", self.number), name32("payee"), name32("terms"))
        made, again = (
            steps(terms_of(said), happened, on=after(LENGTH), rules=rules(), names=names, beside={})
            for _ in range(2)
        )
        assert made == again
        self.chain.opened(names.id, 500_00, START, to=names.payee)
        assert self.chain.send([step.call for step in made if step.call]) == {}
        return names, list(made)

    def row(self, names: OnChain) -> Row:
        """What the chain has of it, from its payment on."""
        row = self.chain.row(names.id)
        moves = tuple(move for move in row.moves if move.kind not in OPENED)
        return Row(row.of, row.state, row.amounts, moves)


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    with quick_folder() as folder:
        made = Both(OnTheChain.begun(folder))
        yield made
        assert made.facts >= (10_000 if NIGHTLY else 15)


def ledger(names: OnChain, made: list[Step], said: dict[str, Any], happened: list[Event]) -> Row:
    """What the books have of it."""
    terms = terms_of(said)
    replayed = replay(terms, happened, on=after(LENGTH), rules=rules())
    paid = paid_fen(booked(replayed), terms.agreement, happened)
    return ledger_row(names, replayed.state, [t for step in made for t in step.told], paid=paid)


@pytest.mark.mechanism("B07")
@given(history=histories(SERVED))
@DRAWN
def test_books_and_contracts_say_the_same(
    both: Both, history: tuple[dict[str, Any], list[Event]]
) -> None:
    said, happened = history
    try:
        names, made = both.told(said, happened)
    except InputError as fault:
        if fault.code != "ENDED":
            raise
        reject()  # Books may take back what a chain keeps.
    found = reconcile([both.row(names)], [ledger(names, made, said, happened)])
    assert [str(one) for one in found.findings] == []


@given(history=histories(SERVED))
@settings(DRAWN, max_examples=50 if NIGHTLY else 10)
def test_a_longer_history_begins_with_the_steps_of_a_shorter_one(
    history: tuple[dict[str, Any], list[Event]],
) -> None:
    said, happened = history
    names = OnChain(name32("id"), name32("payee"), name32("terms"))

    def until(days: int) -> tuple[Step, ...]:
        known = [event for event in happened if event.booked_on <= after(days)]
        try:
            return steps(
                terms_of(said), known, on=after(days), rules=rules(), names=names, beside={}
            )
        except InputError as fault:
            if fault.code not in ("ENDED", "NO_EVENT"):
                raise
            reject()

    whole = until(LENGTH)
    for days in (20, 95, 150):
        made = until(days)
        assert made == whole[: len(made)]

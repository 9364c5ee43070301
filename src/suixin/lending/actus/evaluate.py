"""Run a contract: its terms and what is observed give its events, each with payoff and state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal, localcontext
from typing import Final

from suixin.lending.actus.annuity import refixed
from suixin.lending.actus.events import (
    AMORTIZING,
    OPEN_ENDED,
    ORDER,
    Event,
    Kind,
    events,
    fee_times,
    interest_times,
)
from suixin.lending.actus.maturity import maturity, redemption_times
from suixin.lending.actus.observed import Observed
from suixin.lending.actus.state import Contract, State, accrued_to, first_state
from suixin.lending.actus.terms import ContractType, Terms, read_terms
from suixin.lending.actus.transitions import TRANSITIONS

PRECISION: Final = 50
"""Digits kept: ACTUS rounds nothing, and sums of a hundred years stay exact far below a fen."""


@dataclass(frozen=True, slots=True)
class ContractEvent:
    """One event as ACTUS reports it: the payoff, and the state after it.

    `payoff` is positive where the contract's holder receives; `notional` and `accrued` carry the
    sign of the role.
    """

    when: datetime
    kind: str
    payoff: Decimal
    notional: Decimal
    rate: Decimal
    accrued: Decimal
    currency: str


def run(
    terms: Mapping[str, object],
    observed: Observed | None = None,
    *,
    until: datetime | None = None,
) -> tuple[ContractEvent, ...]:
    """The events of a contract after its status date, in order; raises `InputError`.

    `terms` are ACTUS terms by their dictionary names; `until` ends what is asked for, and contracts
    without an end of their own need it. Source: ACTUS technical specification.

    >>> terms = {"contractType": "PAM", "contractRole": "RPA", "notionalPrincipal": "1000",
    ...     "statusDate": "2025-12-31", "initialExchangeDate": "2026-01-01",
    ...     "maturityDate": "2027-01-01", "nominalInterestRate": "0.06",
    ...     "cycleOfInterestPayment": "P6ML0", "dayCountConvention": "30E360"}
    >>> for event in run(terms):
    ...     print(event.when.date(), event.kind, event.payoff.normalize(), event.notional)
    2026-01-01 IED -1E+3 1000
    2026-07-01 IP 3E+1 1000
    2027-01-01 IP 3E+1 1000
    2027-01-01 MD 1E+3 0
    """
    with localcontext(Context(prec=PRECISION)):
        return run_terms(read_terms(terms), observed or Observed(), until)


def run_terms(
    terms: Terms, observed: Observed, until: datetime | None
) -> tuple[ContractEvent, ...]:
    """The same from terms already read, at the precision of the context."""
    contract = _contract(terms, observed, until)
    state = first_state(contract)
    if contract.fixes_payment:
        state = refixed(contract, state, terms.status)
    found = []
    for event in events(terms, contract.matures, observed.happenings, until):
        state = accrued_to(contract, state, event.day)
        payoff, state = TRANSITIONS[event.kind](contract, state, event)
        if not _before_purchase(terms, event):
            found.append(_reported(terms, event, payoff, state))
    return tuple(found)


def _contract(terms: Terms, observed: Observed, until: datetime | None) -> Contract:
    matures = maturity(terms, observed.happenings, until)
    redeems = terms.type in AMORTIZING and terms.type is not ContractType.LAX
    open_ended = terms.type in (*OPEN_ENDED, ContractType.CSH)
    return Contract(
        terms,
        observed,
        matures,
        redemptions=redemption_times(terms, matures) if redeems else (),
        annuities=_annuities(terms, matures),
        interests=() if open_ended else interest_times(terms, matures),
        fees=fee_times(terms, matures),
    )


def _annuities(terms: Terms, matures: datetime) -> tuple[datetime, ...]:
    if terms.type is not ContractType.ANN:
        return ()
    end = terms.amortizes or matures
    return (*redemption_times(terms, end), end)


def _before_purchase(terms: Terms, event: Event) -> bool:
    """What came before the purchase moved the state, and was another's."""
    bought = terms.bought
    return bought is not None and event.place < (bought.when, ORDER[Kind.PURCHASE])


def _reported(terms: Terms, event: Event, payoff: Decimal, state: State) -> ContractEvent:
    return ContractEvent(
        event.when,
        str(event.kind),
        payoff,
        state.notional,
        state.rate,
        state.accrued,
        terms.currency,
    )

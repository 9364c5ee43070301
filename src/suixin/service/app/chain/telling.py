"""What happened to agreements by the end of a day, as calls in the outbox.

Calls follow from what the store has, so nothing else has to be kept in step: told again, they are
the same. An agreement's calls and the day through which it was told are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.canonical import entry_bytes
from suixin.evidence.chain.calls.agreement import Bounds, Decision, Terms
from suixin.evidence.entry import Opening
from suixin.lending import events as kinds
from suixin.lending.agreement import AgreementTerms
from suixin.lending.chain_calls import steps
from suixin.lending.chain_opening import flags, opening
from suixin.lending.chain_rows import OnChain, Step
from suixin.lending.events import Event
from suixin.lending.states import Happening
from suixin.service.app.applications import last, steps_of
from suixin.service.app.applying import RULES
from suixin.service.app.chain.names import Named, leave, name, not_named, told
from suixin.service.app.chain.outbox import StoredOutbox
from suixin.service.app.standings import servicing_rules
from suixin.service.store import models
from suixin.service.store.agreements import history_of, terms_from
from suixin.service.store.session import Actor, acting, query, reading

_APPLIED: Final = """
    select application, applied_on from application where institution_id = %s and agreement = %s
"""
_CHUNK: Final = 500
FAR: Final = date(2099, 12, 31)
# Guarantors' payments and claims bind other parties, who have their own keys.
_GUARANTEES: Final = (kinds.GuaranteeCalled, kinds.GuarantorPaid)


@dataclass(frozen=True, slots=True)
class Known:
    """An agreement with what was entered by the end of a day."""

    terms: AgreementTerms
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class _Decided:
    """What an agreement was decided on: when, of how much, and whether a person decided."""

    fen: int
    applied_on: date
    decided_on: date
    by_person: bool
    said: str


def known_agreements(actor: Actor, *, on: date) -> Iterator[Known]:
    """Every agreement that began by a day, by name, with what was known of it then."""
    after = ""
    while True:
        with reading(actor):
            rows = models.Agreement.objects.filter(
                institution_id=actor.institution, start_on__lte=on, agreement__gt=after
            ).order_by("agreement")[:_CHUNK]
            found = [terms_from(row) for row in rows]
            histories = [history_of(actor, terms.agreement) for terms in found]
        for terms, history in zip(found, histories, strict=True):
            yield Known(terms, tuple(event for event in history if event.booked_on <= on))
        if len(found) < _CHUNK:
            return
        after = found[-1].agreement


def tell_agreement(
    actor: Actor,
    outbox: StoredOutbox,
    one: Known,
    named: Named | None,
    *,
    bounds: Bounds,
    on: date,
) -> None:
    """Put what the chain lacks of an agreement in the outbox, in one transaction."""
    if named is not None and (named.left or named.on_chain is None):
        return
    if named is not None and not _is_due(one, named.told_through, on):
        return
    with acting(actor):
        decided = _decided(actor, one)
        if decided is None:
            return
        code = _not_told(one, decided, bounds)
        if named is None and code:
            not_named(actor, one.terms, on=on, code=code)
            return
        if code:
            leave(actor, one.terms.agreement, on=on, code=code)
            return
        try:
            mine = named or name(actor, one.terms)
        except InputError as fault:
            if fault.code != "ERASED":
                raise
            not_named(actor, one.terms, on=on, code=fault.code)
            return
        try:
            made = _steps(one, mine, decided, bounds, on)
        except InputError as fault:
            if fault.code not in ("ONE_DRAW", "CLAIMED", "ENDED"):
                raise
            leave(actor, one.terms.agreement, on=on, code=fault.code)
            return
        for step in made:
            if step.call is None:
                raise AssertionError(f"Another party's call moves {one.terms.agreement}.")
            outbox.put_told(step.call, step.told, beyond_fen=step.beyond_fen)
        told(actor, one.terms.agreement, on)


def _is_due(one: Known, through: date | None, on: date) -> bool:
    """Whether something may be told that was not: an entry, or a due day of any schedule."""
    if through is None:
        return True
    if through >= on:
        return False
    if any(isinstance(event, kinds.Restructure | kinds.Holiday) for event in one.events):
        return True
    days = {event.booked_on for event in one.events} | {row.due_on for row in one.terms.rows}
    return any(through < day <= on for day in days)


def _not_told(one: Known, decided: _Decided, bounds: Bounds) -> str:
    """Why the chain cannot carry an agreement, by a code; empty where it can."""
    draws = [event.fen for event in one.events if isinstance(event, kinds.Draw)]
    if len(draws) > 1:
        return "ONE_DRAW"
    if draws and draws[0] != decided.fen:
        return "PART_DRAWN"
    if any(isinstance(event, kinds.ClaimAccepted) for event in one.events):
        return "CLAIMED"
    if any(isinstance(event, _GUARANTEES) for event in one.events):
        return "CALLED"
    terms, decision = _terms(one, decided, None), _decision(one, decided, b"")
    if flags(terms, decision, bounds, on=decided.decided_on) and not decided.by_person:
        return "ABOVE_BOUNDS"
    return ""


def _steps(one: Known, named: Named, decided: _Decided, bounds: Bounds, on: date) -> Sequence[Step]:
    names = named.on_chain
    if names is None:
        raise AssertionError(f"{named.agreement} has no name on the chain.")
    first: tuple[Step, ...] = ()
    if named.told_through is None:
        reason = Opening(named.salt, entry_bytes({"decided": decided.said})).commitment
        first = opening(
            names,
            _terms(one, decided, names),
            _decision(one, decided, reason),
            bounds,
            days=(decided.applied_on, decided.decided_on),
            approved=(reason, decided.decided_on),
        )
    rules = servicing_rules(one.terms.start)
    return (*first, *steps(one.terms, one.events, on=on, rules=rules, names=names, beside={}))


def _terms(one: Known, decided: _Decided, names: OnChain | None) -> Terms:
    plain = (decided.fen, one.terms.rate_bps, _last_day(one))
    return Terms(*plain) if names is None else Terms(*plain, names.payee, names.terms)


def _decision(one: Known, decided: _Decided, said: bytes) -> Decision:
    """Money may go out until the last due day; a person's decision waits for his approval."""
    by_person = decided.by_person
    return Decision(decided.fen, one.terms.rate_bps, _last_day(one), by_person, said)


def _last_day(one: Known) -> date:
    return one.terms.rows[-1].due_on if one.terms.rows else FAR


def _decided(actor: Actor, one: Known) -> _Decided | None:
    """How an agreement came about; None while it is not known of how much it is."""
    for application, applied_on in query(_APPLIED, [actor.institution, one.terms.agreement]):
        offered = last(steps_of(actor, application), Happening.OFFER)
        if offered is not None:
            fen = offered.content["offer"]["amount_fen"]
            by_person = offered.by != RULES
            said = f"{offered.content['digest']}/{offered.proposal}"
            return _Decided(fen, min(applied_on, offered.on), offered.on, by_person, said)
    # Brought in from elsewhere: people decided it before.
    for event in one.events:
        if isinstance(event, kinds.Draw):
            begun = min(one.terms.start, event.booked_on)
            return _Decided(event.fen, begun, begun, True, one.terms.agreement)
    return None

"""Where agreements stand on a day, whether or not their institution ends days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from suixin.kernel.policy import load_policy
from suixin.lending.agreement import AgreementState, AgreementTerms
from suixin.lending.events import Event
from suixin.lending.replay import Replayed, replay
from suixin.lending.running import ServicingRules
from suixin.service.store import models
from suixin.service.store.agreements import history_of, terms_from, terms_of
from suixin.service.store.session import Actor, acting

_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """An agreement's terms, what happened to it, and where it stands."""

    terms: AgreementTerms
    events: tuple[Event, ...]
    replayed: Replayed

    @property
    def state(self) -> AgreementState:
        """Where it stands at the end of the day asked for."""
        return self.replayed.state


@cache
def servicing_rules(start: date) -> ServicingRules:
    """The rules by which an agreement that began on a day is served."""
    return ServicingRules.of(load_policy("servicing").on(start))


def standing_of(actor: Actor, agreement: str, *, on: date, also: Sequence[Event] = ()) -> Standing:
    """One agreement on a day, with all that is known by then and `also` what may come.

    Raises `InputError` NO_AGREEMENT.
    """
    with acting(actor):
        terms = terms_of(actor, agreement)
        known = history_of(actor, agreement)
    return _standing(terms, (*known, *also), on)


def standings(actor: Actor, *, on: date, party: str = "") -> Iterator[Standing]:
    """Every agreement that began by a day, by name; of one party where it is named."""
    last = ""
    while True:
        with acting(actor):
            rows = models.Agreement.objects.filter(
                institution_id=actor.institution, start_on__lte=on, agreement__gt=last
            )
            if party:
                rows = rows.filter(party_id=party)
            found = [terms_from(row) for row in rows.order_by("agreement")[:_CHUNK]]
            known = [history_of(actor, terms.agreement) for terms in found]
        for terms, events in zip(found, known, strict=True):
            yield _standing(terms, events, on)
        if len(found) < _CHUNK:
            return
        last = found[-1].agreement


def owed_by_product(actor: Actor, party: str, *, on: date) -> dict[str, int]:
    """The principal a party owes on a day, in the books or written off, by product (fen)."""
    owed: dict[str, int] = {}
    for one in standings(actor, on=on, party=party):
        fen = one.state.principal_fen + one.state.written_off_fen
        owed[one.terms.sheet] = owed.get(one.terms.sheet, 0) + fen
    return owed


def _standing(terms: AgreementTerms, events: Sequence[Event], on: date) -> Standing:
    known = tuple(one for one in events if one.on <= on)
    day = max(on, terms.start)
    made = replay(terms, known, on=day, rules=servicing_rules(terms.start))
    return Standing(terms, known, made)

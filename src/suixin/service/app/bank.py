"""The institution's bank: its account opened, and the desk that sends to it and takes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.lending.agreement import AgreementTerms
from suixin.lending.events import Draw, Event, Refund, Sale
from suixin.lending.replay import replay
from suixin.lending.running import ServicingRules
from suixin.lending.transaction import Transaction, pair_of
from suixin.service.app import keys
from suixin.service.app.day import CHINA, business_day
from suixin.service.day_end.receiving import receive
from suixin.service.home import Home, usual_home
from suixin.service.rails import simulation
from suixin.service.rails.folder import Folders
from suixin.service.rails.ledger import BANK
from suixin.service.rails.profile import Profile, profile_on
from suixin.service.rails.simulation import Simulation
from suixin.service.rails.stored_desk import StoredDesk
from suixin.service.rails.stored_register import StoredRegister
from suixin.service.store.agreements import history_of, terms_of
from suixin.service.store.books import StoredBooks
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.session import Actor, acting, query

HEAD_OFFICE: Final = "3001"
_BANK: Final = "select bank from bank_account where institution_id = %s order by began_on limit 1"
_CODE: Final = "select code from institution where id = %s"
_BEGUN: Final = "select max(day) from day_end where institution_id = %s"


def booking_day(actor: Actor, at: datetime) -> date:
    """The day to enter what the bank tells: the business day, but none whose end has begun."""
    with acting(actor):
        ((begun,),) = query(_BEGUN, [actor.institution])
        today = business_day(actor, at)
    return today if begun is None else max(today, begun + timedelta(days=1))


def open_bank(
    actor: Actor, profile: Profile, *, closing_fen: int, on: date, number: int = 0
) -> None:
    """Begin the account of a bank's profile: what it held at the end of a day, and after which
    statement. It is booked against what head office gave. The same again is the same.

    Raises `InputError` BEGUN, DAY_CLOSED.
    """
    account = profile.account.number
    with acting(actor):
        register = StoredRegister(actor, None)
        register.begin(account, profile.name, closing_fen=closing_fen, on=on, number=number)
        if closing_fen:
            day = business_day(actor, datetime.combine(on, datetime.min.time(), CHINA))
            postings = pair_of(BANK, HEAD_OFFICE, closing_fen)
            StoredBooks(actor).post(
                Transaction(f"bank/{account}/opening", on, day, postings, "opening balance")
            )


def open_simulated(
    actor: Actor, home: Home, *, seed: int, temper: str, balance_fen: int, on: date
) -> Simulation:
    """Open an account with a simulated bank that begins on the morning of a day, and its books.

    The same again goes on from where both are; raises `InputError` BEGUN, TEMPER, DAY_CLOSED.
    """
    made = simulation.begin(
        folder_of(actor, home), seed=seed, temper=temper, balance_fen=balance_fen, on=on
    )
    open_bank(actor, made.bank.profile, closing_fen=balance_fen, on=on - timedelta(days=1))
    return made


def desk_of(
    actor: Actor,
    *,
    on: date,
    home: Home | None = None,
    ring: KeyRing | None = None,
    policies: Path | None = None,
) -> StoredDesk:
    """The desk of an institution with its bank; files go by the folder of the home.

    A bank's own profile stands in `policies/banks/<name>.yaml` of the home, unless `policies` is
    another folder. Raises `InputError` NO_BANK where no account was opened, and as `profile_on` and
    `keys.ring` do.
    """
    with acting(actor):
        banks = query(_BANK, [actor.institution])
    if not banks:
        wrong = f"Institution {actor.institution} has no account with a bank."
        raise InputError("NO_BANK", wrong, "Open it first, with what it holds.")
    place = home or usual_home()
    own = place.folder / "policies"
    profile = profile_on(banks[0][0], on, policies or (own if own.is_dir() else None))
    carrier = Folders(folder_of(actor, place))
    return StoredDesk(actor, ring or keys.ring(), profile, carrier, Told(actor))


def has_bank(actor: Actor) -> bool:
    """Whether the institution has opened an account with a bank."""
    with acting(actor):
        return bool(query(_BANK, [actor.institution]))


def folder_of(actor: Actor, home: Home) -> Path:
    """Where an institution's files go out and come in."""
    with acting(actor):
        ((code,),) = query(_CODE, [actor.institution])
    return home.folder / "bank" / str(code)


@dataclass(frozen=True, slots=True)
class Told:
    """Agreements are told what the bank's lines mean for them; the day's end works it."""

    actor: Actor
    _terms: dict[str, AgreementTerms] = field(default_factory=dict)  # What was signed stays.

    def objection(self, agreement: str, events: Sequence[Event]) -> str:
        """See `rails.stored_desk.Agreements`: what its own rules would refuse is not entered."""
        event = events[-1]
        terms = self._terms.get(agreement)
        if terms is None:
            try:
                terms = self._terms[agreement] = terms_of(self.actor, agreement)
            except InputError as fault:
                return fault.message
        if event.on < terms.start:
            return f"it begins on {terms.start}"
        if isinstance(event, Sale | Refund) and terms.sweep is None:
            return "it is not repaid from sales"
        if isinstance(event, Draw):
            known = [*history_of(self.actor, agreement), *events]
            on = max(event.on, *(one.on for one in known))
            made = replay(terms, known, on=on, rules=_rules(terms.start))
            for key, refused in made.refused:
                if key == event.key:
                    return f"{refused.why.value.replace('_', ' ')} ({refused.found})"
        return ""

    def receive(self, agreement: str, events: Sequence[Event]) -> None:
        """See `rails.stored_desk.Agreements`."""
        receive(self.actor, agreement, events)


@cache
def _rules(start: date) -> ServicingRules:
    return ServicingRules.of(load_policy("servicing").on(start))
